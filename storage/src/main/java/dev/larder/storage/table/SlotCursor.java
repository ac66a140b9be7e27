package dev.larder.storage.table;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.Memory;

/**
 * Goes through the slots of a table's buckets as they lie, wherever their entries have their homes:
 * for who comes by all entries again and again, may move them, and may miss one now and then, when
 * segments split or merge between two buckets. For the owner of the shard.
 *
 * <p>A position is one in hash space, as that of any walk, and so stays good whatever happens to
 * the table. Moves the blocks of the index that are to be moved: {@link Arena#isEvacuating}.
 */
public final class SlotCursor {
  private final long[] slots = new long[Bucket.SLOTS];
  private int count;
  private int movedBlocks;

  /** Keeps the loads of record heads from being compiled away. */
  private long sink;

  /**
   * Makes the slots of the bucket at a position the current ones; the heads of their records are
   * loaded together. The table may have got another directory, so that its root is to be saved.
   *
   * @return the next bucket's position, or 0 after the last one
   */
  public long open(KeyTable table, Arena arena, long position) {
    count = 0;
    movedBlocks = 0;
    if (table.directoryWord() == 0) {
      return 0;
    }
    movedBlocks = table.moveIndex(position);
    long segment = table.segmentAt(position);
    int depth = Segment.depth(segment);
    long bucket = Segment.bucket(segment, Segment.home(position, depth));
    long sum = 0;
    for (int slot = 0; slot < Bucket.SLOTS; slot++) {
      if (Bucket.tagAt(bucket, slot) != 0) {
        long address = Bucket.slotAddress(bucket, slot);
        sum += Memory.peekLong(arena.address(Memory.getInt(address)));
        slots[count++] = address;
      }
    }
    sink = sum;
    long step = TableWalk.bucketStep(depth);
    return (position & -step) + step;
  }

  /** How many entries the current bucket has. */
  public int count() {
    return count;
  }

  /** The slot of one of them. */
  public long slot(int index) {
    return slots[index];
  }

  /** How many blocks of the index {@link #open} has moved. */
  public int movedBlocks() {
    return movedBlocks;
  }
}
