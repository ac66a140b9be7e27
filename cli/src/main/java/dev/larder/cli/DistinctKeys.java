package dev.larder.cli;

import java.util.Arrays;

/**
 * Counts different keys by their hashes, which takes up to 32 bytes a key: a table of open
 * addressing that doubles when it is half full.
 */
final class DistinctKeys {
  private static final long FNV_BASIS = 0xCBF2_9CE4_8422_2325L;
  private static final long FNV_PRIME = 0x100_0000_01B3L;

  private long[] hashes = new long[1 << 12];
  private int count;

  long count() {
    return count;
  }

  void add(byte[] key) {
    long hash = FNV_BASIS;
    for (byte b : key) {
      hash = (hash ^ b & 0xFF) * FNV_PRIME;
    }
    // 0 marks what is free.
    if (insert(hash ^ hash >>> 32 | 1L << 63) && ++count > hashes.length / 2) {
      long[] old = hashes;
      hashes = new long[2 * old.length];
      Arrays.stream(old).filter(h -> h != 0).forEach(this::insert);
    }
  }

  private boolean insert(long hash) {
    int mask = hashes.length - 1;
    int at = (int) hash & mask;
    while (hashes[at] != 0) {
      if (hashes[at] == hash) {
        return false;
      }
      at = at + 1 & mask;
    }
    hashes[at] = hash;
    return true;
  }
}
