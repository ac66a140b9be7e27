package dev.larder.metrics;

/**
 * Counts of one command since the last reset.
 *
 * @param calls how often it ran
 * @param timedCalls how many of these were timed
 * @param timedNanos how long the timed ones took together, in nanoseconds
 * @param rejected refused before running: arity, authentication, memory
 * @param failed ran and answered an error
 */
public record CommandStats(
    long calls, long timedCalls, long timedNanos, long rejected, long failed) {

  /** Mean time of a call in microseconds; 0 when none was timed. */
  public double microsPerCall() {
    return timedCalls == 0 ? 0 : timedNanos / 1_000.0 / timedCalls;
  }

  /** Time of all calls in microseconds, as the timed ones let one expect. */
  public long micros() {
    return Math.round(microsPerCall() * calls);
  }
}
