package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.KeyTable;
import dev.larder.storage.table.Record;
import dev.larder.storage.type.LargeString;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/*
 * Ownership. A shard belongs to at most one unit at a time: owner is null or that unit, changed by
 * compare-and-set. A unit that cannot have it parks a resumption and goes away; whoever gives the
 * shard up runs the first parked resumption, which posts itself to its own loop and tries again.
 * A parker looks again after parking, so a release between its failed try and its parking is not
 * missed: the release either sees the parked one, or is seen by it.
 *
 * Every method that takes a unit needs that unit to own the shard, and entry addresses hold only
 * until the next such call that changes something.
 */

/** A part of the keyspace with its own memory, tables and owner. */
public final class Shard {
  /** Records above this keep their value in chunks. */
  private static final int MAX_INLINE_RECORD_BYTES = 32 * 1024;

  private static final long PUBLISH_BYTES = 1024;
  private static final VarHandle OWNER;

  static {
    try {
      OWNER = MethodHandles.lookup().findVarHandle(Shard.class, "owner", Unit.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final int index;
  private final Keyspace keyspace;
  private final Journal journal;
  final Arena arena;
  private final long scratch;
  private final LargeString large;
  private final @Nullable ShardDatabase[] databases;
  private final ArrayDeque<ShardDatabase> garbage = new ArrayDeque<>();

  @SuppressWarnings("UnusedVariable") // Through OWNER.
  private volatile @Nullable Unit owner;

  private final ConcurrentLinkedQueue<Runnable> parked = new ConcurrentLinkedQueue<>();
  private final AtomicInteger parkedCount = new AtomicInteger();

  /** No deadline of this shard is earlier; may be too early, never too late. */
  private long earliestDeadline = Long.MAX_VALUE;

  private long publishedBytes;
  private long expiredCount;

  Shard(int index, Keyspace keyspace, Arena arena) {
    this.index = index;
    this.keyspace = keyspace;
    this.journal = keyspace.journal();
    this.arena = arena;
    this.scratch = KeyTable.newScratch();
    this.large = keyspace.largeStrings();
    this.databases = new ShardDatabase[keyspace.databases()];
  }

  public int index() {
    return index;
  }

  // ---- ownership -------------------------------------------------------------------------------

  boolean tryOwn(Unit unit) {
    return owner == null && OWNER.compareAndSet(this, null, unit);
  }

  boolean isFree() {
    return owner == null;
  }

  boolean isOwnedBy(Unit unit) {
    return owner == unit;
  }

  void disown() {
    publishUsage();
    owner = null;
    if (parkedCount.get() > 0) {
      wakeOne();
    }
  }

  /**
   * Leaves a resumption to be run once the shard may be free; called without owning it. It runs on
   * the thread of whoever releases, or at once on this one, so it only posts itself to its loop.
   */
  public void park(Runnable resume) {
    parked.add(resume);
    parkedCount.incrementAndGet();
    if (isFree()) {
      wakeOne();
    }
  }

  private void wakeOne() {
    Runnable resume = parked.poll();
    if (resume != null) {
      parkedCount.decrementAndGet();
      resume.run();
    }
  }

  private void publishUsage() {
    long change = arena.usedBytes() - publishedBytes;
    if (change >= PUBLISH_BYTES || change <= -PUBLISH_BYTES) {
      publishedBytes += change;
      keyspace.addUsedBytes(change);
    }
  }

  // ---- reading ---------------------------------------------------------------------------------

  @Nullable ShardDatabase database(int database) {
    return databases[database];
  }

  /** Entries of a database, expired ones that were not reclaimed yet included; a racy read. */
  public long count(int database) {
    ShardDatabase d = databases[database];
    return d == null ? 0 : d.table.count();
  }

  /** Keys of a database that have a deadline; a racy read. */
  public long volatileCount(int database) {
    ShardDatabase d = databases[database];
    return d == null ? 0 : d.expiry.count();
  }

  /** The sum of the deadlines of {@link #volatileCount} keys, in milliseconds; a racy read. */
  double sumOfDeadlines(int database) {
    ShardDatabase d = databases[database];
    return d == null ? 0 : d.expiry.sumOfDeadlines();
  }

  /** Keys whose deadline passed, since the start; a racy read. */
  public long expiredCount() {
    return expiredCount;
  }

  /** The entry of a key, or 0. A key past its deadline is removed here, and reported. */
  public long find(Unit unit, int database, long hash, long key, int keyLength) {
    assert isOwnedBy(unit);
    ShardDatabase d = databases[database];
    if (d == null) {
      return 0;
    }
    long slot = d.table.find(hash, key, keyLength);
    if (slot == 0) {
      return 0;
    }
    long entry = arena.address(d.table.reference(slot));
    if (Record.hasDeadline(entry) && Record.deadline(entry) < unit.nowMillis()) {
      removeSlot(unit, database, d, hash, slot, Removal.EXPIRED);
      return 0;
    }
    return entry;
  }

  /** The length of a string's value in bytes. */
  public long stringLength(long entry) {
    return Entry.isLarge(entry)
        ? LargeString.length(Record.valueAddress(entry))
        : Record.valueLength(entry);
  }

  /** Where a string's bytes from {@code offset} lie; {@link #runLength} of them are adjacent. */
  public long runAddress(long entry, long offset) {
    long value = Record.valueAddress(entry);
    return Entry.isLarge(entry) ? large.runAddress(value, offset) : value + offset;
  }

  public long runLength(long entry, long offset) {
    return Entry.isLarge(entry)
        ? LargeString.runLength(Record.valueAddress(entry), offset)
        : Record.valueLength(entry) - offset;
  }

  /** The memory a key takes in bytes: its block, its chunks, its part of the index. */
  public long memoryUsage(long entry) {
    long bytes = arena.blockBytesOf(arena.reference(entry)) + KeyTable.BYTES_PER_ENTRY;
    if (Record.hasDeadline(entry)) {
      bytes += dev.larder.storage.table.ExpiryTree.BYTES_PER_ENTRY;
    }
    return Entry.isLarge(entry) ? bytes + large.chunkBytes(Record.valueAddress(entry)) : bytes;
  }

  // ---- changing --------------------------------------------------------------------------------

  /**
   * Makes a key hold this string, whatever it held.
   *
   * @param value the bytes, which no record of this shard may contain
   * @param deadlineMillis milliseconds since the epoch, -1 for none
   * @return the new entry, or 0 when memory is exhausted and nothing has changed
   */
  public long store(
      Unit unit,
      int database,
      long hash,
      long key,
      int keyLength,
      long value,
      long valueLength,
      long deadlineMillis) {
    long entry;
    if (fitsInline(keyLength, valueLength)) {
      int length = (int) valueLength;
      entry = put(unit, database, hash, key, keyLength, 0, 0, length, deadlineMillis);
      if (entry != 0) {
        Memory.copy(value, Record.valueAddress(entry), length);
      }
    } else {
      entry = storeLarge(unit, database, hash, key, keyLength, value, valueLength, deadlineMillis);
    }
    if (entry != 0) {
      journal.stored(unit.sequence(), this, database, entry);
    }
    return entry;
  }

  /**
   * Makes a key that does not exist an empty string, which the caller goes on to {@link #grow} and
   * write: only {@link #written} reports the key, too.
   *
   * @return the new entry, or 0 when memory is exhausted and nothing has changed
   */
  public long create(Unit unit, int database, long hash, long key, int keyLength) {
    return put(unit, database, hash, key, keyLength, 0, Record.RAW, 0, -1);
  }

  private static boolean fitsInline(int keyLength, long valueLength) {
    return valueLength <= MAX_INLINE_RECORD_BYTES
        && (keyLength >= MAX_INLINE_RECORD_BYTES
            ? valueLength <= 64
            : Record.bytes(keyLength, (int) valueLength, true) <= MAX_INLINE_RECORD_BYTES);
  }

  private long storeLarge(
      Unit unit,
      int database,
      long hash,
      long key,
      int keyLength,
      long value,
      long valueLength,
      long deadlineMillis) {
    int run = large.hold(value, valueLength);
    if (run == 0) {
      return 0;
    }
    int directoryBytes = LargeString.directoryBytes(valueLength);
    long entry =
        put(unit, database, hash, key, keyLength, 0, Record.LARGE, directoryBytes, deadlineMillis);
    if (entry == 0) {
      large.releaseRun(run, valueLength);
      return 0;
    }
    LargeString.fillDirectory(Record.valueAddress(entry), run, valueLength);
    return entry;
  }

  /**
   * Gives a key a record with room for a value part, which the caller fills in at once. What the
   * key held before is freed. Not reported.
   */
  private long put(
      Unit unit,
      int database,
      long hash,
      long key,
      int keyLength,
      int type,
      int encoding,
      int valueBytes,
      long deadlineMillis) {
    assert isOwnedBy(unit);
    ShardDatabase d = openDatabase(database);
    int bytes = Record.bytes(keyLength, valueBytes, deadlineMillis >= 0);
    if (bytes < 0) {
      return 0;
    }
    long slot = d.table.find(hash, key, keyLength);
    if (slot == 0) {
      return putNew(d, hash, key, keyLength, type, encoding, valueBytes, bytes, deadlineMillis);
    }
    int old = d.table.reference(slot);
    long record = arena.address(old);
    long oldDeadline = Record.deadline(record);
    short eviction = Record.eviction(record);
    int reference = old;
    if (arena.blockBytesOf(old) != Arena.blockBytes(bytes)) {
      reference = arena.allocate(bytes);
      if (reference == 0) {
        return 0;
      }
    }
    if (!moveDeadline(d, oldDeadline, old, deadlineMillis, reference)) {
      if (reference != old) {
        arena.free(reference);
      }
      return 0;
    }
    freeValue(record);
    if (reference != old) {
      d.table.replace(slot, reference);
      arena.free(old);
    }
    long entry = arena.address(reference);
    Record.writeHead(entry, type, encoding, deadlineMillis, key, keyLength, valueBytes);
    Record.eviction(entry, eviction);
    return entry;
  }

  private long putNew(
      ShardDatabase d,
      long hash,
      long key,
      int keyLength,
      int type,
      int encoding,
      int valueBytes,
      int bytes,
      long deadlineMillis) {
    if (!d.table.reserve(hash)) {
      return 0;
    }
    int reference = arena.allocate(bytes);
    if (reference == 0) {
      return 0;
    }
    if (!moveDeadline(d, -1, 0, deadlineMillis, reference)) {
      arena.free(reference);
      return 0;
    }
    long entry = arena.address(reference);
    Record.writeHead(entry, type, encoding, deadlineMillis, key, keyLength, valueBytes);
    d.table.insert(hash, reference);
    return entry;
  }

  private ShardDatabase openDatabase(int database) {
    ShardDatabase d = databases[database];
    if (d == null) {
      d = new ShardDatabase(arena, keyspace.shardBits(), scratch);
      databases[database] = d;
    }
    return d;
  }

  /** Keeps the expiry order in step with a record that moves or changes its deadline. */
  private boolean moveDeadline(
      ShardDatabase d, long oldDeadline, int oldReference, long deadline, int reference) {
    if (oldDeadline == deadline && oldReference == reference) {
      return true;
    }
    if (deadline >= 0) {
      if (!d.expiry.insert(deadline, reference)) {
        return false;
      }
      if (deadline < earliestDeadline) {
        earliestDeadline = deadline;
      }
    }
    if (oldDeadline >= 0) {
      boolean removed = d.expiry.remove(oldDeadline, oldReference);
      assert removed : "a record with a deadline was not in the expiry order";
    }
    return true;
  }

  /** Lets go of what a record's value owns outside the record. */
  private void freeValue(long record) {
    if ((Record.encoding(record) & Record.LARGE) != 0) {
      large.releaseAll(Record.valueAddress(record));
    }
  }

  /** Removes a key; false when there is none. An expired one counts as none and is reclaimed. */
  public boolean remove(
      Unit unit, int database, long hash, long key, int keyLength, Removal reason) {
    if (find(unit, database, hash, key, keyLength) == 0) {
      return false;
    }
    ShardDatabase d = openDatabase(database);
    removeSlot(unit, database, d, hash, d.table.find(hash, key, keyLength), reason);
    return true;
  }

  private void removeSlot(
      Unit unit, int database, ShardDatabase d, long hash, long slot, Removal reason) {
    int reference = d.table.reference(slot);
    long record = arena.address(reference);
    journal.removed(unit.sequence(), this, database, record, reason);
    if (reason == Removal.EXPIRED) {
      expiredCount++;
    }
    long deadline = Record.deadline(record);
    if (deadline >= 0) {
      boolean removed = d.expiry.remove(deadline, reference);
      assert removed : "a record with a deadline was not in the expiry order";
    }
    freeValue(record);
    d.table.remove(hash, slot);
    arena.free(reference);
  }

  /**
   * Gives a key this deadline, -1 for none.
   *
   * @return the entry, which may have moved, or 0 when memory is exhausted and nothing has changed
   */
  public long expire(Unit unit, int database, long hash, long entry, long deadlineMillis) {
    long changed = reshape(unit, database, hash, entry, deadlineMillis, Record.valueLength(entry));
    if (changed != 0) {
      journal.expiryChanged(unit.sequence(), this, database, changed, deadlineMillis);
    }
    return changed;
  }

  /**
   * Makes a string at least this long; new bytes read as zeros. The caller reports by {@link
   * #written}.
   *
   * @return the entry, which may have moved, or 0 when memory is exhausted and nothing has changed
   */
  public long grow(Unit unit, int database, long hash, long entry, long newLength) {
    long length = stringLength(entry);
    if (newLength <= length) {
      return entry;
    }
    long deadline = Record.deadline(entry);
    if (Entry.isLarge(entry)) {
      int oldBytes = Record.valueLength(entry);
      int newBytes = LargeString.directoryBytes(newLength);
      long grown = reshape(unit, database, hash, entry, deadline, newBytes);
      if (grown != 0) {
        LargeString.extend(Record.valueAddress(grown), oldBytes, newLength);
      }
      return grown;
    }
    if (!fitsInline(Record.keyLength(entry), newLength)) {
      return enlarge(unit, database, hash, entry, newLength);
    }
    long grown = reshape(unit, database, hash, entry, deadline, (int) newLength);
    if (grown != 0) {
      Memory.fill(Record.valueAddress(grown) + length, newLength - length, (byte) 0);
    }
    return grown;
  }

  /** Turns a string inside its record into one in chunks, longer than before. */
  private long enlarge(Unit unit, int database, long hash, long entry, long newLength) {
    long length = Record.valueLength(entry);
    int chunk = length == 0 ? 0 : large.hold(Record.valueAddress(entry), length);
    if (chunk == 0 && length > 0) {
      return 0;
    }
    int directoryBytes = LargeString.directoryBytes(newLength);
    long reshaped = reshape(unit, database, hash, entry, Record.deadline(entry), directoryBytes);
    if (reshaped == 0) {
      if (chunk != 0) {
        large.releaseRun(chunk, length);
      }
      return 0;
    }
    Record.encoding(reshaped, Record.encoding(reshaped) | Record.LARGE);
    LargeString.openDirectory(Record.valueAddress(reshaped), chunk, newLength);
    return reshaped;
  }

  /** Gives a record another value length or deadline, keeping key, type and leading value bytes. */
  private long reshape(
      Unit unit, int database, long hash, long entry, long deadlineMillis, int valueBytes) {
    assert isOwnedBy(unit);
    ShardDatabase d = openDatabase(database);
    int old = arena.reference(entry);
    long oldDeadline = Record.deadline(entry);
    boolean sameShape = deadlineMillis >= 0 == oldDeadline >= 0;
    if (sameShape && Record.resizeInPlace(entry, valueBytes, arena.blockBytesOf(old))) {
      if (deadlineMillis >= 0 && deadlineMillis != oldDeadline) {
        if (!moveDeadline(d, oldDeadline, old, deadlineMillis, old)) {
          return 0;
        }
        Record.deadline(entry, deadlineMillis);
      }
      return entry;
    }
    int keyLength = Record.keyLength(entry);
    int bytes = Record.bytes(keyLength, valueBytes, deadlineMillis >= 0);
    int reference = bytes < 0 ? 0 : arena.allocate(bytes);
    if (reference == 0) {
      return 0;
    }
    if (!moveDeadline(d, oldDeadline, old, deadlineMillis, reference)) {
      arena.free(reference);
      return 0;
    }
    long moved = arena.address(reference);
    Record.writeHead(
        moved,
        Record.type(entry),
        Record.encoding(entry),
        deadlineMillis,
        Record.keyAddress(entry),
        keyLength,
        valueBytes);
    Record.eviction(moved, Record.eviction(entry));
    int kept = Math.min(valueBytes, Record.valueLength(entry));
    Memory.copy(Record.valueAddress(entry), Record.valueAddress(moved), kept);
    d.table.replace(d.table.slotOf(hash, old), reference);
    arena.free(old);
    return moved;
  }

  /**
   * Where a string's bytes from {@code offset} may be overwritten; a chunk that is shared or a hole
   * is copied or filled first. The caller reports by {@link #written}.
   *
   * @return the address, good for {@link #runLength} bytes, or 0 when memory is exhausted
   */
  public long writableRun(long entry, long offset) {
    long value = Record.valueAddress(entry);
    return Entry.isLarge(entry) ? large.writableRun(value, offset) : value + offset;
  }

  /** Makes a string count as edited in place: {@link Entry#isRaw}. */
  public void edited(long entry) {
    Record.encoding(entry, Record.encoding(entry) | Record.RAW);
  }

  /** Reports bytes of a string that were overwritten in place, and makes it raw. */
  public void written(Unit unit, int database, long entry, long offset, long bytes) {
    edited(entry);
    journal.written(unit.sequence(), this, database, entry, offset, bytes);
  }

  /**
   * Makes a key of a shard that the same unit owns hold a copy of this entry's value; chunks are
   * shared. The source stays.
   *
   * @return the copy, or 0 when memory is exhausted and nothing has changed
   */
  public long copyTo(
      Unit unit,
      long entry,
      Shard target,
      int database,
      long hash,
      long key,
      int keyLength,
      long deadlineMillis) {
    int valueBytes = Record.valueLength(entry);
    int encoding = Record.encoding(entry);
    int reference = arena.reference(entry);
    long copy =
        target.put(
            unit,
            database,
            hash,
            key,
            keyLength,
            Record.type(entry),
            encoding,
            valueBytes,
            deadlineMillis);
    if (copy != 0) {
      Memory.copy(
          Record.valueAddress(arena.address(reference)), Record.valueAddress(copy), valueBytes);
      if ((encoding & Record.LARGE) != 0) {
        large.retainAll(Record.valueAddress(copy));
      }
      journal.stored(unit.sequence(), target, database, copy);
    }
    return copy;
  }

  // ---- walking ---------------------------------------------------------------------------------

  /** Receives the live entries of a walk; must not change the keyspace. */
  public interface EntryVisitor {
    void visit(long entry);
  }

  /**
   * Visits the entries of one home bucket, expired ones left out.
   *
   * @param position in the shard's hash space, 0 to start
   * @return where to go on, or 0 at the end
   */
  public long walk(Unit unit, int database, long position, EntryVisitor visitor) {
    assert isOwnedBy(unit);
    ShardDatabase d = databases[database];
    if (d == null) {
      return 0;
    }
    return d.table.walk(
        position,
        reference -> {
          long entry = arena.address(reference);
          if (!isExpired(unit, entry)) {
            visitor.visit(entry);
          }
        });
  }

  private static boolean isExpired(Unit unit, long entry) {
    return Record.hasDeadline(entry) && Record.deadline(entry) < unit.nowMillis();
  }

  /** An entry in a slot chosen by random bits, or 0 when it is empty or expired: draw again. */
  public long sample(Unit unit, int database, long random) {
    assert isOwnedBy(unit);
    ShardDatabase d = databases[database];
    int reference = d == null ? 0 : d.table.sample(random);
    if (reference == 0) {
      return 0;
    }
    long entry = arena.address(reference);
    return isExpired(unit, entry) ? 0 : entry;
  }

  // ---- whole databases; the unit owns every shard ----------------------------------------------

  /** Detaches a database's content; {@link #reclaim} frees it in slices. */
  void detach(int database) {
    ShardDatabase d = databases[database];
    if (d != null) {
      databases[database] = null;
      garbage.add(d);
    }
  }

  void swap(int first, int second) {
    ShardDatabase d = databases[first];
    databases[first] = databases[second];
    databases[second] = d;
  }

  // ---- housekeeping ----------------------------------------------------------------------------

  /** No deadline is earlier than this; racy. */
  long earliestDeadline() {
    return earliestDeadline;
  }

  boolean hasGarbage() {
    return !garbage.isEmpty();
  }

  int dirtyPages() {
    return arena.dirtyPages();
  }

  /** Removes up to {@code limit} expired keys; false when there are none left. */
  boolean expireSome(Unit unit, int limit) {
    int left = limit;
    for (int database = 0; database < databases.length; database++) {
      ShardDatabase d = databases[database];
      while (d != null && d.expiry.firstDeadline() < unit.nowMillis()) {
        if (left-- == 0) {
          return true;
        }
        int reference = d.expiry.firstRef();
        long record = arena.address(reference);
        long hash = keyspace.hash(Record.keyAddress(record), Record.keyLength(record));
        removeSlot(unit, database, d, hash, d.table.slotOf(hash, reference), Removal.EXPIRED);
      }
    }
    earliestDeadline = Long.MAX_VALUE;
    for (ShardDatabase d : databases) {
      if (d != null) {
        earliestDeadline = Math.min(earliestDeadline, d.expiry.firstDeadline());
      }
    }
    return false;
  }

  /** Frees one segment of detached content; false when there is none left. */
  boolean reclaim() {
    ShardDatabase d = garbage.peek();
    if (d == null) {
      return false;
    }
    boolean more =
        d.table.drainSegment(reference -> {
          freeValue(arena.address(reference));
          arena.free(reference);
        });
    if (!more && d.expiry.clearStep(64)) {
      garbage.remove();
    }
    return true;
  }

  /** Checks every structure against every other; for tests, the unit owns the shard. */
  public void validate() {
    arena.validate();
    for (ShardDatabase d : databases) {
      if (d != null) {
        d.table.validate();
        d.expiry.validate();
      }
    }
  }
}
