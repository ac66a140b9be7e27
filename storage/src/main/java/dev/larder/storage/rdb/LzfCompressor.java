package dev.larder.storage.rdb;

import dev.larder.storage.memory.Memory;
import java.util.Arrays;

/*
 * LZF is a sequence of steps, each told by its first byte:
 *
 *   000nnnnn                    n + 1 bytes follow that stand for themselves
 *   lllooooo oooooooo           l + 2 bytes again as they were o + 1 bytes ago; l from 1 to 6
 *   111ooooo llllllll oooooooo  the same with l + 9 bytes
 *
 * The compressor looks up each three bytes in a table of where they were last seen.
 */

/** Compresses by LZF. Keeps a table of up to 64 KiB; used by one thread at a time. */
final class LzfCompressor {
  static final int MAX_LITERALS = 32;
  static final int MAX_DISTANCE = 8192;
  static final int MIN_MATCH = 3;
  static final int MAX_MATCH = 264;

  /** A match up to this long takes two bytes. */
  private static final int MAX_SHORT_MATCH = 8;

  private static final int MIN_TABLE_BITS = 8;
  private static final int MAX_TABLE_BITS = 14;
  private static final int MIX = 0x9E3779B1;

  /** Of so many misses in a row, a step gets one byte longer: most of what follows misses, too. */
  private static final int MISSES_PER_STEP_SHIFT = 6;

  /** By hash of three bytes: where they were last seen, plus 1. */
  private int[] table = new int[1 << MIN_TABLE_BITS];

  private int shift;
  private long source;
  private long out;
  private long outEnd;

  /**
   * Compresses bytes; the same bytes always give the same result.
   *
   * @param room how long the result may be
   * @return how long it is, or 0 when it does not fit
   */
  long compress(long address, int length, long target, long room) {
    prepare(length);
    source = address;
    out = target;
    outEnd = target + room;
    int literals = 0;
    int misses = 0;
    int at = 0;
    while (at <= length - MIN_MATCH) {
      int bytes = three(at);
      int slot = slot(bytes);
      int candidate = table[slot] - 1;
      table[slot] = at + 1;
      if (candidate < 0 || at - candidate > MAX_DISTANCE || three(candidate) != bytes) {
        at += 1 + (misses++ >> MISSES_PER_STEP_SHIFT);
        continue;
      }
      misses = 0;
      int match = matchLength(candidate, at, Math.min(length - at, MAX_MATCH));
      if (!literals(literals, at) || !reference(at - candidate - 1, match)) {
        return 0;
      }
      literals = at + match;
      remember(at + 1, Math.min(literals, length - MIN_MATCH + 1));
      at = literals;
    }
    return literals(literals, length) ? out - target : 0;
  }

  private void prepare(int length) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(length);
    bits = Math.clamp(bits, MIN_TABLE_BITS, MAX_TABLE_BITS);
    int size = 1 << bits;
    if (size > table.length) {
      table = new int[size];
    } else {
      Arrays.fill(table, 0, size, 0);
    }
    shift = Integer.SIZE - bits;
  }

  private int three(int at) {
    return Memory.getShort(source + at) & 0xFFFF | Memory.getByte(source + at + 2) << Short.SIZE;
  }

  private int slot(int bytes) {
    return bytes * MIX >>> shift;
  }

  private int matchLength(int candidate, int at, int max) {
    int length = MIN_MATCH;
    while (length < max
        && Memory.getByte(source + candidate + length) == Memory.getByte(source + at + length)) {
      length++;
    }
    return length;
  }

  private void remember(int from, int to) {
    for (int at = from; at < to; at++) {
      table[slot(three(at))] = at + 1;
    }
  }

  /** Writes bytes that stand for themselves; false when they do not fit. */
  private boolean literals(int from, int to) {
    for (int at = from; at < to; at += MAX_LITERALS) {
      int count = Math.min(MAX_LITERALS, to - at);
      if (outEnd - out <= count) {
        return false;
      }
      Memory.putByte(out, (byte) (count - 1));
      Memory.copy(source + at, out + 1, count);
      out += 1 + count;
    }
    return true;
  }

  private boolean reference(int distance, int match) {
    boolean isShort = match <= MAX_SHORT_MATCH;
    if (outEnd - out < (isShort ? 2 : 3)) {
      return false;
    }
    int high = distance >>> Byte.SIZE;
    if (isShort) {
      Memory.putByte(out++, (byte) (match - 2 << 5 | high));
    } else {
      Memory.putByte(out++, (byte) (7 << 5 | high));
      Memory.putByte(out++, (byte) (match - MAX_SHORT_MATCH - 1));
    }
    Memory.putByte(out++, (byte) distance);
    return true;
  }
}
