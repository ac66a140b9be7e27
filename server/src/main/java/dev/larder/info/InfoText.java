package dev.larder.info;

import java.util.Locale;

/** The text of INFO in the making: headed sections of {@code name:value} lines. */
final class InfoText implements InfoFields {
  private static final String END_OF_LINE = "\r\n";

  private final StringBuilder text = new StringBuilder(4096);

  /** Begins a section; a blank line sets it off from the one before. */
  @Override
  public void section(String title) {
    if (!text.isEmpty()) {
      text.append(END_OF_LINE);
    }
    text.append("# ").append(title).append(END_OF_LINE);
  }

  @Override
  public void line(String field) {
    text.append(field).append(END_OF_LINE);
  }

  @Override
  public void field(String name, String value) {
    text.append(name).append(':').append(value).append(END_OF_LINE);
  }

  @Override
  public void field(String name, long value) {
    text.append(name).append(':').append(value).append(END_OF_LINE);
  }

  @Override
  public void field(String name, double value, int decimals) {
    field(name, decimal(value, decimals));
  }

  /** A number of bytes, and beside it {@code name_human}. */
  @Override
  public void bytes(String name, long value) {
    field(name, value);
    field(name + "_human", human(value));
  }

  @Override
  public void percent(String name, double value) {
    field(name, decimal(value, 2) + "%");
  }

  static String decimal(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  /** Bytes for people, in powers of 1024: {@code 918.94K}. */
  static String human(long bytes) {
    if (bytes < 1024) {
      return bytes + "B";
    }
    double scaled = bytes;
    int unit = -1;
    while (scaled >= 1024 && unit < 4) {
      scaled /= 1024;
      unit++;
    }
    return decimal(scaled, 2) + "KMGTP".charAt(unit);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
