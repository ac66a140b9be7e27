package dev.larder.storage.memory;

/**
 * Which chunks are used, free and clean (zeros), or free and dirty: two bits a chunk, off-heap.
 *
 * <pre>
 *   used dirty
 *    0    0    free, reads as zeros
 *    0    1    free, still holds what its last owner wrote
 *    1    0    owned, or being cleaned
 * </pre>
 *
 * Not thread-safe: the chunk store's lock guards it.
 */
final class ChunkMap {
  private static final int WORD_BITS = Long.SIZE;

  private final long used;
  private final long dirty;

  /** Two bitmaps of {@code chunks} bits (a multiple of 64) from {@code address} on, all zero. */
  ChunkMap(long address, int chunks) {
    used = address;
    dirty = address + chunks / Byte.SIZE;
  }

  static long bytes(int chunks) {
    return 2L * (chunks / Byte.SIZE);
  }

  private static long word(long bitmap, int index) {
    return Memory.getLong(bitmap + (index >>> 6) * (long) Long.BYTES);
  }

  private static boolean get(long bitmap, int index) {
    return (word(bitmap, index) >>> index & 1) != 0;
  }

  boolean isUsed(int chunk) {
    return get(used, chunk);
  }

  boolean isDirty(int chunk) {
    return get(dirty, chunk);
  }

  void markUsed(int first, int count) {
    fill(used, first, count, true);
    fill(dirty, first, count, false);
  }

  void markClean(int first, int count) {
    fill(used, first, count, false);
  }

  void markDirty(int chunk) {
    markDirty(chunk, 1);
  }

  void markDirty(int first, int count) {
    fill(used, first, count, false);
    fill(dirty, first, count, true);
  }

  private static void fill(long bitmap, int first, int count, boolean value) {
    int index = first;
    int end = first + count;
    while (index < end) {
      int bit = index & WORD_BITS - 1;
      int bits = Math.min(WORD_BITS - bit, end - index);
      long mask = (bits == WORD_BITS ? -1L : (1L << bits) - 1) << bit;
      long address = bitmap + (index >>> 6) * (long) Long.BYTES;
      long word = Memory.getLong(address);
      Memory.putLong(address, value ? word | mask : word & ~mask);
      index += bits;
    }
  }

  /** The first of {@code count} adjacent free chunks in [from, to), all clean, or -1. */
  int findClean(int from, int to, int count) {
    return findRun(from, to, count, -1L);
  }

  /** The first of {@code count} adjacent free chunks in [from, to), clean or dirty, or -1. */
  int findFree(int from, int to, int count) {
    return findRun(from, to, count, 0L);
  }

  private int findRun(int from, int to, int count, long dirtyMask) {
    int free = 0;
    int index = from;
    while (index < to) {
      int left = Math.min(WORD_BITS - (index & WORD_BITS - 1), to - index);
      long busy = (word(used, index) | (word(dirty, index) & dirtyMask)) >>> index;
      int bits;
      if ((busy & 1) == 0) {
        bits = Math.min(Long.numberOfTrailingZeros(busy), left);
        free += bits;
        if (free >= count) {
          return index + bits - free;
        }
      } else {
        bits = Math.min(Long.numberOfTrailingZeros(~busy), left);
        free = 0;
      }
      index += bits;
    }
    return -1;
  }

  /** The first dirty chunk in [from, to), or -1. */
  int findDirty(int from, int to) {
    int index = from;
    while (index < to) {
      long rest = word(dirty, index) >>> index;
      if (rest != 0) {
        int found = index + Long.numberOfTrailingZeros(rest);
        return found < to ? found : -1;
      }
      index += WORD_BITS - (index & WORD_BITS - 1);
    }
    return -1;
  }

  /** How many of {@code count} chunks from {@code first} on are dirty. */
  int countDirty(int first, int count) {
    int found = 0;
    int index = first;
    int end = first + count;
    while (index < end) {
      int bits = Math.min(WORD_BITS - (index & WORD_BITS - 1), end - index);
      found += Long.bitCount((word(dirty, index) >>> index) << (WORD_BITS - bits));
      index += bits;
    }
    return found;
  }

  /** How many chunks from {@code first} on are dirty, one after the other, at most {@code max}. */
  int dirtyRun(int first, int max) {
    int count = 0;
    while (count < max && isDirty(first + count)) {
      count++;
    }
    return count;
  }
}
