package dev.larder.lua;

/** Numbers as text, and text as numbers. */
public final class LuaNumbers {
  private LuaNumbers() {}

  /** A number as {@code tostring} shows it: by C's {@code %.14g}. */
  public static LuaString toLuaString(double number) {
    long whole = (long) number;
    if (whole == number && Math.abs(whole) < 100_000_000_000_000L) {
      return LuaString.of(whole == 0 && 1 / number < 0 ? "-0" : Long.toString(whole));
    }
    return LuaString.of(Double.toString(number));
  }

  /** Whether a string is a number to arithmetic and {@code tonumber}. */
  public static boolean parses(LuaString text) {
    return !Double.isNaN(parse(text, Double.NaN)) || text.toString().strip().equals("nan");
  }

  /** The number that a string is to arithmetic; another value if it is none. */
  public static double parse(LuaString text, double otherwise) {
    return parse(text.bytes(), 0, text.length(), otherwise);
  }

  /** The number that some bytes are; another value if they are none. */
  public static double parse(byte[] bytes, int from, int length, double otherwise) {
    String text = LuaString.copyOf(bytes, from, length).toString().strip();
    try {
      if (text.startsWith("0x") || text.startsWith("0X")) {
        return Long.parseUnsignedLong(text.substring(2), 16);
      }
      return text.isEmpty() || "dDfF".indexOf(text.charAt(text.length() - 1)) >= 0
          ? otherwise
          : Double.parseDouble(text);
    } catch (NumberFormatException notNumber) {
      return otherwise;
    }
  }
}
