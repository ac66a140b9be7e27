package dev.larder.storage;

/** The key that a value is built for, in a shard that the unit owns: {@link ValueCodec#begin}. */
final class RestoreTarget {
  @SuppressWarnings("NullAway.Init") // Nothing is asked of a target that is not pointed.
  Unit unit;

  @SuppressWarnings("NullAway.Init")
  Shard shard;

  int database;
  long hash;
  long key;
  int keyLength;

  /** Milliseconds since the epoch, -1 for none. */
  long deadlineMillis;

  void point(
      Unit newUnit,
      Shard newShard,
      int newDatabase,
      long newHash,
      long newKey,
      int newKeyLength,
      long newDeadlineMillis) {
    unit = newUnit;
    shard = newShard;
    database = newDatabase;
    hash = newHash;
    key = newKey;
    keyLength = newKeyLength;
    deadlineMillis = newDeadlineMillis;
  }
}
