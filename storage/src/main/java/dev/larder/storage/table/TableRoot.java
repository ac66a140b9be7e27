package dev.larder.storage.table;

import dev.larder.storage.memory.Memory;

/**
 * What a table is behind a value's root, between two uses of a {@link KeyTable} for it.
 *
 * <pre>
 *   0            8         16                             20         24
 *   +------------+---------+------------------------------+----------+
 *   | directory  | count   | deepest, walk, parity        | drained  |
 *   +------------+---------+------------------------------+----------+
 *                            24 bits  7 bits  1 bit
 * </pre>
 *
 * <p>UNIFORM: all records of a table have its parity, unless it is being walked. Then those that
 * have another one are still to be seen; whatever is put into the table has its parity, and is not.
 * The number of the walk, 0 for none, goes with the root wherever that is moved.
 */
public final class TableRoot {
  static final int BYTES = 24;

  private static final int COUNT = 8;
  private static final int DEEPEST = 16;
  private static final int DRAINED = 20;
  private static final int DEEPEST_MASK = 0xFF_FFFF;
  private static final int WALK_SHIFT = 24;

  /** The highest number of a walk. */
  public static final int MAX_WALK = 0x7F;

  private static final int PARITY = 1 << 31;

  private TableRoot() {}

  static void writeEmpty(long root) {
    Memory.putLong(root, 0);
    Memory.putLong(root + COUNT, 0);
    Memory.putLong(root + DEEPEST, 0);
  }

  static void write(
      long root, long directory, long count, int deepest, int walk, boolean parity, long drained) {
    Memory.putLong(root, directory);
    Memory.putLong(root + COUNT, count);
    int state = deepest | walk << WALK_SHIFT | (parity ? PARITY : 0);
    Memory.putInt(root + DEEPEST, state);
    Memory.putInt(root + DRAINED, (int) drained);
  }

  static long directory(long root) {
    return Memory.getLong(root);
  }

  static long count(long root) {
    return Memory.getLong(root + COUNT);
  }

  /** Three numbers in one, for the three methods below. */
  static int state(long root) {
    return Memory.getInt(root + DEEPEST);
  }

  static int deepest(int state) {
    return state & DEEPEST_MASK;
  }

  static int walk(int state) {
    return state >>> WALK_SHIFT & MAX_WALK;
  }

  static boolean parity(int state) {
    return state < 0;
  }

  static long drained(long root) {
    return Memory.getInt(root + DRAINED) & 0xFFFF_FFFFL;
  }

  /** Begins a walk: all records are still to be seen. */
  public static void beginWalk(long root, int walk) {
    int state = state(root);
    assert walk(state) == 0 && walk > 0 && walk <= MAX_WALK;
    Memory.putInt(root + DEEPEST, (state ^ PARITY) | walk << WALK_SHIFT);
  }

  /** Ends a walk that has seen all records. */
  public static void endWalk(long root) {
    Memory.putInt(root + DEEPEST, state(root) & ~(MAX_WALK << WALK_SHIFT));
  }
}
