package dev.larder.session;

import org.jspecify.annotations.Nullable;

/** A key that a client watches until it executes or forgets its transaction. */
final class Watch {
  final ShardWatches home;
  final int database;
  final long hash;

  /** Whether there was such a key when the watch began. */
  final boolean existed;

  /** The next one in its bucket; for the owner of the shard. */
  @Nullable Watch next;

  /** Set by the owner of the shard. */
  private volatile boolean isBroken;

  /** Set by the client's loop. */
  private volatile boolean isOver;

  Watch(ShardWatches home, int database, long hash, boolean existed) {
    this.home = home;
    this.database = database;
    this.hash = hash;
    this.existed = existed;
  }

  /** The key has changed. */
  void breaks() {
    isBroken = true;
  }

  /** Whether the key has changed since the watch began. */
  boolean isBroken() {
    return isBroken;
  }

  /** The client watches the key no more; without owning the shard, whose owners forget it. */
  void end() {
    isOver = true;
    home.ended();
  }

  boolean isOver() {
    return isOver;
  }
}
