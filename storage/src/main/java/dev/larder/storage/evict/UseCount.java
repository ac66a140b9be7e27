package dev.larder.storage.evict;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.table.Record;

/**
 * How often a record's key is used, in 15 bits.
 *
 * <pre>
 *   15      14 .... 8  7 ....... 0
 *   +-------+----------+-----------+
 *   | small |  period  |  counter  |
 *   +-------+----------+-----------+
 * </pre>
 *
 * <p>The counter is logarithmic, as Redis's: the higher it is, the less likely a use adds one to it
 * ({@link UseRates}); with each period in which it was not written it loses one. Periods are
 * counted modulo 128, so somebody {@linkplain #keep comes by} before. The small bit is left as it
 * is: {@link EvictionBits}.
 */
@HotPath
public final class UseCount {
  private static final int SMALL = 0x8000;
  private static final int PERIOD_SHIFT = 8;
  private static final int PERIODS = 128;

  /** The highest counter. */
  public static final int MAX = 255;

  /** What a new key has, so that it has time to show that it is needed. */
  public static final int FIRST = 5;

  /** Within so many periods somebody should come by each record. */
  public static final int KEPT_PERIODS = PERIODS / 4;

  private UseCount() {}

  /** Sets a counter. */
  public static void set(long record, int counter, UseRates rates) {
    int bits = Record.eviction(record);
    int next = bits & SMALL | (rates.period() & PERIODS - 1) << PERIOD_SHIFT | counter;
    if ((short) next != (short) bits) {
      Record.eviction(record, (short) next);
    }
  }

  /** What is left of a counter by now. */
  public static int counter(long record, UseRates rates) {
    int bits = Record.eviction(record);
    return Math.max(0, (bits & MAX) - lost(bits, rates));
  }

  private static int lost(int bits, UseRates rates) {
    return rates.period() - (bits >>> PERIOD_SHIFT) & PERIODS - 1;
  }

  /**
   * A key is used.
   *
   * @param random bits by which it is decided whether that counts
   */
  public static void count(long record, int random, UseRates rates) {
    int counter = counter(record, rates);
    set(record, rates.counts(counter, random) ? counter + 1 : counter, rates);
  }

  /** Has a counter last until the next time. */
  public static void keep(long record, UseRates rates) {
    if (lost(Record.eviction(record), rates) >= KEPT_PERIODS) {
      set(record, counter(record, rates), rates);
    }
  }
}
