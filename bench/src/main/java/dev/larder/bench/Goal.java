package dev.larder.bench;

/**
 * A limit that a figure must not exceed.
 *
 * @param text the limit as it is shown
 */
record Goal(String text, double limit) {
  static Goal atMost(double limit, String unit) {
    return new Goal("<= " + Text.number(limit) + unit, limit);
  }

  /** NaN, a figure that was not obtained, is unknown rather than met. */
  Verdict judge(double value) {
    if (Double.isNaN(value)) {
      return Verdict.UNKNOWN;
    }
    return value <= limit ? Verdict.OK : Verdict.MISSED;
  }
}
