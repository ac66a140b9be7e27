package dev.larder.commands;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/*
 * Problem. INCRBYFLOAT's digits are those of C's long double on x86: 80 bits, of which 64 are the
 * mantissa. Java has no such type, and a double gives other digits from the 16th on.
 *
 * Idea. Values are exact: mantissa * 2^exponent in big integers. Reading and adding are done
 * exactly, then rounded once to 64 bits, half to even, as the processor does; printing is exact
 * again: %.17f of the value, half to even, with the zeros at the end cut off.
 *
 *   normal:     1 bit . 63 bits  * 2^(-16382 .. 16383)
 *   subnormal:  0     . 63 bits  * 2^-16382, so the last bit is worth 2^-16445
 *
 * Cost. Some big-integer operations per number, microseconds for numbers of everyday size.
 */

/** A number in the format of x86's 80-bit floating point, infinities included. Immutable. */
final class LongDouble implements Comparable<LongDouble> {

  static final LongDouble ZERO = new LongDouble(BigInteger.ZERO, 0, false);

  /** A longer text is not read as a number. */
  static final int MAX_TEXT_BYTES = 5 * 1024 - 1;

  private static final int MANTISSA_BITS = 64;

  /** The exponent of the last bit of the smallest numbers. */
  private static final int MIN_EXPONENT = -16445;

  /** One above the exponent of the first bit of the greatest numbers. */
  private static final int EXPONENT_LIMIT = 16384;

  /** Beyond any power of ten or two in range, whatever digits of a text are before it. */
  private static final int MAX_TEXT_EXPONENT = 1_000_000;

  /** Powers of ten beyond these are out of range for a mantissa with one digit before the point. */
  private static final int DECIMAL_LIMIT = 5000;

  private static final int FRACTION_DIGITS = 17;

  /** The greatest finite number. */
  static final LongDouble MAX =
      new LongDouble(
          BigInteger.ONE.shiftLeft(MANTISSA_BITS).subtract(BigInteger.ONE),
          EXPONENT_LIMIT - MANTISSA_BITS,
          false);

  private static final LongDouble INFINITE = new LongDouble(BigInteger.ONE, 0, true);

  private static final Pattern DECIMAL =
      Pattern.compile("([+-]?)(?=\\.?[0-9])([0-9]*)\\.?([0-9]*)(?:[eE]([+-]?[0-9]+))?");
  private static final Pattern HEXADECIMAL =
      Pattern.compile(
          "([+-]?)0[xX](?=\\.?[0-9a-fA-F])([0-9a-fA-F]*)\\.?([0-9a-fA-F]*)(?:[pP]([+-]?[0-9]+))?");
  private static final Pattern INFINITY =
      Pattern.compile("[+-]?inf(?:inity)?", Pattern.CASE_INSENSITIVE);

  private final BigInteger mantissa;
  private final int exponent;
  private final boolean isInfinite;

  private LongDouble(BigInteger mantissa, int exponent, boolean isInfinite) {
    this.mantissa = mantissa;
    this.exponent = exponent;
    this.isInfinite = isInfinite;
  }

  /**
   * Reads a text as strtold does when it must consume everything: decimal or hexadecimal, or an
   * infinity.
   *
   * @return null if it is no number, or one that is too great or too small
   */
  static @Nullable LongDouble parse(byte[] text) {
    if (text.length == 0 || text.length > MAX_TEXT_BYTES) {
      return null;
    }
    String string = new String(text, ISO_8859_1);
    Matcher decimal = DECIMAL.matcher(string);
    if (decimal.matches()) {
      return parseDecimal(decimal);
    }
    Matcher hexadecimal = HEXADECIMAL.matcher(string);
    if (hexadecimal.matches()) {
      return parseHexadecimal(hexadecimal);
    }
    if (!INFINITY.matcher(string).matches()) {
      return null;
    }
    return string.charAt(0) == '-' ? INFINITE.negate() : INFINITE;
  }

  private static @Nullable LongDouble parseDecimal(Matcher m) {
    BigInteger digits = digits(m, 10);
    if (digits.signum() == 0) {
      return ZERO;
    }
    int power = exponentOf(m) - m.group(3).length();
    BigDecimal value = new BigDecimal(digits, -power);
    long leading = (long) value.precision() + power;
    if (Math.abs(leading) > DECIMAL_LIMIT) {
      return null;
    }
    return power >= 0
        ? round(value.toBigIntegerExact(), 0)
        : quotient(digits, BigInteger.TEN.pow(-power));
  }

  private static @Nullable LongDouble parseHexadecimal(Matcher m) {
    BigInteger digits = digits(m, 16);
    return digits.signum() == 0 ? ZERO : round(digits, exponentOf(m) - 4 * m.group(3).length());
  }

  private static BigInteger digits(Matcher m, int radix) {
    return new BigInteger(m.group(1) + m.group(2) + m.group(3), radix);
  }

  /** The exponent in a text, bounded where it is far out of range in any case. */
  private static int exponentOf(Matcher m) {
    String text = m.group(4);
    if (text == null) {
      return 0;
    }
    return new BigInteger(text)
        .max(BigInteger.valueOf(-MAX_TEXT_EXPONENT))
        .min(BigInteger.valueOf(MAX_TEXT_EXPONENT))
        .intValue();
  }

  /** The number nearest to a fraction. */
  private static @Nullable LongDouble quotient(BigInteger numerator, BigInteger denominator) {
    // The quotient gets two bits more than the mantissa, and a last one for the rest, if any: that
    // is enough to round once, and correctly.
    int shift = Math.max(0, MANTISSA_BITS + 3 + denominator.bitLength() - numerator.bitLength());
    BigInteger[] parts = numerator.abs().shiftLeft(shift).divideAndRemainder(denominator);
    BigInteger quotient = parts[0].shiftLeft(1);
    if (parts[1].signum() != 0) {
      quotient = quotient.setBit(0);
    }
    return round(numerator.signum() < 0 ? quotient.negate() : quotient, -shift - 1);
  }

  /**
   * The number nearest to {@code value * 2^exponent}, half to even.
   *
   * @return null if it is out of range, or rounds to zero
   */
  private static @Nullable LongDouble round(BigInteger value, int exponent) {
    BigInteger magnitude = value.abs();
    int excess = magnitude.bitLength() - MANTISSA_BITS;
    int dropped = Math.max(excess, MIN_EXPONENT - exponent);
    int newExponent = exponent;
    if (dropped > 0) {
      magnitude = shiftRightHalfEven(magnitude, dropped);
      newExponent += dropped;
    }
    if (magnitude.signum() == 0 || (long) magnitude.bitLength() + newExponent > EXPONENT_LIMIT) {
      return null;
    }
    return new LongDouble(value.signum() < 0 ? magnitude.negate() : magnitude, newExponent, false);
  }

  private static BigInteger shiftRightHalfEven(BigInteger magnitude, int bits) {
    BigInteger shifted = magnitude.shiftRight(bits);
    if (!magnitude.testBit(bits - 1)) {
      return shifted;
    }
    boolean isHalf = magnitude.getLowestSetBit() == bits - 1;
    return isHalf && !shifted.testBit(0) ? shifted : shifted.add(BigInteger.ONE);
  }

  boolean isInfinite() {
    return isInfinite;
  }

  /** 1 above zero, -1 below, infinities included, and 0 at zero. */
  int signum() {
    return mantissa.signum();
  }

  LongDouble negate() {
    return new LongDouble(mantissa.negate(), exponent, isInfinite);
  }

  @Override
  public int compareTo(LongDouble other) {
    if (isInfinite || other.isInfinite) {
      return Integer.compare(isInfinite ? signum() : 0, other.isInfinite ? other.signum() : 0);
    }
    int common = Math.min(exponent, other.exponent);
    return mantissa
        .shiftLeft(exponent - common)
        .compareTo(other.mantissa.shiftLeft(other.exponent - common));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LongDouble number && compareTo(number) == 0;
  }

  @Override
  public int hashCode() {
    return signum();
  }

  /** The sum, rounded; null if it is infinite or undefined. */
  @Nullable LongDouble plus(LongDouble other) {
    if (isInfinite || other.isInfinite) {
      return null;
    }
    int common = Math.min(exponent, other.exponent);
    BigInteger sum =
        mantissa
            .shiftLeft(exponent - common)
            .add(other.mantissa.shiftLeft(other.exponent - common));
    return sum.signum() == 0 ? ZERO : round(sum, common);
  }

  /** The number as {@code %.17Lf} prints it, without zeros at the end. */
  byte[] format() {
    if (isInfinite) {
      return (signum() > 0 ? "inf" : "-inf").getBytes(ISO_8859_1);
    }
    BigDecimal exact =
        exponent >= 0
            ? new BigDecimal(mantissa.shiftLeft(exponent))
            : new BigDecimal(mantissa.multiply(BigInteger.valueOf(5).pow(-exponent)), -exponent);
    BigDecimal rounded = exact.setScale(FRACTION_DIGITS, RoundingMode.HALF_EVEN);
    if (rounded.signum() == 0) {
      return new byte[] {'0'};
    }
    return rounded.stripTrailingZeros().toPlainString().getBytes(ISO_8859_1);
  }
}
