package dev.larder.session;

import dev.larder.resp.HotPath;
import dev.larder.storage.KeyObserver;
import dev.larder.storage.KeyProbe;
import dev.larder.storage.Keyspace;
import dev.larder.storage.Removal;
import dev.larder.storage.Shard;
import dev.larder.storage.Unit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one shard that clients watch, by their hashes. For the owner of the shard, who hears
 * here of every change in it while there is a watch.
 */
@HotPath
final class ShardWatches implements KeyObserver {
  private static final int MIN_BUCKETS = 8;

  private final Shard shard;
  private final KeyProbe probe;
  private @Nullable Watch[] buckets = new Watch[MIN_BUCKETS];

  /** Watches in the buckets, those included that are over. */
  private int count;

  private boolean isObserving;

  /** Watches that are not over. */
  private final AtomicInteger live = new AtomicInteger();

  ShardWatches(Keyspace keyspace, Shard shard) {
    this.shard = shard;
    this.probe = new KeyProbe(keyspace);
  }

  /** Begins a watch. */
  Watch add(int database, long hash, boolean existed) {
    if (count >= buckets.length) {
      makeRoom();
    }
    Watch watch = new Watch(this, database, hash, existed);
    put(watch);
    live.incrementAndGet();
    if (!isObserving) {
      isObserving = true;
      shard.observers().add(this);
    }
    return watch;
  }

  private void put(Watch watch) {
    int bucket = bucket(watch.hash);
    watch.next = buckets[bucket];
    buckets[bucket] = watch;
    count++;
  }

  /** Shards are chosen by the upper bits. */
  private int bucket(long hash) {
    return (int) hash & (buckets.length - 1);
  }

  /** Drops what is over; doubles the buckets unless that was half of all. */
  private void makeRoom() {
    @Nullable Watch[] old = buckets;
    int kept = live.get();
    buckets = new Watch[kept > old.length / 2 ? 2 * old.length : old.length];
    count = 0;
    for (Watch first : old) {
      for (Watch watch = first; watch != null; ) {
        Watch next = watch.next;
        if (!watch.isOver()) {
          put(watch);
        }
        watch = next;
      }
    }
  }

  /** A watch is over; any thread. */
  void ended() {
    live.decrementAndGet();
  }

  /** Whether a key has expired since a watch of it began, or fields of it, that is not broken. */
  boolean hasExpired(Unit unit, Watch watch) {
    return watch.existed
        && (!probe.finds(unit, watch.database, watch.hash) || probe.hasExpiredFields(unit));
  }

  // ---- changes ---------------------------------------------------------------------------------

  @Override
  public void changed(Shard where, int database, long hash, long key, int keyLength) {
    breaks(database, hash);
  }

  @Override
  public void removing(
      Shard where, int database, long hash, long key, int keyLength, Removal reason) {
    breaks(database, hash);
  }

  private void breaks(int database, long hash) {
    if (live.get() == 0) {
      forgetAll();
      return;
    }
    for (Watch watch = buckets[bucket(hash)]; watch != null; watch = watch.next) {
      if (watch.hash == hash && watch.database == database) {
        watch.breaks();
      }
    }
  }

  private void forgetAll() {
    buckets = new Watch[MIN_BUCKETS];
    count = 0;
    isObserving = false;
    shard.observers().remove(this);
  }

  /** Only what was there goes. */
  @Override
  public void flushing(Shard where, int database) {
    for (Watch first : buckets) {
      for (Watch watch = first; watch != null; watch = watch.next) {
        if (watch.database == database && watch.existed) {
          watch.breaks();
        }
      }
    }
  }

  /** What is in neither database does not change. */
  @Override
  public void swapping(Shard where, int first, int second) {
    Unit unit = where.owner();
    for (Watch head : buckets) {
      for (Watch watch = head; watch != null; watch = watch.next) {
        boolean isFirst = watch.database == first;
        if ((isFirst || watch.database == second)
            && (watch.existed || probe.finds(unit, isFirst ? second : first, watch.hash))) {
          watch.breaks();
        }
      }
    }
  }
}
