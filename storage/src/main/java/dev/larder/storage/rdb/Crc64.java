package dev.larder.storage.rdb;

import dev.larder.storage.memory.Memory;

/**
 * The checksum of RDB: CRC-64 with the polynomial of Jones, bits reflected, starting from zero.
 * Eight bytes a round, each through a table of its own; of long input in two places at a time.
 */
public final class Crc64 {
  private static final long POLYNOMIAL = Long.reverse(0xad93d23594c935a9L);
  private static final int WIDTH = 256;

  /** From so many bytes on, to join the halves' checksums costs little beside. */
  private static final int LEAST_FOR_HALVES = 64 * 1024;

  /** Part {@code k}: what a byte does to the checksum when {@code k} zero bytes follow it. */
  private static final long[] TABLES = tables();

  private Crc64() {}

  private static long[] tables() {
    long[] tables = new long[8 * WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      long crc = i;
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        crc = (crc & 1) != 0 ? crc >>> 1 ^ POLYNOMIAL : crc >>> 1;
      }
      tables[i] = crc;
    }
    for (int i = WIDTH; i < tables.length; i++) {
      long before = tables[i - WIDTH];
      tables[i] = tables[(int) (before & 0xFF)] ^ before >>> Byte.SIZE;
    }
    return tables;
  }

  /**
   * The checksum of two parts in a row, from those of each by itself.
   *
   * @param secondBytes how long the second part is
   */
  public static long concat(long first, long second, long secondBytes) {
    return times(first, zeros(secondBytes)) ^ second;
  }

  /*
   * A checksum is a polynomial, its bit 63 the term without x. So many zero bytes behind the input
   * multiply it by x^8 as often.
   */
  private static long zeros(long bytes) {
    long power = 1L << Long.SIZE - 1 - Byte.SIZE;
    long product = 1L << Long.SIZE - 1;
    for (long left = bytes; left > 0; left >>>= 1) {
      if ((left & 1) != 0) {
        product = times(product, power);
      }
      power = times(power, power);
    }
    return product;
  }

  /** The product of two polynomials, modulo that of the checksum. */
  private static long times(long left, long right) {
    long product = 0;
    long shifted = right;
    for (int bit = Long.SIZE - 1; bit >= 0; bit--) {
      if ((left >>> bit & 1) != 0) {
        product ^= shifted;
      }
      shifted = (shifted & 1) != 0 ? shifted >>> 1 ^ POLYNOMIAL : shifted >>> 1;
    }
    return product;
  }

  /**
   * Takes bytes into a checksum.
   *
   * @param crc the checksum of what came before, 0 at the beginning
   */
  public static long update(long crc, long address, long bytes) {
    if (bytes < LEAST_FOR_HALVES) {
      return tail(words(crc, address, bytes & -Long.BYTES), address, bytes);
    }
    // Two at a time do not wait for each other's tables.
    long half = bytes / 2 & -Long.BYTES;
    long first = crc;
    long second = 0;
    for (long at = address; at < address + half; at += Long.BYTES) {
      first = word(first ^ Memory.getLong(at));
      second = word(second ^ Memory.getLong(at + half));
    }
    long both = concat(first, second, half);
    return update(both, address + 2 * half, bytes - 2 * half);
  }

  private static long words(long crc, long address, long bytes) {
    long state = crc;
    for (long at = address; at < address + bytes; at += Long.BYTES) {
      state = word(state ^ Memory.getLong(at));
    }
    return state;
  }

  /** Takes the bytes that do not fill a word. */
  private static long tail(long crc, long address, long bytes) {
    long state = crc;
    for (long at = address + (bytes & -Long.BYTES); at < address + bytes; at++) {
      state = TABLES[(int) (state ^ Memory.getByte(at)) & 0xFF] ^ state >>> Byte.SIZE;
    }
    return state;
  }

  private static long word(long state) {
    return TABLES[7 * WIDTH + (int) (state & 0xFF)]
        ^ TABLES[6 * WIDTH + (int) (state >>> 8 & 0xFF)]
        ^ TABLES[5 * WIDTH + (int) (state >>> 16 & 0xFF)]
        ^ TABLES[4 * WIDTH + (int) (state >>> 24 & 0xFF)]
        ^ TABLES[3 * WIDTH + (int) (state >>> 32 & 0xFF)]
        ^ TABLES[2 * WIDTH + (int) (state >>> 40 & 0xFF)]
        ^ TABLES[WIDTH + (int) (state >>> 48 & 0xFF)]
        ^ TABLES[(int) (state >>> 56)];
  }
}
