package dev.larder.session;

import dev.larder.storage.Keyspace;
import dev.larder.storage.Shard;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** All keys of a server that clients watch. */
public final class WatchedKeys {
  /** So many watches take about fifty megabytes of the heap. */
  static final int MAX_WATCHES = 1_000_000;

  private final AtomicInteger count = new AtomicInteger();
  private volatile ShardWatches @Nullable [] shards;

  /** Counts one more watch; false when there are too many. */
  boolean count() {
    if (count.incrementAndGet() > MAX_WATCHES) {
      count.decrementAndGet();
      return false;
    }
    return true;
  }

  /** So many watches are over. */
  void uncount(int ended) {
    count.addAndGet(-ended);
  }

  ShardWatches of(Keyspace keyspace, Shard shard) {
    ShardWatches[] known = shards;
    return (known == null ? open(keyspace) : known)[shard.index()];
  }

  private synchronized ShardWatches[] open(Keyspace keyspace) {
    ShardWatches[] known = shards;
    if (known == null) {
      known = new ShardWatches[keyspace.shardCount()];
      for (int i = 0; i < known.length; i++) {
        known[i] = new ShardWatches(keyspace, keyspace.shard(i));
      }
      shards = known;
    }
    return known;
  }
}
