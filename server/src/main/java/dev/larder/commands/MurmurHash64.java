package dev.larder.commands;

import dev.larder.storage.Bytes;

/** MurmurHash64A of Austin Appleby, as he published it: the hash of HyperLogLog's elements. */
final class MurmurHash64 {
  private static final long MULTIPLIER = 0xc6a4a7935bd1e995L;
  private static final int SHIFT = 47;

  private MurmurHash64() {}

  static long hash(long address, int length, long seed) {
    long hash = seed ^ length * MULTIPLIER;
    int words = length & -Long.BYTES;
    for (int i = 0; i < words; i += Long.BYTES) {
      long word = Bytes.getLong(address + i) * MULTIPLIER;
      word = (word ^ word >>> SHIFT) * MULTIPLIER;
      hash = (hash ^ word) * MULTIPLIER;
    }
    if (words < length) {
      long rest = 0;
      for (int i = length - 1; i >= words; i--) {
        rest = rest << Byte.SIZE | (Bytes.getByte(address + i) & 0xFF);
      }
      hash = (hash ^ rest) * MULTIPLIER;
    }
    hash = (hash ^ hash >>> SHIFT) * MULTIPLIER;
    return hash ^ hash >>> SHIFT;
  }
}
