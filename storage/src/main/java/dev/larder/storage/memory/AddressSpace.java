package dev.larder.storage.memory;

import java.util.function.LongPredicate;

/**
 * How much address space to reserve where it is limited, by {@code ulimit -v} or strict overcommit.
 * Who took all there is would leave nothing for the JVM, which ends the process when it cannot have
 * memory, nor for buffers of clients.
 */
public final class AddressSpace {
  /** Of what is granted at all a half is left, for data, and seven eighths beside them. */
  private static final int HALVINGS_OF_DATA = 1;

  private static final int HALVINGS_OF_OTHERS = 3;

  private AddressSpace() {}

  /** How often to halve what data would reserve, all together; 0 where space is not limited. */
  public static int halvingsOfData(long bytes) {
    return halvings(bytes, HALVINGS_OF_DATA, AddressSpace::isGranted);
  }

  /** The same for one of the reservations beside data. */
  static int halvingsOfOthers(long bytes) {
    return halvings(bytes, HALVINGS_OF_OTHERS, AddressSpace::isGranted);
  }

  static int halvings(long bytes, int ofLimited, LongPredicate isGranted) {
    int halvings = 0;
    while (bytes >>> halvings > 0 && !isGranted.test(bytes >>> halvings)) {
      halvings++;
    }
    return halvings == 0 ? 0 : halvings + ofLimited;
  }

  private static boolean isGranted(long bytes) {
    long address = VirtualMemory.reserve(bytes);
    if (address == 0) {
      return false;
    }
    VirtualMemory.release(address, bytes);
    return true;
  }
}
