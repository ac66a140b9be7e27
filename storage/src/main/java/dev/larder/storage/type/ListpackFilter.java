package dev.larder.storage.type;

import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.HashFilter;

/**
 * The texts of a listpack in a {@link HashFilter}, which tells without a walk which ones are not
 * there. It holds as long as no entry is added or replaced.
 */
public final class ListpackFilter {
  /** Of more entries a filter would let nearly everything pass. */
  public static final int MOST_ENTRIES = 600;

  private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

  private ListpackFilter() {}

  /** Writes the filter of a listpack. */
  public static void write(long filter, long lp) {
    HashFilter.clear(filter);
    for (long entry = Listpack.first(lp); entry != 0; entry = Listpack.next(lp, entry)) {
      HashFilter.add(filter, hashEntry(entry));
    }
  }

  /** Whether a filter lets every text of a listpack pass; for tests. */
  public static boolean covers(long filter, long lp) {
    for (long entry = Listpack.first(lp); entry != 0; entry = Listpack.next(lp, entry)) {
      if (!HashFilter.mayHave(filter, hashEntry(entry))) {
        return false;
      }
    }
    return true;
  }

  /** The hash of a text: of an integer's by its value, however an entry may hold it. */
  public static long hash(long address, int length) {
    long number = Decimal.parse(address, length);
    return Decimal.isNumber(number, address, length) ? finish(number) : hashString(address, length);
  }

  private static long hashEntry(long entry) {
    return Listpack.isInteger(entry)
        ? finish(Listpack.integer(entry))
        : hash(Listpack.stringAddress(entry), Listpack.stringLength(entry));
  }

  private static long hashString(long address, int length) {
    long hash = length;
    int at = 0;
    for (; at + Long.BYTES <= length; at += Long.BYTES) {
      hash = mix(hash, Memory.getLong(address + at));
    }
    long rest = 0;
    for (; at < length; at++) {
      rest = rest << Byte.SIZE | (Memory.getByte(address + at) & 0xFF);
    }
    return finish(mix(hash, rest));
  }

  private static long mix(long hash, long word) {
    return Long.rotateLeft(hash ^ word * MULTIPLIER, Integer.SIZE - 1) * MULTIPLIER;
  }

  private static long finish(long hash) {
    long mixed = (hash ^ hash >>> Integer.SIZE) * MULTIPLIER;
    return (mixed ^ mixed >>> Integer.SIZE) * MULTIPLIER;
  }
}
