package dev.larder.lua;

/** Boxes of numbers: small whole numbers have shared ones. */
final class Numbers {
  private static final int SHARED_MAX = 1023;
  private static final Double[] SHARED = new Double[SHARED_MAX + 1];

  static {
    for (int i = 0; i <= SHARED_MAX; i++) {
      SHARED[i] = (double) i;
    }
  }

  private Numbers() {}

  static Double box(double number) {
    int whole = (int) number;
    if (whole == number && whole >= 0 && whole <= SHARED_MAX && (whole != 0 || 1 / number > 0)) {
      return SHARED[whole];
    }
    return number;
  }
}
