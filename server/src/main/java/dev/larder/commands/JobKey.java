package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.Keyspace;
import dev.larder.storage.Overwriting;
import dev.larder.storage.Removal;
import dev.larder.storage.Shard;
import dev.larder.storage.Unit;

/**
 * A key of a command that has become a job. Its bytes are an argument's, which belongs to the
 * suspended batch and stays in place. All but {@link #acquire} need the key's shard.
 */
final class JobKey {
  final Keyspace keyspace;
  final Unit unit;
  final Shard shard;
  final int database;
  final long hash;
  private final long address;
  private final int length;

  JobKey(Call call, int keyArg) {
    keyspace = call.keyspace();
    unit = call.unit();
    shard = call.shard(keyArg);
    database = call.db();
    hash = call.hash(keyArg);
    address = call.argAddress(keyArg);
    length = call.argLength(keyArg);
  }

  /** Takes the key's shard until the end of the step, to change it; false when it cannot be now. */
  boolean acquire() {
    return unit.acquireToWrite(shard, hash, address, length);
  }

  /** The key's entry, or 0. */
  long find() {
    return shard.find(unit, database, hash, address, length);
  }

  /** Makes the key an empty string; the entry, or 0 when memory is exhausted. */
  long create() {
    return shard.create(unit, database, hash, address, length);
  }

  /** Makes the key this string; the entry, or 0 when memory is exhausted. */
  long store(long value, long valueLength, long deadlineMillis) {
    return shard.store(unit, database, hash, address, length, value, valueLength, deadlineMillis);
  }

  /** The same whatever it holds: tells of that. */
  long overwrite(long value, long valueLength, long deadlineMillis) {
    long entry = store(value, valueLength, deadlineMillis);
    if (entry != 0) {
      Overwriting.tell(unit, shard, database, entry);
    }
    return entry;
  }

  /** See {@link Call#event}. */
  void event(KeyEvent event) {
    unit.events().raise(event, database, address, length);
  }

  /** Removes the key, if there is one. */
  void remove() {
    shard.remove(unit, database, hash, address, length, Removal.DELETED);
  }
}
