package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.KeyTable;
import dev.larder.storage.table.Record;
import org.jspecify.annotations.Nullable;

/**
 * One key's collection, as commands work with it: a flyweight that is pointed at an entry, or at a
 * key that has none yet, and that keeps to the entry while it moves.
 *
 * <p>For the owner of the key's shard, between two changes of the shard by others than this object.
 * A unit has one or two for each type ({@link Views}); pointing one elsewhere costs a few stores.
 *
 * <p>ROOM: whoever adds to a collection first asks {@link #hasRoom} with the bytes that it will
 * add. Once that is granted no allocation fails, so that a change is never half done.
 */
public abstract class CollectionValue {
  private static final int SPARE_PART = 8;

  private final ValueType type;
  final Keyspace keyspace;
  Unit unit;
  Shard shard;
  int database;

  /** Of the key. */
  long hash;

  private long key;
  private int keyLength;

  /** The key's record, 0 while there is none. */
  long entry;

  private boolean isBuilding;

  /** Whether the record is no key's yet. */
  private boolean isHidden;

  /** The deadline of a hidden record, -1 for none. */
  private long hiddenDeadline;

  /** For how many bytes of value a hidden record's block has room at least. */
  private int reservedBytes;

  CollectionValue(ValueType type, Keyspace keyspace, Unit unit) {
    this.type = type;
    this.keyspace = keyspace;
    this.unit = unit;
    this.shard = keyspace.shard(0);
  }

  /**
   * Points this at a key of a shard that the unit owns.
   *
   * @param newKey the key's bytes, which stay where they are while this is in use
   * @param newEntry what {@link Shard#find} found, of this object's type; 0 for no entry
   */
  public final void point(
      Shard newShard, int newDatabase, long newHash, long newKey, int newKeyLength, long newEntry) {
    assert newShard.isOwnedBy(unit);
    assert newEntry == 0 || Entry.type(newEntry) == type;
    shard = newShard;
    database = newDatabase;
    hash = newHash;
    key = newKey;
    keyLength = newKeyLength;
    entry = newEntry;
    isBuilding = false;
    isHidden = false;
    pointed();
  }

  /**
   * Points this at a collection in the making, of which nobody knows yet, whatever the key holds:
   * its effects are not reported. It ends by {@link #install} or {@link #discard}; until then,
   * perhaps for many units, its maker remembers {@link #hiddenReference}.
   *
   * @param reference of what was begun earlier, 0 to begin
   */
  public final void pointHidden(
      Shard newShard, int newDatabase, long newHash, long newKey, int newKeyLength, int reference) {
    pointHidden(newShard, newDatabase, newHash, newKey, newKeyLength, -1, reference);
  }

  /** The same, for an entry with this deadline, -1 for none. */
  final void pointHidden(
      Shard newShard,
      int newDatabase,
      long newHash,
      long newKey,
      int newKeyLength,
      long deadlineMillis,
      int reference) {
    point(newShard, newDatabase, newHash, newKey, newKeyLength, 0);
    isBuilding = true;
    isHidden = true;
    hiddenDeadline = deadlineMillis;
    reservedBytes = 0;
    if (reference != 0) {
      entry = newShard.arena.address(reference);
      pointed();
    }
  }

  /**
   * What a later {@link #pointHidden} needs, until the next change; 0 while there is no element.
   */
  public final int hiddenReference() {
    assert isHidden;
    return entry == 0 ? 0 : arena().reference(entry);
  }

  /**
   * Gives the key the collection that was made, whatever it held, or, if that has no element, none.
   *
   * @param event which this is, if there are elements
   */
  public final void install(KeyEvent event) {
    assert isHidden;
    isBuilding = false;
    isHidden = false;
    if (entry == 0) {
      if (shard.remove(unit, database, hash, key, keyLength, Removal.DELETED)) {
        unit.events().raise(KeyEvent.DEL, database, key, keyLength);
      }
      return;
    }
    if (!EntryTransfer.adopt(unit, shard, database, hash, arena().reference(entry))) {
      throw noMemory();
    }
    Overwriting.tell(unit, shard, database, entry);
    raise(event);
  }

  /** Frees a collection in the making. */
  public final void discard() {
    assert isHidden;
    if (entry != 0) {
      shard.values.free(entry);
      arena().free(arena().reference(entry));
      entry = 0;
    }
  }

  /**
   * As {@link #point(Shard, int, long, long, int, long)}, at an entry of which no more is known.
   */
  public final void point(Shard newShard, int newDatabase, long newEntry) {
    long newKey = Record.keyAddress(newEntry);
    int newKeyLength = Record.keyLength(newEntry);
    long newHash = keyspace.hash(newKey, newKeyLength);
    point(newShard, newDatabase, newHash, newKey, newKeyLength, newEntry);
  }

  /** What a type remembers of the collection before is void. */
  abstract void pointed();

  /** The number of elements, 0 while the key does not exist. */
  public abstract long count();

  /** Whether the key exists. */
  public final boolean exists() {
    return entry != 0;
  }

  /** The key's record as it is now, 0 while there is none. */
  public final long entry() {
    return entry;
  }

  /** Whether elements of so many bytes in all can be added: ROOM. */
  public final boolean hasRoom(long bytes) {
    return shard.arena.hasRoom(bytes);
  }

  /** The table of members, with a root at the start of the value part; null if there is none. */
  final @Nullable KeyTable peekMembers() {
    if (entry == 0 || !hasMemberTable()) {
      return null;
    }
    shard.members.load(arena(), value());
    return shard.members;
  }

  /** Whether the members of the value, which there is, are in a table. */
  boolean hasMemberTable() {
    return false;
  }

  final Arena arena() {
    return shard.arena;
  }

  /** Where the value part lies, until this object's next change. */
  final long value() {
    return Record.valueAddress(entry);
  }

  final int valueBytes() {
    return Record.valueLength(entry);
  }

  final int encoding() {
    return Record.encoding(entry);
  }

  final void encoding(int encoding) {
    Record.encoding(entry, encoding);
  }

  /** Gives the key a new entry with a value part of undefined content, replacing any other. */
  final void create(int encoding, int bytes) {
    create(encoding, bytes, -1);
  }

  final void create(int encoding, int bytes, long deadlineMillis) {
    if (isHidden) {
      assert entry == 0 && deadlineMillis < 0;
      entry = newHidden(encoding, bytes);
      return;
    }
    entry =
        granted(
            shard.put(
                unit,
                database,
                hash,
                key,
                keyLength,
                type.ordinal(),
                encoding,
                bytes,
                deadlineMillis));
  }

  /**
   * As {@link #resize}, of what is likely to grow on by a little: if it has to move, it gets room
   * for an eighth more, so that it need not move each time.
   */
  final void grow(int bytes) {
    if (isHidden) {
      resizeHidden(bytes);
      return;
    }
    ShardDatabase home = shard.openDatabase(database);
    int spare = bytes / SPARE_PART;
    entry = granted(home.reshape(hash, entry, Record.deadline(entry), bytes, spare));
  }

  /** Makes the value part longer or shorter; what it begins with stays. The entry may move. */
  final void resize(int bytes) {
    if (isHidden) {
      resizeHidden(bytes);
      return;
    }
    entry = granted(shard.reshape(unit, database, hash, entry, Record.deadline(entry), bytes));
  }

  private long newHidden(int encoding, int bytes) {
    boolean hasDeadline = hiddenDeadline >= 0;
    int room = Math.max(bytes, reservedBytes);
    int block = allocate(Record.bytes(keyLength, room, hasDeadline));
    long record = arena().address(block);
    Record.writeHead(record, type.ordinal(), encoding, hiddenDeadline, key, keyLength, room);
    if (bytes < room) {
      boolean isShorter = Record.resizeInPlace(record, bytes, arena().blockBytesOf(block));
      assert isShorter;
    }
    return record;
  }

  private void resizeHidden(int bytes) {
    int blockBytes = arena().blockBytesOf(arena().reference(entry));
    boolean suits = bytes <= reservedBytes || ShardDatabase.suits(entry, bytes, blockBytes);
    if (!suits || !Record.resizeInPlace(entry, bytes, blockBytes)) {
      reservedBytes = 0;
      moveHidden(bytes);
    }
  }

  private void moveHidden(int bytes) {
    long moved = newHidden(encoding(), bytes);
    Memory.copy(value(), Record.valueAddress(moved), Math.min(bytes, valueBytes()));
    arena().free(arena().reference(entry));
    entry = moved;
  }

  /**
   * Has a hidden collection that is still to be made take a block in which its value part can grow
   * to so many bytes; {@link #fit} gives back what is not used.
   */
  final void reserveBlock(int bytes) {
    assert isHidden;
    reservedBytes = bytes;
  }

  /** Ends {@link #reserveBlock}. */
  final void fit() {
    if (reservedBytes != 0 && entry != 0) {
      reservedBytes = 0;
      int bytes = Record.bytes(keyLength, valueBytes(), hiddenDeadline >= 0);
      if (Arena.blockBytes(bytes) < arena().blockBytesOf(arena().reference(entry))
          && hasRoom(bytes)) {
        moveHidden(valueBytes());
      }
    }
  }

  /** Allocates a block in the collection's arena. */
  final int allocate(int bytes) {
    return (int) granted(arena().allocate(bytes));
  }

  /** Insists on ROOM. */
  private static long granted(long reference) {
    if (reference == 0) {
      throw noMemory();
    }
    return reference;
  }

  private static IllegalStateException noMemory() {
    return new IllegalStateException("no memory behind a collection's ROOM");
  }

  /** Removes the key, whose last element has gone and been reported. */
  final void removeEmpty() {
    removeKey(Removal.EMPTIED);
  }

  final void removeKey(Removal reason) {
    if (isHidden) {
      discard();
      return;
    }
    removeRecord(reason, true);
    entry = 0;
  }

  private void removeRecord(Removal reason, boolean withValue) {
    // By the key in the record, for the one pointed at may have been that of an earlier record; and
    // whether or not it has expired, which it may have under a lease.
    ShardDatabase d = shard.openDatabase(database);
    long slot = d.table.find(hash, Record.keyAddress(entry), Record.keyLength(entry));
    assert shard.arena.address(d.table.reference(slot)) == entry;
    shard.removeSlot(unit, database, d, hash, slot, reason, withValue);
  }

  /**
   * Removes the key, and keeps its collection as a hidden one, at which this then points.
   *
   * @return false when memory is exhausted and nothing has changed
   */
  public final boolean hide() {
    assert !isBuilding;
    if (!hasRoom(Record.bytes(keyLength, valueBytes(), false))) {
      return false;
    }
    long hidden = newHidden(encoding(), valueBytes());
    Memory.copy(value(), Record.valueAddress(hidden), valueBytes());
    removeRecord(Removal.DELETED, false);
    entry = hidden;
    isBuilding = true;
    isHidden = true;
    pointed();
    return true;
  }

  /** An event has happened to the key, which still exists. */
  final void raise(KeyEvent event) {
    if (!isHidden) {
      long name = Record.keyAddress(entry);
      unit.events().raise(event, database, name, Record.keyLength(entry));
    }
  }

  /** The same of one of its fields. */
  final void raise(KeyEvent event, long field, int fieldLength) {
    if (!isHidden) {
      long name = Record.keyAddress(entry);
      int nameLength = Record.keyLength(entry);
      unit.events().raise(event, database, name, nameLength, field, fieldLength);
    }
  }

  /** Whether the collection is no key's yet. */
  final boolean isHidden() {
    return isHidden;
  }

  /** Elements were added: whoever waits for such a key is ready. */
  final void signal() {
    if (!isBuilding) {
      shard.signal(database, hash, entry);
    }
  }

  /** Lets a snapshot see the entry before it changes, in a unit that was only to read. */
  final void changing() {
    if (!isHidden) {
      ShardSnapshot.changing(shard, database, entry);
    }
  }

  final Journal journal() {
    return isBuilding ? Journal.NONE : keyspace.journal();
  }

  /** The journal, for what readers of the key can see: its observers hear of that, too. */
  final Journal tell() {
    if (!isBuilding) {
      shard.observers.changed(database, hash, entry);
    }
    return journal();
  }

  /**
   * Until it is pointed again, changes are not reported: the whole collection will be, or that it
   * goes, or what all of them come to. Nobody else may see the key before that.
   */
  public final void build() {
    isBuilding = true;
  }

  final void built() {
    isBuilding = false;
  }

  /** The unit's place in the journal, for effects. */
  final long sequence() {
    return unit.sequence(shard, hash);
  }
}
