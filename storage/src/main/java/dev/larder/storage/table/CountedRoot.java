package dev.larder.storage.table;

import dev.larder.storage.memory.Memory;

/*
 * The root of a counted tree, in memory of the tree's owner, who may move it.
 *
 *   0        4        8       12       16       20        24
 *   +--------+--------+-------+--------+--------+---------+
 *   | node   | height | count | weight | leaves | inners  |    all unsigned
 *   +--------+--------+-------+--------+--------+---------+
 *
 * The node is a reference; height counts levels: 0 when empty, 1 when the node is a leaf. Leaves
 * and inners are the numbers of nodes. An empty tree is all zeros.
 */

/** Static access to the root of a counted tree at an absolute address. */
final class CountedRoot {
  private static final int NODE = 0;
  private static final int HEIGHT = NODE + Integer.BYTES;
  private static final int COUNT = HEIGHT + Integer.BYTES;
  private static final int WEIGHT = COUNT + Integer.BYTES;
  private static final int LEAVES = WEIGHT + Integer.BYTES;
  private static final int INNERS = LEAVES + Integer.BYTES;
  static final int BYTES = INNERS + Integer.BYTES;

  private CountedRoot() {}

  static void init(long root) {
    Memory.fill(root, BYTES, (byte) 0);
  }

  static int node(long root) {
    return Memory.getInt(root + NODE);
  }

  static int height(long root) {
    return Memory.getInt(root + HEIGHT);
  }

  static void set(long root, int node, int height) {
    Memory.putInt(root + NODE, node);
    Memory.putInt(root + HEIGHT, height);
  }

  static long count(long root) {
    return Integer.toUnsignedLong(Memory.getInt(root + COUNT));
  }

  static long weight(long root) {
    return Integer.toUnsignedLong(Memory.getInt(root + WEIGHT));
  }

  static void add(long root, long count, long weight) {
    assert weight(root) + weight >>> 32 == 0 : "weight " + (weight(root) + weight);
    Memory.putInt(root + COUNT, (int) (count(root) + count));
    Memory.putInt(root + WEIGHT, (int) (weight(root) + weight));
  }

  static long leaves(long root) {
    return Integer.toUnsignedLong(Memory.getInt(root + LEAVES));
  }

  static long inners(long root) {
    return Integer.toUnsignedLong(Memory.getInt(root + INNERS));
  }

  static void addLeaves(long root, int change) {
    Memory.putInt(root + LEAVES, Memory.getInt(root + LEAVES) + change);
  }

  static void addInners(long root, int change) {
    Memory.putInt(root + INNERS, Memory.getInt(root + INNERS) + change);
  }
}
