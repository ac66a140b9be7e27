package dev.larder.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.storage.Bytes;

/**
 * Numbers in arguments, with the rules by which Redis accepts them. Nothing is allocated for
 * integers, nor for decimal fractions of up to 15 digits.
 */
public final class Numbers {

  /** What {@link #parseLong} returns for bytes that are no integer, and for this very value. */
  public static final long NOT_A_LONG = Long.MIN_VALUE;

  /** Powers of ten that a double holds exactly. */
  private static final double[] EXACT_POWERS_OF_TEN = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private static final int MAX_EXACT_DIGITS = 15;
  private static final byte[] LONG_MIN = "-9223372036854775808".getBytes(ISO_8859_1);
  private static final byte[] INF = "inf".getBytes(ISO_8859_1);
  private static final byte[] INFINITY = "infinity".getBytes(ISO_8859_1);

  private Numbers() {}

  /** Whether bytes that {@link #parseLong} answered with {@link #NOT_A_LONG} are that integer. */
  public static boolean isLong(long address, int length) {
    return parseLong(address, length) != NOT_A_LONG || Ascii.equals(address, length, LONG_MIN);
  }

  /**
   * A signed decimal integer in the one way it can be written canonically: no {@code +}, no leading
   * zeros, no {@code -0}, no spaces.
   *
   * @return its value, or {@link #NOT_A_LONG}: then {@link #isLong} tells whether it is that value
   */
  public static long parseLong(long address, int length) {
    if (length == 0 || length > LONG_MIN.length) {
      return NOT_A_LONG;
    }
    int first = Bytes.getByte(address);
    boolean negative = first == '-';
    int i = negative ? 1 : 0;
    if (i == length) {
      return NOT_A_LONG;
    }
    int digit = Bytes.getByte(address + i) - '0';
    if (digit == 0 && length == 1) {
      return 0;
    }
    if (digit < 1 || digit > 9) {
      return NOT_A_LONG;
    }
    long value = -digit;
    for (i++; i < length; i++) {
      digit = Bytes.getByte(address + i) - '0';
      if (digit < 0 || digit > 9 || value < Long.MIN_VALUE / 10) {
        return NOT_A_LONG;
      }
      value = value * 10 - digit;
      if (value >= 0) {
        return NOT_A_LONG;
      }
    }
    return negative ? value : value == Long.MIN_VALUE ? NOT_A_LONG : -value;
  }

  /**
   * A floating point number as strtod reads it when it must consume everything: decimal or
   * hexadecimal, with or without exponent, {@code inf} and {@code infinity} in any case. What
   * overflows to infinity or underflows to zero is refused.
   *
   * @return its value, or NaN when it is none
   */
  public static double parseDouble(long address, int length) {
    if (length == 0) {
      return Double.NaN;
    }
    byte first = Bytes.getByte(address);
    boolean signed = first == '-' || first == '+';
    int start = signed ? 1 : 0;
    if (start == length) {
      return Double.NaN;
    }
    byte next = Bytes.getByte(address + start);
    if (next == '0' && length > start + 1 && (Bytes.getByte(address + start + 1) | 0x20) == 'x') {
      return parseHex(address, length, start + 2);
    }
    if (next == '.' || (next >= '0' && next <= '9')) {
      return parseDecimal(address, length, start, first == '-');
    }
    if (Ascii.equalsIgnoreCase(address + start, length - start, INF)
        || Ascii.equalsIgnoreCase(address + start, length - start, INFINITY)) {
      return first == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    return Double.NaN;
  }

  /** [digits][.digits][e[+-]digits] with a digit somewhere before the exponent. */
  private static double parseDecimal(long address, int length, int start, boolean negative) {
    long mantissa = 0;
    int significant = 0;
    int digits = 0;
    int scale = 0;
    boolean nonZero = false;
    boolean point = false;
    int i = start;
    for (; i < length; i++) {
      int b = Bytes.getByte(address + i);
      if (b == '.' && !point) {
        point = true;
        continue;
      }
      int digit = b - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      digits++;
      scale -= point ? 1 : 0;
      nonZero |= digit != 0;
      if (nonZero && significant++ < MAX_EXACT_DIGITS) {
        mantissa = mantissa * 10 + digit;
      }
    }
    if (digits == 0) {
      return Double.NaN;
    }
    if (i < length) {
      if ((Bytes.getByte(address + i) | 0x20) != 'e' || !isExponent(address, i + 1, length)) {
        return Double.NaN;
      }
    } else if (significant <= MAX_EXACT_DIGITS && scale >= -22) {
      // Both operands are exact, so the one rounding of the division is the right one.
      double value = mantissa / EXACT_POWERS_OF_TEN[-scale];
      return negative ? -value : value;
    }
    double value = Double.parseDouble(text(address, length));
    return Double.isInfinite(value) || (value == 0 && nonZero) ? Double.NaN : value;
  }

  /** What follows {@code 0x}: a mantissa in hexadecimal and perhaps a binary exponent. */
  private static double parseHex(long address, int length, int start) {
    int digits = 0;
    boolean nonZero = false;
    boolean point = false;
    int i = start;
    for (; i < length; i++) {
      int b = Bytes.getByte(address + i);
      if (b == '.' && !point) {
        point = true;
        continue;
      }
      int digit = b < 0 ? -1 : Character.digit(b, 16);
      if (digit < 0) {
        break;
      }
      digits++;
      nonZero |= digit != 0;
    }
    if (digits == 0) {
      return Double.NaN;
    }
    String text = text(address, length);
    if (i == length) {
      text += "p0";
    } else if ((Bytes.getByte(address + i) | 0x20) != 'p' || !isExponent(address, i + 1, length)) {
      return Double.NaN;
    }
    double value = Double.parseDouble(text);
    return Double.isInfinite(value) || (value == 0 && nonZero) ? Double.NaN : value;
  }

  private static boolean isExponent(long address, int from, int length) {
    int i = from;
    if (i < length && (Bytes.getByte(address + i) == '-' || Bytes.getByte(address + i) == '+')) {
      i++;
    }
    if (i == length) {
      return false;
    }
    for (; i < length; i++) {
      int digit = Bytes.getByte(address + i) - '0';
      if (digit < 0 || digit > 9) {
        return false;
      }
    }
    return true;
  }

  private static String text(long address, int length) {
    return new String(Bytes.toArray(address, length), ISO_8859_1);
  }
}
