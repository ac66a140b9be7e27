package dev.larder.lua;

/** Numbers as objects and texts, which small whole numbers share. */
final class Numbers {
  private static final int SHARED_MAX = 1023;
  private static final Double[] SHARED = new Double[SHARED_MAX + 1];

  private static final LuaString[] TEXTS = new LuaString[SHARED_MAX + 1];

  static {
    for (int i = 0; i <= SHARED_MAX; i++) {
      SHARED[i] = (double) i;
      TEXTS[i] = LuaString.of(Integer.toString(i));
    }
  }

  private Numbers() {}

  /** A number as an object. */
  static Double box(double number) {
    int whole = (int) number;
    return isShared(number, whole) ? SHARED[whole] : (Double) number;
  }

  /** A number as {@link LuaNumbers#toLuaString} shows it. */
  static LuaString text(double number) {
    int whole = (int) number;
    return isShared(number, whole) ? TEXTS[whole] : LuaNumbers.toLuaString(number);
  }

  private static boolean isShared(double number, int whole) {
    return whole == number
        && whole >= 0
        && whole <= SHARED_MAX
        && (whole != 0 || Double.doubleToRawLongBits(number) == 0);
  }
}
