package dev.larder.storage;

import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.Record;

/**
 * Entries that become another key's, of any type. The unit owns both shards, which may be one. What
 * a large string consists of is shared; what a large collection consists of is copied, unless it
 * moves inside its shard.
 */
public final class EntryTransfer {
  private EntryTransfer() {}

  /**
   * Whether copying an entry's value would keep others waiting for long: then {@link StagedCopy}
   * does it in slices. It is not asked of what moves inside its shard.
   */
  public static boolean isLong(Shard source, long entry) {
    return source.values.isLong(entry);
  }

  /**
   * Makes a key hold a copy of an entry's value. The source stays.
   *
   * @return the copy, or 0 when memory is exhausted and nothing has changed
   */
  public static long copy(
      Unit unit,
      Shard source,
      long entry,
      Shard target,
      int database,
      long hash,
      long key,
      int keyLength,
      long deadlineMillis) {
    if (!target.arena.hasRoom(source.values.bytesOutside(entry))) {
      return 0;
    }
    int reference = source.arena.reference(entry);
    long copy =
        putShallow(unit, source, entry, target, database, hash, key, keyLength, deadlineMillis);
    if (copy != 0) {
      long original = source.arena.address(reference);
      source.values.copyBlocks(
          Record.type(original),
          Record.encoding(original),
          Record.valueAddress(original),
          target.values,
          Record.valueAddress(copy));
      orderByFields(target, database, copy);
      target.stored(unit, database, hash, copy);
    }
    return copy;
  }

  /** A record with the same value part, byte by byte: what that refers to is not copied. */
  private static long putShallow(
      Unit unit,
      Shard source,
      long entry,
      Shard target,
      int database,
      long hash,
      long key,
      int keyLength,
      long deadlineMillis) {
    int reference = source.arena.reference(entry);
    int bytes = Record.valueLength(entry);
    int type = Record.type(entry);
    int encoding = Record.encoding(entry);
    long copy =
        target.put(unit, database, hash, key, keyLength, type, encoding, bytes, deadlineMillis);
    if (copy != 0) {
      long original = source.arena.address(reference);
      Memory.copy(Record.valueAddress(original), Record.valueAddress(copy), bytes);
    }
    return copy;
  }

  /** Gives a record with a copied value its place by that; memory has been granted. */
  private static void orderByFields(Shard shard, int database, long entry) {
    long deadline = shard.values.fieldDeadline(entry);
    if (deadline >= 0 && !shard.moveFieldDeadline(database, -1, deadline, entry)) {
      throw new IllegalStateException("no memory behind a transfer's room");
    }
  }

  /**
   * Gives a record that is no key's yet to the key that it names, in place of any other.
   *
   * @return false when memory is exhausted and nothing has changed
   */
  static boolean adopt(Unit unit, Shard shard, int database, long hash, int reference) {
    assert shard.isOwnedBy(unit);
    long record = shard.arena.address(reference);
    shard.expiry.expect(Record.deadline(record));
    shard.expiry.expect(shard.values.fieldDeadline(record));
    shard.expiry.tellBefore(
        unit, database, hash, Record.keyAddress(record), Record.keyLength(record));
    boolean isAdopted = shard.openDatabase(database).adopt(hash, reference);
    if (isAdopted) {
      shard.stored(unit, database, hash, record);
    }
    return isAdopted;
  }

  /**
   * Removes a key whose value another one has a copy of by now: {@link Removal#MOVED}. Also if it
   * has expired meanwhile.
   */
  public static void removeMoved(Unit unit, Shard source, int database, long hash, long entry) {
    ShardDatabase d = source.openDatabase(database);
    long slot = d.table.slotOf(hash, source.arena.reference(entry));
    source.removeSlot(unit, database, d, hash, slot, Removal.MOVED, true);
  }

  /**
   * Makes another key hold an entry's value, and removes the first one: {@link Removal#MOVED}.
   * Inside a shard only the record is copied, whatever the value's size.
   *
   * @return the new entry, or 0 when memory is exhausted and nothing has changed
   */
  public static long move(
      Unit unit,
      Shard source,
      int database,
      long hash,
      long entry,
      Shard target,
      int targetDatabase,
      long targetHash,
      long key,
      int keyLength) {
    long deadline = Record.deadline(entry);
    int reference = source.arena.reference(entry);
    if (source != target) {
      long copy =
          copy(unit, source, entry, target, targetDatabase, targetHash, key, keyLength, deadline);
      if (copy != 0) {
        long original = source.arena.address(reference);
        source.keyspace.eviction().inherit(original, copy);
        source.remove(
            unit,
            database,
            hash,
            Record.keyAddress(original),
            Record.keyLength(original),
            Removal.MOVED);
      }
      return copy;
    }
    if (source.values.fieldDeadline(entry) >= 0 && !source.arena.hasRoom(0)) {
      return 0;
    }
    long moved =
        putShallow(
            unit, source, entry, source, targetDatabase, targetHash, key, keyLength, deadline);
    if (moved != 0) {
      source.keyspace.eviction().inherit(source.arena.address(reference), moved);
      source.values.moved(reference, source.arena.reference(moved));
      orderByFields(source, targetDatabase, moved);
      source.stored(unit, targetDatabase, targetHash, moved);
      source.abandon(unit, database, hash, reference);
    }
    return moved;
  }
}
