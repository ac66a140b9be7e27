package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.table.Record;

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
    pointed();
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

  /** Makes the value part longer or shorter; what it begins with stays. The entry may move. */
  final void resize(int bytes) {
    entry = granted(shard.reshape(unit, database, hash, entry, Record.deadline(entry), bytes));
  }

  /** Allocates a block in the collection's arena. */
  final int allocate(int bytes) {
    return (int) granted(arena().allocate(bytes));
  }

  /** Insists on ROOM. */
  private static long granted(long reference) {
    if (reference == 0) {
      throw new IllegalStateException("no memory behind a collection's ROOM");
    }
    return reference;
  }

  /** Removes the key, whose last element has gone and been reported. */
  final void removeEmpty() {
    removeKey(Removal.EMPTIED);
  }

  final void removeKey(Removal reason) {
    // By the key in the record, for the one pointed at may have been that of an earlier record.
    long ownKey = Record.keyAddress(entry);
    int ownKeyLength = Record.keyLength(entry);
    boolean removed = shard.remove(unit, database, hash, ownKey, ownKeyLength, reason);
    assert removed;
    entry = 0;
  }

  /** Elements were added: whoever waits for such a key is ready. */
  final void signal() {
    if (!isBuilding) {
      shard.signal(database, hash, entry);
    }
  }

  final Journal journal() {
    return isBuilding ? Journal.NONE : shard.journal;
  }

  /** Until it is pointed again, changes are not reported: the whole collection will be. */
  final void build() {
    isBuilding = true;
  }

  /** The unit's place in the journal, for effects. */
  final long sequence() {
    return unit.sequence();
  }
}
