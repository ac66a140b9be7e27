package dev.larder.lua;

/**
 * Numbers as C's {@code printf} writes them by {@code %f}, {@code %e} and {@code %g}, for finite
 * numbers that are not negative; signs, padding and the rest are the caller's. The digits are exact
 * whatever the precision.
 */
public final class FloatFormat {
  /** The largest precision. */
  public static final int PRECISION_MAX = 99;

  /** The longest text, in bytes: the largest double has 309 digits before its point. */
  public static final int LENGTH_MAX = 309 + 1 + PRECISION_MAX;

  private FloatFormat() {}

  /**
   * Writes a number without exponent.
   *
   * @param precision how many digits come behind the point
   * @param point whether the point is written even if no digits follow
   * @return the end of what was written
   */
  public static int fixed(double number, int precision, boolean point, byte[] out, int start) {
    DecimalDigits decimal = DecimalDigits.fixed(number, precision);
    return fixed(decimal, decimal.digits.length, precision, point, out, start);
  }

  /**
   * Writes a number with exponent.
   *
   * @param precision how many digits come behind the point
   * @param point whether the point is written even if no digits follow
   * @return the end of what was written
   */
  public static int scientific(double number, int precision, boolean point, byte[] out, int start) {
    DecimalDigits decimal = DecimalDigits.significant(number, precision + 1);
    return scientific(decimal, precision + 1, point, out, start);
  }

  /**
   * Writes a number in the shorter of both ways.
   *
   * @param precision how many digits there are; 0 is 1
   * @param keepZeros whether zeros at the end behind the point, and the point, remain
   * @return the end of what was written
   */
  public static int general(
      double number, int precision, boolean keepZeros, byte[] out, int start) {
    int all = Math.max(precision, 1);
    DecimalDigits decimal = DecimalDigits.significant(number, all);
    int exponent = decimal.exponent;
    boolean plain = exponent >= -4 && exponent < all;
    int count = all;
    if (!keepZeros) {
      int least = plain ? Math.max(exponent + 1, 1) : 1;
      while (count > least && decimal.digits[count - 1] == '0') {
        count--;
      }
    }
    return plain
        ? fixed(decimal, count, count - 1 - exponent, keepZeros, out, start)
        : scientific(decimal, count, keepZeros, out, start);
  }

  private static int fixed(
      DecimalDigits decimal, int count, int decimals, boolean point, byte[] out, int start) {
    int whole = decimal.exponent + 1;
    int end = start;
    if (whole > 0) {
      System.arraycopy(decimal.digits, 0, out, end, whole);
      end += whole;
    } else {
      out[end++] = '0';
    }
    if (decimals > 0 || point) {
      out[end++] = '.';
    }
    for (int i = whole; i < 0; i++) {
      out[end++] = '0';
    }
    int from = Math.max(whole, 0);
    if (count > from) {
      System.arraycopy(decimal.digits, from, out, end, count - from);
      end += count - from;
    }
    return end;
  }

  private static int scientific(
      DecimalDigits decimal, int count, boolean point, byte[] out, int start) {
    int end = start;
    out[end++] = decimal.digits[0];
    if (count > 1 || point) {
      out[end++] = '.';
    }
    System.arraycopy(decimal.digits, 1, out, end, count - 1);
    end += count - 1;
    out[end++] = 'e';
    out[end++] = (byte) (decimal.exponent < 0 ? '-' : '+');
    int exponent = Math.abs(decimal.exponent);
    if (exponent >= 100) {
      out[end++] = (byte) ('0' + exponent / 100);
    }
    out[end++] = (byte) ('0' + exponent / 10 % 10);
    out[end++] = (byte) ('0' + exponent % 10);
    return end;
  }
}
