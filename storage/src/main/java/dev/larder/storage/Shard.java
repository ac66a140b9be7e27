package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.HotPath;
import dev.larder.storage.table.FieldTable;
import dev.larder.storage.table.KeyTable;
import dev.larder.storage.table.Record;
import dev.larder.storage.type.LargeString;
import org.jspecify.annotations.Nullable;

/**
 * A part of the keyspace with its own memory, tables and owner.
 *
 * <p>Every method that takes a unit needs that unit to own the shard, and entry addresses hold only
 * until the next such call that changes something.
 */
@HotPath
public final class Shard {
  private final int index;
  final Keyspace keyspace;
  final Arena arena;

  /** Of {@link KeyTable#SCRATCH_BYTES}: for what is being moved, free between two calls. */
  final long scratch;

  private final LargeString large;
  final Values values;

  /** Pointed at the table of one collection at a time. */
  final KeyTable members;

  /** Pointed at the fields of one hash at a time; uses {@link #members}. */
  final FieldTable fields;

  private final @Nullable ShardDatabase[] databases;

  final Ownership ownership = new Ownership();
  private final Waiters waiters = new Waiters(ownership);
  private final Leases leases = new Leases(this);
  final KeyObservers observers = new KeyObservers(this);

  final ShardExpiry expiry = new ShardExpiry(this);
  final ShardUsage usage;

  Shard(int index, Keyspace keyspace, Arena arena) {
    this.index = index;
    this.keyspace = keyspace;
    this.arena = arena;
    this.scratch = KeyTable.newScratch();
    this.large = keyspace.largeStrings();
    this.values = new Values(arena, large);
    values.registerCollections(arena, scratch);
    this.members = new KeyTable(arena, 0, scratch);
    this.fields = new FieldTable(arena, members, scratch);
    this.databases = new ShardDatabase[keyspace.databases()];
    this.usage = new ShardUsage(this, keyspace.eviction());
  }

  public int index() {
    return index;
  }

  // ---- ownership -------------------------------------------------------------------------------

  boolean tryOwn(Unit unit) {
    return ownership.take(unit);
  }

  /** The unit that owns the shard, for those whom it calls. */
  public Unit owner() {
    return ownership.owner();
  }

  boolean isOwnedBy(Unit unit) {
    return ownership.isWith(unit);
  }

  /** Whether it is with a unit that has been at work for long: no use to wait. */
  public boolean isBusy() {
    return ownership.isBusy();
  }

  /** Has all who are parked look again. */
  public void wakeAll() {
    ownership.wakeAll();
  }

  boolean isPromised() {
    return ownership.isPromised();
  }

  void disown() {
    assert Shaking.shake(keyspace, index);
    usage.publish();
    ownership.giveUp();
  }

  /**
   * Leaves a resumption to be run once the shard may be free; called without owning it. It runs on
   * the thread of whoever releases, or at once on this one, so it only posts itself to its loop.
   */
  public void park(Runnable resume) {
    ownership.park(resume);
  }

  /**
   * Who was woken for this shard, and does not want it any more or has to wait for another one
   * first, lets the next one have a try. Called without owning it.
   */
  public void passTurn() {
    ownership.passTurn();
  }

  /** The keys of this shard that are kept as they are. */
  public Leases leases() {
    return leases;
  }

  /** Who waits for keys of this shard. */
  public Waiters waiters() {
    return waiters;
  }

  /** Who hears of the keys of this shard that change. */
  public KeyObservers observers() {
    return observers;
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

  /** Keys whose deadline passed, since the start; a racy read. */
  public long expiredCount() {
    return expiry.expiredKeys();
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
      if (!leases.isLeased(database, arena.reference(entry)) && !keyspace.holdsExpiry(unit)) {
        removeSlot(unit, database, d, hash, slot, Removal.EXPIRED, true);
      }
      return 0;
    }
    if (d.snapshot != null && unit.isWriting()) {
      d.snapshot.changing(entry);
    }
    keyspace.eviction().used(entry, hash, unit);
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
    return values.memoryUsage(entry);
  }

  /** The name that OBJECT ENCODING gives a collection. */
  public String encodingName(long entry) {
    return values.encodingName(entry);
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
    assert isOwnedBy(unit);
    expiry.expect(deadlineMillis);
    expiry.tellBefore(unit, database, hash, key, keyLength);
    long entry =
        openDatabase(database)
            .storeString(hash, key, keyLength, value, valueLength, deadlineMillis);
    if (entry != 0) {
      stored(unit, database, hash, entry);
    }
    return entry;
  }

  /** Reports that a key holds this entry, whatever it held before, to all who want to know. */
  void stored(Unit unit, int database, long hash, long entry) {
    keyspace.journal().stored(unit.sequence(this, hash), this, database, entry);
    observers.changed(database, hash, entry);
    openDatabase(database).tellOfNew(unit, database, entry);
    signal(database, hash, entry);
  }

  /**
   * A key holds this entry now, or more in it than before: who waits for that is ready. Called for
   * every key that comes into being, and to be called when it grows; costs nothing while nobody
   * waits.
   */
  public void signal(int database, long hash, long entry) {
    waiters.changed(database, hash, entry);
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

  long put(
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
    expiry.expect(deadlineMillis);
    long entry = d.put(hash, key, keyLength, type, encoding, valueBytes, deadlineMillis);
    if (entry != 0) {
      d.tellOfNew(unit, database, entry);
      signal(database, hash, entry);
    }
    return entry;
  }

  long reshape(
      Unit unit, int database, long hash, long entry, long deadlineMillis, int valueBytes) {
    assert isOwnedBy(unit);
    ShardDatabase d = openDatabase(database);
    expiry.expect(deadlineMillis);
    return d.reshape(hash, entry, deadlineMillis, valueBytes);
  }

  /** Keeps a record's place by its field deadline, -1 for none; false when memory is exhausted. */
  boolean moveFieldDeadline(int database, long oldDeadline, long deadline, long entry) {
    expiry.expect(deadline);
    return openDatabase(database).moveFieldDeadline(oldDeadline, deadline, arena.reference(entry));
  }

  /** About so many keys are going to come into a database. */
  void expect(int database, long keys) {
    openDatabase(database).table.expect(keys);
  }

  ShardDatabase openDatabase(int database) {
    ShardDatabase d = databases[database];
    if (d == null) {
      d = new ShardDatabase(this, large, scratch);
      d.beginSnapshot(keyspace.parity(), null);
      databases[database] = d;
    }
    return d;
  }

  /** Removes a key; false when there is none. An expired one counts as none and is reclaimed. */
  public boolean remove(
      Unit unit, int database, long hash, long key, int keyLength, Removal reason) {
    if (find(unit, database, hash, key, keyLength) == 0) {
      return false;
    }
    ShardDatabase d = openDatabase(database);
    removeSlot(unit, database, d, hash, d.table.find(hash, key, keyLength), reason, true);
    return true;
  }

  void removeSlot(
      Unit unit,
      int database,
      ShardDatabase d,
      long hash,
      long slot,
      Removal reason,
      boolean withValue) {
    long record = arena.address(d.table.reference(slot));
    keyspace.journal().removed(unit.sequence(this, hash), this, database, record, reason);
    if (reason == Removal.EXPIRED) {
      expiry.goes(unit, database, record);
    }
    observers.removing(database, hash, record, reason);
    waiters.removed(database, hash, record);
    d.remove(hash, slot, withValue);
  }

  /**
   * Gives a key this deadline, -1 for none.
   *
   * @return the entry, which may have moved, or 0 when memory is exhausted and nothing has changed
   */
  public long expire(Unit unit, int database, long hash, long entry, long deadlineMillis) {
    long changed = reshape(unit, database, hash, entry, deadlineMillis, Record.valueLength(entry));
    if (changed != 0) {
      long sequence = unit.sequence(this, hash);
      keyspace.journal().expiryChanged(sequence, this, database, changed, deadlineMillis);
      observers.changed(database, hash, changed);
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
    assert isOwnedBy(unit);
    return newLength <= stringLength(entry)
        ? entry
        : openDatabase(database).growString(hash, entry, newLength);
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
    keyspace.journal().written(unit.sequenceFor(this, entry), this, database, entry, offset, bytes);
    observers.changed(database, entry);
    if (waiters.hasAny()) {
      signal(database, keyspace.hash(Record.keyAddress(entry), Record.keyLength(entry)), entry);
    }
  }

  /** A key's record is another's now, with all that its value owns: {@link Removal#MOVED}. */
  void abandon(Unit unit, int database, long hash, int reference) {
    ShardDatabase d = openDatabase(database);
    long slot = d.table.slotOf(hash, reference);
    removeSlot(unit, database, d, hash, slot, Removal.MOVED, false);
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

  static boolean isExpired(Unit unit, long entry) {
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
    observers.flushing(database);
    ShardDatabase d = databases[database];
    if (d != null) {
      usage.addKeys(-d.table.count());
      usage.addSmalls(-d.smalls());
      databases[database] = null;
      if (d.snapshot == null) {
        values.addGarbage(Garbage.ofKeys(d, d.table.count()));
      } else {
        d.snapshot.detach();
      }
    }
    waiters.flushed(database);
  }

  void swap(int first, int second) {
    observers.swapping(first, second);
    ShardDatabase d = databases[first];
    databases[first] = databases[second];
    databases[second] = d;
    waiters.swapped(first, second);
  }

  // ---- housekeeping ----------------------------------------------------------------------------

  boolean hasGarbage() {
    return values.hasGarbage();
  }

  int dirtyPages() {
    return arena.dirtyPages();
  }

  /** Frees a slice of detached content; false when there is none left. */
  boolean reclaim() {
    return values.freeGarbage();
  }

  /** Checks every structure against every other; for tests, the unit owns the shard. */
  public void validate() {
    arena.validate();
    for (ShardDatabase d : databases) {
      if (d != null) {
        d.validate();
      }
    }
  }
}
