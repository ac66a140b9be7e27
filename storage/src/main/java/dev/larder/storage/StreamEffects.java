package dev.larder.storage;

/**
 * Effects on streams. See {@link Journal} for the rules. Ids are milliseconds and sequence. The
 * first effect on a key that has no stream brings an empty one into being.
 */
public interface StreamEffects extends CollectionEffects {
  /** An entry was added behind all others. */
  default void entryAdded(
      long sequence,
      Shard shard,
      int database,
      long entry,
      long idMillis,
      long idSequence,
      StreamFields fields) {
    changed(shard);
  }

  /** The entry with this id was deleted, and counts for the highest deleted id. */
  default void entryDeleted(
      long sequence, Shard shard, int database, long entry, long idMillis, long idSequence) {
    changed(shard);
  }

  /** All entries below this id are gone; the highest deleted id is as it was. */
  default void entriesTrimmed(
      long sequence, Shard shard, int database, long entry, long idMillis, long idSequence) {
    changed(shard);
  }

  /** The stream's last id, its number of entries ever added and highest deleted id are these. */
  default void streamStateChanged(
      long sequence,
      Shard shard,
      int database,
      long entry,
      StreamId last,
      long entriesAdded,
      StreamId maxDeleted) {
    changed(shard);
  }

  /**
   * A group is now there, with this last delivered id.
   *
   * @param isNew whether it was not there before
   * @param entriesRead how many entries it has read, -1 for unknown
   */
  default void groupStored(
      long sequence,
      Shard shard,
      int database,
      long entry,
      StreamGroup group,
      boolean isNew,
      long idMillis,
      long idSequence,
      long entriesRead) {
    changed(shard);
  }

  /** A group is about to go. */
  default void groupRemoved(
      long sequence, Shard shard, int database, long entry, StreamGroup group) {
    changed(shard);
  }

  /** A group has this consumer now. */
  default void consumerCreated(
      long sequence, Shard shard, int database, long entry, StreamGroup group, int consumer) {
    changed(shard);
  }

  /** A consumer is about to go, with its pending entries. */
  default void consumerRemoved(
      long sequence, Shard shard, int database, long entry, StreamGroup group, int consumer) {
    changed(shard);
  }

  /**
   * An entry is now pending in a group, for this consumer, or 0 for none.
   *
   * @param deliveryMillis when it was last delivered, since the epoch
   */
  default void pendingStored(
      long sequence,
      Shard shard,
      int database,
      long entry,
      StreamGroup group,
      int consumer,
      long idMillis,
      long idSequence,
      long deliveryMillis,
      long deliveryCount) {
    changed(shard);
  }

  /** An entry is no longer pending in a group. */
  default void pendingRemoved(
      long sequence,
      Shard shard,
      int database,
      long entry,
      StreamGroup group,
      long idMillis,
      long idSequence) {
    changed(shard);
  }

  /** A producer's entry got this idempotent id; the producer and both ids are bytes. */
  default void idempotentIdRecorded(
      long sequence,
      Shard shard,
      int database,
      long entry,
      long producer,
      int producerLength,
      long idempotentId,
      int idempotentIdLength,
      long idMillis,
      long idSequence) {
    changed(shard);
  }

  /** How long, and how many, idempotent ids are kept has changed; all known ones are forgotten. */
  default void idempotencyConfigured(
      long sequence, Shard shard, int database, long entry, long durationSeconds, long maxIds) {
    changed(shard);
  }
}
