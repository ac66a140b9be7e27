package dev.larder.storage.table;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.HotPath;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.memory.VirtualMemory;

/*
 * Problem. Find one of many millions of records by key with one cache miss for the index and one
 * for the record, at about six bytes an entry; grow and shrink without ever stopping the world; let
 * a SCAN cursor, a snapshot walk or an eviction hand keep its place meanwhile.
 *
 * Idea. Extendible hashing over segments of 64 cache-line buckets. The bits of a hash, from the
 * top: shard | directory | bucket | ...; the lowest byte is the tag. A full segment splits in two,
 * a sparse pair of siblings merges. The directory of segment references doubles when a segment is
 * as deep as the directory.
 *
 *   position = hash without its shard bits, left-aligned
 *
 *   directory (2^depth)   segments
 *   [00] ---------------> [bucket 0 .. bucket 63]   depth 2
 *   [01] ---------------> [bucket 0 .. bucket 63]   depth 2
 *   [10] ----+----------> [bucket 0 .. bucket 63]   depth 1
 *   [11] ----+
 *
 * Position order. Segments, and home buckets within a segment, are in the order of position: a walk
 * over home buckets visits hash space from 0 upwards, and every position is a boundary that splits
 * and merges respect. So nothing moves from the unvisited to the visited side.
 *
 * Concurrency. The shard's owner, for everything but the peek methods. Those read without the
 * shard what may be stale: directory word, segment and bucket all lie in the arena's reservation,
 * which never vanishes, and their result is only touched, never believed.
 *
 * Cost. find: one directory word, one bucket line, the record's first line; a split moves at most
 * 691 entries.
 */

/**
 * The hash table from keys to records: of the keys of one database in one shard, or, as a flyweight
 * that is pointed at a root by {@link #load}, of the members of one collection.
 */
@HotPath
public final class KeyTable {
  /** What an entry takes of the index at the usual load, for estimates. */
  public static final int BYTES_PER_ENTRY = 8;

  private static final int MAX_DEPTH = 32;

  /**
   * A segment is aligned to its size of 512 units, so the low bits of its reference are free to
   * carry its depth: a search need not load the segment's first bucket for it.
   */
  static final int DEPTH_MASK = Segment.BYTES / 8 - 1;

  /** What {@link #save} writes: the state of a table that is a value's part. */
  public static final int ROOT_BYTES = 24;

  private static final int ROOT_COUNT = 8;
  private static final int ROOT_DEEPEST = 16;
  private static final int ROOT_DRAINED = 20;

  private Arena arena;
  private final int shardBits;

  /** Directory reference in the low half, its depth above; 0 while there is no segment. */
  private long directory;

  private long count;

  /** Directory entries whose segments {@link #drainSegment} has freed. */
  private long drained;

  /** Segments as deep as the directory: when there are none, it can be halved. */
  private int deepestSegments;

  /** Where a segment's old content lies while it is split or merged; one an owner at a time. */
  private final long scratch;

  /**
   * Makes an empty table, which takes no memory.
   *
   * @param shardBits how many leading hash bits all keys here share
   * @param scratch {@link #SCRATCH_BYTES} that the shard's tables share
   */
  public KeyTable(Arena arena, int shardBits, long scratch) {
    this.arena = arena;
    this.shardBits = shardBits;
    this.scratch = scratch;
  }

  /** Makes {@link #ROOT_BYTES} at an address the root of an empty table. */
  public static void writeEmptyRoot(long root) {
    Memory.putLong(root, 0);
    Memory.putLong(root + ROOT_COUNT, 0);
    Memory.putLong(root + ROOT_DEEPEST, 0);
  }

  /** How many entries the table behind a root has. */
  public static long rootCount(long root) {
    return Memory.getLong(root + ROOT_COUNT);
  }

  /** Becomes the table behind a root, with its segments in this arena, until the next load. */
  public void load(Arena newArena, long root) {
    arena = newArena;
    directory = Memory.getLong(root);
    count = Memory.getLong(root + ROOT_COUNT);
    deepestSegments = Memory.getInt(root + ROOT_DEEPEST);
    drained = Memory.getInt(root + ROOT_DRAINED) & 0xFFFF_FFFFL;
  }

  /** Writes the state back after changes; the root may have moved since {@link #load}. */
  public void save(long root) {
    Memory.putLong(root, directory);
    Memory.putLong(root + ROOT_COUNT, count);
    Memory.putInt(root + ROOT_DEEPEST, deepestSegments);
    Memory.putInt(root + ROOT_DRAINED, (int) drained);
  }

  /** Bytes of directory and segments: a look at every directory entry. */
  public long indexBytes() {
    return directory == 0 ? 0 : TableWalk.indexBytes(this, arena);
  }

  /** What {@link #KeyTable} needs of scratch memory. */
  public static final int SCRATCH_BYTES = 2 * Segment.BYTES;

  /** Makes the scratch memory of a shard's tables, for the life of the process. */
  public static long newScratch() {
    return VirtualMemory.allocateForever(SCRATCH_BYTES, Bucket.BYTES);
  }

  public long count() {
    return count;
  }

  int depth() {
    return (int) (directory >>> 32);
  }

  long directoryAddress() {
    return arena.address((int) directory);
  }

  static int directoryIndex(long position, int depth) {
    return depth == 0 ? 0 : (int) (position >>> Long.SIZE - depth);
  }

  /** The directory's word for a position: a segment's reference with its depth in the low bits. */
  int wordAt(long position) {
    return Memory.getInt(directoryAddress() + 4L * directoryIndex(position, depth()));
  }

  long segmentOf(int word) {
    return arena.address(word & ~DEPTH_MASK);
  }

  long segmentAt(long position) {
    return segmentOf(wordAt(position));
  }

  long position(long hash) {
    return hash << shardBits;
  }

  /**
   * Finds the slot whose reference is the record with this key.
   *
   * @return the slot's address, valid until the table's next insert or remove, or 0
   */
  public long find(long hash, long key, int keyLength) {
    if (directory == 0) {
      return 0;
    }
    long position = position(hash);
    int word = wordAt(position);
    long segment = segmentOf(word);
    int tag = Bucket.tag(hash);
    int home = Segment.home(position, word & DEPTH_MASK);
    for (int index = home; index < home + Segment.BUCKETS; index++) {
      long bucket = Segment.bucket(segment, index);
      long slot = findInBucket(bucket, tag, key, keyLength);
      if (slot != 0 || Bucket.passed(bucket) == 0) {
        return slot;
      }
    }
    return 0;
  }

  private long findInBucket(long bucket, int tag, long key, int keyLength) {
    long low = Bucket.matchLow(Memory.getLong(bucket), tag);
    while (low != 0) {
      long slot = Bucket.slotAddress(bucket, Long.numberOfTrailingZeros(low) >>> 3);
      if (holds(slot, key, keyLength)) {
        return slot;
      }
      low &= low - 1;
    }
    long high = Bucket.matchHigh(Memory.getInt(bucket + 8), tag);
    while (high != 0) {
      long slot = Bucket.slotAddress(bucket, 8 + (Long.numberOfTrailingZeros(high) >>> 3));
      if (holds(slot, key, keyLength)) {
        return slot;
      }
      high &= high - 1;
    }
    return 0;
  }

  /** The slot that holds this reference, whose record has this hash. */
  public long slotOf(long hash, int reference) {
    long position = position(hash);
    int word = wordAt(position);
    long segment = segmentOf(word);
    int home = Segment.home(position, word & DEPTH_MASK);
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

  private boolean holds(long slot, long key, int keyLength) {
    int reference = Memory.getInt(slot);
    return reference != 0 && Record.keyEquals(arena.address(reference), key, keyLength);
  }

  /** The record that a slot refers to. */
  public int reference(long slot) {
    return Memory.getInt(slot);
  }

  /** Points a slot at the block to which its record has moved. */
  public void replace(long slot, int reference) {
    Memory.putInt(slot, reference);
  }

  /**
   * Makes room for one more entry of this hash, so that {@link #insert} cannot fail.
   *
   * @return false when the arena is exhausted; the table is as it was
   */
  public boolean reserve(long hash) {
    if (directory == 0 && !openFirstSegment()) {
      return false;
    }
    long position = position(hash);
    long segment = segmentAt(position);
    while (Segment.count(segment) >= Segment.SPLIT_COUNT) {
      int depth = Segment.depth(segment);
      if (depth == MAX_DEPTH) {
        return Segment.count(segment) < Segment.SLOTS;
      }
      if (depth == depth() && !doubleDirectory() || !split(position, segment)) {
        return Segment.count(segment) < Segment.SLOTS;
      }
      segment = segmentAt(position);
    }
    return true;
  }

  /** Adds a record whose key is not in the table, after {@link #reserve}; returns its slot. */
  public long insert(long hash, int reference) {
    long position = position(hash);
    int word = wordAt(position);
    int home = Segment.home(position, word & DEPTH_MASK);
    count++;
    return Segment.add(segmentOf(word), home, Bucket.tag(hash), reference);
  }

  /** Removes the entry in a slot found for this hash; its record is the caller's to free. */
  public void remove(long hash, long slot) {
    long position = position(hash);
    long segment = segmentAt(position);
    int depth = Segment.depth(segment);
    Segment.remove(segment, Segment.home(position, depth), slot);
    count--;
    if (depth > 0 && Segment.count(segment) <= Segment.MERGE_COUNT / 2) {
      mergeWithSibling(position, segment, depth);
    }
  }

  private boolean openFirstSegment() {
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
    deepestSegments = 1;
    return true;
  }

  private boolean doubleDirectory() {
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

  private boolean split(long position, long segment) {
    int sibling = arena.allocate(Segment.BYTES);
    if (sibling == 0) {
      return false;
    }
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

  private void touchRecords(long segment) {
    sink = TableWalk.touch(arena, segment);
  }

  long hashOf(int reference) {
    long record = arena.address(reference);
    return KeyHash.hash(Record.keyAddress(record), Record.keyLength(record));
  }

  private void mergeWithSibling(long position, long segment, int depth) {
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
    redistribute(scratch);
    redistribute(scratch + Segment.BYTES);
    if (depth == depth()) {
      deepestSegments -= 2;
      if (deepestSegments == 0) {
        halveDirectory();
      }
    }
  }

  /** The bucket line that a hash leads to, for a touch without the shard; 0 = none. */
  public long peekBucket(long hash) {
    return Peek.bucket(arena, directory, position(hash));
  }

  /** The record that a touched bucket line leads to, for a touch without the shard; 0 = none. */
  public long peekRecord(long bucket, long hash) {
    return Peek.record(arena, bucket, Bucket.tag(hash));
  }

  /** Receives the live references of a walk; must not change the table. */
  public interface Visitor {
    void visit(int reference);
  }

  /**
   * Visits every entry whose home is the bucket at a position.
   *
   * @return the next bucket's position, or 0 after the last one
   */
  public long walk(long position, Visitor visitor) {
    return directory == 0 ? 0 : TableWalk.bucket(this, position, visitor);
  }

  /**
   * The reference in a slot chosen by random bits, or 0 when that slot is empty. The caller draws
   * again until it meets an entry.
   */
  public int sample(long random) {
    return directory == 0 ? 0 : TableWalk.sample(this, random);
  }

  /**
   * Empties one segment: hands each of its references to the visitor and frees the segment. Used to
   * free a detached table in slices.
   *
   * @return whether the table still has segments
   */
  public boolean drainSegment(Visitor visitor) {
    if (directory == 0) {
      return false;
    }
    if (drained == 1L << depth()) {
      arena.free((int) directory);
      directory = 0;
      drained = 0;
      return false;
    }
    int word = Memory.getInt(directoryAddress() + 4 * drained);
    touchRecords(segmentOf(word));
    TableWalk.segment(segmentOf(word), visitor);
    count -= Segment.count(segmentOf(word));
    drained += 1L << depth() - (word & DEPTH_MASK);
    arena.free(word & ~DEPTH_MASK);
    return true;
  }

  /** Checks directory, counts, homes and passed counters; for tests. */
  public boolean validate() {
    return directory == 0 || new KeyTableValidator(this, arena).validate();
  }

  long directoryWord() {
    return directory;
  }

  int deepestSegments() {
    return deepestSegments;
  }

  long positionOf(int reference) {
    return position(hashOf(reference));
  }
}
