package dev.larder.storage.table;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.Memory;

/** Goes through a table's buckets: in the order of hashes, by chance, or to empty a segment. */
final class TableWalk {
  private TableWalk() {}

  /** {@link KeyTable#walk} of a table that has segments. */
  static long bucket(KeyTable table, long position, KeyTable.Visitor visitor) {
    long segment = table.segmentAt(position);
    int depth = Segment.depth(segment);
    int home = Segment.home(position, depth);
    for (int index = home; index < home + Segment.BUCKETS; index++) {
      long bucket = Segment.bucket(segment, index);
      for (int slot = 0; slot < Bucket.SLOTS; slot++) {
        if (Bucket.tagAt(bucket, slot) != 0) {
          int reference = Memory.getInt(Bucket.slotAddress(bucket, slot));
          if (Segment.home(table.positionOf(reference), depth) == home) {
            visitor.visit(reference);
          }
        }
      }
      if (Bucket.passed(bucket) == 0) {
        break;
      }
    }
    long step = bucketStep(depth);
    return (position & -step) + step;
  }

  /** The slot of a record that is in the table. */
  static long slotOf(KeyTable table, long position, int reference) {
    int word = table.wordAt(position);
    long segment = table.segmentOf(word);
    int home = Segment.home(position, word & KeyTable.DEPTH_MASK);
    for (int index = home; index < home + Segment.BUCKETS; index++) {
      long bucket = Segment.bucket(segment, index);
      for (int slot = 0; slot < Bucket.SLOTS; slot++) {
        if (Memory.getInt(Bucket.slotAddress(bucket, slot)) == reference) {
          return Bucket.slotAddress(bucket, slot);
        }
      }
    }
    throw new AssertionError("a live record is not in the index");
  }

  static long bucketStep(int depth) {
    return 1L << Long.SIZE - depth - Segment.BUCKET_BITS;
  }

  /** Whether a home bucket begins at a position. */
  static boolean isBoundary(KeyTable table, long position) {
    return table.directoryWord() == 0
        || (position & bucketStep(table.wordAt(position) & KeyTable.DEPTH_MASK) - 1) == 0;
  }

  /** {@link KeyTable#sample} of a table that has segments. */
  static int sample(KeyTable table, long random) {
    long bucket = Segment.bucket(table.segmentAt(random), (int) random);
    int slot = (int) ((random >>> 8 & 0xFFFF) * Bucket.SLOTS >>> 16);
    return Memory.getInt(Bucket.slotAddress(bucket, slot));
  }

  /** {@link KeyTable#bucket} of a table that has segments. */
  static long slots(KeyTable table, long position, int[] references) {
    long segment = table.segmentAt(position);
    int depth = Segment.depth(segment);
    long bucket = Segment.bucket(segment, Segment.home(position, depth));
    long sum = 0;
    for (int slot = 0; slot < Bucket.SLOTS; slot++) {
      int reference = Memory.getInt(Bucket.slotAddress(bucket, slot));
      references[slot] = reference;
      if (reference != 0) {
        sum += Memory.peekLong(table.arena.address(reference));
      }
    }
    table.sink(sum);
    long step = bucketStep(depth);
    return (position & -step) + step;
  }

  /** {@link KeyTable#findBegun} of a table that has segments. */
  static int begun(
      KeyTable table, long hash, long hashes, int tag, KeyTable.RecordFilter filter, int skipped) {
    int left = skipped;
    long position = table.position(hash);
    long last = table.position(hash + hashes - 1);
    while (true) {
      long segment = table.segmentAt(position);
      int depth = Segment.depth(segment);
      int home = Segment.home(position, depth);
      for (int index = home; index < home + Segment.BUCKETS; index++) {
        long bucket = Segment.bucket(segment, index);
        for (int slot = 0; slot < Bucket.SLOTS; slot++) {
          int reference = Memory.getInt(Bucket.slotAddress(bucket, slot));
          if (Bucket.tagAt(bucket, slot) == tag && filter.admits(table.arena.address(reference))) {
            long itsHash = table.hashOf(reference);
            boolean isBegun = (itsHash & -hashes) == hash;
            if (isBegun && Segment.home(table.position(itsHash), depth) == home && left-- == 0) {
              return reference;
            }
          }
        }
        if (Bucket.passed(bucket) == 0) {
          break;
        }
      }
      long step = bucketStep(depth);
      long next = (position & -step) + step;
      if (next == 0 || Long.compareUnsigned(next, last) > 0) {
        return 0;
      }
      position = next;
    }
  }

  /** Visits all entries of a segment. */
  static void segment(long segment, KeyTable.Visitor visitor) {
    for (int index = 0; index < Segment.BUCKETS; index++) {
      long bucket = Segment.bucket(segment, index);
      for (int slot = 0; slot < Bucket.SLOTS; slot++) {
        if (Bucket.tagAt(bucket, slot) != 0) {
          visitor.visit(Memory.getInt(Bucket.slotAddress(bucket, slot)));
        }
      }
    }
  }

  /** Loads every record's head of a segment at once, so that their cache misses overlap. */
  static long touch(Arena arena, long segment) {
    long sum = 0;
    for (int index = 0; index < Segment.BUCKETS; index++) {
      long bucket = Segment.bucket(segment, index);
      for (int slot = 0; slot < Bucket.SLOTS; slot++) {
        int reference = Memory.getInt(Bucket.slotAddress(bucket, slot));
        if (reference != 0) {
          sum += Memory.peekLong(arena.address(reference));
        }
      }
    }
    return sum;
  }

  /** The bytes of the directory and the segments of a table that has segments. */
  static long indexBytes(KeyTable table, Arena arena) {
    long segments = 0;
    int depth = table.depth();
    for (long i = 0; i < 1L << depth; segments++) {
      int word = Memory.getInt(table.directoryAddress() + 4 * i);
      i += 1L << depth - (word & KeyTable.DEPTH_MASK);
    }
    return segments * Segment.BYTES + arena.blockBytesOf((int) table.directoryWord());
  }
}
