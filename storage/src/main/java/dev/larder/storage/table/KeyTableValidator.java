package dev.larder.storage.table;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.Memory;

/** Checks a key table from outside: what must hold between its operations. */
final class KeyTableValidator {
  private final KeyTable table;
  private final Arena arena;
  private final int[] passed = new int[Segment.BUCKETS];
  private long entries;
  private int deepest;

  KeyTableValidator(KeyTable table, Arena arena) {
    this.table = table;
    this.arena = arena;
  }

  boolean validate() {
    int depth = (int) (table.directoryWord() >>> 32);
    long directory = arena.address((int) table.directoryWord());
    for (long i = 0; i < 1L << depth; ) {
      int reference = Memory.getInt(directory + 4 * i);
      long segment = arena.address(reference & -(Segment.BYTES / 8));
      int segmentDepth = Segment.depth(segment);
      require((reference & Segment.BYTES / 8 - 1) == segmentDepth, "a word has a wrong depth");
      require(segmentDepth <= depth, "a segment is deeper than the directory");
      long range = 1L << depth - segmentDepth;
      for (long j = i; j < i + range; j++) {
        require(Memory.getInt(directory + 4 * j) == reference, "a directory range is torn");
      }
      deepest += segmentDepth == depth ? 1 : 0;
      checkSegment(segment, segmentDepth, depth == 0 ? 0 : i << Long.SIZE - depth);
      i += range;
    }
    require(entries == table.count(), "the table counts " + table.count() + " of " + entries);
    require(deepest == table.deepestSegments(), "deepest segments are miscounted");
    return true;
  }

  private void checkSegment(long segment, int depth, long prefix) {
    java.util.Arrays.fill(passed, 0);
    int found = 0;
    for (int index = 0; index < Segment.BUCKETS; index++) {
      long bucket = Segment.bucket(segment, index);
      for (int slot = 0; slot < Bucket.SLOTS; slot++) {
        int reference = Memory.getInt(Bucket.slotAddress(bucket, slot));
        require(
            (Bucket.tagAt(bucket, slot) != 0) == (reference != 0), "a tag without its reference");
        if (reference != 0) {
          checkEntry(reference, depth, prefix, index);
          found++;
        }
      }
    }
    require(found == Segment.count(segment), "a segment miscounts its entries");
    for (int index = 0; index < Segment.BUCKETS; index++) {
      int stored = Bucket.passed(Segment.bucket(segment, index));
      require(stored == 255 || stored == passed[index], "a bucket miscounts what passed it");
    }
    entries += found;
  }

  private void checkEntry(int reference, int depth, long prefix, int index) {
    long position = table.positionOf(reference);
    require(table.isWalked() || table.isSeen(reference), "a record has another parity: UNIFORM");
    require(
        depth == 0 || position >>> Long.SIZE - depth == prefix >>> Long.SIZE - depth,
        "an entry lies in a foreign segment");
    int home = Segment.home(position, depth);
    for (int i = home; (i & Segment.BUCKETS - 1) != index; i++) {
      passed[i & Segment.BUCKETS - 1]++;
    }
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new AssertionError(message);
    }
  }
}
