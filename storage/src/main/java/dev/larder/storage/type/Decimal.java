package dev.larder.storage.type;

import dev.larder.storage.memory.Memory;

/**
 * Integers as decimal text in memory, in the one canonical way: no {@code +}, no leading zeros, no
 * {@code -0}, no spaces. Whoever may access the memory may call; nothing is allocated.
 */
public final class Decimal {
  /** The longest text: sign and 19 digits. */
  public static final int MAX_BYTES = 20;

  /** What {@link #parse} returns for text that is no integer, and for this very value. */
  public static final long NOT_A_NUMBER = Long.MIN_VALUE;

  /** So many digits cannot overflow. */
  private static final int SAFE_DIGITS = 18;

  private static final long[] POWERS_OF_TEN = powersOfTen();
  private static final short[] DIGIT_PAIRS = digitPairs();

  private Decimal() {}

  private static long[] powersOfTen() {
    long[] powers = new long[SAFE_DIGITS + 1];
    powers[0] = 1;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = powers[i - 1] * 10;
    }
    return powers;
  }

  private static short[] digitPairs() {
    short[] pairs = new short[100];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = (short) ('0' + i / 10 | '0' + i % 10 << 8);
    }
    return pairs;
  }

  /**
   * Reads an integer that must be all of the text.
   *
   * @return its value, or {@link #NOT_A_NUMBER}: then {@link #isNumber} tells whether it is that
   */
  public static long parse(long address, int length) {
    if (length < 1 || length > MAX_BYTES) {
      return NOT_A_NUMBER;
    }
    boolean negative = Memory.getByte(address) == '-';
    int start = negative ? 1 : 0;
    if (start == length) {
      return NOT_A_NUMBER;
    }
    long value = Memory.getByte(address + start) - '0';
    if (value < 1 || value > 9) {
      return value == 0 && length == 1 ? 0 : NOT_A_NUMBER;
    }
    int safeEnd = Math.min(length, start + SAFE_DIGITS);
    for (int i = start + 1; i < safeEnd; i++) {
      int digit = Memory.getByte(address + i) - '0';
      if (digit < 0 || digit > 9) {
        return NOT_A_NUMBER;
      }
      value = value * 10 + digit;
    }
    if (safeEnd < length) {
      int digit = Memory.getByte(address + safeEnd) - '0';
      if (length > safeEnd + 1 || digit < 0 || digit > 9 || value > Long.MAX_VALUE / 10) {
        return NOT_A_NUMBER;
      }
      value = value * 10 + digit;
      if (value < 0) {
        return NOT_A_NUMBER; // too large, or the very value, which stands for both
      }
    }
    return negative ? -value : value;
  }

  /** Whether text that {@link #parse} answered with {@code parsed} is that integer. */
  public static boolean isNumber(long parsed, long address, int length) {
    return parsed != NOT_A_NUMBER || (length == MAX_BYTES && isLeastNumber(address));
  }

  /** Whether 20 bytes are the text of {@link Long#MIN_VALUE}. */
  private static boolean isLeastNumber(long address) {
    return Memory.getByte(address) == '-'
        && parse(address + 1, SAFE_DIGITS) == Long.MAX_VALUE / 10
        && Memory.getByte(address + 1 + SAFE_DIGITS) == '8';
  }

  /** The bytes of an integer's text: digits, and the sign of a negative one. */
  public static int textLength(long value) {
    if (value == Long.MIN_VALUE) {
      return MAX_BYTES;
    }
    long magnitude = Math.abs(value);
    int bits = Long.SIZE - Long.numberOfLeadingZeros(magnitude);
    // By the logarithm of two, the digits or one less.
    int digits = bits * 1233 >>> 12;
    digits += magnitude >= POWERS_OF_TEN[digits] ? 1 : 0;
    return (value < 0 ? 1 : 0) + Math.max(1, digits);
  }

  /**
   * Writes an integer's text.
   *
   * @return its length, at most {@link #MAX_BYTES}
   */
  public static int write(long value, long target) {
    int length = textLength(value);
    long rest = value;
    if (value < 0) {
      Memory.putByte(target, (byte) '-');
    } else {
      rest = -value;
    }
    long at = target + length;
    while (rest <= -10) {
      long hundreds = rest / 100;
      at -= 2;
      Memory.putShort(at, DIGIT_PAIRS[(int) (hundreds * 100 - rest)]);
      rest = hundreds;
    }
    if (rest < 0 || value == 0) {
      Memory.putByte(at - 1, (byte) ('0' - rest));
    }
    return length;
  }

  /**
   * The order of an integer's text and another text as unsigned bytes; when one begins the other,
   * the shorter is first.
   *
   * @return negative, zero or positive
   */
  public static int compareText(long value, long address, int length) {
    int ownLength = textLength(value);
    int common = Math.min(ownLength, length);
    for (int i = 0; i < common; i++) {
      int own =
          i == 0 && value < 0
              ? '-'
              : '0' + (int) Math.abs(value / POWERS_OF_TEN[ownLength - 1 - i] % 10);
      int difference = own - (Memory.getByte(address + i) & 0xFF);
      if (difference != 0) {
        return difference;
      }
    }
    return ownLength - length;
  }
}
