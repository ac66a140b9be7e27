package dev.larder.lua;

/** Whole numbers in any base from 2 to 36, as C's strtoul reads them. */
final class Radix {
  private Radix() {}

  /** The number that a text is, or NaN. */
  static double parse(LuaString text, int base) {
    byte[] bytes = text.bytes();
    int at = skipSpaces(bytes, 0);
    boolean negative = at < bytes.length && bytes[at] == '-';
    if (at < bytes.length && (bytes[at] == '-' || bytes[at] == '+')) {
      at++;
    }
    if (base == 16
        && at + 2 < bytes.length
        && bytes[at] == '0'
        && (bytes[at + 1] | 0x20) == 'x'
        && Character.digit(bytes[at + 2], 16) >= 0) {
      at += 2;
    }
    int first = at;
    long value = 0;
    boolean overflow = false;
    for (; at < bytes.length && digit(bytes[at], base) >= 0; at++) {
      int digit = digit(bytes[at], base);
      long high = Math.unsignedMultiplyHigh(value, base);
      long next = value * base + digit;
      overflow |= high != 0 || Long.compareUnsigned(next, value * base) < 0;
      value = next;
    }
    if (at == first || skipSpaces(bytes, at) < bytes.length) {
      return Double.NaN;
    }
    if (overflow) {
      return 0x1p64;
    }
    return unsigned(negative ? -value : value);
  }

  private static int digit(byte b, int base) {
    return b < 0 ? -1 : Character.digit(b, base);
  }

  private static double unsigned(long value) {
    if (value >= 0) {
      return value;
    }
    // The lowest bit is kept, for rounding as of the whole number.
    return (value >>> 1 | value & 1) * 2.0;
  }

  private static int skipSpaces(byte[] bytes, int from) {
    int at = from;
    while (at < bytes.length && (bytes[at] == ' ' || bytes[at] >= '\t' && bytes[at] <= '\r')) {
      at++;
    }
    return at;
  }
}
