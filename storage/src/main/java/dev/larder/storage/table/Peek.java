package dev.larder.storage.table;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.Memory;

/**
 * Follows the index without owning the shard, to load what a command is about to need.
 *
 * <p>Whatever is read here may be stale or torn: blocks are re-used under it. So every reference is
 * followed only inside the arena's reservation, and the result is only touched, never believed.
 */
final class Peek {
  private Peek() {}

  /** The bucket line of a position, by a table's directory word; 0 = none. */
  static long bucket(Arena arena, long directory, long position) {
    if (directory == 0) {
      return 0;
    }
    int index = KeyTable.directoryIndex(position, (int) (directory >>> 32));
    int word = Memory.peekInt(arena.address((int) directory) + 4L * index);
    if (!arena.mayPeek(word)) {
      return 0;
    }
    long segment = arena.address(word & ~KeyTable.DEPTH_MASK);
    return Segment.bucket(segment, Segment.home(position, word & KeyTable.DEPTH_MASK));
  }

  /**
   * Where the value of a peeked record ends, which says in its first eight bytes how long it is.
   *
   * @return less than {@link Arena#PEEK_BYTES} behind the record's beginning
   */
  static long end(long record) {
    return record + Record.narrowBytes(Memory.peekLong(record));
  }

  /** The first record with this tag in a bucket line; 0 = none. */
  static long record(Arena arena, long bucket, int tag) {
    long low = Bucket.matchLow(Memory.peekLong(bucket), tag);
    int slot;
    if (low != 0) {
      slot = Long.numberOfTrailingZeros(low) >>> 3;
    } else {
      long high = Bucket.matchHigh(Memory.peekInt(bucket + 8), tag);
      if (high == 0) {
        return 0;
      }
      slot = 8 + (Long.numberOfTrailingZeros(high) >>> 3);
    }
    int reference = Memory.peekInt(Bucket.slotAddress(bucket, slot));
    return arena.mayPeek(reference) ? arena.address(reference) : 0;
  }
}
