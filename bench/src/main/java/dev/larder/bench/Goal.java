package dev.larder.bench;

/**
 * Bounds of a figure.
 *
 * @param text the goal as it is shown
 * @param least the figure must not be below it
 * @param limit the figure must not exceed it
 */
record Goal(String text, double least, double limit) {
  static Goal atMost(double limit, String unit) {
    return new Goal("<= " + Text.number(limit) + unit, 0, limit);
  }

  static Goal atLeast(double least, String unit) {
    return new Goal(">= " + Text.number(least) + unit, least, Double.MAX_VALUE);
  }

  /** NaN, a figure that was not obtained, is unknown rather than met. */
  Verdict judge(double value) {
    if (Double.isNaN(value)) {
      return Verdict.UNKNOWN;
    }
    return value >= least && value <= limit ? Verdict.OK : Verdict.MISSED;
  }
}
