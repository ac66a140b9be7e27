package dev.larder.storage;

/** Effects on sorted sets. See {@link Journal} for the rules. */
public interface SortedSetEffects {
  /** A member was added, or has another score. */
  default void memberScored(
      long sequence,
      Shard shard,
      int database,
      long entry,
      long member,
      int memberLength,
      double score) {}

  /** A member is about to go. */
  default void scoreRemoved(
      long sequence, Shard shard, int database, long entry, long member, int memberLength) {}
}
