package dev.larder.lua;

/**
 * Numbers as text, and text as numbers: as C's {@code printf} writes them by {@code %.14g}, and as
 * its {@code strtod} reads them.
 */
public final class LuaNumbers {
  /** The longest text of a number, in bytes: {@code -1.2345678901234e-308}. */
  public static final int LENGTH_MAX = 24;

  private static final int PRECISION = 14;

  /** Whole numbers below this are written with all their digits. */
  private static final long WHOLE_MAX = 100_000_000_000_000L;

  /** All whole numbers up to this one are doubles. */
  private static final long EXACT_MAX = 1L << 53;

  /** How many digits, of base ten or sixteen, always fit into a long. */
  private static final int DECIMAL_DIGITS = 18;

  private static final int HEX_DIGITS = 13;

  private static final double NEGATIVE_NAN = Double.longBitsToDouble(0xFFF8000000000000L);

  /** The texts of small numbers, which are frequent, are shared. */
  private static final LuaString[] SMALL = new LuaString[256];

  static {
    for (int i = 0; i < SMALL.length; i++) {
      SMALL[i] = decimal(i);
    }
  }

  private static final byte[] INFINITY = {'i', 'n', 'f', 'i', 'n', 'i', 't', 'y'};
  private static final byte[] NAN = {'n', 'a', 'n'};

  private LuaNumbers() {}

  /** A number as {@code tostring} shows it. */
  public static LuaString toLuaString(double number) {
    long whole = (long) number;
    if (whole == number && whole > 0 && whole < WHOLE_MAX) {
      return whole < SMALL.length ? SMALL[(int) whole] : decimal(whole);
    }
    byte[] text = new byte[LENGTH_MAX];
    return LuaString.copyOf(text, 0, format(number, text, 0));
  }

  /**
   * Writes a number as {@code tostring} shows it.
   *
   * @param out room for {@link #LENGTH_MAX} bytes from {@code start} on
   * @return the end of what was written
   */
  public static int format(double number, byte[] out, int start) {
    long whole = (long) number;
    if (whole == number && whole > -WHOLE_MAX && whole < WHOLE_MAX) {
      return whole == 0 && 1 / number < 0 ? text("-0", out, start) : decimal(whole, out, start);
    }
    return general(number, PRECISION, out, start);
  }

  /**
   * Writes a number with up to so many digits, as {@code %.NNg} does.
   *
   * @param out room for the digits and ten bytes from {@code start} on
   * @return the end of what was written
   */
  public static int general(double number, int precision, byte[] out, int start) {
    int end = start;
    if (Double.doubleToRawLongBits(number) < 0) {
      out[end++] = '-';
    }
    if (Double.isNaN(number)) {
      return text("nan", out, end);
    }
    if (Double.isInfinite(number)) {
      return text("inf", out, end);
    }
    return FloatFormat.general(Math.abs(number), precision, false, out, end);
  }

  /**
   * Writes a whole number.
   *
   * @param out room for 20 bytes from {@code start} on
   * @return the end of what was written
   */
  public static int decimal(long number, byte[] out, int start) {
    int begin = start;
    if (number < 0) {
      out[begin++] = '-';
    }
    int end = begin + 1;
    for (long rest = number / 10; rest != 0; rest /= 10) {
      end++;
    }
    long rest = number;
    for (int i = end - 1; i >= begin; i--) {
      out[i] = (byte) ('0' + Math.abs(rest % 10));
      rest /= 10;
    }
    return end;
  }

  private static LuaString decimal(long number) {
    int length = 1;
    for (long rest = number / 10; rest != 0; rest /= 10) {
      length++;
    }
    byte[] text = new byte[length];
    decimal(number, text, 0);
    return LuaString.of(text);
  }

  private static int text(String text, byte[] out, int start) {
    for (int i = 0; i < text.length(); i++) {
      out[start + i] = (byte) text.charAt(i);
    }
    return start + text.length();
  }

  /** Whether a string is a number to arithmetic and {@code tonumber}. */
  public static boolean parses(LuaString text) {
    return parse(text, 0) == parse(text, 1) || Double.isNaN(parse(text, 0));
  }

  /** The number that a string is to arithmetic; another value if it is none. */
  public static double parse(LuaString text, double otherwise) {
    return parse(text.bytes(), 0, text.length(), otherwise);
  }

  /**
   * The number that some bytes are, up to the first that is zero; another value if they are none.
   */
  public static double parse(byte[] bytes, int from, int length, double otherwise) {
    int end = from;
    while (end < from + length && bytes[end] != 0) {
      end++;
    }
    int start = from;
    while (start < end && isSpace(bytes[start])) {
      start++;
    }
    while (end > start && isSpace(bytes[end - 1])) {
      end--;
    }
    boolean negative = start < end && bytes[start] == '-';
    if (negative || start < end && bytes[start] == '+') {
      start++;
    }
    if (start == end) {
      return otherwise;
    }
    if (bytes[start] > '9') {
      return name(bytes, start, end, negative, otherwise);
    }
    boolean hex =
        bytes[start] == '0'
            && start + 1 < end
            && (bytes[start + 1] == 'x' || bytes[start + 1] == 'X');
    double magnitude = hex ? hex(bytes, start + 2, end) : decimal(bytes, start, end);
    if (Double.isNaN(magnitude)) {
      return otherwise;
    }
    return negative ? -magnitude : magnitude;
  }

  private static boolean isSpace(byte character) {
    return character == ' ' || character >= '\t' && character <= '\r';
  }

  /** A number that is a word: an infinity, or none. */
  private static double name(byte[] bytes, int start, int end, boolean negative, double otherwise) {
    int length = end - start;
    if ((length == 3 || length == 8) && startsWith(bytes, start, length, INFINITY)) {
      return negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    if (length < 3 || !startsWith(bytes, start, 3, NAN)) {
      return otherwise;
    }
    if (length > 3) {
      if (length < 5 || bytes[start + 3] != '(' || bytes[end - 1] != ')') {
        return otherwise;
      }
      for (int i = start + 4; i < end - 1; i++) {
        if (!Character.isLetterOrDigit(bytes[i]) && bytes[i] != '_') {
          return otherwise;
        }
      }
    }
    return negative ? NEGATIVE_NAN : Double.NaN;
  }

  private static boolean startsWith(byte[] bytes, int start, int length, byte[] name) {
    for (int i = 0; i < length; i++) {
      if ((bytes[start + i] | 0x20) != name[i]) {
        return false;
      }
    }
    return true;
  }

  /** The value of digits with point and exponent; not a number if they are not well formed. */
  private static double decimal(byte[] bytes, int start, int end) {
    long mantissa = 0;
    int significant = 0;
    int digits = 0;
    int power = 0;
    boolean point = false;
    int i = start;
    for (; i < end; i++) {
      byte character = bytes[i];
      if (character == '.' && !point) {
        point = true;
        continue;
      }
      if (character < '0' || character > '9') {
        break;
      }
      digits++;
      if (significant > 0 || character != '0') {
        significant++;
        if (significant <= DECIMAL_DIGITS) {
          mantissa = 10 * mantissa + (character - '0');
        }
      }
      power -= point ? 1 : 0;
    }
    int exponent = i < end ? exponent(bytes, i, end, 'e') : 0;
    if (digits == 0 || exponent == Integer.MIN_VALUE) {
      return Double.NaN;
    }
    long exact = (long) power + exponent;
    if (significant <= DECIMAL_DIGITS && mantissa <= EXACT_MAX) {
      if (exact >= 0 && exact <= DecimalDigits.POWER_MAX) {
        return mantissa * DecimalDigits.POWERS[(int) exact];
      }
      if (exact < 0 && exact >= -DecimalDigits.POWER_MAX) {
        return mantissa / DecimalDigits.POWERS[(int) -exact];
      }
    }
    return Double.parseDouble(LuaString.copyOf(bytes, start, end - start).toString());
  }

  private static double hex(byte[] bytes, int start, int end) {
    long mantissa = 0;
    int digits = 0;
    boolean point = false;
    int i = start;
    for (; i < end; i++) {
      if (bytes[i] == '.' && !point) {
        point = true;
        continue;
      }
      int digit = Character.digit(bytes[i], 16);
      if (digit < 0) {
        break;
      }
      digits++;
      mantissa = digits <= HEX_DIGITS ? 16 * mantissa + digit : 0;
    }
    int exponent = i < end ? exponent(bytes, i, end, 'p') : 0;
    if (digits == 0 || exponent == Integer.MIN_VALUE) {
      return Double.NaN;
    }
    if (digits <= HEX_DIGITS && !point && i == end) {
      return mantissa;
    }
    String text = "0x" + LuaString.copyOf(bytes, start, end - start);
    return Double.parseDouble(i == end ? text + "p0" : text);
  }

  /**
   * The exponent behind a letter, to the end.
   *
   * @return bounded far beyond what makes a difference; the lowest integer if it is not well formed
   */
  private static int exponent(byte[] bytes, int start, int end, char letter) {
    if ((bytes[start] | 0x20) != letter) {
      return Integer.MIN_VALUE;
    }
    int i = start + 1;
    boolean negative = i < end && bytes[i] == '-';
    if (negative || i < end && bytes[i] == '+') {
      i++;
    }
    if (i == end) {
      return Integer.MIN_VALUE;
    }
    int exponent = 0;
    for (; i < end; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return Integer.MIN_VALUE;
      }
      exponent = Math.min(10 * exponent + (bytes[i] - '0'), 100_000_000);
    }
    return negative ? -exponent : exponent;
  }
}
