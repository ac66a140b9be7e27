package dev.larder.lua.data;

import dev.larder.lua.Call;

/** Conversions between numbers as C on x86-64 makes them, also of numbers that do not fit. */
final class CNumbers {
  private CNumbers() {}

  /** A number as unsigned integer of 64 bits. */
  static long toUnsigned(double number) {
    double two63 = 0x1p63;
    return number >= two63 ? Call.toLong(number - two63) ^ Long.MIN_VALUE : Call.toLong(number);
  }

  /** An unsigned integer of 64 bits as number. */
  static double toDouble(long unsigned) {
    // The lowest bit keeps what the shift loses, so that rounding is right.
    return unsigned >= 0 ? unsigned : 2.0 * (unsigned >>> 1 | unsigned & 1);
  }
}
