package dev.larder.storage;

import dev.larder.storage.memory.HotPath;
import org.jspecify.annotations.Nullable;

/** Which shards somebody needs together. For one thread at a time. */
@HotPath
public final class ShardSet {
  private final Keyspace keyspace;

  /** A bit for each shard. */
  private final long[] bits;

  public ShardSet(Keyspace keyspace) {
    this.keyspace = keyspace;
    this.bits = new long[(keyspace.shardCount() + Long.SIZE - 1) / Long.SIZE];
  }

  /** Adds the shard of a key by its hash. */
  public void addKey(long hash) {
    int index = keyspace.shardIndex(hash);
    bits[index / Long.SIZE] |= 1L << index;
  }

  public void addAll() {
    for (int i = 0; i < keyspace.shardCount(); i++) {
      bits[i / Long.SIZE] |= 1L << i;
    }
  }

  public void addAll(ShardSet others) {
    for (int word = 0; word < bits.length; word++) {
      bits[word] |= others.bits[word];
    }
  }

  public void clear() {
    for (int word = 0; word < bits.length; word++) {
      bits[word] = 0;
    }
  }

  public boolean isEmpty() {
    long all = 0;
    for (long word : bits) {
      all |= word;
    }
    return all == 0;
  }

  /**
   * Has a unit take all of them in ascending order, or give back all that it owns.
   *
   * @return the one that cannot be had, to park on; null when the unit owns them
   */
  public @Nullable Shard acquire(Unit unit) {
    for (int word = 0; word < bits.length; word++) {
      for (long left = bits[word]; left != 0; left &= left - 1) {
        Shard shard = keyspace.shard(word * Long.SIZE + Long.numberOfTrailingZeros(left));
        if (!unit.acquire(shard)) {
          unit.releaseAll();
          return shard;
        }
      }
    }
    return null;
  }
}
