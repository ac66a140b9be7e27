package dev.larder.storage.evict;

import dev.larder.storage.memory.HotPath;

/**
 * How fast the counters of uses rise and fall: with which chance a use counts, and in which period
 * of time it is now. Any thread.
 */
@HotPath
public final class UseRates {
  private static final long MINUTE_MILLIS = 60_000;
  private static final int MAX_MINUTES = 1 << 24;
  private static final long UNKNOWN = Long.MIN_VALUE / 2;

  /** For each counter the first number of 31 bits, drawn by chance, that adds nothing to it. */
  private volatile int[] limits = limits(10);

  /** How many periods there were, modulo 2^32. */
  private volatile int period;

  /** How long a period is, 0 if time stands still: nothing is ever taken off. */
  private long periodMillis = MINUTE_MILLIS;

  /**
   * When this one began. Periods begin with minutes of the day, as in Redis: so a cache that is
   * filled and used within a minute loses as often there and here.
   */
  private volatile long startMillis = UNKNOWN;

  /** A use counts with a chance of one in {@code factor} times what the counter has gained, + 1. */
  public void logFactor(int factor) {
    limits = limits(factor);
  }

  private static int[] limits(int factor) {
    int[] made = new int[UseCount.MAX + 1];
    for (int counter = 0; counter < UseCount.MAX; counter++) {
      double gained = Math.max(0, counter - UseCount.FIRST);
      made[counter] = (int) (Integer.MAX_VALUE / (gained * factor + 1));
    }
    return made;
  }

  boolean counts(int counter, int random) {
    return (random & Integer.MAX_VALUE) <= limits[counter] && counter < UseCount.MAX;
  }

  /** A counter loses one in so many minutes, nothing if that is 0. What it has lost stays lost. */
  public synchronized void decayMinutes(int minutes) {
    periodMillis = Math.min(minutes, MAX_MINUTES) * MINUTE_MILLIS;
    startMillis = UNKNOWN;
  }

  /** How often somebody should come by all records. */
  public synchronized long keepMillis() {
    return Math.max(periodMillis, MINUTE_MILLIS) * UseCount.KEPT_PERIODS;
  }

  /** Goes on to a time, which is told many times a period. */
  public void time(long nowMillis) {
    long passed = nowMillis - startMillis;
    if (passed < 0 || passed >= MINUTE_MILLIS) {
      advance(nowMillis);
    }
  }

  private synchronized void advance(long nowMillis) {
    long passed = nowMillis - startMillis;
    if (startMillis == UNKNOWN || passed < 0) {
      startMillis = nowMillis - (periodMillis > 0 ? nowMillis % periodMillis : 0);
    } else if (periodMillis > 0 && passed >= periodMillis) {
      long periods = passed / periodMillis;
      startMillis = nowMillis - passed % periodMillis;
      // After a long sleep less is taken off than could be: what nobody came by would wrap.
      period = period + (int) Math.min(periods, UseCount.KEPT_PERIODS);
    }
  }

  int period() {
    return period;
  }
}
