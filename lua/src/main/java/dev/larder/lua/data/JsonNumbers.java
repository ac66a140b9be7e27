package dev.larder.lua.data;

import dev.larder.lua.LuaNumbers;

/**
 * Numbers in JSON. The original reads them by C's {@code strtod}: unless it has been told to refuse
 * what JSON does not have, also hexadecimal ones, infinities and such that are not numbers.
 */
final class JsonNumbers {
  /** More digits than this do not fit a long. */
  private static final int FAST_DIGITS_MAX = 18;

  /** The largest mantissa that a double holds exactly. */
  private static final long EXACT_MAX = 1L << 53;

  /** Powers that a double holds exactly: one rounding in all, so the result is the nearest one. */
  private static final double[] POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private double value;
  private int end;

  /** The number that was read. */
  double value() {
    return value;
  }

  /** The index behind the number that was read. */
  int end() {
    return end;
  }

  /** Whether a byte makes what follows a number, if only a broken one. */
  static boolean begins(int first, boolean lenient) {
    return first == '-' || first >= '0' && first <= '9' || lenient && first == '+';
  }

  /**
   * Reads the number at an index, as long as it goes.
   *
   * @param lenient whether numbers may be such that JSON does not have
   * @return whether there is one
   */
  boolean read(byte[] text, int from, boolean lenient) {
    int start = from < text.length && text[from] == '-' ? from + 1 : from;
    int i = start;
    int stop = Math.min(text.length, start + FAST_DIGITS_MAX);
    long mantissa = 0;
    while (i < stop && isDigit(text[i])) {
      mantissa = 10 * mantissa + text[i] - '0';
      i++;
    }
    int next = i < text.length ? text[i] : 0;
    if (i == start) {
      return mayLackDigits(text, from, lenient) && readAny(text, from);
    }
    if (text[start] == '0' && (i > start + 1 || (next | 0x20) == 'x')) {
      return lenient && readAny(text, from);
    }
    if (next == '.' || (next | 0x20) == 'e') {
      return readFraction(text, from, i, mantissa);
    }
    if (isDigit(next)) {
      return readAny(text, from);
    }
    value = start == from ? mantissa : -(double) mantissa;
    end = i;
    return true;
  }

  /**
   * Whether something that does not begin with a digit, or a minus and a digit, may be a number.
   */
  private static boolean mayLackDigits(byte[] text, int from, boolean lenient) {
    int first = from < text.length ? text[from] : 0;
    if (first == '-') {
      return lenient || from + 1 < text.length && text[from + 1] == '.';
    }
    return lenient && (first == '+' || (first | 0x20) == 'i' || (first | 0x20) == 'n');
  }

  private static boolean isDigit(int found) {
    return found >= '0' && found <= '9';
  }

  /** Goes on behind the whole part of a decimal number. */
  private boolean readFraction(byte[] text, int from, int point, long whole) {
    int start = text[from] == '-' ? from + 1 : from;
    int i = point;
    int scale = 0;
    long mantissa = whole;
    if (text[i] == '.') {
      i++;
      int stop = Math.min(text.length, start + 1 + FAST_DIGITS_MAX);
      int fraction = i;
      while (i < stop && isDigit(text[i])) {
        mantissa = 10 * mantissa + text[i] - '0';
        i++;
      }
      scale = fraction - i;
    }
    if (i < text.length && (isDigit(text[i]) || (text[i] | 0x20) == 'e')) {
      return readAny(text, from);
    }
    if (mantissa > EXACT_MAX) {
      return readAny(text, from);
    }
    double unsigned = mantissa / POWERS[-scale];
    value = start == from ? unsigned : -unsigned;
    end = i;
    return true;
  }

  /** As {@code strtod}. */
  private boolean readAny(byte[] text, int from) {
    int start = text[from] == '-' || text[from] == '+' ? from + 1 : from;
    if (matches(text, start, "inf")) {
      end = start + (matches(text, start, "infinity") ? 8 : 3);
    } else if (matches(text, start, "nan")) {
      end = behindPayload(text, start + 3);
    } else {
      boolean hex = matches(text, start, "0x") && digitsEnd(text, start + 2, true) > 0;
      int digitsEnd = digitsEnd(text, hex ? start + 2 : start, hex);
      if (digitsEnd < 0) {
        return false;
      }
      end = exponentEnd(text, digitsEnd, hex ? 'p' : 'e');
    }
    value = LuaNumbers.parse(text, from, end - from, Double.NaN);
    return true;
  }

  /** Whether some lower case text is here, in any case. */
  private static boolean matches(byte[] text, int from, String name) {
    if (text.length - from < name.length()) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char expected = name.charAt(i);
      if ((expected <= '9' ? text[from + i] : text[from + i] | 0x20) != expected) {
        return false;
      }
    }
    return true;
  }

  /** The index behind {@code (letters)}, if those are here. */
  private static int behindPayload(byte[] text, int from) {
    if (from < text.length && text[from] == '(') {
      for (int i = from + 1; i < text.length; i++) {
        if (text[i] == ')') {
          return i + 1;
        } else if (text[i] != '_' && Character.digit(text[i], 36) < 0) {
          return from;
        }
      }
    }
    return from;
  }

  /** The index behind digits with a point among them; -1 if there is no digit. */
  private static int digitsEnd(byte[] text, int from, boolean hex) {
    int i = from;
    int digits = 0;
    boolean hasPoint = false;
    for (; i < text.length; i++) {
      if (Character.digit(text[i], hex ? 16 : 10) >= 0) {
        digits++;
      } else if (text[i] == '.' && !hasPoint) {
        hasPoint = true;
      } else {
        break;
      }
    }
    return digits == 0 ? -1 : i;
  }

  /** The index behind the exponent here, if there is one. */
  private static int exponentEnd(byte[] text, int from, char mark) {
    if (from < text.length && (text[from] | 0x20) == mark) {
      int i = from + 1;
      if (i < text.length && (text[i] == '-' || text[i] == '+')) {
        i++;
      }
      int digits = i;
      while (i < text.length && isDigit(text[i])) {
        i++;
      }
      return i == digits ? from : i;
    }
    return from;
  }
}
