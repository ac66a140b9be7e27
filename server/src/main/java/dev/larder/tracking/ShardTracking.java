package dev.larder.tracking;

import dev.larder.resp.HotPath;
import dev.larder.storage.KeyObserver;
import dev.larder.storage.Keyspace;
import dev.larder.storage.Removal;
import dev.larder.storage.Shard;
import dev.larder.storage.TrackedKeys;
import dev.larder.storage.Unit;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one shard that clients have read and want to hear of. For the owner of the shard but
 * for {@link #attach}; the counts are for anyone.
 */
@HotPath
final class ShardTracking implements KeyObserver {
  private static final int BUCKETS_PER_STEP = 32;

  private final ClientTracking all;
  private final Shard shard;
  private final TrackedKeys keys;
  private boolean isAttached;

  /** The last sweep that was through. */
  private volatile int sweep;

  private long sweepPosition;

  ShardTracking(ClientTracking all, Shard shard, TrackedKeys keys) {
    this.all = all;
    this.shard = shard;
    this.keys = keys;
  }

  TrackedKeys keys() {
    return keys;
  }

  /** Begins to hear of changes; any thread. */
  synchronized void attach() {
    if (!isAttached) {
      isAttached = true;
      shard.observers().add(this);
    }
  }

  /** Stops to hear of changes, if there is nobody to be told. */
  private synchronized boolean detach() {
    if (!isAttached || all.hasClients()) {
      return false;
    }
    isAttached = false;
    shard.observers().remove(this);
    return true;
  }

  @Override
  public void changed(Shard where, int database, long hash, long key, int keyLength) {
    changed(hash, key, keyLength, true);
  }

  /** Nobody has done it himself when a key expires. */
  @Override
  public void removing(
      Shard where, int database, long hash, long key, int keyLength, Removal reason) {
    boolean isAuthors = reason != Removal.EXPIRED && reason != Removal.EVICTED;
    changed(hash, key, keyLength, isAuthors);
  }

  private void changed(long hash, long key, int keyLength, boolean hasAuthor) {
    LoopTracking loop = all.loopOf(shard.owner());
    if (loop != null) {
      loop.changed(this, hash, key, keyLength, hasAuthor);
    } else {
      all.miss();
    }
  }

  @Override
  public void flushing(Shard where, int database) {
    changedAll();
  }

  @Override
  public void swapping(Shard where, int first, int second) {
    changedAll();
  }

  /** A loop tells by itself what it does to all shards. */
  private void changedAll() {
    clear();
    if (all.loopOf(shard.owner()) == null) {
      all.miss();
    }
  }

  private void clear() {
    all.countKeys(-keys.keyCount());
    keys.clear();
  }

  // ---- sweeping --------------------------------------------------------------------------------

  /** Whether there is something to do for {@link #sweep}; any thread. */
  boolean isDue() {
    return sweep != all.readers().sweep();
  }

  /**
   * Forgets a part of those who have gone.
   *
   * @return whether there is more to do
   */
  boolean sweep(Unit unit, long nowMillis) {
    Readers readers = all.readers();
    @Nullable BitSet gone = readers.swept();
    int current = readers.sweep();
    if (gone == null || sweep == current) {
      return false;
    }
    unit.begin(nowMillis);
    if (!unit.acquireForStep(shard)) {
      return false;
    }
    try {
      if (detach()) {
        clear();
        sweepPosition = 0;
      } else {
        long before = keys.keyCount();
        sweepPosition = keys.sweep(sweepPosition, BUCKETS_PER_STEP, gone::get);
        all.countKeys(keys.keyCount() - before);
      }
    } finally {
      unit.releaseAll();
    }
    if (sweepPosition == 0) {
      sweep = current;
      readers.sweptShard();
    }
    return sweepPosition != 0;
  }

  /**
   * Forgets some keys, since too many are remembered.
   *
   * @param loop that owns the unit
   * @return false if there is none, or the shard cannot be had now
   */
  boolean trim(Unit unit, long nowMillis, LoopTracking loop) {
    if (keys.keyCount() == 0) {
      return false;
    }
    unit.begin(nowMillis);
    if (!unit.acquireForStep(shard)) {
      return false;
    }
    try {
      loop.makeRoom(keys);
    } finally {
      unit.releaseAll();
    }
    return true;
  }

  /**
   * Makes those of all shards of a keyspace.
   *
   * @param keys where each is to keep them
   */
  static ShardTracking[] ofAll(ClientTracking all, Keyspace keyspace, TrackedKeys[] keys) {
    ShardTracking[] shards = new ShardTracking[keys.length];
    for (int i = 0; i < shards.length; i++) {
      shards[i] = new ShardTracking(all, keyspace.shard(i), keys[i]);
    }
    return shards;
  }
}
