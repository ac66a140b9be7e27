package dev.larder.storage.memory;

/** Address space for as much as may come to be needed, or as the system grants of that. */
public final class Reservation {
  private final long address;
  private final long bytes;

  /** Reserves so many bytes, or less where address space is limited, or none. */
  public Reservation(long maxBytes) {
    long wanted = maxBytes >>> AddressSpace.halvingsOfOthers(maxBytes);
    address = wanted == 0 ? 0 : VirtualMemory.reserve(wanted);
    bytes = address == 0 ? 0 : wanted;
  }

  /** Where it begins. */
  public long address() {
    return address;
  }

  /** How much it is. */
  public long bytes() {
    return bytes;
  }

  /** Gives it back; nobody may use it any more. */
  public void close() {
    if (bytes != 0) {
      VirtualMemory.release(address, bytes);
    }
  }
}
