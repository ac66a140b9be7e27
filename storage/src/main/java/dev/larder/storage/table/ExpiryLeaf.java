package dev.larder.storage.table;

import dev.larder.storage.memory.Memory;

/*
 * A leaf of the expiry tree: 62 pairs (deadline, reference) in 8 bytes each.
 *
 *   0        8       12      16                                            512
 *   +--------+--------+-------+---------+---------+- - - - - - - -+---------+
 *   |  base  | count  |   -   | entry 0 | entry 1 |               | entry 61|
 *   +--------+--------+-------+---------+---------+- - - - - - - -+---------+
 *
 *   entry = (deadline - base) << 32 | reference       both halves unsigned
 *
 * Entries ascend as unsigned 64-bit numbers, which is the order by (deadline, reference).
 *
 * WINDOW: every deadline of a leaf lies in [base, base + 2^32) ms, about 50 days. The base is
 * chosen so that the room left is equal on both sides; a deadline outside the window moves the
 * base, or is refused when no window can hold all.
 */

/** Static access to one leaf at an absolute address; the shard's owner only. */
final class ExpiryLeaf {
  static final int NODE_BYTES = 512;

  private static final int BASE = 0;
  private static final int COUNT = BASE + Long.BYTES;
  private static final int ENTRIES = COUNT + Long.BYTES;

  static final int CAPACITY = (NODE_BYTES - ENTRIES) / Long.BYTES;

  private static final long WINDOW_MILLIS = 1L << 32;
  private static final int LINE_ENTRIES = 64 / Long.BYTES;

  /** The last entry of the leaf's first cache line. */
  private static final int FIRST_LINE_END = (64 - ENTRIES) / Long.BYTES - 1;

  private ExpiryLeaf() {}

  static void init(long leaf) {
    Memory.putLong(leaf + BASE, 0);
    count(leaf, 0);
  }

  static int count(long leaf) {
    return Memory.getInt(leaf + COUNT);
  }

  private static void count(long leaf, int count) {
    Memory.putInt(leaf + COUNT, count);
  }

  private static long base(long leaf) {
    return Memory.getLong(leaf + BASE);
  }

  private static long slot(long leaf, int index) {
    return leaf + ENTRIES + (long) index * Long.BYTES;
  }

  private static long entry(long leaf, int index) {
    return Memory.getLong(slot(leaf, index));
  }

  static long deadline(long leaf, int index) {
    return base(leaf) + (entry(leaf, index) >>> 32);
  }

  static int reference(long leaf, int index) {
    return (int) entry(leaf, index);
  }

  static long lastDeadline(long leaf) {
    return deadline(leaf, count(leaf) - 1);
  }

  /** Whether the window as it stands holds the deadline. */
  static boolean covers(long leaf, long deadline) {
    return deadline - base(leaf) >>> 32 == 0;
  }

  /** The pair as an entry of this leaf, whose window covers the deadline. */
  private static long encode(long leaf, long deadline, int reference) {
    assert covers(leaf, deadline);
    return deadline - base(leaf) << 32 | reference & 0xFFFF_FFFFL;
  }

  /**
   * Makes the window cover one more deadline.
   *
   * @return false when no window holds it together with the entries there are
   */
  static boolean admit(long leaf, long deadline) {
    if (covers(leaf, deadline) && count(leaf) > 0) {
      return true;
    }
    if (count(leaf) == 0) {
      centre(leaf, deadline, deadline);
      return true;
    }
    long first = Math.min(deadline, deadline(leaf, 0));
    long last = Math.max(deadline, lastDeadline(leaf));
    if (last - first >= WINDOW_MILLIS) {
      return false;
    }
    centre(leaf, first, last);
    return true;
  }

  /** Moves the window around [first, last], which contains all entries. */
  private static void centre(long leaf, long first, long last) {
    long spare = WINDOW_MILLIS - 1 - (last - first);
    long base = Math.max(0, first - spare / 2);
    long shift = base(leaf) - base << 32;
    int count = count(leaf);
    for (int i = 0; i < count; i++) {
      Memory.putLong(slot(leaf, i), entry(leaf, i) + shift);
    }
    Memory.putLong(leaf + BASE, base);
  }

  /** Whether one window can hold two neighbours' entries. */
  static boolean compatible(long left, long right) {
    return lastDeadline(right) - deadline(left, 0) < WINDOW_MILLIS;
  }

  /**
   * The index of the first entry that is not below the pair, for a deadline that is covered.
   *
   * <p>First the last entry of each cache line is compared, then the entries of one line: the loads
   * of the first step do not depend on each other, so that a cold leaf costs one miss, not four.
   */
  private static int lowerBound(long leaf, long key, int count) {
    long flipped = key ^ Long.MIN_VALUE;
    int from = 0;
    for (int i = FIRST_LINE_END; i < count; i += LINE_ENTRIES) {
      from = (entry(leaf, i) ^ Long.MIN_VALUE) < flipped ? i + 1 : from;
    }
    int end = Math.min(from + LINE_ENTRIES, count);
    int below = from;
    for (int i = from; i < end; i++) {
      below += (entry(leaf, i) ^ Long.MIN_VALUE) < flipped ? 1 : 0;
    }
    return below;
  }

  /** The index of a pair, or -1. */
  static int find(long leaf, long deadline, int reference) {
    if (!covers(leaf, deadline)) {
      return -1;
    }
    int count = count(leaf);
    long key = encode(leaf, deadline, reference);
    int index = lowerBound(leaf, key, count);
    return index < count && entry(leaf, index) == key ? index : -1;
  }

  /** Whether the pair is above all entries; the leaf has some and covers the deadline. */
  static boolean isAboveAll(long leaf, long deadline, int reference) {
    long last = entry(leaf, count(leaf) - 1);
    return Long.compareUnsigned(encode(leaf, deadline, reference), last) > 0;
  }

  /** Inserts a pair that is covered and absent into a leaf that has room. */
  static void insert(long leaf, long deadline, int reference) {
    int count = count(leaf);
    assert count < CAPACITY;
    long key = encode(leaf, deadline, reference);
    int index = lowerBound(leaf, key, count);
    assert index == count || entry(leaf, index) != key : "pair is present";
    if (index < count) {
      Memory.copy(slot(leaf, index), slot(leaf, index + 1), (long) (count - index) * Long.BYTES);
    }
    Memory.putLong(slot(leaf, index), key);
    count(leaf, count + 1);
  }

  static void remove(long leaf, int index) {
    int count = count(leaf) - 1;
    if (index < count) {
      Memory.copy(slot(leaf, index + 1), slot(leaf, index), (long) (count - index) * Long.BYTES);
    }
    count(leaf, count);
  }

  static void removeAll(long leaf) {
    count(leaf, 0);
  }

  /**
   * Gives an entry another reference without moving it.
   *
   * @return false when it would not stay between its neighbours, or has none on a side
   */
  static boolean replaceInPlace(long leaf, int index, int reference) {
    if (index == 0 || index == count(leaf) - 1) {
      return false;
    }
    long key = entry(leaf, index) & 0xFFFF_FFFF_0000_0000L | reference & 0xFFFF_FFFFL;
    if (Long.compareUnsigned(entry(leaf, index - 1), key) >= 0
        || Long.compareUnsigned(key, entry(leaf, index + 1)) >= 0) {
      return false;
    }
    Memory.putLong(slot(leaf, index), key);
    return true;
  }

  /** Moves the entries from {@code index} on into an uninitialised right neighbour. */
  static void split(long left, long right, int index) {
    int moved = count(left) - index;
    Memory.putLong(right + BASE, base(left));
    if (moved > 0) {
      Memory.copy(slot(left, index), slot(right, 0), (long) moved * Long.BYTES);
    }
    count(right, moved);
    count(left, index);
  }

  /** Appends all entries of the right neighbour, which is compatible, to the left one. */
  static void merge(long left, long right) {
    coverRange(left, deadline(left, 0), lastDeadline(right));
    append(left, right, count(right));
  }

  /** Moves entries between compatible neighbours until their counts are equal. */
  static void evenOut(long left, long right) {
    long first = deadline(left, 0);
    long last = lastDeadline(right);
    int leftCount = count(left);
    int rightCount = count(right);
    int moved = (leftCount - rightCount) / 2;
    if (moved > 0) {
      coverRange(right, first, last);
      Memory.copy(slot(right, 0), slot(right, moved), (long) rightCount * Long.BYTES);
      long shift = base(left) - base(right) << 32;
      for (int i = 0; i < moved; i++) {
        Memory.putLong(slot(right, i), entry(left, leftCount - moved + i) + shift);
      }
      count(right, rightCount + moved);
      count(left, leftCount - moved);
    } else if (moved < 0) {
      coverRange(left, first, last);
      append(left, right, -moved);
      Memory.copy(slot(right, -moved), slot(right, 0), (long) (rightCount + moved) * Long.BYTES);
      count(right, rightCount + moved);
    }
  }

  private static void coverRange(long leaf, long first, long last) {
    if (!covers(leaf, first) || !covers(leaf, last)) {
      centre(leaf, first, last);
    }
  }

  /** Appends the first entries of the right neighbour; the left window covers them. */
  private static void append(long left, long right, int moved) {
    int count = count(left);
    long shift = base(right) - base(left) << 32;
    for (int i = 0; i < moved; i++) {
      Memory.putLong(slot(left, count + i), entry(right, i) + shift);
    }
    count(left, count + moved);
  }
}
