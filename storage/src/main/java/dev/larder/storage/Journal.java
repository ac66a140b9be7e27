package dev.larder.storage;

/**
 * Receives every effect on the keyspace, as what reproduces it.
 *
 * <p>A unit draws its sequence before its first effect, while it owns all shards that it will
 * change, and ends it before it gives them up: sequences order the effects of all shards totally,
 * and those of a unit are one block. Calls come on the unit's thread, with the shard owned; the
 * addresses of a call hold only during it.
 */
public interface Journal
    extends HashEffects, ListEffects, SetEffects, SortedSetEffects, StreamEffects {
  /** Hears nothing and keeps nothing. */
  Journal NONE = new Journal() {};

  /**
   * Draws the next sequence, above all drawn before; never 0. Until its {@link #end}, all effects
   * of this unit have it.
   */
  default long begin(Unit unit) {
    return 1;
  }

  /** A turn of this unit's thread is over; it owns no shard. */
  default void announce(Unit unit) {}

  /** All effects of a sequence have been reported; the unit still owns its shards. */
  default void end(Unit unit, long sequence) {}

  /**
   * A key now holds this entry, with all its content, whatever it held before. A collection that a
   * command brings into being is not reported by this, but by the effects on its elements.
   */
  default void stored(long sequence, Shard shard, int database, long entry) {}

  /**
   * Bytes of a string's value were overwritten, from {@code offset} on; it may have grown, or be
   * new, which is as if it had been empty before.
   */
  default void written(
      long sequence, Shard shard, int database, long entry, long offset, long bytes) {}

  /** A key is about to go; its entry can still be read. */
  default void removed(long sequence, Shard shard, int database, long entry, Removal reason) {}

  /** A key's deadline is now this, -1 for none. */
  default void expiryChanged(
      long sequence, Shard shard, int database, long entry, long deadlineMillis) {}

  /** A database was emptied; every shard is owned. */
  default void flushed(long sequence, Unit unit, int database) {}

  /** A library of functions is there now, in the place of one of its name; every shard is owned. */
  default void libraryStored(long sequence, Unit unit, byte[] source) {}

  /** The library of functions of this name is gone; every shard is owned. */
  default void libraryRemoved(long sequence, Unit unit, byte[] name) {}

  /** All libraries of functions are gone; every shard is owned. */
  default void librariesFlushed(long sequence, Unit unit) {}

  /** Two databases changed places; every shard is owned. */
  default void swapped(long sequence, Unit unit, int first, int second) {}
}
