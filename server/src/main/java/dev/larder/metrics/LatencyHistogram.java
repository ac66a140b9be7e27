package dev.larder.metrics;

import dev.larder.resp.HotPath;

/**
 * How durations are counted by size: in buckets, sixteen for each power of two, so that a bucket
 * tells a duration to a sixteenth of itself. The counts lie in plain arrays of {@link #BUCKETS}
 * elements that belong to whoever counts.
 */
@HotPath
public final class LatencyHistogram {
  private static final int SUB_BITS = 4;
  private static final int SUB_BUCKETS = 1 << SUB_BITS;

  /** Longer durations count as this one: 18 minutes. */
  private static final int MAX_EXPONENT = 39;

  /** The length of an array of counts. */
  public static final int BUCKETS = (MAX_EXPONENT - SUB_BITS + 2) * SUB_BUCKETS;

  /** What is told apart where durations are shown by bounds that double: from 1 µs on. */
  private static final int FIRST_DOUBLING_EXPONENT = 10;

  private static final int DOUBLINGS = MAX_EXPONENT + 2 - FIRST_DOUBLING_EXPONENT;
  private static final long NANOS_PER_MICRO = 1000;

  private LatencyHistogram() {}

  /** The bucket of a duration. */
  public static int bucket(long nanos) {
    if (nanos < SUB_BUCKETS) {
      return (int) Math.max(0, nanos);
    }
    int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos);
    if (exponent > MAX_EXPONENT) {
      return BUCKETS - 1;
    }
    int sub = (int) (nanos >>> (exponent - SUB_BITS)) & (SUB_BUCKETS - 1);
    return (exponent - SUB_BITS + 1) * SUB_BUCKETS + sub;
  }

  /** The longest duration of a bucket, in nanoseconds. */
  public static long maxNanos(int bucket) {
    if (bucket < SUB_BUCKETS) {
      return bucket;
    }
    int shift = bucket / SUB_BUCKETS - 1;
    return ((long) (SUB_BUCKETS + bucket % SUB_BUCKETS + 1) << shift) - 1;
  }

  /** How many durations were counted. */
  public static long total(long[] counts) {
    long total = 0;
    for (long count : counts) {
      total += count;
    }
    return total;
  }

  /**
   * A duration that so many percent of those counted do not exceed, in nanoseconds.
   *
   * @param percent from 0 to 100
   */
  public static long percentile(long[] counts, double percent) {
    double wanted = Math.max(1, total(counts) * percent / 100);
    long sum = 0;
    int last = 0;
    for (int i = 0; i < counts.length && sum < wanted; i++) {
      sum += counts[i];
      last = i;
    }
    return maxNanos(last);
  }

  /**
   * The counts by bounds that double: first what took less than 1024 ns, then what took from there
   * to less than twice that, and so on.
   */
  public static long[] byDoubling(long[] counts) {
    long[] doublings = new long[DOUBLINGS];
    for (int i = 0; i < counts.length; i++) {
      int exponent = i / SUB_BUCKETS + SUB_BITS - 1;
      doublings[Math.max(0, exponent + 1 - FIRST_DOUBLING_EXPONENT)] += counts[i];
    }
    return doublings;
  }

  /** The bound of what is at this place in {@link #byDoubling}, in whole microseconds. */
  public static long doublingMicros(int place) {
    return (1L << (FIRST_DOUBLING_EXPONENT + place)) / NANOS_PER_MICRO;
  }
}
