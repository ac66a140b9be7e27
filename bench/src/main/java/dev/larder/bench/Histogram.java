package dev.larder.bench;

/**
 * Counts of non-negative values in buckets whose width is under 1 % of the value. Recording is a
 * shift and an increment. Not thread-safe.
 */
final class Histogram {
  private static final int SUB_BITS = 7;
  private static final int SUB_COUNT = 1 << SUB_BITS;

  private final long[] counts = new long[(64 - SUB_BITS) * SUB_COUNT + SUB_COUNT];
  private long total;
  private long max;

  void record(long value) {
    counts[indexOf(value)]++;
    total++;
    max = Math.max(max, value);
  }

  void add(Histogram other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
    total += other.total;
    max = Math.max(max, other.max);
  }

  long count() {
    return total;
  }

  long max() {
    return max;
  }

  /** The upper edge of the bucket in which the {@code quantile} (0..1) lies; 0 when empty. */
  long quantile(double quantile) {
    long rank = Math.max(1, (long) Math.ceil(quantile * total));
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen >= rank && counts[i] != 0) {
        return Math.min(max, upperEdge(i));
      }
    }
    return 0;
  }

  private static int indexOf(long value) {
    if (value < SUB_COUNT) {
      return (int) Math.max(0, value);
    }
    int shift = 63 - Long.numberOfLeadingZeros(value) - SUB_BITS;
    return (shift + 1) * SUB_COUNT + (int) ((value >>> shift) - SUB_COUNT);
  }

  private static long upperEdge(int index) {
    if (index < SUB_COUNT) {
      return index;
    }
    int shift = index / SUB_COUNT - 1;
    return ((long) (index % SUB_COUNT + SUB_COUNT + 1) << shift) - 1;
  }
}
