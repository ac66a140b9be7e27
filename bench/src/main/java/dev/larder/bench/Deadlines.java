package dev.larder.bench;

import java.util.Arrays;
import java.util.function.LongUnaryOperator;

/** When volatile keys expire, as a function of their number. */
final class Deadlines {
  /** Length of an epoch in milliseconds, until the year 2286. */
  static final int DIGITS = 13;

  static final LongUnaryOperator NONE = number -> 0;

  private Deadlines() {}

  /** Uniformly spread over {@code [from, from + spreadMillis)}, in epoch milliseconds. */
  static LongUnaryOperator spread(long from, long spreadMillis) {
    return number -> from + Math.unsignedMultiplyHigh(KeyValues.mix(number * 3 + 1), spreadMillis);
  }

  /** Those of the keys numbered [0, keys), earliest first. */
  static long[] sorted(LongUnaryOperator deadlines, int keys) {
    long[] all = new long[keys];
    Arrays.setAll(all, deadlines::applyAsLong);
    Arrays.sort(all);
    return all;
  }
}
