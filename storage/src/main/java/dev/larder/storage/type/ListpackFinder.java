package dev.larder.storage.type;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.memory.Memory;

/**
 * The search for a text in a {@link Listpack}, by a loop for each kind of text. Only a wanted
 * integer is compared with integers, by value, and nothing relies on the shortest form.
 */
@HotPath
final class ListpackFinder {
  private ListpackFinder() {}

  /** As {@link Listpack#find}. */
  static long find(long from, long address, int length, int skip) {
    long number = Decimal.parse(address, length);
    if (Decimal.isNumber(number, address, length)) {
      return findInteger(from, number, address, length, skip);
    }
    return length > 0 && length < Listpack.STRING_6_LIMIT
        ? findShort(from, address, length, skip)
        : findLong(from, address, length, skip);
  }

  private static long findInteger(long from, long number, long address, int length, int skip) {
    for (long entry = from; entry != 0; entry = skip(entry, skip)) {
      int head = Listpack.head(entry);
      if (Listpack.isString(head)
          ? Listpack.equalsString(entry, head, address, length)
          : Listpack.integer(entry, head) == number) {
        return entry;
      }
    }
    return 0;
  }

  /**
   * Finds a string of 1 to 63 bytes. Where the first byte agrees, one load decides for most
   * entries: of the eight bytes that end with the text, as fields of one length tend to differ at
   * their ends. For a shorter text it reaches back over what lies before, at most to the start of
   * the listpack's header, and that is shifted out.
   */
  private static long findShort(long from, long address, int length, int skip) {
    int wantedHead = Listpack.STRING_6 | length;
    int offset = 1 + length - Long.BYTES;
    int shift = Math.max(0, Long.BYTES - length) * Byte.SIZE;
    long wanted = lastBytes(address, length);
    for (long entry = from; entry != 0; entry = skip(entry, skip)) {
      int head = Listpack.head(entry);
      if (head == wantedHead) {
        if (Memory.getLong(entry + offset) >>> shift == wanted
            && (length <= Long.BYTES || Memory.equal(entry + 1, address, length))) {
          return entry;
        }
      } else if (head >= Listpack.STRING_12
          && Listpack.isString(head)
          && Listpack.equalsString(entry, head, address, length)) {
        return entry;
      }
    }
    return 0;
  }

  /** The last eight bytes of a text, or all of a shorter one. */
  private static long lastBytes(long address, int length) {
    if (length >= Long.BYTES) {
      return Memory.getLong(address + length - Long.BYTES);
    }
    long bytes = 0;
    for (int i = length - 1; i >= 0; i--) {
      bytes = bytes << Byte.SIZE | (Memory.getByte(address + i) & 0xFF);
    }
    return bytes;
  }

  /** Finds a longer string, or the empty one. */
  private static long findLong(long from, long address, int length, int skip) {
    for (long entry = from; entry != 0; entry = skip(entry, skip)) {
      int head = Listpack.head(entry);
      if (Listpack.isString(head) && Listpack.equalsString(entry, head, address, length)) {
        return entry;
      }
    }
    return 0;
  }

  /**
   * The entry behind, leaving out so many; or 0 if the end comes first.
   *
   * <p>The walk is a chain of loads, each waiting for the length before. Those looked at are mostly
   * alike, as fields are: a guess, taken back if wrong, breaks the chain. Those left out are values
   * of any kind, where wrong guesses would cost more; they look up their length.
   */
  private static long skip(long from, int skip) {
    int first = Listpack.head(from);
    long entry =
        from
            + (first >>> 6 == Listpack.STRING_6 >>> 6
                ? 2 + (first & (Listpack.STRING_6_LIMIT - 1))
                : Listpack.entryBytes(from));
    for (int i = 0; i < skip; i++) {
      int head = Listpack.head(entry);
      if (head == Listpack.END) {
        return 0;
      }
      entry += Listpack.entryBytes(entry, head);
    }
    return Listpack.head(entry) == Listpack.END ? 0 : entry;
  }
}
