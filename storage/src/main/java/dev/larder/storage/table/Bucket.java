package dev.larder.storage.table;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.memory.Memory;

/**
 * The layout of a bucket: one cache line of twelve slots.
 *
 * <pre>
 *   0               12       13            16                       64
 *   +---------------+--------+-------------+------------------------+
 *   | 12 tags       | passed | (segment's) | 12 references          |
 *   +---------------+--------+-------------+------------------------+
 * </pre>
 *
 * A tag is the lowest byte of the hash, never 0; tag 0 marks an empty slot. {@code passed} counts
 * the entries that found no slot here and went on to a later bucket: a search goes on only while it
 * is not 0. At 255 it stays, since it could no longer be counted down.
 */
@HotPath
final class Bucket {
  static final int BYTES = 64;
  static final int SLOTS = 12;
  static final int PASSED = 12;

  private static final int REFERENCES = 16;
  private static final int PASSED_STICKY = 255;
  private static final long LOW_BITS = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  private Bucket() {}

  static int tag(long hash) {
    int tag = (int) hash & 0xFF;
    return tag == 0 ? 1 : tag;
  }

  /** A bit 7 + 8 i for each of slots 0-7 whose tag may match: false positives, never negatives. */
  static long matchLow(long tags, int tag) {
    long difference = tags ^ LOW_BITS * tag;
    return difference - LOW_BITS & ~difference & HIGH_BITS;
  }

  /** The same for slots 8-11, from their four tags. */
  static long matchHigh(int tags, int tag) {
    return matchLow(tags & 0xFFFF_FFFFL, tag) & 0xFFFF_FFFFL;
  }

  static long slotAddress(long bucket, int slot) {
    return bucket + REFERENCES + 4L * slot;
  }

  /** The bucket-relative slot of a slot address. */
  static int slotOf(long bucket, long slotAddress) {
    return (int) (slotAddress - bucket - REFERENCES) >>> 2;
  }

  /** A free slot's number, or -1. */
  static int freeSlot(long bucket) {
    long low = matchExactZero(Memory.getLong(bucket));
    if (low != 0) {
      return Long.numberOfTrailingZeros(low) >>> 3;
    }
    long high = matchExactZero(Memory.getInt(bucket + 8) | 0xFFFF_FFFF_0000_0000L);
    return high == 0 ? -1 : 8 + (Long.numberOfTrailingZeros(high) >>> 3);
  }

  private static long matchExactZero(long tags) {
    // The lowest set bit of this form is always a true zero byte.
    return tags - LOW_BITS & ~tags & HIGH_BITS;
  }

  static void set(long bucket, int slot, int tag, int reference) {
    Memory.putInt(slotAddress(bucket, slot), reference);
    Memory.putByte(bucket + slot, (byte) tag);
  }

  static void clear(long bucket, int slot) {
    Memory.putByte(bucket + slot, (byte) 0);
    Memory.putInt(slotAddress(bucket, slot), 0);
  }

  static int tagAt(long bucket, int slot) {
    return Memory.getByte(bucket + slot) & 0xFF;
  }

  static int passed(long bucket) {
    return Memory.getByte(bucket + PASSED) & 0xFF;
  }

  static void countPassed(long bucket) {
    int passed = passed(bucket);
    if (passed < PASSED_STICKY) {
      Memory.putByte(bucket + PASSED, (byte) (passed + 1));
    }
  }

  static void uncountPassed(long bucket) {
    int passed = passed(bucket);
    assert passed > 0;
    if (passed < PASSED_STICKY) {
      Memory.putByte(bucket + PASSED, (byte) (passed - 1));
    }
  }
}
