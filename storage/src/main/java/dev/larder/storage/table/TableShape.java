package dev.larder.storage.table;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.Memory;

/** The directory and the segments of a table, which grow and shrink in steps. */
abstract class TableShape {
  static final int MAX_DEPTH = 32;

  /**
   * A segment is aligned to its size of 512 units, so the low bits of its reference are free to
   * carry its depth: a search need not load the segment's first bucket for it.
   */
  static final int DEPTH_MASK = Segment.BYTES / 8 - 1;

  Arena arena;
  private final int shardBits;

  /** Directory reference in the low half, its depth above; 0 while there is no segment. */
  long directory;

  /** How many more segments there are than when this was taken last. */
  private int moreSegments;

  /** Segments as deep as the directory: when there are none, it can be halved. */
  int deepestSegments;

  /** Where a segment's old content lies while it is split or merged; one an owner at a time. */
  private final long scratch;

  TableShape(Arena arena, int shardBits, long scratch) {
    this.arena = arena;
    this.shardBits = shardBits;
    this.scratch = scratch;
  }

  final long directoryWord() {
    return directory;
  }

  final int deepestSegments() {
    return deepestSegments;
  }

  /** How many more segments there are than at the last call; of a table without a root. */
  public final int takeMoreSegments() {
    int more = moreSegments;
    moreSegments = 0;
    return more;
  }

  final void segmentFreed() {
    moreSegments--;
  }

  final int depth() {
    return (int) (directory >>> 32);
  }

  final long directoryAddress() {
    return arena.address((int) directory);
  }

  static int directoryIndex(long position, int depth) {
    return depth == 0 ? 0 : (int) (position >>> Long.SIZE - depth);
  }

  /** The directory's word for a position: a segment's reference with its depth in the low bits. */
  final int wordAt(long position) {
    return Memory.getInt(directoryAddress() + 4L * directoryIndex(position, depth()));
  }

  final long segmentOf(int word) {
    return arena.address(word & ~DEPTH_MASK);
  }

  final long segmentAt(long position) {
    return segmentOf(wordAt(position));
  }

  final long position(long hash) {
    return hash << shardBits;
  }

  final boolean openFirstSegment() {
    int segment = arena.allocate(Segment.BYTES);
    if (segment == 0) {
      return false;
    }
    int block = arena.allocate(4);
    if (block == 0) {
      arena.free(segment);
      return false;
    }
    Segment.clear(arena.address(segment), 0);
    Memory.putInt(arena.address(block), segment);
    directory = block & 0xFFFF_FFFFL;
    moreSegments++;
    deepestSegments = 1;
    return true;
  }

  final boolean doubleDirectory() {
    int depth = depth();
    int block = arena.allocate(8 << depth);
    if (block == 0) {
      return false;
    }
    long source = directoryAddress();
    long target = arena.address(block);
    for (long i = 0; i < 1L << depth; i++) {
      int segment = Memory.getInt(source + 4 * i);
      Memory.putInt(target + 8 * i, segment);
      Memory.putInt(target + 8 * i + 4, segment);
    }
    replaceDirectory(block, depth + 1);
    deepestSegments = 0;
    return true;
  }

  private void halveDirectory() {
    int depth = depth() - 1;
    int block = arena.allocate(4 << depth);
    if (block == 0) {
      return; // It stays as large as it is.
    }
    long source = directoryAddress();
    long target = arena.address(block);
    int deepest = 0;
    for (long i = 0; i < 1L << depth; i++) {
      int segment = Memory.getInt(source + 8 * i);
      Memory.putInt(target + 4 * i, segment);
      if ((segment & DEPTH_MASK) == depth) {
        deepest++;
      }
    }
    replaceDirectory(block, depth);
    deepestSegments = deepest;
  }

  private void replaceDirectory(int block, int depth) {
    int old = (int) directory;
    directory = (long) depth << 32 | block & 0xFFFF_FFFFL;
    arena.free(old);
  }

  private void setDirectory(long position, int segmentDepth, int segment) {
    int depth = depth();
    long first = segmentDepth == 0 ? 0 : position >>> Long.SIZE - segmentDepth;
    long entries = 1L << depth - segmentDepth;
    long at = directoryAddress() + 4 * first * entries;
    for (long i = 0; i < entries; i++) {
      Memory.putInt(at + 4 * i, segment | segmentDepth);
    }
  }

  /** Moves the directory, and the segment at a position, if they are to be moved; how many were. */
  final int moveIndex(long position) {
    int moved = 0;
    int old = (int) directory;
    if (arena.isEvacuating(old)) {
      int copy = arena.copyOf(old);
      if (copy != 0) {
        replaceDirectory(copy, depth());
        moved++;
      }
    }
    int word = wordAt(position);
    int segment = word & ~DEPTH_MASK;
    if (arena.isEvacuating(segment)) {
      int copy = arena.copyOf(segment);
      if (copy != 0) {
        setDirectory(position, word & DEPTH_MASK, copy);
        arena.free(segment);
        moved++;
      }
    }
    return moved;
  }

  final boolean split(long position, long segment) {
    int sibling = arena.allocate(Segment.BYTES);
    if (sibling == 0) {
      return false;
    }
    moreSegments++;
    int depth = Segment.depth(segment) + 1;
    Memory.copy(segment, scratch, Segment.BYTES);
    Segment.clear(segment, depth);
    Segment.clear(arena.address(sibling), depth);
    setDirectory(position & ~(1L << Long.SIZE - depth), depth, arena.reference(segment));
    setDirectory(position | 1L << Long.SIZE - depth, depth, sibling);
    if (depth == depth()) {
      deepestSegments += 2;
    }
    redistribute(scratch);
    return true;
  }

  /** Splits an empty table until it is so deep, or memory is exhausted. */
  final void deepen(int wanted) {
    while (depth() < wanted && doubleDirectory()) {
      int depth = depth();
      for (long i = 0; i < 1L << depth; i += 2) {
        long position = i << Long.SIZE - depth;
        if (!split(position, segmentAt(position))) {
          return;
        }
      }
    }
  }

  /**
   * Splits a segment so often that its entries part, moving them once. Entries that come in the
   * order of their hashes crowd into the first of all segments that there will be: a dozen splits
   * part none of them.
   *
   * @return false when the arena is exhausted before; the table is sound
   */
  final boolean deepen(long position, long segment) {
    int from = Segment.depth(segment);
    int wanted = Math.min(MAX_DEPTH, Math.max(from, commonBits(segment)) + 1);
    int depth = from;
    while (depth < wanted && (depth < depth() || doubleDirectory())) {
      int sibling = arena.allocate(Segment.BYTES);
      if (sibling == 0) {
        break;
      }
      moreSegments++;
      depth++;
      Segment.clear(arena.address(sibling), depth);
      setDirectory(position ^ 1L << Long.SIZE - depth, depth, sibling);
      if (depth == depth()) {
        deepestSegments += 2;
      }
    }
    Memory.copy(segment, scratch, Segment.BYTES);
    Segment.clear(segment, depth);
    setDirectory(position, depth, arena.reference(segment));
    redistribute(scratch);
    return depth == wanted;
  }

  /** How many leading bits the positions of all entries of a segment have in common. */
  private int commonBits(long segment) {
    long first = 0;
    long differing = 0;
    boolean isFirst = true;
    for (int index = 0; index < Segment.BUCKETS; index++) {
      long bucket = Segment.bucket(segment, index);
      for (int slot = 0; slot < Bucket.SLOTS; slot++) {
        int reference = Memory.getInt(Bucket.slotAddress(bucket, slot));
        if (reference != 0) {
          long position = position(hashOf(reference));
          first = isFirst ? position : first;
          isFirst = false;
          differing |= position ^ first;
        }
      }
    }
    return Long.numberOfLeadingZeros(differing);
  }

  /** Adds every entry of a copied segment to the segment that now covers its position. */
  private void redistribute(long copy) {
    touchRecords(copy);
    for (int index = 0; index < Segment.BUCKETS; index++) {
      long bucket = Segment.bucket(copy, index);
      for (int slot = 0; slot < Bucket.SLOTS; slot++) {
        int tag = Bucket.tagAt(bucket, slot);
        if (tag != 0) {
          int reference = Memory.getInt(Bucket.slotAddress(bucket, slot));
          long position = position(hashOf(reference));
          int word = wordAt(position);
          Segment.add(segmentOf(word), Segment.home(position, word & DEPTH_MASK), tag, reference);
        }
      }
    }
  }

  /** Keeps the loads of {@link TableWalk#touch} from being compiled away. */
  private long sink;

  final void touchRecords(long segment) {
    sink = TableWalk.touch(arena, segment);
  }

  final void sink(long loaded) {
    sink = loaded;
  }

  /** The hash of a record's key. */
  public final long hashOf(int reference) {
    long record = arena.address(reference);
    return KeyHash.hash(Record.keyAddress(record), Record.keyLength(record));
  }

  final void mergeWithSibling(long position, long segment, int depth) {
    long siblingPosition = position ^ 1L << Long.SIZE - depth;
    long sibling = segmentAt(siblingPosition);
    if (Segment.depth(sibling) != depth
        || Segment.count(segment) + Segment.count(sibling) > Segment.MERGE_COUNT) {
      return;
    }
    Memory.copy(segment, scratch, Segment.BYTES);
    Memory.copy(sibling, scratch + Segment.BYTES, Segment.BYTES);
    Segment.clear(segment, depth - 1);
    setDirectory(position, depth - 1, arena.reference(segment));
    arena.free(arena.reference(sibling));
    segmentFreed();
    redistribute(scratch);
    redistribute(scratch + Segment.BYTES);
    if (depth == depth()) {
      deepestSegments -= 2;
      if (deepestSegments == 0) {
        halveDirectory();
      }
    }
  }
}
