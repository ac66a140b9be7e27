package dev.larder.resp;

import io.netty.buffer.ByteBuf;

/** Reads the length headers of requests, {@code *3\r\n} and {@code $16\r\n}. */
final class Headers {
  /** What {@link #parseNumber} returns for anything that is not a number. */
  static final long NOT_A_NUMBER = Long.MIN_VALUE;

  /** What {@link #parseWord} returns when the word doesn't tell. */
  static final long UNKNOWN = -1;

  private Headers() {}

  /**
   * Parses the bulk header that starts with the eight bytes of {@code word}, first byte highest, if
   * it is well formed and ends within them.
   *
   * @return {@code size << 32 | length}, size being that of the header in bytes, length at most
   *     99,999; or {@link #UNKNOWN}
   */
  static long parseWord(long word) {
    long length = (word >>> 48 & 0xFF) - '0';
    if (word >>> 56 != '$' || length < 0 || length > 9) {
      return UNKNOWN;
    }
    int c = (int) (word >>> 40) & 0xFF;
    if (c == '\r') {
      return 4L << 32 | length;
    }
    if (length == 0) {
      return UNKNOWN;
    }
    for (int size = 5; size <= 8; size++) {
      int digit = c - '0';
      if (digit < 0 || digit > 9) {
        return UNKNOWN;
      }
      length = length * 10 + digit;
      c = (int) (word >>> (72 - 8 * size)) & 0xFF;
      if (c == '\r') {
        return (long) size << 32 | length;
      }
    }
    return UNKNOWN;
  }

  /**
   * Parses the decimal number in [{@code from}, {@code to}): digits without leading zeros, a minus
   * sign at most before them, no plus, no space.
   *
   * @return the number, -1 for any negative one that fits 64 bits, or {@link #NOT_A_NUMBER}
   */
  static long parseNumber(ByteBuf in, int from, int to) {
    boolean negative = from < to && in.getByte(from) == '-';
    int index = negative ? from + 1 : from;
    int digits = to - index;
    if (digits < 1 || digits > 19) {
      return NOT_A_NUMBER;
    }
    if (in.getByte(index) == '0') {
      return digits == 1 && !negative ? 0 : NOT_A_NUMBER;
    }
    long number = 0;
    for (; index < to; index++) {
      int digit = in.getByte(index) - '0';
      if (digit < 0 || digit > 9) {
        return NOT_A_NUMBER;
      }
      number = number * 10 + digit; // 19 digits overflow at most once, into a negative number
    }
    if (negative) {
      return number >= 0 || number == Long.MIN_VALUE ? -1 : NOT_A_NUMBER;
    }
    return number >= 0 ? number : NOT_A_NUMBER;
  }
}
