package dev.larder.storage;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.KeyTable;

/**
 * Loads what commands are about to read, so that their cache misses overlap. Needs no shard and
 * changes nothing: it cannot be wrong, only useless. For one thread.
 */
@HotPath
final class Prefetch {
  /** Most records straddle two cache lines; this reaches the second one of a short record. */
  private static final int SECOND_LINE = 48;

  /** Bytes of a cache line. */
  private static final long LINE = 64;

  private final Keyspace keyspace;
  private final long[] touched = new long[Unit.TOUCH_BATCH];

  /** Where the loads of these methods go, so that the compiler keeps them. */
  private long sink;

  Prefetch(Keyspace keyspace) {
    this.keyspace = keyspace;
  }

  /** As {@link Unit#touch}. */
  void touch(int database, long[] hashes, int count) {
    for (int from = 0; from < count; from += Unit.TOUCH_BATCH) {
      touchSome(database, hashes, from, Math.min(count - from, Unit.TOUCH_BATCH));
    }
  }

  /** As {@link Unit#touchBucket}. */
  void touchBucket(int database, long hash) {
    KeyTable table = keyspace.peekTable(database, hash);
    long bucket = table == null ? 0 : table.peekBucket(hash);
    if (bucket != 0) {
      sink += Memory.peekLong(bucket);
    }
  }

  /** As {@link Unit#touchMembers}. */
  void touchMembers(CollectionValue view, long[] hashes, int count) {
    KeyTable members = view.peekMembers();
    if (members != null) {
      for (int i = 0; i < count; i++) {
        touched[i] = members.peekBucket(hashes[i]);
      }
      loadWords(count);
      for (int i = 0; i < count; i++) {
        touched[i] = touched[i] == 0 ? 0 : members.peekRecord(touched[i], hashes[i]);
      }
      loadRecords(count);
    }
  }

  /*
   * Four passes: places are computed apart from their loads, so that the loops of loads are short
   * and as many misses are under way at once as the core has room for.
   */
  private void touchSome(int database, long[] hashes, int from, int count) {
    for (int i = 0; i < count; i++) {
      KeyTable table = keyspace.peekTable(database, hashes[from + i]);
      touched[i] = table == null ? 0 : table.peekBucket(hashes[from + i]);
    }
    loadWords(count);
    for (int i = 0; i < count; i++) {
      if (touched[i] != 0) {
        KeyTable table = keyspace.peekTable(database, hashes[from + i]);
        touched[i] = table == null ? 0 : table.peekRecord(touched[i], hashes[from + i]);
      }
    }
    loadRecords(count);
  }

  /** As {@link Unit#touch}. */
  void touch(TrackedKeys[] tracked, long[] hashes, int count) {
    for (int from = 0; from < count; from += Unit.TOUCH_BATCH) {
      touchSome(tracked, hashes, from, Math.min(count - from, Unit.TOUCH_BATCH));
    }
  }

  private void touchSome(TrackedKeys[] tracked, long[] hashes, int from, int count) {
    for (int i = 0; i < count; i++) {
      KeyTable table = tracked[keyspace.shardIndex(hashes[from + i])].peekTable();
      touched[i] = table == null ? 0 : table.peekBucket(hashes[from + i]);
    }
    loadWords(count);
    for (int i = 0; i < count; i++) {
      if (touched[i] != 0) {
        KeyTable table = tracked[keyspace.shardIndex(hashes[from + i])].peekTable();
        touched[i] = table == null ? 0 : table.peekRecord(touched[i], hashes[from + i]);
      }
    }
    loadWords(count);
    loadRest(count);
  }

  /** The lines of short records behind the first one: a reader is looked for in all of them. */
  private void loadRest(int count) {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      long end = touched[i] == 0 ? 0 : KeyTable.peekEnd(touched[i]);
      for (long at = (touched[i] | LINE - 1) + 1; at < end; at += LINE) {
        sum += Memory.peekLong(at);
      }
    }
    sink += sum;
  }

  private void loadWords(int count) {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      if (touched[i] != 0) {
        sum += Memory.peekLong(touched[i]);
      }
    }
    sink += sum;
  }

  private void loadRecords(int count) {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      if (touched[i] != 0) {
        sum += Memory.peekLong(touched[i]) + Memory.peekLong(touched[i] + SECOND_LINE);
      }
    }
    sink += sum;
  }
}
