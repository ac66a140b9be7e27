package dev.larder.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.storage.memory.Memory;
import dev.larder.storage.rdb.RdbException;
import dev.larder.storage.rdb.RdbFileReader;
import dev.larder.storage.rdb.RdbInput;
import java.io.IOException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** Makes keys hold what a file says they do. Used by one thread at a time. */
final class LoadBuilder {
  /** How many entries' places in the tables are loaded at once. */
  private static final int GROUP = 128;

  /** The longest part of a key in a message, in bytes. */
  private static final int MAX_KEY_BYTES = 128;

  private final Keyspace keyspace;
  private final Unit unit;
  private final RestoredValue restored;
  private final PiecewiseValue piecewise;
  private final long nowMillis;
  private final LongAdder keys;
  private final LongAdder emptyKeys;
  private final long[] hashes = new long[GROUP];
  private int version;
  private boolean replacesKeys;

  LoadBuilder(Keyspace keyspace, long nowMillis, LongAdder keys, LongAdder emptyKeys) {
    this.keyspace = keyspace;
    this.unit = keyspace.newUnit();
    this.restored = new RestoredValue(keyspace);
    this.piecewise = new PiecewiseValue(keyspace);
    this.nowMillis = nowMillis;
    this.keys = keys;
    this.emptyKeys = emptyKeys;
  }

  /** The version of the file; before its first entry. */
  void version(int newVersion) {
    version = newVersion;
  }

  /** Lets keys of the file take the place of those that are there, which otherwise is damage. */
  void replaceKeys() {
    replacesKeys = true;
  }

  /** The file has about so many keys in a database. */
  void expect(int database, long count) {
    int shards = keyspace.shardCount();
    for (int i = 0; i < shards; i++) {
      unit.begin(nowMillis);
      take(keyspace.shard(i));
      try {
        keyspace.shard(i).expect(database, count / shards);
      } finally {
        unit.releaseAll();
      }
    }
  }

  /** Builds all entries of a batch, whose shards are among these. */
  void build(LoadBatch batch, int firstShard, int endShard) throws LoadException {
    unit.begin(nowMillis);
    try {
      for (int i = firstShard; i < endShard; i++) {
        take(keyspace.shard(i));
      }
      for (long entry = batch.first(); entry < batch.end(); ) {
        entry = buildGroup(entry, batch.end());
      }
    } finally {
      unit.releaseAll();
    }
  }

  private void take(Shard shard) {
    Thread thread = Thread.currentThread();
    while (!unit.acquire(shard)) {
      shard.park(() -> LockSupport.unpark(thread));
      LockSupport.park(this);
    }
  }

  /** Builds some entries of one database; where to go on. */
  private long buildGroup(long first, long end) throws LoadException {
    int database = LoadBatch.database(first);
    int count = 0;
    long behind = first;
    while (behind < end && count < GROUP && LoadBatch.database(behind) == database) {
      hashes[count++] = LoadBatch.hash(behind);
      behind = LoadBatch.next(behind);
    }
    unit.touch(database, hashes, count);
    for (long entry = first; entry < behind; entry = LoadBatch.next(entry)) {
      build(
          LoadBatch.hash(entry),
          LoadBatch.deadlineMillis(entry),
          LoadBatch.fileOffset(entry),
          LoadBatch.use(entry),
          database,
          LoadBatch.type(entry),
          LoadBatch.key(entry),
          LoadBatch.keyLength(entry),
          LoadBatch.value(entry),
          LoadBatch.valueLength(entry));
    }
    keys.add(count);
    return behind;
  }

  /** Builds one entry, whose shard need not be owned. */
  void buildAlone(
      long hash,
      long deadlineMillis,
      long fileOffset,
      long use,
      int database,
      int type,
      long key,
      int keyLength,
      long value,
      long valueLength)
      throws LoadException {
    unit.begin(nowMillis);
    take(keyspace.shardOf(hash));
    try {
      build(
          hash,
          deadlineMillis,
          fileOffset,
          use,
          database,
          type,
          key,
          keyLength,
          value,
          valueLength);
    } finally {
      unit.releaseAll();
    }
    keys.increment();
  }

  /**
   * Builds an entry that is not complete as it is read. Its shard need not be owned, but is until
   * it has been read.
   *
   * @param value points at the first piece, behind the key
   */
  void buildInPieces(RdbFileReader file, RdbInput value, long hash, long key, int keyLength)
      throws IOException, RdbException, LoadException {
    int database = (int) file.database();
    long fileOffset = file.start();
    unit.begin(nowMillis);
    Shard shard = keyspace.shardOf(hash);
    take(shard);
    try {
      long before = shard.count(database);
      long built = piecewise.build(unit, shard, file, value, hash, key, keyLength);
      requireNew(built, shard, database, before, key, keyLength, fileOffset);
      keyspace.eviction().tell(built, use(file), nowMillis);
    } finally {
      unit.releaseAll();
    }
    keys.increment();
  }

  /** What the file tells of the use of the entry at hand. */
  static long use(RdbFileReader file) {
    int frequency = file.frequency();
    return frequency >= 0 ? ToldUse.frequency(frequency) : ToldUse.idle(file.idleSeconds());
  }

  private void build(
      long hash,
      long deadlineMillis,
      long fileOffset,
      long use,
      int database,
      int type,
      long key,
      int keyLength,
      long value,
      long valueLength)
      throws LoadException {
    Shard shard = keyspace.shardOf(hash);
    long before = shard.count(database);
    long built;
    try (RestoredValue open = restored) {
      open.begin(type, version, value, valueLength);
      while (!open.check(valueLength + 1)) {
        // One step reads everything; only the format's own end says so.
      }
      built = open.build(unit, shard, database, hash, key, keyLength, deadlineMillis);
    } catch (RdbException e) {
      if (e.isEmpty()) {
        emptyKeys.increment();
        keys.decrement();
        return;
      }
      throw failure(key, keyLength, fileOffset, String.valueOf(e.getMessage()));
    }
    requireNew(built, shard, database, before, key, keyLength, fileOffset);
    keyspace.eviction().tell(built, use, nowMillis);
  }

  private void requireNew(
      long built, Shard shard, int database, long before, long key, int keyLength, long fileOffset)
      throws LoadException {
    if (built == 0) {
      throw failure(key, keyLength, fileOffset, "there is no memory for it");
    }
    if (shard.count(database) == before && !replacesKeys) {
      throw failure(key, keyLength, fileOffset, "the key is there twice");
    }
  }

  private static LoadException failure(long key, int keyLength, long fileOffset, String what) {
    byte[] start = new byte[Math.min(keyLength, MAX_KEY_BYTES)];
    Memory.copyToArray(key, start, 0, start.length);
    return failure(new String(start, ISO_8859_1), fileOffset, what);
  }

  /** What is wrong with an entry; the key is told only as far as it is fit to be printed. */
  static LoadException failure(String key, long fileOffset, String what) {
    StringBuilder text = new StringBuilder("at offset ").append(fileOffset);
    if (!key.isEmpty()) {
      text.append(", key '");
      key.chars()
          .limit(MAX_KEY_BYTES)
          .forEach(c -> text.append(c >= ' ' && c <= '~' ? (char) c : '?'));
      text.append('\'');
    }
    return new LoadException(text.append(": ").append(what).toString());
  }
}
