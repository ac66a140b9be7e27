package dev.larder.storage;

import dev.larder.storage.evict.EvictionBits;
import dev.larder.storage.evict.HandleRing;
import dev.larder.storage.table.KeyTable;
import java.util.HashMap;
import java.util.Map;

/** Checks what eviction knows against all records, whose shards a unit owns; for tests. */
final class EvictionValidator {
  private final Keyspace keyspace;
  private final Map<Integer, Integer> handles = new HashMap<>();
  private final Map<Integer, Integer> needed = new HashMap<>();
  private long smalls;
  private long keys;

  EvictionValidator(Keyspace keyspace) {
    this.keyspace = keyspace;
  }

  /** Sums, and that there are ENOUGH HANDLES: {@link HandleRing}. */
  void validate() {
    for (int i = 0; i < keyspace.shardCount(); i++) {
      count(keyspace.shard(i));
    }
    Eviction eviction = keyspace.eviction();
    long slack = (long) (eviction.keyStep() - 1) * keyspace.shardCount();
    require(Math.abs(eviction.keys() - keys) <= slack, "the sum of keys is wrong");
    require(Math.abs(eviction.smalls() - smalls) <= slack, "the sum of small keys is wrong");
    S3Queues queues = eviction.queues();
    if (queues == null) {
      require(smalls == 0, "a record is small without a queue");
      return;
    }
    if (queues.hasOrphans()) {
      return;
    }
    eviction.forEachHandle(handle -> handles.merge(handle, 1, Integer::sum));
    needed.forEach((handle, count) ->
        require(handles.getOrDefault(handle, 0) >= count, "a small record has no handle"));
  }

  private void count(Shard shard) {
    for (int i = 0; i < keyspace.databases(); i++) {
      ShardDatabase d = shard.database(i);
      if (d != null) {
        keys += d.table.count();
        smalls += d.smalls();
        for (long position = 0; ; ) {
          position = d.table.walk(position, reference -> need(shard, d, reference));
          if (position == 0) {
            break;
          }
        }
      }
    }
  }

  private void need(Shard shard, ShardDatabase d, int reference) {
    if (EvictionBits.isSmall(shard.arena.address(reference))) {
      long hash = d.table.hashOf(reference);
      needed.merge(HandleRing.handle(hash, KeyTable.tag(hash)), 1, Integer::sum);
    }
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
