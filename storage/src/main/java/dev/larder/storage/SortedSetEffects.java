package dev.larder.storage;

/** Effects on sorted sets. See {@link Journal} for the rules. */
public interface SortedSetEffects extends CollectionEffects {
  /** A member was added, or has another score. */
  default void memberScored(
      long sequence,
      Shard shard,
      int database,
      long entry,
      long member,
      int memberLength,
      double score) {
    changed(shard);
  }

  /** A member is about to go. */
  default void scoreRemoved(
      long sequence, Shard shard, int database, long entry, long member, int memberLength) {
    changed(shard);
  }

  /** So many members from a rank on have gone, of which nothing was told before. */
  default void ranksRemoved(
      long sequence, Shard shard, int database, long entry, long rank, long count) {
    changed(shard);
  }
}
