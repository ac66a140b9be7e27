package dev.larder.bench;

import java.util.Arrays;

/** Order statistics of a handful of rounds. */
final class Stats {
  private Stats() {}

  /** The middle value, or the mean of the two middle ones; NaN when there is none. */
  static double median(double[] values) {
    if (values.length == 0) {
      return Double.NaN;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Median of {@code numerator[i] / denominator[i]}: what one round says against its neighbour. */
  static double medianRatio(double[] numerator, double[] denominator) {
    double[] ratios = new double[Math.min(numerator.length, denominator.length)];
    Arrays.setAll(ratios, i -> numerator[i] / denominator[i]);
    return median(ratios);
  }
}
