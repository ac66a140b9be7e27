package dev.larder.metrics;

/*
 * Problem. What is live is less than what the system has given: pages are partly used until they
 * are evacuated, freed memory is given back a little later. A limit that only live bytes are
 * compared with would be exceeded by that much. Resident memory itself cannot be the measure
 * either: who evicts would see no effect at once, and go on until nothing is left.
 *
 * Idea. The difference is counted as used little by little, as long as more is resident than the
 * limit tolerates, and taken back as slowly when there is room again. So what is live settles where
 * the sum fits, whatever the proportion of the two is, and each step has time to show its effect.
 *
 *   resident  ────────╮    ╭─ limit + 2 %
 *   live      ──╮      ╰───╯
 *                ╰────────────  limit - counted
 *
 * Bounds. At most a quarter of the limit is counted: pages that are used by less than that are
 * evacuated. A step is 1 % of the limit. A few megabytes are always tolerated, since the JVM's own
 * memory is not known better than that.
 */

/** What of the memory that holds no data counts as used. One thread ticks; any thread reads. */
public final class ResidentExcess {
  private static final int TOLERATED_PART = 50;
  private static final long TOLERATED_BYTES = 16L << 20;
  private static final int STEP_PART = 100;
  private static final int MOST_PART = 4;

  /** A difference is not made up for at once. */
  private static final int GAIN_PART = 2;

  private volatile long bytes;

  /** How much is counted. */
  public long bytes() {
    return bytes;
  }

  /**
   * Looks once more, about a second after the last time.
   *
   * @param resident what the process holds beside the JVM's own memory
   * @param limit 0 for none
   */
  public void tick(long resident, long limit) {
    long tolerated = limit + limit / TOLERATED_PART + TOLERATED_BYTES;
    long over = resident - tolerated;
    long step = Math.max(1, limit / STEP_PART);
    if (limit == 0) {
      bytes = 0;
    } else if (over > 0) {
      bytes = Math.min(bytes + Math.min(over / GAIN_PART + 1, step), limit / MOST_PART);
    } else if (-over > step) {
      bytes = Math.max(0, bytes - Math.min((-over - step) / GAIN_PART + 1, step));
    }
  }
}
