package dev.larder.storage;

import org.jspecify.annotations.Nullable;

/**
 * A place in the queue of those who wait for a key to hold a value of a type. A client that waits
 * for several keys has a place in each of their queues; it extends this by what it is.
 *
 * <p>A place is queued by {@link Waiters#await} and leaves by {@link Waiters#forget}. Both, and
 * everything else, is for the owner of the key's shard.
 */
public abstract class KeyWait {
  final ValueType type;
  final boolean isWokenByRemoval;
  private final Shard shard;

  /** The queue it stands in; null before and after. */
  @Nullable WaitQueue queue;

  @Nullable KeyWait previous;
  @Nullable KeyWait next;

  /**
   * A place that is not queued yet.
   *
   * @param shard the key's
   * @param isWokenByRemoval whether it is ready as well when the key goes or changes its type
   */
  protected KeyWait(Shard shard, ValueType type, boolean isWokenByRemoval) {
    this.shard = shard;
    this.type = type;
    this.isWokenByRemoval = isWokenByRemoval;
  }

  /** The shard of the key; any thread. */
  public final Shard shard() {
    return shard;
  }
}
