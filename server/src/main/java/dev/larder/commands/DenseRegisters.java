package dev.larder.commands;

import dev.larder.storage.Bytes;

/**
 * Registers of 6 bits each, the first one in the lowest bits of the first byte. Four take three
 * bytes, eight take six. They follow a header, and loads reach back into it, not over their end.
 */
final class DenseRegisters {
  static final int BYTES = HyperLogLog.REGISTERS * 6 / Byte.SIZE;

  private static final int BITS = 6;
  private static final int MASK = (1 << BITS) - 1;

  /** The bytes of four registers. */
  static final int GROUP_BYTES = 3;

  private DenseRegisters() {}

  static int get(long address, int index) {
    return word(address, index) >>> shift(index) & MASK;
  }

  static void set(long address, int index, int count) {
    int shift = shift(index);
    int word = word(address, index) & ~(MASK << shift) | count << shift;
    Bytes.putInt(wordAddress(address, index), word);
  }

  /** Offset of the {@link #GROUP_BYTES} that a register is in. */
  static int offset(int index) {
    return (index >>> 2) * GROUP_BYTES;
  }

  /** The address of the four bytes that end with those. */
  private static long wordAddress(long address, int index) {
    return address + offset(index) - 1;
  }

  private static int word(long address, int index) {
    return Bytes.getInt(wordAddress(address, index));
  }

  private static int shift(int index) {
    return Byte.SIZE + (index & 3) * BITS;
  }

  /** Eight registers from a multiple of eight on, a byte each. */
  static long spread(long address, int index) {
    // Six bytes, of which the last are the highest of the word.
    long bits = Bytes.getLong(address + offset(index) - 2) >>> 16;
    bits = (bits & 0xFF_FFFFL) | (bits & 0xFFFF_FF00_0000L) << 8;
    bits = (bits & 0x0000_0FFF_0000_0FFFL) | (bits & 0x00FF_F000_00FF_F000L) << 4;
    return (bits & 0x003F_003F_003F_003FL) | (bits & 0x0FC0_0FC0_0FC0_0FC0L) << 2;
  }

  /** Sets eight registers from a multiple of eight on to as many bytes. */
  static void gather(long address, int index, long bytes) {
    long bits = (bytes & 0x003F_003F_003F_003FL) | (bytes & 0x3F00_3F00_3F00_3F00L) >>> 2;
    bits = (bits & 0x0000_0FFF_0000_0FFFL) | (bits & 0x0FFF_0000_0FFF_0000L) >>> 4;
    bits = (bits & 0xFF_FFFFL) | (bits & 0x00FF_FFFF_0000_0000L) >>> 8;
    long word = address + offset(index) - 2;
    Bytes.putLong(word, (Bytes.getLong(word) & 0xFFFFL) | bits << 16);
  }
}
