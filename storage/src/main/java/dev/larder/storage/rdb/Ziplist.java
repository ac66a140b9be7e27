package dev.larder.storage.rdb;

import dev.larder.storage.memory.Memory;

/*
 * Redis's ziplist, which only old versions have. Numbers are little-endian unless drawn otherwise.
 *
 *   0             4             8       10
 *   +-------------+-------------+-------+-------+- - - -+------+
 *   | total bytes | last entry  | count | entry |       | 0xFF |     count 65535: to be walked for
 *   +-------------+-------------+-------+-------+- - - -+------+
 *
 *   entry = bytes of the entry before, body
 *           the former in one byte, or as 0xFE and four bytes
 *
 *   body:   00nnnnnn  n bytes                      string
 *           01nnnnnn nnnnnnnn  n bytes             string, high bits first
 *           10------, length in 4 bytes, bytes     string, highest byte of the length first
 *           0xC0, 0xD0, 0xE0, 0xF0, 0xFE           integer of 2, 4, 8, 3, 1 bytes that follow
 *           0xF1 ... 0xFD                          integer 0 ... 12
 */

/** Walks a ziplist of which nothing is believed. Used by one thread at a time. */
final class Ziplist {
  private static final int TAIL = 4;
  private static final int COUNT = 8;
  private static final int HEADER_BYTES = 10;
  private static final int UNKNOWN_COUNT = 0xFFFF;
  private static final int END = 0xFF;
  private static final int WIDE = 0xFE;

  private final RdbInput entries = new RdbInput();
  private long start;
  private long bytes;

  /** The entry at hand: a number, or bytes. */
  private boolean isNumber;

  private long number;
  private long address;
  private int length;

  /**
   * Checks all of a ziplist, and starts at its beginning.
   *
   * @return how many entries there are
   */
  long open(long newStart, long newBytes) throws RdbException {
    start = newStart;
    bytes = newBytes;
    if (bytes <= HEADER_BYTES
        || bytes > Integer.MAX_VALUE
        || Memory.getInt(start) != bytes
        || (Memory.getByte(start + bytes - 1) & 0xFF) != END) {
      throw RdbException.malformed("a ziplist whose frame is wrong");
    }
    rewind();
    long count = 0;
    long last = HEADER_BYTES;
    long before = 0;
    while (entries.remaining() > 0) {
      last = HEADER_BYTES + entries.position();
      if (readBackLength() != before) {
        throw entries.malformed("a ziplist's entry does not know the one before");
      }
      readBody();
      before = HEADER_BYTES + entries.position() - last;
      count++;
    }
    int stored = Memory.getShort(start + COUNT) & 0xFFFF;
    if (stored != UNKNOWN_COUNT && stored != count || Memory.getInt(start + TAIL) != last) {
      throw RdbException.malformed("a ziplist whose header is wrong");
    }
    rewind();
    return count;
  }

  /** Goes back to the first entry. */
  void rewind() {
    entries.point(start + HEADER_BYTES, bytes - HEADER_BYTES - 1);
  }

  /** Takes the next entry; false at the end. */
  boolean next(TextSlot out) throws RdbException {
    if (entries.remaining() == 0) {
      return false;
    }
    readBackLength();
    readBody();
    if (isNumber) {
      out.setNumber(number);
    } else {
      out.set(address, length);
    }
    return true;
  }

  private long readBackLength() throws RdbException {
    int first = entries.readByte();
    return first < WIDE ? first : entries.readInt() & 0xFFFF_FFFFL;
  }

  private void readBody() throws RdbException {
    int head = entries.readByte();
    isNumber = head >= 0xC0;
    if (!isNumber) {
      long bytes =
          switch (head >>> 6) {
            case 0 -> head & 0x3F;
            case 1 -> (head & 0x3F) << Byte.SIZE | entries.readByte();
            default -> Integer.reverseBytes(entries.readInt()) & 0xFFFF_FFFFL;
          };
      address = entries.take(bytes);
      length = (int) bytes;
      return;
    }
    number =
        switch (head) {
          case 0xC0 -> entries.readShort();
          case 0xD0 -> entries.readInt();
          case 0xE0 -> entries.readLong();
          case 0xF0 -> entries.readByte() | entries.readShort() << Byte.SIZE;
          case 0xFE -> (byte) entries.readByte();
          default -> {
            if (head < 0xF1 || head > 0xFD) {
              throw entries.malformed("no entry of a ziplist starts with " + head);
            }
            yield (head & 0xF) - 1;
          }
        };
  }
}
