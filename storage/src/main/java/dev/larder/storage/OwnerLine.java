package dev.larder.storage;

import org.jspecify.annotations.Nullable;

/** A cache line's room, so that what follows is apart from what lies before in the heap. */
@SuppressWarnings("unused")
abstract class LineOfItsOwn {
  private long before0, before1, before2, before3, before4, before5, before6, before7;
}

/**
 * What every unit that owns a shard writes, on a cache line that nothing else shares: it moves from
 * core to core with the shard. {@link Ownership} says what the fields are for, and pads the end.
 */
abstract class OwnerLine extends LineOfItsOwn {
  volatile @Nullable Unit owner;

  /** Who has woken somebody for the shard; null when another has had it since. */
  volatile @Nullable Unit waker;

  volatile long wokenAtNanos;

  /** The sequence of the last unit that had effects, 0 if there was none. */
  long lastEffect;

  /** The sequence of the last unit that did not mark what it changed, 0 if there was none. */
  long lastUnmarked;

  /** Since when {@link Ownership#isPromised} has kept somebody away, 0 for nobody. */
  volatile long deferredNanos;
}
