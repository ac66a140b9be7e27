package dev.larder.storage.table;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.memory.Memory;

/*
 * The nodes of a counted tree: for each item an entry, and in an inner node also a child.
 *
 *   leaf
 *   0       4       8
 *   +-------+-------+---------+---------+- - - - - - - - - - - - - - - - - - - - - - - -+
 *   | count |   -   | entry 0 | entry 1 |                                               |
 *   +-------+-------+---------+---------+- - - - - - - - - - - - - - - - - - - - - - - -+
 *
 *   inner node of capacity c
 *   0       4       8                    8 + 4c                 8 + 8c
 *   +-------+-------+-----------+- - - - -+------------+- - - - -+---------+- - - - - - +
 *   | count |   -   | weight 0  |         | child 0    |         | entry 0 |            |
 *   +-------+-------+-----------+- - - - -+------------+- - - - -+---------+- - - - - - +
 *
 * Weights (unsigned, of all entries below the child) stand together, so that summing up to a child
 * reads few cache lines; entries stand together and alike in both kinds, for one search.
 *
 *   SEPARATOR: the entry of an inner node's item i is a copy of the first entry below child i, byte
 *   by byte; for all i, 0 included. So it never refers to memory of an entry that is gone.
 */

/** Access to one kind of nodes at absolute addresses; the shard's owner only. */
@HotPath
final class CountedNode {
  static final int INNER_BYTES = 1024;
  private static final int SMALL_LEAF_BYTES = 512;
  private static final int LARGE_LEAF_BYTES = 1024;

  /** The largest entry of which the small leaf holds enough. */
  private static final int SMALL_ENTRY_BYTES = 16;

  private static final int COUNT = 0;
  private static final int ARRAYS = COUNT + Long.BYTES;

  final int nodeBytes;

  /** The most items of a node. */
  final int capacity;

  /** A node with no more than these items looks for a neighbour to merge with. */
  final int few;

  private final int entryBytes;
  private final boolean inner;
  private final int children;
  private final int entries;

  private CountedNode(int entryBytes, int nodeBytes, boolean inner) {
    int itemBytes = entryBytes + (inner ? 2 * Integer.BYTES : 0);
    this.entryBytes = entryBytes;
    this.nodeBytes = nodeBytes;
    this.inner = inner;
    this.capacity = (nodeBytes - ARRAYS) / itemBytes;
    this.few = capacity * 7 / 16;
    this.children = ARRAYS + capacity * Integer.BYTES;
    this.entries = inner ? children + capacity * Integer.BYTES : ARRAYS;
  }

  static CountedNode leaf(int entryBytes) {
    int nodeBytes = entryBytes <= SMALL_ENTRY_BYTES ? SMALL_LEAF_BYTES : LARGE_LEAF_BYTES;
    return new CountedNode(entryBytes, nodeBytes, false);
  }

  static CountedNode inner(int entryBytes) {
    return new CountedNode(entryBytes, INNER_BYTES, true);
  }

  int count(long node) {
    return Memory.getInt(node + COUNT);
  }

  void count(long node, int count) {
    assert count >= 0 && count <= capacity;
    Memory.putInt(node + COUNT, count);
  }

  long entry(long node, int index) {
    return node + entries + (long) index * entryBytes;
  }

  int child(long node, int index) {
    return Memory.getInt(node + children + (long) index * Integer.BYTES);
  }

  void setChild(long node, int index, int child) {
    Memory.putInt(node + children + (long) index * Integer.BYTES, child);
  }

  long weight(long node, int index) {
    return Integer.toUnsignedLong(Memory.getInt(weightAddress(node, index)));
  }

  private static long weightAddress(long node, int index) {
    return node + ARRAYS + (long) index * Integer.BYTES;
  }

  void addWeight(long node, int index, long change) {
    long weight = weight(node, index) + change;
    assert weight >>> 32 == 0 : "weight " + weight;
    Memory.putInt(weightAddress(node, index), (int) weight);
  }

  /** The weight of the children from one to before another. */
  long weight(long node, int from, int to) {
    long sum = 0;
    for (int i = from; i < to; i++) {
      sum += weight(node, i);
    }
    return sum;
  }

  void setEntry(long node, int index, long source) {
    Memory.copy(source, entry(node, index), entryBytes);
  }

  /** Makes room for an item before another; its content is then undefined. */
  void open(long node, int index) {
    int count = count(node);
    assert count < capacity && index <= count;
    copyItems(node, index, node, index + 1, count - index);
    count(node, count + 1);
  }

  /** Inserts a child before item {@code index} of an inner node that has room. */
  void insert(long node, int index, long firstEntry, int child, long weight) {
    open(node, index);
    setEntry(node, index, firstEntry);
    Memory.putInt(node + children + (long) index * Integer.BYTES, child);
    Memory.putInt(weightAddress(node, index), (int) weight);
  }

  void remove(long node, int index) {
    int count = count(node) - 1;
    copyItems(node, index + 1, node, index, count - index);
    count(node, count);
  }

  /** Moves the items from {@code index} on into an uninitialised right neighbour. */
  void split(long left, long right, int index) {
    int moved = count(left) - index;
    copyItems(left, index, right, 0, moved);
    count(right, moved);
    count(left, index);
  }

  /** Appends all items of the right neighbour, which is then to be freed, to the left one. */
  void merge(long left, long right) {
    int count = count(left);
    copyItems(right, 0, left, count, count(right));
    count(left, count + count(right));
  }

  /** Moves items between neighbours so that the left one has {@code leftCount}. */
  void distribute(long left, long right, int leftCount) {
    int oldLeft = count(left);
    int oldRight = count(right);
    int moved = oldLeft - leftCount;
    if (moved > 0) {
      copyItems(right, 0, right, moved, oldRight);
      copyItems(left, leftCount, right, 0, moved);
    } else {
      copyItems(right, 0, left, oldLeft, -moved);
      copyItems(right, -moved, right, 0, oldRight + moved);
    }
    count(left, leftCount);
    count(right, oldRight + moved);
  }

  private void copyItems(long source, int from, long target, int to, int items) {
    Memory.copy(entry(source, from), entry(target, to), (long) items * entryBytes);
    if (inner) {
      long bytes = (long) items * Integer.BYTES;
      Memory.copy(weightAddress(source, from), weightAddress(target, to), bytes);
      long shift = children - ARRAYS;
      Memory.copy(weightAddress(source, from) + shift, weightAddress(target, to) + shift, bytes);
    }
  }
}
