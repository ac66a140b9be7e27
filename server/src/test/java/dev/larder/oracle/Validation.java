package dev.larder.oracle;

import dev.larder.metrics.Clock;
import dev.larder.storage.Keyspace;
import dev.larder.storage.Shard;
import dev.larder.storage.Unit;

/** Checks every structure of a running server's keyspace, shard by shard. */
final class Validation {

  private Validation() {}

  static void validate(Keyspace keyspace) {
    Unit unit = keyspace.newUnit();
    for (int i = 0; i < keyspace.shardCount(); i++) {
      Shard shard = keyspace.shard(i);
      unit.begin(Clock.wallMillis());
      while (!unit.acquire(shard)) {
        Pause.millis(1);
      }
      try {
        shard.validate();
      } finally {
        unit.releaseAll();
      }
    }
  }
}
