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

  RestoreTarget(Unit unit, Shard shard) {
    this.unit = unit;
    this.shard = shard;
  }
}
