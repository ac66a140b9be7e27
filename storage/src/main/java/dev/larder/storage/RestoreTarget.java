package dev.larder.storage;

/** The key that a value is built for, in a shard that the unit owns: {@link ValueCodec#begin}. */
final class RestoreTarget {
  final Unit unit;
  Shard shard;
  int database;
  long hash;
  long key;
  int keyLength;

  /** Milliseconds since the epoch, -1 for none. */
  long deadlineMillis;

  RestoreTarget(Unit unit, Shard anyShard) {
    this.unit = unit;
    this.shard = anyShard;
  }

  void point(
      Shard newShard,
      int newDatabase,
      long newHash,
      long newKey,
      int newKeyLength,
      long newDeadlineMillis) {
    shard = newShard;
    database = newDatabase;
    hash = newHash;
    key = newKey;
    keyLength = newKeyLength;
    deadlineMillis = newDeadlineMillis;
  }
}
