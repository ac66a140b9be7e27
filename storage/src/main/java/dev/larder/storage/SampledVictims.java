package dev.larder.storage;

import dev.larder.storage.evict.EvictionBits;
import dev.larder.storage.memory.HotPath;
import dev.larder.storage.table.KeyTable;

/**
 * Compares a few keys, as Redis does: each time {@code maxmemory-samples} more come into a pool of
 * the best ones seen so far, over all shards, of which the first goes, if it is still as it was.
 */
@HotPath
final class SampledVictims implements Victims {
  private final Keyspace keyspace;
  private final Eviction eviction;
  private final Evictor evictor;
  private final Unit unit;
  private final KeySampler sampler;
  private final VictimPool pool = new VictimPool();

  SampledVictims(Evictor evictor, KeySampler sampler) {
    this.keyspace = evictor.keyspace;
    this.eviction = keyspace.eviction();
    this.evictor = evictor;
    this.unit = evictor.unit;
    this.sampler = sampler;
  }

  /** What was seen was ranked by another policy. */
  void forget() {
    pool.clear();
  }

  @Override
  public int evictSome(long nowMillis) {
    Shard shard = sampler.choose(evictor.isVolatile());
    if (shard == null) {
      return NONE;
    }
    int removed = 0;
    unit.begin(nowMillis);
    if (unit.acquire(shard)) {
      try {
        removed = look(shard, nowMillis);
      } finally {
        unit.releaseAll();
      }
    }
    return removed > 0 ? removed : evictFirst(nowMillis);
  }

  /** Samples keys; returns how many have gone because they had expired. */
  private int look(Shard shard, long nowMillis) {
    int count = sampler.sample(shard, evictor.isVolatile(), eviction.samples());
    int database = sampler.database();
    ShardDatabase d = shard.openDatabase(database);
    boolean isFound = false;
    for (int i = 0; i < count && !isFound; i++) {
      int reference = sampler.reference(i);
      long record = shard.arena.address(reference);
      boolean isLeased = shard.leases().isLeased(database, reference);
      if (!isLeased && Shard.isExpired(unit, record)) {
        // The others may be this one, too.
        long hash = d.table.hashOf(reference);
        return evictor.remove(shard, database, d, hash, reference, Removal.EXPIRED);
      }
      if (!isLeased) {
        isFound = isUnused(record);
        long rank = eviction.rank(record, nowMillis);
        if (pool.admits(rank)) {
          pool.offer(d.table.hashOf(reference), database, rank);
        }
      }
    }
    return 0;
  }

  /** As the hand of {@link S3Victims}: who was used is passed and loses that; another is found. */
  private boolean isUnused(long record) {
    if (eviction.notes() != EvictionPolicy.Notes.QUEUES) {
      return false;
    }
    boolean isUnused = EvictionBits.counter(record) == 0;
    if (!isUnused) {
      EvictionBits.discount(record);
    }
    return isUnused;
  }

  /** The first of those in the pool that still may go does; returns how many have gone. */
  private int evictFirst(long nowMillis) {
    int removed = 0;
    for (int i = 0; i < pool.count() && removed == 0; ) {
      Shard shard = keyspace.shardOf(pool.hash(i));
      unit.begin(nowMillis);
      if (!unit.acquire(shard)) {
        i++;
        continue;
      }
      try {
        long hash = pool.hash(i);
        int database = pool.database(i);
        long rank = pool.rank(i);
        pool.drop(i);
        removed = evict(shard, database, hash, rank);
      } finally {
        unit.releaseAll();
      }
    }
    return removed;
  }

  private int evict(Shard shard, int database, long hash, long rank) {
    ShardDatabase d = shard.database(database);
    int reference =
        d == null ? 0 : d.table.findBegun(hash, 1, KeyTable.tag(hash), record -> true, 0);
    if (d == null || reference == 0 || shard.leases().isLeased(database, reference)) {
      return 0;
    }
    long record = shard.arena.address(reference);
    if (Shard.isExpired(unit, record)) {
      return evictor.remove(shard, database, d, hash, reference, Removal.EXPIRED);
    }
    boolean wasUsed = eviction.rank(record, unit.nowMillis()) > rank;
    if (wasUsed || evictor.isKept(hash) || !evictor.mayGo(record)) {
      return 0;
    }
    boolean isSmall = EvictionBits.isSmall(record);
    int removed = evictor.remove(shard, database, d, hash, reference, Removal.EVICTED);
    S3Queues queues = eviction.queues();
    if (queues != null && eviction.notes() == EvictionPolicy.Notes.QUEUES) {
      queues.evicted(hash, isSmall);
    }
    return removed;
  }
}
