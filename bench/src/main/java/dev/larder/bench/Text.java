package dev.larder.bench;

import java.util.Locale;

/** Figures as text, always with a point and never in exponent form. */
final class Text {
  private Text() {}

  /** At most three decimals, trailing zeros dropped. */
  static String number(double value) {
    String text = fixed(value, 3);
    int end = text.length();
    while (text.charAt(end - 1) == '0') {
      end--;
    }
    return text.substring(0, text.charAt(end - 1) == '.' ? end - 1 : end);
  }

  static String fixed(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  static String micros(double nanos) {
    return fixed(nanos / 1_000, nanos < 10_000 ? 2 : nanos < 1_000_000 ? 1 : 0);
  }

  static String millis(double nanos) {
    return fixed(nanos / 1_000_000, 2) + " ms";
  }

  static String percent(double share) {
    return fixed(share * 100, 0) + " %";
  }

  static String bytes(long bytes) {
    if (bytes >= 1 << 20 && bytes % (1 << 20) == 0) {
      return bytes / (1 << 20) + " MiB";
    }
    return bytes >= 1 << 10 && bytes % (1 << 10) == 0 ? bytes / (1 << 10) + " KiB" : bytes + " B";
  }
}
