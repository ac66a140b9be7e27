package dev.larder.storage.evict;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.table.Record;

/**
 * The eviction bits of a record under the S3 policies; others have {@link UseTime} or {@link
 * UseCount} in 15 of them, and leave the small bit to this class.
 *
 * <pre>
 *   15      14 13     12 ... 0
 *   +-------+---------+---------+
 *   | small | counter | unused  |
 *   +-------+---------+---------+
 * </pre>
 *
 * <p>A small record is one of the new keys that wait in the {@link HandleRing} for their first
 * examination; all others are main ones. The counter says how often the key was used since the last
 * examination: up to three, beyond which nothing is written, so that hot records stay clean.
 */
@HotPath
public final class EvictionBits {
  private static final int SMALL = 0x8000;
  private static final int COUNTER_SHIFT = 13;
  private static final int COUNTER_ONE = 1 << COUNTER_SHIFT;
  private static final int COUNTER_MASK = 3 << COUNTER_SHIFT;

  private EvictionBits() {}

  /** Whether a record's key is one of the new ones. */
  public static boolean isSmall(long record) {
    return Record.eviction(record) < 0;
  }

  /** Makes a record small. */
  public static void setSmall(long record) {
    Record.eviction(record, (short) (Record.eviction(record) | SMALL));
  }

  /** Makes a small record a main one. */
  public static void clearSmall(long record) {
    Record.eviction(record, (short) (Record.eviction(record) & ~SMALL));
  }

  /** How often a key was used since it was examined last, up to 3. */
  public static int counter(long record) {
    return (Record.eviction(record) & COUNTER_MASK) >>> COUNTER_SHIFT;
  }

  /** Counts a use. */
  public static void count(long record) {
    int bits = Record.eviction(record);
    if ((bits & COUNTER_MASK) != COUNTER_MASK) {
      Record.eviction(record, (short) (bits + COUNTER_ONE));
    }
  }

  /** Takes one off a counter that is not 0. */
  public static void discount(long record) {
    assert counter(record) > 0;
    Record.eviction(record, (short) (Record.eviction(record) - COUNTER_ONE));
  }

  /** Sets the counter to 0. */
  public static void resetCounter(long record) {
    Record.eviction(record, (short) (Record.eviction(record) & ~COUNTER_MASK));
  }

  /** The less, the sooner a record goes where it is compared with few others: small ones first. */
  public static int rank(long record) {
    return 2 * counter(record) + (isSmall(record) ? 0 : 1);
  }
}
