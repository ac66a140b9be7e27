package dev.larder.storage;

/** Effects on sets. See {@link Journal} for the rules. */
public interface SetEffects extends CollectionEffects {
  /** A member was added. */
  default void memberAdded(
      long sequence, Shard shard, int database, long entry, long member, int memberLength) {
    changed(shard);
  }

  /** A member is about to go. */
  default void memberRemoved(
      long sequence, Shard shard, int database, long entry, long member, int memberLength) {
    changed(shard);
  }
}
