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
    long from = in;
    long at = outEnd - outLeft;
    long pause = outLeft > bytes ? at + bytes : outEnd;
    while (from < inEnd && at < pause) {
      int first = Memory.getByte(from++) & 0xFF;
      int length = first < LzfCompressor.MAX_LITERALS ? first + 1 : first >>> 5;
      if (first < LzfCompressor.MAX_LITERALS) {
        if (length > inEnd - from || length > outEnd - at) {
          throw RdbException.malformed("LZF: literal bytes beyond the end");
        }
        if (out != 0) {
          literals(from, at, length);
        }
        from += length;
      } else {
        boolean isLong = length == 7;
        if (inEnd - from < (isLong ? 2 : 1)) {
          throw RdbException.malformed("LZF: a reference beyond the end");
        }
        length += 2 + (isLong ? Memory.getByte(from++) & 0xFF : 0);
        int distance = ((first & 0x1F) << Byte.SIZE | Memory.getByte(from++) & 0xFF) + 1;
        if (distance > at - out || length > outEnd - at) {
          throw RdbException.malformed("LZF: a reference to bytes that are not there");
        }
        if (out != 0) {
          repeat(at, distance, length);
        }
      }
      at += length;
    }
    in = from;
    outLeft = outEnd - at;
    if (in == inEnd && outLeft > 0 || in < inEnd && outLeft == 0) {
      throw RdbException.malformed("LZF: not as long as promised");
    }
    return in == inEnd;
  }

  private void literals(long from, long at, int count) {
    int words = words(count);
    if (words <= inEnd - from && words <= outEnd - at) {
      copyWords(from, at, words);
    } else {
      Memory.copy(from, at, count);
    }
  }

  /** Writes bytes again; where they overlap, the ones just written are repeated. */
  private void repeat(long at, int distance, int length) {
    int words = words(length);
    if (distance >= Long.BYTES && words <= outEnd - at) {
      copyWords(at - distance, at, words);
    } else if (distance == 1) {
      Memory.fill(at, length, Memory.getByte(at - 1));
    } else {
      for (int i = 0; i < length; i++) {
        Memory.putByte(at + i, Memory.getByte(at + i - distance));
      }
    }
  }

  /** So many bytes in whole words. */
  private static int words(int bytes) {
    return bytes + Long.BYTES - 1 & -Long.BYTES;
  }

  /** Copies whole words one after the other: what is written behind the end is written again. */
  private static void copyWords(long source, long target, int bytes) {
    for (int i = 0; i < bytes; i += Long.BYTES) {
      Memory.putLong(target + i, Memory.getLong(source + i));
    }
  }
}
