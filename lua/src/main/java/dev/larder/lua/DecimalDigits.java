package dev.larder.lua;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/*
 * Problem. C prints the exact value of a double, rounded half to even; BigDecimal can, but slowly.
 *
 * Idea. Up to 14 digits are a whole number m below 2^53, the value times or over a power of ten.
 * Powers up to 10^22 are exact doubles, so a fused multiply-add gives the error of the product, or
 * the remainder of the quotient, exactly, and it decides wherever the rounded result is a tie.
 * Whatever has more digits or a larger exponent is left to BigDecimal.
 */

/** The decimal digits of a finite number that is not negative, rounded exactly, half to even. */
final class DecimalDigits {
  /** The powers of ten that are doubles. */
  static final double[] POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  static final int POWER_MAX = 22;
  private static final double EXACT_INTEGERS = 0x1p53;

  /** How many digits, and one more, always fit into {@link #EXACT_INTEGERS}. */
  private static final int QUICK_DIGITS = 14;

  private static final double LOG10_OF_2 = 0.30102999566398119;

  private static final byte[] ZERO = {'0'};

  /** The digits as characters; the first is 0 only if the number is rounded to less than 1. */
  final byte[] digits;

  /** The power of ten that the first digit stands for. */
  final int exponent;

  private DecimalDigits(byte[] digits, int exponent) {
    this.digits = digits;
    this.exponent = exponent;
  }

  /** The first digits of a number, as many as asked for; all are 0 for 0. */
  static DecimalDigits significant(double number, int count) {
    if (number == 0) {
      return new DecimalDigits(padded(ZERO, count), 0);
    }
    if (count <= QUICK_DIGITS) {
      int exponent = (int) Math.floor(Math.getExponent(number) * LOG10_OF_2);
      long scaled = scale(number, count - 1 - exponent);
      if (scaled >= (long) POWERS[count]) {
        exponent++; // The estimate was one too low, or the digits are all 9 and are rounded up.
        scaled = scale(number, count - 1 - exponent);
      }
      if (scaled >= (long) POWERS[count - 1]) {
        return new DecimalDigits(text(scaled, count), exponent);
      }
    }
    BigDecimal exact = new BigDecimal(number).round(new MathContext(count, RoundingMode.HALF_EVEN));
    byte[] digits = ascii(exact.unscaledValue().toString());
    return new DecimalDigits(padded(digits, count), exact.precision() - 1 - exact.scale());
  }

  /** All digits of a number up to a number of digits behind the point. */
  static DecimalDigits fixed(double number, int decimals) {
    long scaled = scale(number, decimals);
    byte[] digits =
        scaled >= 0
            ? text(scaled, length(scaled))
            : ascii(
                new BigDecimal(number)
                    .setScale(decimals, RoundingMode.HALF_EVEN)
                    .unscaledValue()
                    .toString());
    return new DecimalDigits(digits, digits.length - 1 - decimals);
  }

  /** A number times a power of ten, rounded; -1 if that can't be told quickly. */
  private static long scale(double number, int power) {
    double scaled;
    double error; // of which only the sign counts
    if (power >= 0 && power <= POWER_MAX) {
      scaled = number * POWERS[power];
      error = Math.fma(number, POWERS[power], -scaled);
    } else if (power < 0 && power >= -POWER_MAX) {
      scaled = number / POWERS[-power];
      error = Math.fma(-scaled, POWERS[-power], number);
    } else {
      return -1;
    }
    if (scaled >= EXACT_INTEGERS) {
      return -1;
    }
    long whole = (long) scaled;
    double rest = scaled - whole;
    boolean up = rest > 0.5 || rest == 0.5 && (error > 0 || error == 0 && (whole & 1) != 0);
    return up ? whole + 1 : whole;
  }

  private static int length(long number) {
    int length = 1;
    while (length < POWERS.length && number >= POWERS[length]) {
      length++;
    }
    return length;
  }

  private static byte[] text(long number, int length) {
    byte[] text = new byte[length];
    long rest = number;
    for (int i = length - 1; i >= 0; i--) {
      text[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return text;
  }

  private static byte[] padded(byte[] digits, int count) {
    if (digits.length == count) {
      return digits;
    }
    byte[] all = new byte[count];
    for (int i = 0; i < count; i++) {
      all[i] = i < digits.length ? digits[i] : (byte) '0';
    }
    return all;
  }

  private static byte[] ascii(String digits) {
    return LuaString.of(digits).bytes();
  }
}
