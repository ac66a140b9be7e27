package dev.larder.bench;

import java.nio.ByteBuffer;

/** Decimal numbers of a fixed count of digits, padded with zeros. */
final class Digits {
  private Digits() {}

  static void put(ByteBuffer to, int offset, int count, long number) {
    long rest = number;
    for (int i = count - 1; i >= 0; i--) {
      to.put(offset + i, (byte) ('0' + rest % 10));
      rest /= 10;
    }
  }

  /** The number of {@code count} digits, at most 18, or -1 where one of them is none. */
  static long read(ByteBuffer in, int offset, int count) {
    long number = 0;
    for (int i = 0; i < count; i++) {
      int digit = in.get(offset + i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = 10 * number + digit;
    }
    return number;
  }

  /** How many digits a number has that is not negative. */
  static int count(long number) {
    return Long.toString(number).length();
  }
}
