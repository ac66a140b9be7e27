package dev.larder.storage;

/** What the effects on collections of all types have in common. */
public interface CollectionEffects {
  /**
   * An effect on a collection of this shard, whichever it is. Each of them says this unless it is
   * received by itself.
   */
  default void changed(Shard shard) {}
}
