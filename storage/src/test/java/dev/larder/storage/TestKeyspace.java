package dev.larder.storage;

import dev.larder.storage.memory.VirtualMemory;
import java.nio.charset.StandardCharsets;

/** A keyspace for tests, addressed by Java strings and validated when it is closed. */
final class TestKeyspace implements AutoCloseable {
  private static final int SCRATCH_BYTES = 1 << 22;

  final Keyspace keyspace;
  final Unit unit;
  private final long key = VirtualMemory.reserve(1 << 16);
  private final long value = VirtualMemory.reserve(SCRATCH_BYTES);
  private int keyLength;
  private long hash;

  TestKeyspace(int shards, Journal journal) {
    this(shards, journal, 1L << 30);
  }

  TestKeyspace(int shards, Journal journal, long shardBytes) {
    keyspace = Keyspace.open(new StorageOptions(shards, 4, shardBytes), journal);
    unit = keyspace.newUnit();
  }

  /** Points at a key, and owns its shard as a unit at this time. */
  Shard at(String name, long nowMillis) {
    unit.begin(nowMillis);
    Shard shard = locate(name);
    while (!unit.acquire(shard)) {
      Thread.onSpinWait();
    }
    return shard;
  }

  private Shard locate(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    keyLength = bytes.length;
    Bytes.fromArray(bytes, 0, key, keyLength);
    hash = keyspace.hash(key, keyLength);
    return keyspace.shardOf(hash);
  }

  /** Memory for values on their way; {@link #set} uses it. */
  long scratch() {
    return value;
  }

  /** The entry of the key that {@link #at} has pointed at, or 0. */
  long find(Shard shard, int database) {
    return shard.find(unit, database, hash, key, keyLength);
  }

  /** Makes a key of database 0 hold what was restored; the entry or 0. */
  long build(Restore restore, String name, long deadline, long now) {
    Shard shard = at(name, now);
    try {
      return restore.build(unit, shard, 0, hash, key, keyLength, deadline);
    } finally {
      unit.releaseAll();
    }
  }

  /** The hash of a key, as a unit that has to be released. */
  HashValue hash(int database, String name, long now) {
    Shard shard = at(name, now);
    long entry = shard.find(unit, database, hash, key, keyLength);
    HashValue view = unit.views().hash();
    view.point(shard, database, hash, key, keyLength, entry);
    return view;
  }

  /** Puts bytes where a unit can read them, in one of two places. */
  long text(int place, byte[] bytes) {
    long address = value + (long) place * (SCRATCH_BYTES / 2);
    Bytes.fromArray(bytes, 0, address, bytes.length);
    return address;
  }

  byte[] get(int database, String name, long now) {
    Shard shard = at(name, now);
    try {
      long entry = shard.find(unit, database, hash, key, keyLength);
      return entry == 0 ? null : read(shard, entry);
    } finally {
      unit.releaseAll();
    }
  }

  long deadline(int database, String name, long now) {
    Shard shard = at(name, now);
    try {
      long entry = shard.find(unit, database, hash, key, keyLength);
      return entry == 0 ? -2 : Entry.expireAt(entry);
    } finally {
      unit.releaseAll();
    }
  }

  static byte[] read(Shard shard, long entry) {
    long length = shard.stringLength(entry);
    byte[] bytes = new byte[(int) length];
    for (long at = 0; at < length; ) {
      long run = shard.runLength(entry, at);
      byte[] part = Bytes.toArray(shard.runAddress(entry, at), (int) run);
      System.arraycopy(part, 0, bytes, (int) at, part.length);
      at += run;
    }
    return bytes;
  }

  boolean set(int database, String name, byte[] bytes, long deadline, long now) {
    Shard shard = at(name, now);
    Bytes.fromArray(bytes, 0, value, bytes.length);
    try {
      return shard.store(unit, database, hash, key, keyLength, value, bytes.length, deadline) != 0;
    } finally {
      unit.releaseAll();
    }
  }

  boolean remove(int database, String name, long now) {
    Shard shard = at(name, now);
    try {
      return shard.remove(unit, database, hash, key, keyLength, Removal.DELETED);
    } finally {
      unit.releaseAll();
    }
  }

  boolean expire(int database, String name, long deadline, long now) {
    Shard shard = at(name, now);
    try {
      long entry = shard.find(unit, database, hash, key, keyLength);
      return entry != 0 && shard.expire(unit, database, hash, entry, deadline) != 0;
    } finally {
      unit.releaseAll();
    }
  }

  /** Overwrites bytes of a string that exists, as SETRANGE does. */
  boolean write(int database, String name, int offset, byte[] bytes, long now) {
    Shard shard = at(name, now);
    try {
      long entry = shard.find(unit, database, hash, key, keyLength);
      if (entry == 0) {
        return false;
      }
      entry = shard.grow(unit, database, hash, entry, (long) offset + bytes.length);
      for (int at = 0; at < bytes.length; ) {
        long address = shard.writableRun(entry, offset + at);
        int run = (int) Math.min(shard.runLength(entry, offset + at), bytes.length - at);
        Bytes.fromArray(bytes, at, address, run);
        at += run;
      }
      shard.written(unit, database, entry, offset, bytes.length);
      return true;
    } finally {
      unit.releaseAll();
    }
  }

  long hashOf(String name) {
    locate(name);
    return hash;
  }

  /** The shard of a key. */
  Shard shardOf(String name) {
    return locate(name);
  }

  /** Points a view at the key that {@link #at} has pointed at. */
  void point(CollectionValue view, Shard shard, long entry) {
    view.point(shard, 0, hash, key, keyLength, entry);
  }

  void await(KeyWait wait, int database, String name) {
    at(name, 0).waiters().await(wait, database, hash, key, keyLength);
    unit.releaseAll();
  }

  /** Cuts off the end of a string that exists. */
  boolean shrink(int database, String name, int length, long now) {
    Shard shard = at(name, now);
    try {
      long entry = shard.find(unit, database, hash, key, keyLength);
      return entry != 0
          && StringEdit.shrink(keyspace, unit, shard, database, hash, entry, length) != 0;
    } finally {
      unit.releaseAll();
    }
  }

  /** Begins with a copy of a key in the same database, as a unit that has to be released. */
  StagedCopy stage(int database, String from, String to, long now) {
    own(from, to, now);
    long entry = find(locate(from), database);
    Shard source = keyspace.shardOf(hash);
    Shard target = locate(to);
    return StagedCopy.of(source, entry, target, database, hash, key, keyLength);
  }

  /** Owns the shards of two keys, as a unit that has to be released. */
  void own(String first, String second, long now) {
    unit.begin(now);
    while (!unit.acquire(locate(first)) || !unit.acquire(locate(second))) {
      unit.releaseAll();
    }
  }

  /** Begins to build what was restored, for a key of database 0. */
  void beginBuild(Restore restore, String name, long deadline, long now) {
    Shard shard = at(name, now);
    restore.beginBuild(unit, shard, 0, hash, key, keyLength, deadline);
    unit.releaseAll();
  }

  /** Copies a key within one keyspace, as COPY with REPLACE does. */
  boolean copy(int fromDatabase, String from, int toDatabase, String to, long now) {
    unit.begin(now);
    Shard source = locate(from);
    long sourceHash = hash;
    Shard target = locate(to);
    long targetHash = hash;
    while (!unit.acquire(source) || !unit.acquire(target)) {
      unit.releaseAll();
    }
    try {
      locate(from);
      long entry = source.find(unit, fromDatabase, sourceHash, key, keyLength);
      if (entry == 0) {
        return false;
      }
      long deadline = Entry.expireAt(entry);
      locate(to);
      return EntryTransfer.copy(
              unit, source, entry, target, toDatabase, targetHash, key, keyLength, deadline)
          != 0;
    } finally {
      unit.releaseAll();
    }
  }

  /** Gives a key's entry another name, as RENAME and MOVE do; false if there is no such key. */
  boolean move(int fromDatabase, String from, int toDatabase, String to, long now) {
    unit.begin(now);
    Shard source = locate(from);
    long sourceHash = hash;
    Shard target = locate(to);
    long targetHash = hash;
    while (!unit.acquire(source) || !unit.acquire(target)) {
      unit.releaseAll();
    }
    try {
      locate(from);
      long entry = source.find(unit, fromDatabase, sourceHash, key, keyLength);
      if (entry == 0) {
        return false;
      }
      locate(to);
      return EntryTransfer.move(
              unit,
              source,
              fromDatabase,
              sourceHash,
              entry,
              target,
              toDatabase,
              targetHash,
              key,
              keyLength)
          != 0;
    } finally {
      unit.releaseAll();
    }
  }

  void withAllShards(Runnable work) {
    unit.begin(0);
    for (int i = 0; i < keyspace.shardCount(); i++) {
      while (!unit.acquire(keyspace.shard(i))) {
        Thread.onSpinWait();
      }
    }
    work.run();
    unit.releaseAll();
  }

  void housekeep(long now) {
    while (keyspace.housekeep(unit, 0, 1, now, 1_000_000) == 0) {
      Thread.onSpinWait();
    }
  }

  void validate() {
    withAllShards(() -> {
      for (int i = 0; i < keyspace.shardCount(); i++) {
        keyspace.shard(i).validate();
      }
      keyspace.eviction().validate();
    });
  }

  @Override
  public void close() {
    validate();
    keyspace.close();
    VirtualMemory.release(key, 1 << 16);
    VirtualMemory.release(value, SCRATCH_BYTES);
  }
}
