package dev.larder.storage.rdb;

import dev.larder.storage.memory.Memory;

/**
 * Reads what LZF has compressed (the format is told in {@link LzfCompressor}), in slices of the
 * caller's choice; or only checks it. Whatever the bytes are, it neither reads nor writes outside
 * of the two ranges. Used by one thread at a time.
 */
public final class LzfDecoder {
  private long in;
  private long inEnd;
  private long out;
  private long outEnd;
  private long outLeft;

  /**
   * Starts with new bytes.
   *
   * @param address of the compressed bytes
   * @param target where the result goes, or 0 to check only
   * @param targetLength how long the result has to be
   */
  public void begin(long address, long length, long target, long targetLength) {
    in = address;
    inEnd = address + length;
    out = target;
    outEnd = target + targetLength;
    outLeft = targetLength;
  }

  /**
   * Goes on.
   *
   * @param bytes how many bytes of the result to make, about
   * @return whether the result is complete
   * @throws RdbException if the bytes were not made by LZF from as many bytes as promised
   */
  public boolean step(long bytes) throws RdbException {
    long pause = Math.max(0, outLeft - bytes);
    while (in < inEnd && outLeft > pause) {
      int first = Memory.getByte(in++) & 0xFF;
      if (first < LzfCompressor.MAX_LITERALS) {
        literals(first + 1);
      } else {
        reference(first);
      }
    }
    if (in == inEnd && outLeft > 0 || in < inEnd && outLeft == 0) {
      throw RdbException.malformed("LZF: not as long as promised");
    }
    return in == inEnd;
  }

  private void literals(int count) throws RdbException {
    if (count > inEnd - in || count > outLeft) {
      throw RdbException.malformed("LZF: literal bytes beyond the end");
    }
    if (out != 0) {
      Memory.copy(in, outEnd - outLeft, count);
    }
    in += count;
    outLeft -= count;
  }

  private void reference(int first) throws RdbException {
    int length = first >>> 5;
    boolean isLong = length == 7;
    if (inEnd - in < (isLong ? 2 : 1)) {
      throw RdbException.malformed("LZF: a reference beyond the end");
    }
    if (isLong) {
      length += Memory.getByte(in++) & 0xFF;
    }
    length += 2;
    int distance = ((first & 0x1F) << Byte.SIZE | Memory.getByte(in++) & 0xFF) + 1;
    long done = outEnd - outLeft - out;
    if (distance > done || length > outLeft) {
      throw RdbException.malformed("LZF: a reference to bytes that are not there");
    }
    if (out != 0) {
      repeat(outEnd - outLeft, distance, length);
    }
    outLeft -= length;
  }

  /** Writes bytes again; where they overlap, the ones just written are repeated. */
  private static void repeat(long at, int distance, int length) {
    if (distance >= length) {
      Memory.copy(at - distance, at, length);
    } else if (distance == 1) {
      Memory.fill(at, length, Memory.getByte(at - 1));
    } else {
      for (int i = 0; i < length; i++) {
        Memory.putByte(at + i, Memory.getByte(at + i - distance));
      }
    }
  }
}
