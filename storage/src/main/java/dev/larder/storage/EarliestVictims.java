package dev.larder.storage;

import dev.larder.storage.memory.HotPath;
import org.jspecify.annotations.Nullable;

/**
 * Has keys go in the order of their deadlines: of a few shards, {@code maxmemory-samples}, that
 * with the earliest one loses the key.
 */
@HotPath
final class EarliestVictims implements Victims {
  private final Keyspace keyspace;
  private final Eviction eviction;
  private final Evictor evictor;
  private final Unit unit;
  private final KeySampler sampler;

  /** Whether the last choice had to stay: then the next shard is any. */
  private boolean metKept;

  EarliestVictims(Evictor evictor, KeySampler sampler) {
    this.keyspace = evictor.keyspace;
    this.eviction = keyspace.eviction();
    this.evictor = evictor;
    this.unit = evictor.unit;
    this.sampler = sampler;
  }

  @Override
  public int evictSome(long nowMillis) {
    Shard shard = choose();
    if (shard == null) {
      return NONE;
    }
    unit.begin(nowMillis);
    if (!unit.acquire(shard)) {
      return 0;
    }
    try {
      int removed = evictFirst(shard);
      metKept = removed == 0;
      shard.expiry.lookAgain();
      return removed;
    } finally {
      unit.releaseAll();
    }
  }

  private @Nullable Shard choose() {
    Shard chosen = null;
    long earliest = Long.MAX_VALUE;
    int first = sampler.anyShard();
    int left = metKept ? 1 : eviction.samples();
    for (int i = 0; i < keyspace.shardCount() && left > 0; i++) {
      Shard shard = keyspace.shard((first + i) % keyspace.shardCount());
      if (hasVolatile(shard)) {
        left--;
        if (chosen == null || shard.expiry.earliest() < earliest) {
          chosen = shard;
          earliest = shard.expiry.earliest();
        }
      }
    }
    return chosen;
  }

  private boolean hasVolatile(Shard shard) {
    for (int i = 0; i < keyspace.databases(); i++) {
      if (shard.volatileCount(i) > 0) {
        return true;
      }
    }
    return false;
  }

  private int evictFirst(Shard shard) {
    int database = -1;
    long earliest = Long.MAX_VALUE;
    for (int i = 0; i < keyspace.databases(); i++) {
      ShardDatabase d = shard.database(i);
      if (d != null && d.expiry.firstDeadline() < earliest) {
        earliest = d.expiry.firstDeadline();
        database = i;
      }
    }
    if (database < 0) {
      return 0;
    }
    int removed = evictor.evict(shard, database, shard.openDatabase(database).expiry.firstRef());
    if (removed == 0 && sampler.sample(shard, true, 1) > 0) {
      // That one is kept: any other will do.
      removed = evictor.evict(shard, sampler.database(), sampler.reference(0));
    }
    return removed;
  }
}
