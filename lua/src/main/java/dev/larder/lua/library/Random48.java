package dev.larder.lua.library;

/**
 * The generator of Unix's {@code lrand48}: the same seed gives the same numbers on every machine,
 * and in Redis.
 */
final class Random48 {
  /** What scripts divide by: one less than the number of values. */
  static final int MAX = Integer.MAX_VALUE;

  private static final long FACTOR = 0x5DEECE66DL;
  private static final long SUMMAND = 0xB;
  private static final long MASK = (1L << 48) - 1;
  private static final long LOW_BITS = 0x330E;

  /** Where the generator begins if it is not seeded. */
  private long state = 0x1234ABCDL << 16 | LOW_BITS;

  void seed(int seed) {
    state = (seed & 0xFFFFFFFFL) << 16 | LOW_BITS;
  }

  /** The next number from 0 to {@link #MAX}. */
  int next() {
    state = state * FACTOR + SUMMAND & MASK;
    return (int) (state >>> 17);
  }
}
