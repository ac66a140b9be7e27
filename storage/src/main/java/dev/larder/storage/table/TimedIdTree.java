package dev.larder.storage.table;

import dev.larder.storage.memory.Memory;

/**
 * Ids in the order of a time that each of them has, in milliseconds since the epoch; of equal times
 * in their own order.
 *
 * <pre>
 *  0       8         16          24
 *  +-------+---------+-----------+
 *  | time  | millis  | sequence  |
 *  +-------+---------+-----------+
 * </pre>
 */
public final class TimedIdTree extends CountedTree {
  private static final int TIME = 0;
  private static final int ID = TIME + Long.BYTES;
  public static final int ENTRY_BYTES = ID + IdTree.ID_BYTES;

  private long time;
  private long millis;
  private long sequence;

  public TimedIdTree() {
    super(ENTRY_BYTES);
  }

  public static long time(long entry) {
    return Memory.getLong(entry + TIME);
  }

  public static long millis(long entry) {
    return IdTree.millis(entry + ID);
  }

  public static long sequence(long entry) {
    return IdTree.sequence(entry + ID);
  }

  public static void put(long entry, long time, long millis, long sequence) {
    Memory.putLong(entry + TIME, time);
    IdTree.putId(entry + ID, millis, sequence);
  }

  /** Goes to this id with this time, or to where it would be; returns whether it is there. */
  public boolean seek(long newTime, long newMillis, long newSequence) {
    time = newTime;
    millis = newMillis;
    sequence = newSequence;
    return seek();
  }

  @Override
  protected int compare(long entry) {
    int byTime = Long.compare(time(entry), time);
    return byTime != 0 ? byTime : IdTree.compare(millis(entry), sequence(entry), millis, sequence);
  }

  @Override
  protected int compareEntries(long left, long right) {
    int byTime = Long.compare(time(left), time(right));
    return byTime != 0
        ? byTime
        : IdTree.compare(millis(left), sequence(left), millis(right), sequence(right));
  }
}
