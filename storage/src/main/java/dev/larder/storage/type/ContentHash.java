package dev.larder.storage.type;

import dev.larder.storage.memory.Memory;

/**
 * A hash of bytes that is the same in every process, for what is kept across restarts; not for
 * tables that clients fill, since whoever knows it can make collisions.
 */
public final class ContentHash {
  private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;
  private static final long FINISHER = 0xD6E8_FEB8_6659_FD93L;

  private ContentHash() {}

  /** Hashes so many bytes; different seeds give independent hashes. */
  public static long hash(long address, int length, long seed) {
    long state = mix(seed ^ length * MULTIPLIER);
    int at = 0;
    for (; at + Long.BYTES <= length; at += Long.BYTES) {
      state = mix(state ^ Memory.getLong(address + at));
    }
    long rest = 0;
    for (; at < length; at++) {
      rest = rest << Byte.SIZE | (Memory.getByte(address + at) & 0xFF);
    }
    return mix(state ^ rest);
  }

  /** Spreads every bit over all others. */
  public static long mix(long value) {
    long mixed = (value ^ value >>> 32) * FINISHER;
    mixed = (mixed ^ mixed >>> 29) * MULTIPLIER;
    return mixed ^ mixed >>> 32;
  }
}
