package dev.larder.storage.table;

import dev.larder.storage.memory.Memory;

/*
 * An inner node of the expiry tree: 31 children, each with the separator to its left.
 *
 *   0        8       12      16                                            512
 *   +--------+--------+-------+---------+---------+- - - - - - - -+---------+
 *   |   -    | count  |   -   | item 0  | item 1  |               | item 30 |
 *   +--------+--------+-------+---------+---------+- - - - - - - -+---------+
 *
 *   item = | deadline 8 | reference 4 | child 4 |
 *
 * SEPARATOR: for i >= 1, item i's pair (deadline, reference) is above all pairs in children before
 * i and not above any pair in child i. It need not be in the tree any more. Item 0's pair has no
 * meaning: what is below item 1 belongs to child 0.
 */

/** Static access to one inner node at an absolute address; the shard's owner only. */
final class ExpiryInner {
  private static final int COUNT = Long.BYTES;
  private static final int ITEMS = COUNT + Long.BYTES;

  private static final int DEADLINE = 0;
  private static final int REFERENCE = DEADLINE + Long.BYTES;
  private static final int CHILD = REFERENCE + Integer.BYTES;
  private static final int ITEM_BYTES = CHILD + Integer.BYTES;

  static final int CAPACITY = (ExpiryLeaf.NODE_BYTES - ITEMS) / ITEM_BYTES;

  private ExpiryInner() {}

  static void init(long node) {
    count(node, 0);
  }

  static int count(long node) {
    return Memory.getInt(node + COUNT);
  }

  private static void count(long node, int count) {
    Memory.putInt(node + COUNT, count);
  }

  private static long item(long node, int index) {
    return node + ITEMS + (long) index * ITEM_BYTES;
  }

  static long deadline(long node, int index) {
    return Memory.getLong(item(node, index) + DEADLINE);
  }

  static int reference(long node, int index) {
    return Memory.getInt(item(node, index) + REFERENCE);
  }

  static int child(long node, int index) {
    return Memory.getInt(item(node, index) + CHILD);
  }

  static void child(long node, int index, int child) {
    Memory.putInt(item(node, index) + CHILD, child);
  }

  /** The index of the child that holds the pair, if any does. */
  static int childIndex(long node, long deadline, int reference) {
    int count = count(node);
    int index = 0;
    // Counting has no branch to mispredict, and its loads overlap.
    for (int i = 1; i < count; i++) {
      index += deadline(node, i) < deadline ? 1 : 0;
    }
    while (index + 1 < count
        && deadline(node, index + 1) == deadline
        && Integer.compareUnsigned(reference(node, index + 1), reference) <= 0) {
      index++;
    }
    return index;
  }

  /** Inserts a child before item {@code index} of a node that has room. */
  static void insert(long node, int index, long deadline, int reference, int child) {
    int count = count(node);
    assert count < CAPACITY && index <= count;
    if (index < count) {
      Memory.copy(item(node, index), item(node, index + 1), (long) (count - index) * ITEM_BYTES);
    }
    Memory.putInt(item(node, index) + CHILD, child);
    separator(node, index, deadline, reference);
    count(node, count + 1);
  }

  static void separator(long node, int index, long deadline, int reference) {
    Memory.putLong(item(node, index) + DEADLINE, deadline);
    Memory.putInt(item(node, index) + REFERENCE, reference);
  }

  static void remove(long node, int index) {
    int count = count(node) - 1;
    if (index < count) {
      Memory.copy(item(node, index + 1), item(node, index), (long) (count - index) * ITEM_BYTES);
    }
    count(node, count);
  }

  /** Moves the items from {@code index} on into an uninitialised right neighbour. */
  static void split(long left, long right, int index) {
    int moved = count(left) - index;
    if (moved > 0) {
      Memory.copy(item(left, index), item(right, 0), (long) moved * ITEM_BYTES);
    }
    count(right, moved);
    count(left, index);
  }

  /**
   * Appends all items of the right neighbour to the left one. The pair is their separator in the
   * parent: the right node's item 0 needs it, now that it stands in the middle.
   */
  static void merge(long left, long right, long deadline, int reference) {
    int count = count(left);
    Memory.copy(item(right, 0), item(left, count), (long) count(right) * ITEM_BYTES);
    separator(left, count, deadline, reference);
    count(left, count + count(right));
  }
}
