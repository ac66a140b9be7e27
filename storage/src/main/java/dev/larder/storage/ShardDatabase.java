package dev.larder.storage;

import dev.larder.storage.evict.EvictionBits;
import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.HotPath;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.ExpiryTree;
import dev.larder.storage.table.KeyTable;
import dev.larder.storage.table.Record;
import dev.larder.storage.type.LargeString;
import org.jspecify.annotations.Nullable;

/**
 * One database's part of a shard: its records, the table that finds them, those with a deadline in
 * order, and in an order of their own those with elements that have deadlines. Keeps the four in
 * step; knows nothing of time, units or the journal. Used by the owner of the shard.
 */
@HotPath
final class ShardDatabase implements Garbage {
  /** Records above this keep their value in chunks. */
  private static final int MAX_INLINE_RECORD_BYTES = 32 * 1024;

  /**
   * A string that grows and has to move gets room for so large a part more, for its next growth.
   */
  private static final int SPARE_PART = 8;

  private static final int MAX_SPARE_BYTES = 1024;

  /** Nodes of the expiry order freed at once when a database was flushed. */
  private static final int NODES_PER_STEP = 64;

  /** {@link #replacedType} where there was no such key: not told yet, and told. */
  private static final int NEW = -1;

  private static final int TOLD = -2;

  final KeyTable table;
  final ExpiryTree expiry;

  /** By {@link Structure#fieldDeadline}. */
  final ExpiryTree fieldExpiry;

  /** Hears of records before they change, while it still has to see some; null otherwise. */
  @Nullable SnapshotPart snapshot;

  private int replacedType = TOLD;

  /** How many records are small ones: {@link EvictionBits}. */
  private long smalls;

  private final Shard shard;
  private final Eviction eviction;
  private final Arena arena;
  private final LargeString large;
  private final Values values;

  ShardDatabase(Shard shard, LargeString large, long scratch) {
    this.shard = shard;
    this.eviction = shard.keyspace.eviction();
    this.arena = shard.arena;
    this.large = large;
    this.values = shard.values;
    table = new KeyTable(arena, shard.keyspace.shardBits(), scratch);
    expiry = new ExpiryTree(arena);
    fieldExpiry = new ExpiryTree(arena);
  }

  /** Turns the parity over; a snapshot has to see all records there are, if there is one. */
  void beginSnapshot(boolean parity, @Nullable SnapshotPart part) {
    snapshot = part;
    table.parity(parity, part != null);
  }

  /** The snapshot has seen all records. */
  void seen() {
    snapshot = null;
    table.parity(table.parity(), false);
  }

  private void changing(long record) {
    if (snapshot != null) {
      snapshot.changing(record);
    }
  }

  /** Makes a key hold a string; see {@link Shard#store}. Not reported. */
  long storeString(
      long hash, long key, int keyLength, long value, long valueLength, long deadlineMillis) {
    if (!fitsInline(keyLength, valueLength)) {
      return storeLarge(hash, key, keyLength, value, valueLength, deadlineMillis);
    }
    int length = (int) valueLength;
    long entry = put(hash, key, keyLength, 0, 0, length, deadlineMillis);
    if (entry != 0) {
      Memory.copy(value, Record.valueAddress(entry), length);
    }
    return entry;
  }

  private static boolean fitsInline(int keyLength, long valueLength) {
    return valueLength <= MAX_INLINE_RECORD_BYTES
        && (keyLength >= MAX_INLINE_RECORD_BYTES
            ? valueLength <= 64
            : Record.bytes(keyLength, (int) valueLength, true) <= MAX_INLINE_RECORD_BYTES);
  }

  private long storeLarge(
      long hash, long key, int keyLength, long value, long valueLength, long deadlineMillis) {
    int run = large.hold(value, valueLength);
    if (run == 0) {
      return 0;
    }
    int directoryBytes = LargeString.directoryBytes(valueLength);
    long entry = put(hash, key, keyLength, 0, Record.LARGE, directoryBytes, deadlineMillis);
    if (entry == 0) {
      large.releaseRun(run, valueLength);
      return 0;
    }
    LargeString.fillDirectory(Record.valueAddress(entry), run, valueLength);
    return entry;
  }

  /** Makes a string longer; see {@link Shard#grow}. */
  long growString(long hash, long entry, long newLength) {
    long deadline = Record.deadline(entry);
    if (Entry.isLarge(entry)) {
      int oldBytes = Record.valueLength(entry);
      int newBytes = LargeString.directoryBytes(newLength);
      long grown = reshape(hash, entry, deadline, newBytes);
      if (grown != 0) {
        LargeString.extend(Record.valueAddress(grown), oldBytes, newLength);
      }
      return grown;
    }
    if (!fitsInline(Record.keyLength(entry), newLength)) {
      return enlarge(hash, entry, newLength);
    }
    int length = Record.valueLength(entry);
    int spare = (int) Math.min(newLength / SPARE_PART, MAX_SPARE_BYTES);
    long grown = reshape(hash, entry, deadline, (int) newLength, spare);
    if (grown != 0) {
      Memory.fill(Record.valueAddress(grown) + length, newLength - length, (byte) 0);
    }
    return grown;
  }

  /** Makes a string shorter; see {@link StringEdit#shrink}. */
  long shrinkString(long hash, long entry, long newLength) {
    long deadline = Record.deadline(entry);
    if (!Entry.isLarge(entry)) {
      return reshape(hash, entry, deadline, (int) newLength);
    }
    return large.truncate(Record.valueAddress(entry), newLength)
        ? reshape(hash, entry, deadline, LargeString.directoryBytes(newLength))
        : 0;
  }

  /** Turns a string inside its record into one in chunks, longer than before. */
  private long enlarge(long hash, long entry, long newLength) {
    long length = Record.valueLength(entry);
    int chunk = length == 0 ? 0 : large.hold(Record.valueAddress(entry), length);
    if (chunk == 0 && length > 0) {
      return 0;
    }
    int directoryBytes = LargeString.directoryBytes(newLength);
    long reshaped = reshape(hash, entry, Record.deadline(entry), directoryBytes);
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

  /**
   * Gives a key a record with room for a value part, which the caller fills in at once. What the
   * key held before is freed. Not reported.
   */
  long put(
      long hash,
      long key,
      int keyLength,
      int type,
      int encoding,
      int valueBytes,
      long deadlineMillis) {
    int bytes = Record.bytes(keyLength, valueBytes, deadlineMillis >= 0);
    if (bytes < 0) {
      return 0;
    }
    long slot = table.find(hash, key, keyLength);
    if (slot == 0) {
      return putNew(hash, key, keyLength, type, encoding, valueBytes, bytes, deadlineMillis);
    }
    int old = table.reference(slot);
    long record = arena.address(old);
    replaces(Record.type(record));
    changing(record);
    long oldDeadline = Record.deadline(record);
    short bits = Record.eviction(record);
    int reference = old;
    if (arena.blockBytesOf(old) != Arena.blockBytes(bytes)) {
      reference = arena.allocate(bytes);
      if (reference == 0) {
        return 0;
      }
    }
    if (!moveDeadline(oldDeadline, old, deadlineMillis, reference)) {
      if (reference != old) {
        arena.free(reference);
      }
      return 0;
    }
    forgetFieldDeadline(record, old);
    values.free(record);
    if (reference != old) {
      table.replace(slot, reference);
      arena.free(old);
    }
    long entry = arena.address(reference);
    Record.writeHead(entry, type, encoding, deadlineMillis, key, keyLength, valueBytes);
    Record.eviction(entry, bits);
    eviction.used(entry, hash, shard.owner());
    table.see(reference);
    return entry;
  }

  private long putNew(
      long hash,
      long key,
      int keyLength,
      int type,
      int encoding,
      int valueBytes,
      int bytes,
      long deadlineMillis) {
    if (!table.reserve(hash)) {
      return 0;
    }
    int reference = arena.allocate(bytes);
    if (reference == 0) {
      return 0;
    }
    if (!moveDeadline(-1, 0, deadlineMillis, reference)) {
      arena.free(reference);
      return 0;
    }
    long entry = arena.address(reference);
    Record.writeHead(entry, type, encoding, deadlineMillis, key, keyLength, valueBytes);
    insert(hash, reference, entry);
    return entry;
  }

  private void insert(long hash, int reference, long record) {
    table.insert(hash, reference);
    shard.usage.addKeys(1);
    shard.usage.addSegments(table.takeMoreSegments());
    if (eviction.admit(record, hash, shard.owner())) {
      addSmalls(1);
    }
    replacedType = NEW;
  }

  private void addSmalls(int more) {
    smalls += more;
    shard.usage.addSmalls(more);
  }

  /** How many records are small ones. */
  long smalls() {
    return smalls;
  }

  /** Makes a main record of a small one. */
  void becomeMain(long record) {
    EvictionBits.clearSmall(record);
    addSmalls(-1);
  }

  /**
   * Gives a record that is no key's yet to the key that it names, in place of any other.
   *
   * @return false when memory is exhausted and nothing has changed
   */
  boolean adopt(long hash, int reference) {
    long record = arena.address(reference);
    long slot = table.find(hash, Record.keyAddress(record), Record.keyLength(record));
    if (slot == 0 && !table.reserve(hash)) {
      return false;
    }
    int old = slot == 0 ? 0 : table.reference(slot);
    long replaced = old == 0 ? 0 : arena.address(old);
    long fieldDeadline = values.fieldDeadline(record);
    if (fieldDeadline >= 0 && !fieldExpiry.insert(fieldDeadline, reference)) {
      return false;
    }
    long oldDeadline = old == 0 ? -1 : Record.deadline(replaced);
    if (!moveDeadline(oldDeadline, old, Record.deadline(record), reference)) {
      if (fieldDeadline >= 0) {
        fieldExpiry.remove(fieldDeadline, reference);
      }
      return false;
    }
    if (old == 0) {
      // It may have been one where it was before.
      EvictionBits.clearSmall(record);
      insert(hash, reference, record);
      return true;
    }
    replacedType = Record.type(replaced);
    changing(replaced);
    forgetFieldDeadline(replaced, old);
    values.free(replaced);
    Record.eviction(record, Record.eviction(replaced));
    eviction.used(record, hash, shard.owner());
    table.replace(slot, reference);
    arena.free(old);
    return true;
  }

  /** Writes only what is new: the line stays with all cores while strings replace strings. */
  private void replaces(int type) {
    if (replacedType != type) {
      replacedType = type;
    }
  }

  /** The type of what the entry that was put last has replaced, negative if there was nothing. */
  int replacedType() {
    return replacedType;
  }

  /** An entry was stored, of a key that perhaps has come into being. */
  void tellOfNew(Unit unit, int database, long entry) {
    if (replacedType == NEW) {
      replacedType = TOLD;
      long key = Record.keyAddress(entry);
      unit.events().raise(KeyEvent.NEW, database, key, Record.keyLength(entry));
    }
  }

  /** Keeps the expiry order in step with a record that moves or changes its deadline. */
  private boolean moveDeadline(long oldDeadline, int oldReference, long deadline, int reference) {
    if (oldDeadline == deadline && oldReference == reference) {
      return true;
    }
    if (deadline >= 0) {
      if (!expiry.insert(deadline, reference)) {
        return false;
      }
    }
    if (oldDeadline >= 0) {
      boolean removed = expiry.remove(oldDeadline, oldReference);
      assert removed : "a record with a deadline was not in the expiry order";
    }
    return true;
  }

  private void forgetFieldDeadline(long record, int reference) {
    long deadline = values.fieldDeadline(record);
    if (deadline >= 0) {
      boolean removed = fieldExpiry.remove(deadline, reference);
      assert removed : "a record with field deadlines was not in their order";
    }
  }

  /**
   * Keeps the order of field deadlines in step with a record whose {@link Structure#fieldDeadline}
   * changes, from or to -1 for none.
   *
   * @return false when memory is exhausted and nothing has changed
   */
  boolean moveFieldDeadline(long oldDeadline, long deadline, int reference) {
    if (deadline >= 0 && !fieldExpiry.insert(deadline, reference)) {
      return false;
    }
    if (oldDeadline >= 0) {
      boolean removed = fieldExpiry.remove(oldDeadline, reference);
      assert removed : "a record with field deadlines was not in their order";
    }
    return true;
  }

  /** Whether a record may stay in its block: it fits, and leaves no more than half of it unused. */
  static boolean suits(long entry, int valueBytes, int blockBytes) {
    long bytes = Record.valueAddress(entry) - entry + valueBytes;
    return bytes <= blockBytes && 2 * bytes >= blockBytes;
  }

  /** Gives a record another value length or deadline, keeping key, type and leading value bytes. */
  long reshape(long hash, long entry, long deadlineMillis, int valueBytes) {
    return reshape(hash, entry, deadlineMillis, valueBytes, 0);
  }

  /**
   * The same.
   *
   * @param spareBytes for how many more there is room, if the record has to move
   */
  long reshape(long hash, long entry, long deadlineMillis, int valueBytes, int spareBytes) {
    int old = arena.reference(entry);
    long oldDeadline = Record.deadline(entry);
    boolean sameShape = deadlineMillis >= 0 == oldDeadline >= 0;
    int blockBytes = arena.blockBytesOf(old);
    if (sameShape
        && suits(entry, valueBytes, blockBytes)
        && Record.resizeInPlace(entry, valueBytes, blockBytes)) {
      if (deadlineMillis >= 0 && deadlineMillis != oldDeadline) {
        if (!moveDeadline(oldDeadline, old, deadlineMillis, old)) {
          return 0;
        }
        Record.deadline(entry, deadlineMillis);
      }
      return entry;
    }
    int keyLength = Record.keyLength(entry);
    int bytes = Record.bytes(keyLength, valueBytes, deadlineMillis >= 0);
    int reference = bytes < 0 ? 0 : arena.allocate(bytes + spareBytes);
    if (reference == 0) {
      return 0;
    }
    long fieldDeadline = values.fieldDeadline(entry);
    if (fieldDeadline >= 0 && !fieldExpiry.insert(fieldDeadline, reference)) {
      arena.free(reference);
      return 0;
    }
    if (!moveDeadline(oldDeadline, old, deadlineMillis, reference)) {
      if (fieldDeadline >= 0) {
        fieldExpiry.remove(fieldDeadline, reference);
      }
      arena.free(reference);
      return 0;
    }
    forgetFieldDeadline(entry, old);
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
    table.replace(table.slotOf(hash, old), reference);
    values.moved(old, reference);
    arena.free(old);
    return moved;
  }

  /**
   * Removes the record in a slot.
   *
   * @param withValue whether what its value owns goes with it; otherwise another record has it now
   */
  void remove(long hash, long slot, boolean withValue) {
    int reference = table.reference(slot);
    long record = arena.address(reference);
    changing(record);
    long deadline = Record.deadline(record);
    if (deadline >= 0) {
      boolean removed = expiry.remove(deadline, reference);
      assert removed : "a record with a deadline was not in the expiry order";
    }
    forgetFieldDeadline(record, reference);
    if (withValue) {
      values.free(record);
    }
    shard.usage.addKeys(-1);
    if (EvictionBits.isSmall(record)) {
      addSmalls(-1);
    }
    table.remove(hash, slot);
    shard.usage.addSegments(table.takeMoreSegments());
    arena.free(reference);
  }

  /** Frees one segment with its records. */
  @Override
  public boolean freeSome() {
    boolean more =
        table.drainSegment(reference -> {
          values.detach(arena.address(reference));
          arena.free(reference);
        });
    shard.usage.addSegments(table.takeMoreSegments());
    return !more && expiry.clearStep(NODES_PER_STEP) && fieldExpiry.clearStep(NODES_PER_STEP);
  }

  void validate() {
    new ShardDatabaseValidator(this, arena, values).validate();
  }
}
