package dev.larder.storage.memory;

/** Address space for as much as may come to be needed, or as the system grants of that. */
public final class Reservation {
  private static final long MIN_BYTES = 1 << 16;

  private final long address;
  private final long bytes;

  /** Reserves so many bytes, or half of that, and so on, or none. */
  public Reservation(long maxBytes) {
    long wanted = maxBytes;
    long reserved = VirtualMemory.reserve(wanted);
    while (reserved == 0 && wanted > MIN_BYTES) {
      wanted >>>= 1;
      reserved = VirtualMemory.reserve(wanted);
    }
    address = reserved;
    bytes = reserved == 0 ? 0 : wanted;
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
