package dev.larder.storage.table;

import dev.larder.storage.memory.Memory;

/*
 * A Bloom filter of hashes: whether one may have been added, from one load. A hash chooses one of
 * 32 words, and three bits of it, which are set when it is added.
 *
 *   hash:  63   59                17    12 11     6 5      0
 *          +------+- - - - - - - -+-------+--------+--------+
 *          | word |               |  bit  |  bit   |  bit   |
 *          +------+- - - - - - - -+-------+--------+--------+
 *
 * With 230 hashes in it, others pass with a probability of 3 %.
 */

/** Access to filters at absolute addresses. */
public final class HashFilter {
  public static final int BYTES = 256;

  private static final int WORD_SHIFT = 59;
  private static final int BIT_BITS = 6;

  private HashFilter() {}

  public static void clear(long filter) {
    Memory.fill(filter, BYTES, (byte) 0);
  }

  public static void add(long filter, long hash) {
    long word = filter + wordOffset(hash);
    Memory.putLong(word, Memory.getLong(word) | bits(hash));
  }

  /** False when this hash was not added. */
  public static boolean mayHave(long filter, long hash) {
    long bits = bits(hash);
    return (Memory.getLong(filter + wordOffset(hash)) & bits) == bits;
  }

  private static long wordOffset(long hash) {
    return (hash >>> WORD_SHIFT) * Long.BYTES;
  }

  private static long bits(long hash) {
    return 1L << hash | 1L << (hash >>> BIT_BITS) | 1L << (hash >>> 2 * BIT_BITS);
  }
}
