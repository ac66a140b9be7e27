package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.HotPath;
import dev.larder.storage.table.KeyTable;
import dev.larder.storage.table.ReaderSet;
import dev.larder.storage.table.Record;
import java.util.Arrays;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Which keys of a shard have been read by whom, of those readers who want to be told when a key
 * changes. Readers are small numbers. A key counts as the same in all databases, as it does for
 * those who are told.
 *
 * <p>A tracked key is a record in a {@link KeyTable} of its own, in the shard's arena, whose value
 * is a {@link ReaderSet}: about 20 bytes and four for each reader beside the key's own bytes, less
 * where it has many readers. For the owner of the shard; the counts may be read by anyone.
 */
@HotPath
public final class TrackedKeys {
  /** So often a key is drawn by chance before the first one is taken. */
  private static final int DRAWS = 32;

  private final Shard shard;
  private final Arena arena;
  private final KeyTable.Visitor collecting = this::collect;

  /** Null while no key is tracked; written by the owner, peeked at by anyone. */
  private volatile @Nullable KeyTable table;

  private long keyCount;
  private long readingCount;

  /** What the step of a walk has come by. */
  private int[] met = new int[16];

  private int metCount;

  /** Tracks the keys of a shard, of which none is tracked yet. */
  public TrackedKeys(Shard shard) {
    this.shard = shard;
    this.arena = shard.arena;
  }

  /** How many keys are tracked; any thread. */
  public long keyCount() {
    return keyCount;
  }

  /** How many pairs there are of a key and its reader; any thread. */
  public long readingCount() {
    return readingCount;
  }

  /** For a touch without the shard. */
  @Nullable KeyTable peekTable() {
    return table;
  }

  /**
   * Notes that a reader has read a key.
   *
   * @return false when memory is exhausted: it is not noted then
   */
  public boolean add(long hash, long key, int keyLength, int reader) {
    KeyTable known = table;
    if (known == null) {
      known = new KeyTable(arena, shard.keyspace.shardBits(), shard.scratch);
      table = known;
    }
    long slot = known.find(hash, key, keyLength);
    if (slot == 0) {
      return addKey(known, hash, key, keyLength, reader);
    }
    int reference = known.reference(slot);
    return ReaderSet.has(arena, reference, reader) || addReader(known, slot, reference, reader);
  }

  private boolean addReader(KeyTable known, long slot, int reference, int reader) {
    int result = ReaderSet.add(arena, reference, reader);
    if (result == 0) {
      return false;
    }
    readingCount++;
    if (result != reference) {
      known.replace(slot, result);
      arena.free(reference);
    }
    return true;
  }

  private boolean addKey(KeyTable known, long hash, long key, int keyLength, int reader) {
    if (!known.reserve(hash)) {
      return false;
    }
    int reference = ReaderSet.create(arena, key, keyLength, reader);
    if (reference == 0) {
      return false;
    }
    known.insert(hash, reference);
    keyCount++;
    readingCount++;
    return true;
  }

  /**
   * Forgets a key, which has changed.
   *
   * @param readers are those who have read it, none if it was not tracked
   */
  public void take(long hash, long key, int keyLength, ReaderList readers) {
    readers.clear();
    KeyTable known = table;
    long slot = known == null ? 0 : known.find(hash, key, keyLength);
    if (known != null && slot != 0) {
      int reference = known.reference(slot);
      ReaderSet.forEach(arena, reference, readers);
      remove(known, hash, slot, reference);
    }
  }

  private void remove(KeyTable known, long hash, long slot, int reference) {
    readingCount -= ReaderSet.count(arena, reference);
    keyCount--;
    known.remove(hash, slot);
    ReaderSet.free(arena, reference);
  }

  /**
   * Forgets a key chosen by chance.
   *
   * @param random bits that choose
   * @param readers are those who have read it
   * @return its bytes, null if no key is tracked
   */
  public byte @Nullable [] takeAny(long random, ReaderList readers) {
    readers.clear();
    KeyTable known = table;
    if (known == null || keyCount == 0) {
      return null;
    }
    int reference = draw(known, random);
    long record = arena.address(reference);
    long key = Record.keyAddress(record);
    byte[] name = Bytes.toArray(key, Record.keyLength(record));
    ReaderSet.forEach(arena, reference, readers);
    long hash = shard.keyspace.hash(key, name.length);
    remove(known, hash, known.slotOf(hash, reference), reference);
    return name;
  }

  private int draw(KeyTable known, long random) {
    long bits = random;
    for (int i = 0; i < DRAWS; i++) {
      int reference = known.sample(bits);
      if (reference != 0) {
        return reference;
      }
      bits = bits * 6364136223846793005L + 1442695040888963407L;
    }
    metCount = 0;
    long position = 0;
    do {
      position = known.walk(position, collecting);
    } while (metCount == 0);
    return met[0];
  }

  private void collect(int reference) {
    if (metCount == met.length) {
      met = Arrays.copyOf(met, 2 * metCount);
    }
    met[metCount++] = reference;
  }

  /** Forgets all keys; their memory is freed in slices later. */
  public void clear() {
    KeyTable known = table;
    if (known != null) {
      table = null;
      keyCount = 0;
      readingCount = 0;
      shard.values.addGarbage(() -> !known.drainSegment(each -> ReaderSet.free(arena, each)));
    }
  }

  /**
   * Forgets readers who have gone, in a part of the keys.
   *
   * @param position where to begin, 0 for the first part
   * @param buckets how many of some ten keys each to look at
   * @return where to go on, 0 after the last part
   */
  public long sweep(long position, int buckets, IntPredicate gone) {
    long next = position;
    for (int i = 0; i < buckets; i++) {
      KeyTable known = table;
      if (known == null) {
        return 0;
      }
      metCount = 0;
      next = known.walk(next, collecting);
      for (int each = 0; each < metCount; each++) {
        sweep(known, met[each], gone);
      }
      if (next == 0) {
        return 0;
      }
    }
    return next;
  }

  private void sweep(KeyTable known, int reference, IntPredicate gone) {
    int before = ReaderSet.count(arena, reference);
    int left = ReaderSet.removeIf(arena, reference, gone);
    readingCount -= before - left;
    if (left == 0) {
      long record = arena.address(reference);
      long hash = shard.keyspace.hash(Record.keyAddress(record), Record.keyLength(record));
      remove(known, hash, known.slotOf(hash, reference), reference);
    }
  }

  /** Checks the structure; for tests. */
  public void validate() {
    KeyTable known = table;
    long keys = 0;
    long readings = 0;
    if (known != null) {
      known.validate();
      keys = known.count();
      long[] sum = new long[1];
      long position = 0;
      do {
        position = known.walk(position, each -> sum[0] += ReaderSet.count(arena, each));
      } while (position != 0);
      readings = sum[0];
    }
    if (keys != keyCount || readings != readingCount) {
      throw new AssertionError("tracked keys are counted wrong");
    }
  }
}
