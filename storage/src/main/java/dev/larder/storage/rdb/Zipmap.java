package dev.larder.storage.rdb;

import dev.larder.storage.memory.Memory;

/*
 * Redis's zipmap, which only the oldest versions have.
 *
 *   0       1
 *   +-------+-------+- - - -+------+
 *   | count | entry |       | 0xFF |       count 0xFE: to be walked for
 *   +-------+-------+- - - -+------+
 *
 *   entry = length, field, length, free, value, unused
 *           a length in one byte up to 253, or as 0xFE and four bytes, the lowest first
 *           free: how many unused bytes are behind the value
 */

/** Walks a zipmap of which nothing is believed. Used by one thread at a time. */
final class Zipmap {
  private static final int END = 0xFF;
  private static final int WIDE = 0xFE;

  private final RdbInput entries = new RdbInput();

  /**
   * Checks all of a zipmap, and starts at its beginning.
   *
   * @return how many fields there are
   */
  long open(long start, long bytes) throws RdbException {
    if (bytes < 2 || (Memory.getByte(start + bytes - 1) & 0xFF) != END) {
      throw RdbException.malformed("a zipmap whose frame is wrong");
    }
    entries.point(start + 1, bytes - 2);
    long count = 0;
    while (entries.remaining() > 0) {
      entries.take(readLength());
      takeValue(readLength());
      count++;
    }
    int stored = Memory.getByte(start) & 0xFF;
    if (stored != WIDE && stored != count) {
      throw RdbException.malformed("a zipmap of " + count + " fields that says " + stored);
    }
    entries.point(start + 1, bytes - 2);
    return count;
  }

  /** Takes the next field and value; false at the end. */
  boolean next(TextSlot field, TextSlot value) throws RdbException {
    if (entries.remaining() == 0) {
      return false;
    }
    long length = readLength();
    field.set(entries.take(length), (int) length);
    length = readLength();
    value.set(takeValue(length), (int) length);
    return true;
  }

  private long readLength() throws RdbException {
    int first = entries.readByte();
    if (first == END) {
      throw entries.malformed("a zipmap ends too early");
    }
    return first < WIDE ? first : entries.readInt() & 0xFFFF_FFFFL;
  }

  private long takeValue(long length) throws RdbException {
    int free = entries.readByte();
    long value = entries.take(length);
    entries.take(free);
    return value;
  }
}
