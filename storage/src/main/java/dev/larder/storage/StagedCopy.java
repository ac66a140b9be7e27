package dev.larder.storage;

import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.Record;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a large collection in the making, which another key will hold: {@link
 * EntryTransfer#isLong}. From its beginning to its end the source is leased, so that it stays as it
 * is; nobody knows of the copy until {@link #install}. Used by one job; its unit owns the shards of
 * both keys whenever it calls anything but {@link #close}.
 */
public final class StagedCopy implements AutoCloseable {
  private final Shard target;
  private final int database;
  private final long hash;
  private final ValueCopy copy;

  /** The record of the copy, which is no key's yet; 0 when it has become one, or was given up. */
  private int reference;

  private StagedCopy(Shard target, int database, long hash, int reference, ValueCopy copy) {
    this.target = target;
    this.database = database;
    this.hash = hash;
    this.reference = reference;
    this.copy = copy;
  }

  /**
   * Begins with a copy of an entry that is long.
   *
   * @param key the bytes of the key that will hold it
   * @return null when memory is exhausted and nothing has changed
   */
  public static @Nullable StagedCopy of(
      Shard source, long entry, Shard target, int database, long hash, long key, int keyLength) {
    int bytes = Record.valueLength(entry);
    long deadline = Record.deadline(entry);
    int recordBytes = Record.bytes(keyLength, bytes, deadline >= 0);
    int reference =
        recordBytes < 0 || !target.arena.hasRoom(recordBytes)
            ? 0
            : target.arena.allocate(recordBytes);
    if (reference == 0) {
      return null;
    }
    long record = target.arena.address(reference);
    Record.writeHead(
        record, Record.type(entry), Record.encoding(entry), deadline, key, keyLength, bytes);
    Memory.copy(Record.valueAddress(entry), Record.valueAddress(record), bytes);
    ValueCopy copy = source.values.newCopy(entry);
    copy.begin(source.arena, Record.valueAddress(entry), target.arena, Record.valueAddress(record));
    return new StagedCopy(target, database, hash, reference, copy);
  }

  /**
   * Goes on copying.
   *
   * @param pieces about how many elements to copy, of about 64 bytes
   */
  public Progress step(long pieces) {
    return copy.step(pieces);
  }

  /**
   * Makes the complete copy the value of its key, whatever that held. The deadline is the source's.
   *
   * @return the new entry, or 0 when memory is exhausted and nothing has changed
   */
  public long install(Unit unit) {
    if (!EntryTransfer.adopt(unit, target, database, hash, reference)) {
      return 0;
    }
    long entry = target.arena.address(reference);
    reference = 0;
    return entry;
  }

  /** Gives the copy up, unless it was installed; any thread, any number of times. */
  @Override
  public void close() {
    if (reference != 0) {
      target.values.discard(reference);
      reference = 0;
    }
  }
}
