package dev.larder.storage;

import dev.larder.storage.memory.HotPath;

/** Has keys go by chance. */
@HotPath
final class RandomVictims implements Victims {
  private final Evictor evictor;
  private final Unit unit;
  private final KeySampler sampler;

  RandomVictims(Evictor evictor, KeySampler sampler) {
    this.evictor = evictor;
    this.unit = evictor.unit;
    this.sampler = sampler;
  }

  @Override
  public int evictSome(long nowMillis) {
    Shard shard = sampler.choose(evictor.isVolatile());
    if (shard == null) {
      return NONE;
    }
    unit.begin(nowMillis);
    if (!unit.acquire(shard)) {
      return 0;
    }
    try {
      boolean isThere = sampler.sample(shard, evictor.isVolatile(), 1) > 0;
      return isThere ? evictor.evict(shard, sampler.database(), sampler.reference(0)) : 0;
    } finally {
      unit.releaseAll();
    }
  }
}
