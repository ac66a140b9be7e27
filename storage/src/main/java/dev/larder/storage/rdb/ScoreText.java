package dev.larder.storage.rdb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.storage.memory.Memory;

/** Doubles as decimal text, as old versions and packed sorted sets have them. */
final class ScoreText {
  /** Powers of ten up to here are doubles, and so are integers below the limit. */
  private static final double[] POWERS_OF_TEN = powersOfTen();

  private static final long EXACT_LIMIT = 1L << 53;
  private static final int MAX_LENGTH = 1024;
  private static final int MAX_EXPONENT = 100_000;

  private ScoreText() {}

  /** A length that stands for something else. */
  private static final int NAN = 253;

  private static final int POSITIVE_INFINITY = 254;
  private static final int NEGATIVE_INFINITY = 255;

  private static double[] powersOfTen() {
    double[] powers = new double[23];
    powers[0] = 1;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = powers[i - 1] * 10;
    }
    return powers;
  }

  /** Reads a score as old versions write them: a length, and the text. */
  static double read(RdbInput in) throws RdbException {
    int length = in.readByte();
    return switch (length) {
      case NAN -> Double.NaN;
      case POSITIVE_INFINITY -> Double.POSITIVE_INFINITY;
      case NEGATIVE_INFINITY -> Double.NEGATIVE_INFINITY;
      default -> parse(in.take(length), length);
    };
  }

  /**
   * Reads a number that must be all of the text: digits with a point and an exponent, or infinity.
   *
   * @return NaN for any other text
   */
  static double parse(long address, int length) {
    if (length == 0 || length > MAX_LENGTH) {
      return Double.NaN;
    }
    int first = Memory.getByte(address);
    boolean isNegative = first == '-';
    int at = isNegative || first == '+' ? 1 : 0;
    double magnitude =
        isInfinity(address + at, length - at)
            ? Double.POSITIVE_INFINITY
            : magnitude(address, at, length);
    return isNegative ? -magnitude : magnitude;
  }

  private static boolean isInfinity(long address, int length) {
    return isWord(address, length, "inf") || isWord(address, length, "infinity");
  }

  private static boolean isWord(long address, int length, String lowerCase) {
    if (length != lowerCase.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if ((Memory.getByte(address + i) | 0x20) != lowerCase.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static double magnitude(long address, int start, int length) {
    long digits = 0;
    int digitCount = 0;
    int scale = 0;
    boolean isExact = true;
    boolean afterPoint = false;
    int at = start;
    for (; at < length; at++) {
      int c = Memory.getByte(address + at);
      if (c == '.' && !afterPoint) {
        afterPoint = true;
      } else if (c >= '0' && c <= '9') {
        digitCount++;
        digits = digits * 10 + (c - '0');
        isExact &= digits < EXACT_LIMIT;
        digits &= EXACT_LIMIT - 1; // no longer of use once it is not exact
        scale -= afterPoint ? 1 : 0;
      } else {
        break;
      }
    }
    if (digitCount == 0) {
      return Double.NaN;
    }
    if (at < length) {
      int exponent = exponent(address, at, length);
      if (exponent == Integer.MIN_VALUE) {
        return Double.NaN;
      }
      scale += exponent;
    }
    if (!isExact || Math.abs(scale) >= POWERS_OF_TEN.length) {
      byte[] text = new byte[length - start];
      Memory.copyToArray(address + start, text, 0, text.length);
      return Double.parseDouble(new String(text, ISO_8859_1));
    }
    // Both are exact, so that one operation rounds correctly.
    return scale < 0 ? digits / POWERS_OF_TEN[-scale] : digits * POWERS_OF_TEN[scale];
  }

  /** Reads {@code e}, a sign and digits, up to the end; the least int if it is something else. */
  private static int exponent(long address, int start, int length) {
    int at = start;
    if ((Memory.getByte(address + at++) | 0x20) != 'e' || at == length) {
      return Integer.MIN_VALUE;
    }
    int sign = Memory.getByte(address + at);
    if (sign == '-' || sign == '+') {
      at++;
    }
    if (at == length) {
      return Integer.MIN_VALUE;
    }
    int exponent = 0;
    for (; at < length; at++) {
      int digit = Memory.getByte(address + at) - '0';
      if (digit < 0 || digit > 9) {
        return Integer.MIN_VALUE;
      }
      exponent = Math.min(exponent * 10 + digit, MAX_EXPONENT);
    }
    return sign == '-' ? -exponent : exponent;
  }
}
