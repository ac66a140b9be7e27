package dev.larder.lua;

/** What C's arithmetic does otherwise than Java's. */
public final class LuaMath {
  private static final double NEGATIVE_NAN = Double.longBitsToDouble(0xFFF8000000000000L);

  private LuaMath() {}

  /**
   * A power as C has it: 1 to any power is 1, and -1 to an infinite one, too. What is no number has
   * the sign that x86-64 gives it, since scripts can see it.
   */
  public static double power(double base, double exponent) {
    if (base == 1 || base == -1 && Double.isInfinite(exponent)) {
      return 1;
    }
    double power = Math.pow(base, exponent);
    return Double.isNaN(power) ? notNumber(base, exponent) : power;
  }

  private static double notNumber(double base, double exponent) {
    if (Double.isNaN(base)) {
      boolean odd = Math.abs(exponent % 2) == 1;
      return odd && Double.doubleToRawLongBits(base) < 0 ? -base : base;
    }
    return Double.isNaN(exponent) ? exponent : NEGATIVE_NAN;
  }

  /** The remainder, with the sign of the dividend. */
  public static double remainder(double dividend, double divisor) {
    if (Double.isNaN(dividend)) {
      return dividend;
    }
    if (Double.isNaN(divisor)) {
      return divisor;
    }
    return divisor == 0 || Double.isInfinite(dividend) ? NEGATIVE_NAN : dividend % divisor;
  }
}
