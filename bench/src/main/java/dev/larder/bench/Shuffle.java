package dev.larder.bench;

import java.math.BigInteger;

/**
 * A bijection of [0, count) that looks like chance and can be computed both ways: multiplication by
 * a factor near the golden section of the count. Neighbours come far apart, and any part of the
 * order takes about its share from every stretch of numbers.
 *
 * <p>How even the shares are depends on the quotients in Euclid's algorithm of factor and count:
 * the smaller the largest of them, the more even. The golden section has the smallest, but a whole
 * number beside it can have large ones, so the best of many is taken.
 */
final class Shuffle {
  /** Products of two numbers below it stay below 2^62. */
  private static final long MAX_COUNT = 1L << 31;

  private static final int CANDIDATES = 1_000;
  private static final double GOLDEN = 0.618_033_988_75;

  private final long count;
  private final long factor;
  private final long inverse;

  Shuffle(long count) {
    if (count < 1 || count > MAX_COUNT) {
      throw new IllegalArgumentException("cannot shuffle " + count);
    }
    this.count = count;
    this.factor = factor(count);
    this.inverse =
        BigInteger.valueOf(factor).modInverse(BigInteger.valueOf(count)).longValueExact();
  }

  /** What comes at a position in [0, count). */
  long at(long position) {
    return position * factor % count;
  }

  /** The position at which a number in [0, count) comes. */
  long positionOf(long number) {
    return number * inverse % count;
  }

  private static long factor(long count) {
    long first = Math.max(1, (long) (count * GOLDEN));
    long best = 1;
    long bestQuotient = Long.MAX_VALUE;
    for (long i = first; i < Math.min(count, first + CANDIDATES); i++) {
      long quotient = largestQuotient(count, i);
      if (quotient < bestQuotient) {
        best = i;
        bestQuotient = quotient;
      }
    }
    return best;
  }

  /** Of Euclid's algorithm; the largest number there is when there is a common divisor. */
  private static long largestQuotient(long count, long factor) {
    long largest = 1;
    long a = count;
    long b = factor;
    while (b > 0) {
      largest = Math.max(largest, a / b);
      long rest = a % b;
      a = b;
      b = rest;
    }
    return a == 1 ? largest : Long.MAX_VALUE;
  }
}
