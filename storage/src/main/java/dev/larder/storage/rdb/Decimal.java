package dev.larder.storage.rdb;

import dev.larder.storage.memory.Memory;

/** Whole numbers as text, in off-heap memory and without an object. */
final class Decimal {
  /** The longest text: a sign and nineteen digits. */
  static final int MAX_LENGTH = 20;

  private Decimal() {}

  /** The length of a number as text, in bytes. */
  static int length(long number) {
    int length = number < 0 ? 1 : 0;
    long rest = number;
    do {
      length++;
      rest /= 10;
    } while (rest != 0);
    return length;
  }

  /** Writes a number as text; its length in bytes. */
  static int format(long number, long address) {
    long rest = number < 0 ? number : -number; // negative, for the least number has no opposite
    int length = length(number);
    for (long at = address + length - 1; ; at--) {
      Memory.putByte(at, (byte) ('0' - rest % 10));
      rest /= 10;
      if (rest == 0) {
        break;
      }
    }
    if (number < 0) {
      Memory.putByte(address, (byte) '-');
    }
    return length;
  }

  /**
   * Reads a text that {@link #format} could have written, of a number within 32 bits.
   *
   * @return {@link Long#MIN_VALUE} for any other text
   */
  static long parseInt(long address, long length) {
    if (length == 0 || length > 11) {
      return Long.MIN_VALUE;
    }
    boolean isNegative = Memory.getByte(address) == '-';
    long at = isNegative ? address + 1 : address;
    long digits = address + length - at;
    if (digits == 0 || Memory.getByte(at) == '0' && length > 1) {
      return Long.MIN_VALUE;
    }
    long number = 0;
    for (; at < address + length; at++) {
      int digit = Memory.getByte(at) - '0';
      if (digit < 0 || digit > 9) {
        return Long.MIN_VALUE;
      }
      number = 10 * number + digit;
    }
    number = isNegative ? -number : number;
    return number == (int) number ? number : Long.MIN_VALUE;
  }
}
