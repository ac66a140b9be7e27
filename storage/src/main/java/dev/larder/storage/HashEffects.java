package dev.larder.storage;

/** Effects on hashes. See {@link Journal} for the rules. */
public interface HashEffects extends CollectionEffects {
  /** A field now has this value, and no deadline. */
  default void fieldStored(
      long sequence,
      Shard shard,
      int database,
      long entry,
      long field,
      int fieldLength,
      long value,
      int valueLength) {
    changed(shard);
  }

  /** A field is about to go. */
  default void fieldRemoved(
      long sequence,
      Shard shard,
      int database,
      long entry,
      long field,
      int fieldLength,
      Removal reason) {
    changed(shard);
  }

  /** A field's deadline is now this, -1 for none. */
  default void fieldExpiryChanged(
      long sequence,
      Shard shard,
      int database,
      long entry,
      long field,
      int fieldLength,
      long deadlineMillis) {
    changed(shard);
  }
}
