package dev.larder.storage.table;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.Memory;

/**
 * Goes through a part of a table: a segment, or a home bucket. For the owner of the shard; the
 * table must not change meanwhile, but the flyweight over it may be loaded with others.
 */
public final class TableCursor {
  /** In place of a home bucket: entries of any. */
  private static final int ANY = -1;

  private Arena arena;

  private long segment;
  private int depth;
  private int home;

  /** Only entries from this position on, 0 for all. */
  private long floor;

  /** The bucket that is being looked at, and the last one. */
  private int index;

  private int lastIndex;
  private int slot;

  /** Keeps the loads of {@link TableWalk#touch} from being compiled away. */
  private long sink;

  /**
   * @param arena that of any table
   */
  public TableCursor(Arena arena) {
    this.arena = arena;
    end();
  }

  /** Begins with nothing. */
  public void end() {
    index = 0;
    lastIndex = -1;
  }

  /**
   * Begins with the segment at a position in hash space.
   *
   * @return the next segment's position, or 0 after the last one
   */
  public long segment(KeyTable table, Arena tableArena, long position) {
    if (!open(table, tableArena, position)) {
      return 0;
    }
    sink = TableWalk.touch(arena, segment);
    home = ANY;
    floor = 0;
    index = 0;
    lastIndex = Segment.BUCKETS - 1;
    return depth == 0 ? 0 : after(position, Long.SIZE - depth);
  }

  /**
   * Begins with the home bucket at a position in hash space, without the entries before the
   * position, which a walk has met when the table was larger.
   *
   * @return the next home bucket's position, or 0 after the last one
   */
  public long home(KeyTable table, Arena tableArena, long position) {
    if (!open(table, tableArena, position)) {
      return 0;
    }
    home = Segment.home(position, depth);
    floor = TableWalk.isBoundary(table, position) ? 0 : position;
    index = home;
    lastIndex = home + Segment.BUCKETS - 1;
    return after(position, Long.SIZE - depth - Segment.BUCKET_BITS);
  }

  private boolean open(KeyTable table, Arena tableArena, long position) {
    if (table.directoryWord() == 0) {
      end();
      return false;
    }
    arena = tableArena;
    segment = table.segmentAt(position);
    depth = Segment.depth(segment);
    slot = 0;
    return true;
  }

  private static long after(long position, int shift) {
    return (position >>> shift) + 1 << shift;
  }

  /** The record of the next entry of this part, or 0 when there is none. */
  public long next() {
    while (index <= lastIndex) {
      long bucket = Segment.bucket(segment, index);
      while (slot < Bucket.SLOTS) {
        int reference = Memory.getInt(Bucket.slotAddress(bucket, slot++));
        if (reference != 0 && (home == ANY || isWanted(reference))) {
          return arena.address(reference);
        }
      }
      slot = 0;
      index++;
      if (home != ANY && Bucket.passed(bucket) == 0) {
        lastIndex = -1;
      }
    }
    return 0;
  }

  private boolean isWanted(int reference) {
    long record = arena.address(reference);
    long position = KeyHash.hash(Record.keyAddress(record), Record.keyLength(record));
    return Segment.home(position, depth) == home
        && (floor == 0 || Long.compareUnsigned(position, floor) >= 0);
  }
}
