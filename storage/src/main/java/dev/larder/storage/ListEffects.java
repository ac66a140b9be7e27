package dev.larder.storage;

/** Effects on lists. Indexes count from 0 at the head. See {@link Journal} for the rules. */
public interface ListEffects extends CollectionEffects {
  /** An element was added at an end. */
  default void elementPushed(
      long sequence,
      Shard shard,
      int database,
      long entry,
      boolean atHead,
      long element,
      int elementLength) {
    changed(shard);
  }

  /** Elements at an end are about to go. */
  default void elementsPopped(
      long sequence, Shard shard, int database, long entry, boolean atHead, long count) {
    changed(shard);
  }

  /** An element was inserted before this index. */
  default void elementInserted(
      long sequence,
      Shard shard,
      int database,
      long entry,
      long index,
      long element,
      int elementLength) {
    changed(shard);
  }

  /** The element at an index was replaced. */
  default void elementReplaced(
      long sequence,
      Shard shard,
      int database,
      long entry,
      long index,
      long element,
      int elementLength) {
    changed(shard);
  }

  /** Elements from an index on are about to go. */
  default void elementsRemoved(
      long sequence, Shard shard, int database, long entry, long index, long count) {
    changed(shard);
  }
}
