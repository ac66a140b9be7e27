package dev.larder.metrics;

/**
 * Counts of one command since the last reset.
 *
 * @param calls how often it ran
 * @param nanos how long that took together, in nanoseconds
 * @param rejected refused before running: arity, authentication, memory
 * @param failed ran and answered an error
 */
public record CommandStats(long calls, long nanos, long rejected, long failed) {

  /** Mean time of a call in microseconds; 0 when there was none. */
  public double microsPerCall() {
    return calls == 0 ? 0 : nanos / 1_000.0 / calls;
  }

  /** Time of all calls in microseconds. */
  public long micros() {
    return nanos / 1_000;
  }
}
