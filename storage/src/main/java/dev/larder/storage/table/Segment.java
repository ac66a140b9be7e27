package dev.larder.storage.table;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.memory.Memory;

/**
 * A block of 64 buckets that covers one range of hash space.
 *
 * <p>An entry's home bucket follows from its hash. When the home is full the entry goes on to the
 * next bucket with room, around the segment's end, and every bucket it passed counts it. The
 * segment's own count and depth (how many leading hash bits its entries share) lie in the spare
 * bytes of its first bucket.
 */
@HotPath
final class Segment {
  static final int BUCKET_BITS = 6;
  static final int BUCKETS = 1 << BUCKET_BITS;
  static final int BYTES = BUCKETS * Bucket.BYTES;
  static final int SLOTS = BUCKETS * Bucket.SLOTS;

  /** At this count a segment splits: 90 % of its slots, where few entries leave their home. */
  static final int SPLIT_COUNT = SLOTS * 9 / 10;

  /** Two siblings merge when both together hold no more than this. */
  static final int MERGE_COUNT = SLOTS / 3;

  private static final int COUNT = 13;
  private static final int DEPTH = 15;

  private Segment() {}

  static void clear(long segment, int depth) {
    Memory.fill(segment, BYTES, (byte) 0);
    Memory.putByte(segment + DEPTH, (byte) depth);
  }

  static int count(long segment) {
    return Memory.getShort(segment + COUNT);
  }

  static int depth(long segment) {
    return Memory.getByte(segment + DEPTH);
  }

  private static void addCount(long segment, int change) {
    Memory.putShort(segment + COUNT, (short) (count(segment) + change));
  }

  /** The home bucket of a position in hash space, in a segment of this depth. */
  static int home(long position, int depth) {
    return (int) (position << depth >>> Long.SIZE - BUCKET_BITS);
  }

  static long bucket(long segment, int index) {
    return segment + (long) (index & BUCKETS - 1) * Bucket.BYTES;
  }

  /** Adds an entry whose segment has a free slot; returns the slot's address. */
  static long add(long segment, int home, int tag, int reference) {
    assert count(segment) < SLOTS;
    for (int index = home; ; index++) {
      long bucket = bucket(segment, index);
      int slot = Bucket.freeSlot(bucket);
      if (slot >= 0) {
        Bucket.set(bucket, slot, tag, reference);
        addCount(segment, 1);
        return Bucket.slotAddress(bucket, slot);
      }
      Bucket.countPassed(bucket);
    }
  }

  /** Removes the entry in a slot, whose home bucket the caller knows. */
  static void remove(long segment, int home, long slotAddress) {
    int index = (int) (slotAddress - segment) / Bucket.BYTES;
    long bucket = bucket(segment, index);
    Bucket.clear(bucket, Bucket.slotOf(bucket, slotAddress));
    for (int passed = home; (passed & BUCKETS - 1) != index; passed++) {
      Bucket.uncountPassed(bucket(segment, passed));
    }
    addCount(segment, -1);
  }
}
