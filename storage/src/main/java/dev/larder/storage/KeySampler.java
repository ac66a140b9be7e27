package dev.larder.storage;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.table.KeyTable;
import org.jspecify.annotations.Nullable;

/**
 * Chooses keys by chance, of all or of those with a deadline, each about as likely as any other: a
 * shard without owning it, then keys that lie beside each other in hash space, whose cache misses
 * overlap. Keys with a deadline are found in their order, so it makes no difference how few they
 * are. On the thread of its unit.
 */
@HotPath
final class KeySampler {
  /** Where keys lie so far apart, fewer than wanted will do. */
  private static final int MAX_BUCKETS = 64;

  private static final int MAX_DRAWS = 32;

  private final Keyspace keyspace;
  private final Unit unit;
  private final int[] slots = new int[KeyTable.BUCKET_SLOTS];
  private int[] references = new int[8];
  private int database;

  KeySampler(Keyspace keyspace, Unit unit) {
    this.keyspace = keyspace;
    this.unit = unit;
  }

  private long random() {
    return (long) unit.random() << 32 | unit.random() & 0xFFFF_FFFFL;
  }

  private int below(int bound) {
    return (int) ((unit.random() & 0xFFFF_FFFFL) * bound >>> 32);
  }

  /** A number of a shard, by chance. */
  int anyShard() {
    return below(keyspace.shardCount());
  }

  /** A shard by chance that has such keys, as far as can be seen without owning it; or null. */
  @Nullable Shard choose(boolean isVolatile) {
    int first = anyShard();
    for (int i = 0; i < keyspace.shardCount(); i++) {
      Shard shard = keyspace.shard((first + i) % keyspace.shardCount());
      if (count(shard, isVolatile) > 0) {
        return shard;
      }
    }
    return null;
  }

  private long count(Shard shard, boolean isVolatile) {
    long sum = 0;
    for (int i = 0; i < keyspace.databases(); i++) {
      sum += isVolatile ? shard.volatileCount(i) : shard.count(i);
    }
    return sum;
  }

  /** Samples some keys of one database of a shard that is owned; returns how many. */
  int sample(Shard shard, boolean isVolatile, int wanted) {
    if (wanted > references.length) {
      references = new int[wanted];
    }
    ShardDatabase d = chooseDatabase(shard, isVolatile);
    if (d == null) {
      return 0;
    }
    if (!isVolatile) {
      return wanted == 1 ? drawOne(d.table) : fromBuckets(d.table, wanted);
    }
    for (int i = 0; i < wanted; i++) {
      references[i] = d.expiry.sample(random());
    }
    return wanted;
  }

  /** Which database was sampled. */
  int database() {
    return database;
  }

  /** A key that was sampled; the same one may be there twice. */
  int reference(int index) {
    return references[index];
  }

  /** Each database as often as it has a part of the keys. */
  private @Nullable ShardDatabase chooseDatabase(Shard shard, boolean isVolatile) {
    long left = Math.floorMod(random(), Math.max(1, count(shard, isVolatile)));
    for (int i = 0; i < keyspace.databases(); i++) {
      long count = isVolatile ? shard.volatileCount(i) : shard.count(i);
      if (left < count) {
        database = i;
        return shard.database(i);
      }
      left -= count;
    }
    return null;
  }

  private int drawOne(KeyTable table) {
    for (int i = 0; i < MAX_DRAWS; i++) {
      int reference = table.sample(random());
      if (reference != 0) {
        references[0] = reference;
        return 1;
      }
    }
    return fromBuckets(table, 1);
  }

  private int fromBuckets(KeyTable table, int wanted) {
    long position = random();
    int slot = below(slots.length);
    int found = 0;
    for (int i = 0; found < wanted && (found == 0 || i < MAX_BUCKETS); i++) {
      position = table.bucket(position, slots);
      for (; slot < slots.length && found < wanted; slot++) {
        if (slots[slot] != 0) {
          references[found++] = slots[slot];
        }
      }
      slot = 0;
    }
    return found;
  }
}
