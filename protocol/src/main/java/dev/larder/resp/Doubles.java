package dev.larder.resp;

/**
 * The decimal text of doubles as clients know it: the shortest digits that give the same double
 * back, without a fraction if there is none, {@code inf}, {@code -inf} and {@code nan}. Exponents
 * are used where Redis 7.2 and later use them.
 */
public final class Doubles {
  /** The longest text in bytes. */
  public static final int MAX_LENGTH = 32;

  /** Integers below this magnitude are written in full. */
  private static final double FULL_INTEGERS = 0x1p62;

  private static final int MAX_DIGITS = 20;

  private Doubles() {}

  /**
   * Writes the text of {@code value} to the start of {@code out}.
   *
   * @param out at least {@link #MAX_LENGTH} bytes
   * @return the length of the text in bytes
   */
  public static int format(double value, byte[] out) {
    if (Double.isNaN(value)) {
      return text("nan", out, 0);
    }
    if (Double.isInfinite(value)) {
      return text(value > 0 ? "inf" : "-inf", out, 0);
    }
    long integer = (long) value;
    if (integer == value && Math.abs(value) <= FULL_INTEGERS) {
      boolean minusZero = integer == 0 && 1 / value < 0;
      return minusZero ? text("-0", out, 0) : decimal(integer, out);
    }
    return fraction(value, out);
  }

  private static int decimal(long value, byte[] out) {
    int start = 0;
    if (value < 0) {
      out[start++] = '-';
    }
    int end = start;
    for (long v = value; v != 0 || end == start; v /= 10) {
      end++;
    }
    int i = end;
    for (long v = value; i > start; v /= 10) {
      out[--i] = (byte) ('0' + Math.abs(v % 10));
    }
    return end;
  }

  /** Any other number: takes the digits and the exponent of the JDK's text and lays them out. */
  private static int fraction(double value, byte[] out) {
    String text = shortest(Math.abs(value));
    byte[] digits = new byte[MAX_DIGITS];
    int count = 0;
    int exponent = 0; // of the digits read as an integer
    boolean afterPoint = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 'E') {
        exponent += Integer.parseInt(text.substring(i + 1));
        break;
      } else if (c == '.') {
        afterPoint = true;
      } else {
        exponent -= afterPoint ? 1 : 0;
        if (c != '0' || count > 0) {
          digits[count++] = (byte) c;
        }
      }
    }
    while (count > 1 && digits[count - 1] == '0') {
      count--;
      exponent++;
    }
    int start = 0;
    if (value < 0) {
      out[start++] = '-';
    }
    return layOut(digits, count, exponent, out, start);
  }

  /** The JDK writes two digits at least; where one would do, that is shorter still. */
  private static String shortest(double value) {
    String text = Double.toString(value);
    int point = text.indexOf('.');
    if (point == 1 && text.indexOf('E') == 3 && text.charAt(2) != '0') {
      int digit = text.charAt(0) - '0' + (text.charAt(2) >= '5' ? 1 : 0); // the nearest
      String shorter = digit + text.substring(3);
      if (Double.parseDouble(shorter) == value) {
        return shorter;
      }
    }
    return text;
  }

  private static int layOut(byte[] digits, int count, int exponent, byte[] out, int start) {
    int scientific = count - 1 + exponent;
    int end = start;
    if (exponent >= 0 && scientific < count + 7) {
      end = copy(digits, 0, count, out, end);
      return zeros(exponent, out, end);
    }
    if (exponent < 0 && (exponent > -7 || Math.abs(scientific) < 4)) {
      int whole = count + exponent;
      if (whole > 0) {
        end = copy(digits, 0, whole, out, end);
        out[end++] = '.';
        return copy(digits, whole, count, out, end);
      }
      out[end++] = '0';
      out[end++] = '.';
      end = zeros(-whole, out, end);
      return copy(digits, 0, count, out, end);
    }
    out[end++] = digits[0];
    if (count > 1) {
      out[end++] = '.';
      end = copy(digits, 1, count, out, end);
    }
    out[end++] = 'e';
    out[end++] = (byte) (scientific < 0 ? '-' : '+');
    return text(Integer.toString(Math.abs(scientific)), out, end);
  }

  private static int text(String text, byte[] out, int start) {
    for (int i = 0; i < text.length(); i++) {
      out[start + i] = (byte) text.charAt(i);
    }
    return start + text.length();
  }

  private static int copy(byte[] digits, int from, int to, byte[] out, int start) {
    System.arraycopy(digits, from, out, start, to - from);
    return start + to - from;
  }

  private static int zeros(int count, byte[] out, int start) {
    for (int i = 0; i < count; i++) {
      out[start + i] = '0';
    }
    return start + count;
  }
}
