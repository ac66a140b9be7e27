package dev.larder.storage.rdb;

import dev.larder.storage.memory.Memory;

/**
 * Reads primitives from a range of memory, in order, and never a byte beyond it: whatever the bytes
 * say, a length becomes an address only after it was held against what is left.
 */
public final class RdbInput {
  /*
   * The first byte of a length: by its two upper bits, six bits of it, six bits and another byte,
   * one of two wide forms, or that no length follows but a string of a special kind.
   */
  static final int BITS_14 = 0x40;
  static final int BITS_32 = 0x80;
  static final int BITS_64 = 0x81;
  static final int SPECIAL = 0xC0;

  /* The special kinds. */
  static final int INT_8 = 0;
  static final int INT_16 = 1;
  static final int INT_32 = 2;
  static final int LZF = 3;

  private long start;
  private long at;
  private long end;
  private long later;

  /** Reads from here on, {@code length} bytes. */
  public void point(long address, long length) {
    point(address, length, 0);
  }

  /**
   * Reads from here on a piece of something longer.
   *
   * @param newLater how many bytes follow in later pieces, at most
   */
  public void point(long address, long length, long newLater) {
    assert length >= 0;
    start = address;
    at = address;
    end = address + length;
    later = newLater;
  }

  /** How many bytes were read. */
  public long position() {
    return at - start;
  }

  /** How many bytes are left. */
  public long remaining() {
    return end - at;
  }

  /** What is wrong, and where. */
  RdbException malformed(String what) {
    return RdbException.malformed(what + ", at offset " + position());
  }

  /**
   * Passes over bytes.
   *
   * @return where they lie
   */
  public long take(long bytes) throws RdbException {
    if (bytes < 0 || bytes > end - at) {
      throw malformed(bytes + " bytes where " + remaining() + " are left");
    }
    long taken = at;
    at += bytes;
    return taken;
  }

  public int readByte() throws RdbException {
    return Memory.getByte(take(1)) & 0xFF;
  }

  /** Two bytes with a sign, the lowest first. */
  public short readShort() throws RdbException {
    return Memory.getShort(take(Short.BYTES));
  }

  /** Four bytes with a sign, the lowest first. */
  public int readInt() throws RdbException {
    return Memory.getInt(take(Integer.BYTES));
  }

  /** Eight bytes, the lowest first. */
  public long readLong() throws RdbException {
    return Memory.getLong(take(Long.BYTES));
  }

  /** Eight bytes, the highest first. */
  public long readBigEndianLong() throws RdbException {
    return Long.reverseBytes(readLong());
  }

  /** A double in binary; it may be NaN. */
  public double readDouble() throws RdbException {
    return Double.longBitsToDouble(readLong());
  }

  /** The first byte of a length or a string, for {@link #isSpecial} and {@link #number(int)}. */
  int readMark() throws RdbException {
    return readByte();
  }

  /** Whether a string of a special kind follows this mark. */
  static boolean isSpecial(int mark) {
    return (mark & SPECIAL) == SPECIAL;
  }

  /** The rest of a length whose first byte was read; any 64 bits. */
  long number(int mark) throws RdbException {
    if ((mark & SPECIAL) == 0) {
      return mark;
    }
    if ((mark & SPECIAL) == BITS_14) {
      return (mark & 0x3F) << Byte.SIZE | readByte();
    }
    if (mark == BITS_32) {
      return Integer.reverseBytes(readInt()) & 0xFFFF_FFFFL;
    }
    if (mark == BITS_64) {
      return readBigEndianLong();
    }
    throw malformed("no length starts with " + mark);
  }

  /** A number in the form of a length; any 64 bits. */
  public long readNumber() throws RdbException {
    return number(readMark());
  }

  /**
   * How many elements follow.
   *
   * @param leastBytes how many bytes an element takes at least
   */
  public long readCount(int leastBytes) throws RdbException {
    return checkedCount(readNumber(), leastBytes);
  }

  /** A count, if so many elements can be there. */
  long checkedCount(long count, int leastBytes) throws RdbException {
    if (count < 0 || count > (remaining() + later) / leastBytes) {
      throw malformed(Long.toUnsignedString(count) + " elements in " + remaining() + " bytes");
    }
    return count;
  }
}
