package dev.larder.storage.table;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.HotPath;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.memory.VirtualMemory;
import org.jspecify.annotations.Nullable;

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
 * 691 entries, and an insert splits a few times, however alike the hashes are.
 */

/**
 * The hash table from keys to records: of the keys of one database in one shard, or, as a flyweight
 * that is pointed at a root by {@link #load}, of the members of one collection.
 */
@HotPath
public final class KeyTable extends TableShape {
  /** What an entry takes of the index at the usual load, for estimates. */
  public static final int BYTES_PER_ENTRY = 8;

  /** What a segment takes of the index. */
  public static final int SEGMENT_BYTES = Segment.BYTES;

  /** What {@link #save} writes: the state of a table that is a value's part. */
  public static final int ROOT_BYTES = TableRoot.BYTES;

  private long count;

  /** Directory entries whose segments {@link #drainSegment} has freed. */
  private long drained;

  /** What its records have, but for those that a walk still has to see: {@link TableRoot}. */
  private boolean parity;

  /** The number of the walk that is under way, 0 for none. */
  private int walk;

  private @Nullable Watcher watcher;

  /**
   * Makes an empty table, which takes no memory.
   *
   * @param shardBits how many leading hash bits all keys here share
   * @param scratch {@link #SCRATCH_BYTES} that the shard's tables share
   */
  public KeyTable(Arena arena, int shardBits, long scratch) {
    super(arena, shardBits, scratch);
  }

  /** Makes {@link #ROOT_BYTES} at an address the root of an empty table. */
  public static void writeEmptyRoot(long root) {
    TableRoot.writeEmpty(root);
  }

  /** How many entries the table behind a root has. */
  public static long rootCount(long root) {
    return TableRoot.count(root);
  }

  /** Becomes the table behind a root, with its segments in this arena, until the next load. */
  public void load(Arena newArena, long root) {
    arena = newArena;
    directory = TableRoot.directory(root);
    count = TableRoot.count(root);
    int state = TableRoot.state(root);
    deepestSegments = TableRoot.deepest(state);
    walk = TableRoot.walk(state);
    parity = TableRoot.parity(state);
    drained = TableRoot.drained(root);
  }

  /** Writes the state back after changes; the root may have moved since {@link #load}. */
  public void save(long root) {
    TableRoot.write(root, directory, count, deepestSegments, walk, parity, drained);
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
    return TableWalk.slotOf(this, position(hash), reference);
  }

  private boolean holds(long slot, long key, int keyLength) {
    int reference = Memory.getInt(slot);
    return reference != 0 && Record.keyEquals(arena.address(reference), key, keyLength);
  }

  /** The record that a slot refers to. */
  public int reference(long slot) {
    return Memory.getInt(slot);
  }

  /** Points a slot at the block to which its record has moved, or at another with its key. */
  public void replace(long slot, int reference) {
    assert isSeen(Memory.getInt(slot));
    Memory.putInt(slot, reference);
    see(reference);
  }

  /** Points a slot at a copy of its record, which is as the record was, for a walk as well. */
  public void moved(long slot, int copy) {
    Memory.putInt(slot, copy);
  }

  /** Hears of the records of collections that are walked. */
  public interface Watcher {
    /** A record that a walk still has to see is about to be changed, or to go. */
    void changing(int walk, int reference);
  }

  /** Has a watcher hear of the tables that this is pointed at, null for nobody. */
  public void watcher(@Nullable Watcher newWatcher) {
    watcher = newWatcher;
  }

  /** Whether somebody hears of changes: only then {@link #changing} need be called. */
  public boolean isWatched() {
    return watcher != null;
  }

  /** To be called before a record in the table is changed in its place. */
  public void changing(int reference) {
    if (walk != 0 && watcher != null && !isSeen(reference)) {
      watcher.changing(walk, reference);
      see(reference);
    }
  }

  /** Of all records but those that a walk still has to see. */
  public boolean parity() {
    return parity;
  }

  /** Sets the parity of records from now on, and whether others are still to be seen. */
  public void parity(boolean newParity, boolean isWalked) {
    parity = newParity;
    walk = isWalked ? 1 : 0;
  }

  boolean isWalked() {
    return walk != 0;
  }

  /** Whether no walk still has to see a record. */
  public boolean isSeen(int reference) {
    return Record.parity(arena.address(reference)) == parity;
  }

  /** No walk has to see this record any more. */
  public void see(int reference) {
    Record.parity(arena.address(reference), parity);
  }

  /** Prepares an empty table for about so many entries, which it then need not move as it grows. */
  public void expect(long entries) {
    if (directory == 0 && entries > Segment.SPLIT_COUNT && openFirstSegment()) {
      long segments = Math.ceilDiv(entries, Segment.SPLIT_COUNT);
      deepen(Math.min(Long.SIZE - Long.numberOfLeadingZeros(segments - 1), MAX_DEPTH));
    }
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
    boolean wasSplit = false;
    while (Segment.count(segment) >= Segment.SPLIT_COUNT) {
      int depth = Segment.depth(segment);
      if (depth == MAX_DEPTH || !divide(position, segment, wasSplit)) {
        return Segment.count(segmentAt(position)) < Segment.SLOTS;
      }
      wasSplit = true;
      segment = segmentAt(position);
    }
    return true;
  }

  /** Splits a segment; in another way if it is still full after a split. */
  private boolean divide(long position, long segment, boolean wasSplit) {
    if (wasSplit) {
      return deepen(position, segment);
    }
    return (Segment.depth(segment) < depth() || doubleDirectory()) && split(position, segment);
  }

  /** Adds a record whose key is not in the table, after {@link #reserve}; returns its slot. */
  public long insert(long hash, int reference) {
    long position = position(hash);
    int word = wordAt(position);
    int home = Segment.home(position, word & DEPTH_MASK);
    count++;
    see(reference);
    return Segment.add(segmentOf(word), home, Bucket.tag(hash), reference);
  }

  /** Removes the entry in a slot found for this hash; its record is the caller's to free. */
  public void remove(long hash, long slot) {
    changing(reference(slot));
    assert isSeen(reference(slot));
    long position = position(hash);
    long segment = segmentAt(position);
    int depth = Segment.depth(segment);
    Segment.remove(segment, Segment.home(position, depth), slot);
    count--;
    if (depth > 0 && Segment.count(segment) <= Segment.MERGE_COUNT / 2) {
      mergeWithSibling(position, segment, depth);
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

  /** Where a touched record ends if it is a short one, for a touch without the shard. */
  public static long peekEnd(long record) {
    return Peek.end(record);
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

  /** How many references {@link #bucket} can give. */
  public static final int BUCKET_SLOTS = Bucket.SLOTS;

  /**
   * The references in the slots of the bucket at a position, wherever their homes are, 0 for those
   * that are empty; all record heads are loaded. For whoever goes through the whole table again and
   * again, and may miss one now and then.
   *
   * @return the next bucket's position, or 0 after the last one
   */
  public long bucket(long position, int[] references) {
    return directory == 0 ? 0 : TableWalk.slots(this, position, references);
  }

  /**
   * Finds a record among those whose hashes begin like this one.
   *
   * @param hashes how many hashes do, a power of two
   * @param skipped how many that fit to leave out
   * @return the reference, or 0
   */
  public int findBegun(long hash, long hashes, int tag, RecordFilter filter, int skipped) {
    return directory == 0 ? 0 : TableWalk.begun(this, hash, hashes, tag, filter, skipped);
  }

  /** Says whether a record is looked for. */
  public interface RecordFilter {
    /** Whether it is, by the record's address. */
    boolean admits(long record);
  }

  /** The tag by which a hash is found in its bucket. */
  public static int tag(long hash) {
    return Bucket.tag(hash);
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
    segmentFreed();
    return true;
  }

  /** Checks directory, counts, homes and passed counters; for tests. */
  public boolean validate() {
    return directory == 0 || new KeyTableValidator(this, arena).validate();
  }

  long positionOf(int reference) {
    return position(hashOf(reference));
  }
}
