package dev.larder.info;

/** How fast a total rises, over the last samples. Safe for any thread. */
final class Rate {
  private static final int SAMPLES = 16;
  private static final double NANOS_PER_SECOND = 1e9;

  private final long[] nanos = new long[SAMPLES];
  private final long[] totals = new long[SAMPLES];
  private int count;

  /**
   * Notes a total. One that is lower than before was reset: what was before it is forgotten.
   *
   * @param now monotonic clock in nanoseconds
   */
  synchronized void sample(long now, long total) {
    if (count > 0 && total < totals[(count - 1) % SAMPLES]) {
      count = 0;
    }
    if (count == 2 * SAMPLES) {
      count = SAMPLES;
    }
    nanos[count % SAMPLES] = now;
    totals[count % SAMPLES] = total;
    count++;
  }

  /** The mean rise per second between the oldest and the newest sample kept. */
  synchronized double perSecond() {
    if (count < 2) {
      return 0;
    }
    int newest = (count - 1) % SAMPLES;
    int oldest = count <= SAMPLES ? 0 : count % SAMPLES;
    long elapsed = nanos[newest] - nanos[oldest];
    return elapsed <= 0 ? 0 : (totals[newest] - totals[oldest]) * NANOS_PER_SECOND / elapsed;
  }
}
