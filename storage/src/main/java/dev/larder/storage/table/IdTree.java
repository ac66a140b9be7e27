package dev.larder.storage.table;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.memory.Memory;

/**
 * A counted tree whose entries begin with an id of two unsigned 64-bit numbers, as those of streams
 * do; what follows in an entry is the caller's.
 *
 * <pre>
 *  0         8           16
 *  +---------+-----------+- - - - - - -+
 *  | millis  | sequence  |             |
 *  +---------+-----------+- - - - - - -+
 * </pre>
 */
@HotPath
public final class IdTree extends CountedTree {
  private static final int MILLIS = 0;
  private static final int SEQUENCE = MILLIS + Long.BYTES;

  /** The bytes of an id. */
  public static final int ID_BYTES = SEQUENCE + Long.BYTES;

  private long millis;
  private long sequence;

  /** A tree of entries of this size, the id included. */
  public IdTree(int entryBytes) {
    super(entryBytes);
  }

  /** How two ids compare: negative, zero or positive. */
  public static int compare(
      long leftMillis, long leftSequence, long rightMillis, long rightSequence) {
    return leftMillis == rightMillis
        ? Long.compareUnsigned(leftSequence, rightSequence)
        : Long.compareUnsigned(leftMillis, rightMillis);
  }

  public static long millis(long entry) {
    return Memory.getLong(entry + MILLIS);
  }

  public static long sequence(long entry) {
    return Memory.getLong(entry + SEQUENCE);
  }

  /** Writes the id of an entry. */
  public static void putId(long entry, long millis, long sequence) {
    Memory.putLong(entry + MILLIS, millis);
    Memory.putLong(entry + SEQUENCE, sequence);
  }

  /**
   * Goes to the first entry whose id is not below this one, or to the end.
   *
   * @return whether it has this very id
   */
  public boolean seek(long newMillis, long newSequence) {
    millis = newMillis;
    sequence = newSequence;
    return seek();
  }

  /** Goes to the last entry whose id is not above this one; false, and anywhere, without one. */
  public boolean seekBack(long newMillis, long newSequence) {
    return seek(newMillis, newSequence) || previous();
  }

  @Override
  protected int compare(long entry) {
    return compare(millis(entry), sequence(entry), millis, sequence);
  }

  @Override
  protected int compareEntries(long left, long right) {
    return compare(millis(left), sequence(left), millis(right), sequence(right));
  }
}
