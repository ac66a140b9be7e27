package dev.larder.cli.top;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Locale;

/** Numbers in the few characters that a column has. */
final class Figures {
  private static final double STEP = 1000;
  private static final double BYTE_STEP = 1024;
  private static final double WHOLE = 100;

  private Figures() {}

  /** Such as 7, 12.3K or 1.2G; at most six characters. */
  static String count(double value) {
    return scaled(value, STEP, "KMGTP", "");
  }

  /** Such as 512B or 1.5M, of 1024 each; at most six characters. */
  static String bytes(double value) {
    return scaled(value, BYTE_STEP, "KMGTP", "B");
  }

  private static String scaled(double value, double step, String units, String none) {
    double left = value;
    int unit = -1;
    while (Math.round(left) >= step && unit + 1 < units.length()) {
      left /= step;
      unit++;
    }
    String suffix = unit < 0 ? none : units.substring(unit, unit + 1);
    boolean isWhole = left >= WHOLE || left == Math.rint(left);
    return String.format(Locale.ROOT, isWhole ? "%.0f%s" : "%.1f%s", left, suffix);
  }

  /** Such as 3us, 1.5ms or 2.0s. */
  static String micros(double value) {
    if (Math.round(value) < STEP) {
      return String.format(Locale.ROOT, value < 10 ? "%.1fus" : "%.0fus", value);
    }
    double millis = value / STEP;
    return Math.round(millis) < STEP
        ? String.format(Locale.ROOT, millis < 10 ? "%.1fms" : "%.0fms", millis)
        : String.format(Locale.ROOT, "%.1fs", millis / STEP);
  }

  /** Such as 97.5%, or - for what is not known. */
  static String percent(double share) {
    return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.1f%%", share * WHOLE);
  }

  /** Such as 3d 04:05, or 00:05:09. */
  static String duration(long seconds) {
    long minutes = seconds / 60;
    long hours = minutes / 60;
    return hours >= 24
        ? String.format(Locale.ROOT, "%dd %02d:%02d", hours / 24, hours % 24, minutes % 60)
        : String.format(Locale.ROOT, "%02d:%02d:%02d", hours, minutes % 60, seconds % 60);
  }

  /** A key of one char a byte as text, in which a terminal finds nothing to obey. */
  static String key(String bytes) {
    StringBuilder text = new StringBuilder();
    new String(bytes.getBytes(ISO_8859_1), UTF_8)
        .codePoints()
        .map(point -> Character.isISOControl(point) ? '.' : point)
        .forEach(text::appendCodePoint);
    return text.toString();
  }
}
