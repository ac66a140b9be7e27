package dev.larder.storage;

import java.util.concurrent.ThreadLocalRandom;

/**
 * For tests with assertions: moves blocks about whenever a unit gives up a shard, so that whoever
 * keeps a reference or an address for longer than he may is found out. The system property {@code
 * larder.shake} says how often: once in so many times, never without it.
 */
final class Shaking {
  private static final int ONCE_IN = Integer.getInteger("larder.shake", 0);

  /** Of all pages, one in so many. */
  private static final int PAGES = 3;

  private Shaking() {}

  /** Perhaps shakes a shard that is owned; true. */
  static boolean shake(Keyspace keyspace, int shard) {
    if (ONCE_IN > 0 && ThreadLocalRandom.current().nextInt(ONCE_IN) == 0) {
      now(keyspace, shard);
    }
    return true;
  }

  /** Moves what is in some pages of a shard that is owned; returns how many blocks that were. */
  static long now(Keyspace keyspace, int shard) {
    ShardEvacuation evacuation = new ShardEvacuation(keyspace);
    ThreadLocalRandom random = ThreadLocalRandom.current();
    evacuation.begin(shard, page -> random.nextInt(PAGES) == 0);
    while (!evacuation.step(Long.MAX_VALUE)) {
      // There is more.
    }
    return evacuation.mover().moved();
  }
}
