package dev.larder.storage.type;

import dev.larder.storage.memory.Memory;

/** Judges bytes from outside, of which nothing may be believed, for {@link Listpack#validate}. */
final class ListpackValidator {
  private ListpackValidator() {}

  static boolean isListpack(long address, long bytes) {
    if (bytes < Listpack.EMPTY_BYTES
        || bytes > Listpack.MAX_BYTES
        || Memory.getInt(address) != bytes) {
      return false;
    }
    long end = address + bytes - 1;
    long entry = address + Listpack.HEADER_BYTES;
    int count = 0;
    while (entry < end) {
      int entryBytes = entryBytes(entry, end - entry);
      if (entryBytes == 0) {
        return false;
      }
      entry += entryBytes;
      count++;
    }
    int storedCount = Memory.getShort(address + Listpack.COUNT) & 0xFFFF;
    return (storedCount == count || storedCount == Listpack.UNKNOWN_COUNT)
        && Listpack.head(end) == Listpack.END;
  }

  /** The bytes of the entry that begins here, or 0 if none that fits into {@code limit} does. */
  private static int entryBytes(long entry, long limit) {
    long body = bodyBytes(entry, limit);
    if (body == 0 || body >= limit) {
      return 0;
    }
    int bytes = (int) body + BackLength.bytes((int) body);
    return bytes <= limit && BackLength.matches(entry + body, (int) body) ? bytes : 0;
  }

  /** What the first bytes of an entry say about its body, or 0 if they say nothing sensible. */
  private static long bodyBytes(long entry, long limit) {
    int head = Listpack.head(entry);
    if (head < Listpack.STRING_6) {
      return 1;
    }
    if (head < Listpack.INTEGER_13) {
      return 1 + (head & (Listpack.STRING_6_LIMIT - 1));
    }
    if (head < Listpack.STRING_12) {
      return 2;
    }
    if (head < Listpack.STRING_32) {
      return limit < 2 ? 0 : 2L + Listpack.stringLength(entry);
    }
    return switch (head) {
      case Listpack.STRING_32 ->
          limit < 5 ? 0 : 5 + Integer.toUnsignedLong(Memory.getInt(entry + 1));
      case Listpack.INTEGER_16 -> 3;
      case Listpack.INTEGER_24 -> 4;
      case Listpack.INTEGER_32 -> 5;
      case Listpack.INTEGER_64 -> 9;
      default -> 0;
    };
  }
}
