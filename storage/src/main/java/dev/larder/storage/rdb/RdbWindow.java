package dev.larder.storage.rdb;

import dev.larder.storage.memory.ChunkStore;
import dev.larder.storage.memory.GrowableMemory;
import dev.larder.storage.memory.Memory;
import java.io.IOException;

/*
 * The part of a file that is in memory: it slides over the file as that is read.
 *
 *                    mark        at                  end
 *   +----------------+-----------+-------------------+- - - - -+
 *   | read           | read,     | to be read        | free    |
 *   |                | kept      |                   |         |
 *   +----------------+-----------+-------------------+- - - - -+
 *
 * When what is left is too short, the window keeps it and the kept bytes, and fills up behind them.
 * Kept bytes that exceed half of the window go to memory of their own, which grows: so an entry of
 * any length is there in one piece in the end.
 */

/**
 * Reads a file through a window, in order, with a checksum over what was read. Whatever the bytes
 * say, nothing is read beyond the end of the file, and no memory is taken for more than is in it.
 * Used by one thread at a time.
 */
final class RdbWindow implements AutoCloseable {
  static final int BYTES = 1 << 20;

  private final RdbSource source;
  private final int capacity;
  private final long size;
  private final GrowableMemory window;
  private final GrowableMemory spill;

  /** The offset in the file of the window's first byte. */
  private long base;

  private long at;
  private long end;

  /** Where the kept bytes that are in the window begin, 0 when none are kept. */
  private long mark;

  private long spilledBytes;

  /** Over the bytes before {@link #summed}. */
  private long crc;

  private long summed;

  /** Starts at the beginning of a file. */
  RdbWindow(RdbSource source, ChunkStore chunks, int capacity) throws IOException, RdbException {
    this.source = source;
    this.capacity = capacity;
    size = source.size();
    window = new GrowableMemory(chunks);
    spill = new GrowableMemory(chunks);
    if (!window.ensure(capacity, 0)) {
      throw RdbException.memoryExhausted();
    }
    at = window.address();
    end = at;
    summed = at;
  }

  /** The offset in the file of the next byte. */
  long position() {
    return base + at - window.address();
  }

  /** Bytes between here and the end of the file. */
  long remaining() {
    return size - position();
  }

  /** Makes so many bytes, few, be there in one piece at {@link #at}. */
  private void require(int bytes) throws IOException, RdbException {
    if (end - at < bytes) {
      fill(bytes);
    }
  }

  private void fill(int bytes) throws IOException, RdbException {
    if (bytes > remaining()) {
      throw RdbException.truncated();
    }
    crc = Crc64.update(crc, summed, at - summed);
    if (mark != 0 && at - mark > capacity / 2) {
      spill();
    }
    long start = window.address();
    long from = mark != 0 ? mark : at;
    long kept = end - from;
    Memory.copy(from, start, kept);
    base += from - start;
    at -= from - start;
    mark = mark != 0 ? start : 0;
    summed = at;
    end = start + kept;
    while (end - at < bytes) {
      int read = source.read(end, (int) (start + capacity - end));
      if (read < 0) {
        throw RdbException.truncated();
      }
      end += read;
    }
  }

  /** Moves the kept bytes out of the window. */
  private void spill() throws RdbException {
    long bytes = at - mark;
    if (!spill.ensure(spilledBytes + bytes, spilledBytes)) {
      throw RdbException.memoryExhausted();
    }
    Memory.copy(mark, spill.address() + spilledBytes, bytes);
    spilledBytes += bytes;
    mark = at;
  }

  /** Keeps the bytes from here on until {@link #release}. */
  void keep() {
    assert mark == 0;
    mark = at;
  }

  /** Keeps the byte that was read last and those from here on, until {@link #release}. */
  void keepLast() {
    assert mark == 0;
    mark = at - 1;
  }

  /** Where the kept bytes lie, until the next call of anything else. */
  long kept() throws RdbException {
    if (spilledBytes == 0) {
      return mark;
    }
    if (at > mark) {
      spill();
    }
    return spill.address();
  }

  /** How many bytes are kept; 0 when none are. */
  long keptBytes() {
    return mark == 0 ? 0 : spilledBytes + at - mark;
  }

  /** Keeps nothing any more. */
  void release() {
    mark = 0;
    if (spilledBytes > 0) {
      spilledBytes = 0;
      spill.shrink();
    }
  }

  int readByte() throws IOException, RdbException {
    require(1);
    return Memory.getByte(at++) & 0xFF;
  }

  int readInt() throws IOException, RdbException {
    require(Integer.BYTES);
    int number = Memory.getInt(at);
    at += Integer.BYTES;
    return number;
  }

  long readLong() throws IOException, RdbException {
    require(Long.BYTES);
    long number = Memory.getLong(at);
    at += Long.BYTES;
    return number;
  }

  /** A number in the form of a length; any 64 bits. */
  long readNumber() throws IOException, RdbException {
    return number(readByte());
  }

  /** The rest of a length whose first byte was read; any 64 bits. */
  long number(int mark) throws IOException, RdbException {
    if (mark < RdbInput.BITS_14) {
      return mark;
    }
    if (mark < RdbInput.BITS_32) {
      return (mark & 0x3F) << Byte.SIZE | readByte();
    }
    if (mark == RdbInput.BITS_32) {
      return Integer.reverseBytes(readInt()) & 0xFFFF_FFFFL;
    }
    if (mark == RdbInput.BITS_64) {
      return Long.reverseBytes(readLong());
    }
    throw RdbException.malformed("no length starts with " + mark);
  }

  /**
   * How many things follow.
   *
   * @param leastBytes how many bytes each of them takes at least
   */
  long readCount(int leastBytes) throws IOException, RdbException {
    long count = readNumber();
    if (count < 0 || count > remaining() / leastBytes) {
      throw RdbException.truncated();
    }
    return count;
  }

  void skip(long bytes) throws IOException, RdbException {
    if (bytes < 0 || bytes > remaining()) {
      throw RdbException.truncated();
    }
    for (long left = bytes; left > 0; ) {
      require(1);
      long part = Math.min(left, end - at);
      at += part;
      left -= part;
    }
  }

  /** Passes over a string, in whatever form it is there. */
  void skipString() throws IOException, RdbException {
    skipRestOfString(readByte());
  }

  /** Passes over a string whose first byte was read. */
  void skipRestOfString(int first) throws IOException, RdbException {
    if (!RdbInput.isSpecial(first)) {
      skip(number(first));
      return;
    }
    switch (first & ~RdbInput.SPECIAL) {
      case RdbInput.INT_8 -> skip(1);
      case RdbInput.INT_16 -> skip(Short.BYTES);
      case RdbInput.INT_32 -> skip(Integer.BYTES);
      case RdbInput.LZF -> {
        long bytes = readNumber();
        readNumber();
        skip(bytes);
      }
      default -> throw RdbException.malformed("a string of kind " + (first & ~RdbInput.SPECIAL));
    }
  }

  /** The checksum of everything that was read. */
  long checksum() {
    crc = Crc64.update(crc, summed, at - summed);
    summed = at;
    return crc;
  }

  @Override
  public void close() {
    window.shrink();
    spill.shrink();
  }
}
