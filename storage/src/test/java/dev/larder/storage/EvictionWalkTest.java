package dev.larder.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Idle times against a model, over days, as somebody comes by the keys in time. */
@Tag("slow")
final class EvictionWalkTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final int NAMES = 2_000;

  private final Random random = new Random(SEED);
  private final Map<String, Long> uses = new HashMap<>();
  private long now = 1_700_000_000_000L;

  private static long idle(TestKeyspace keys, String name, long now) {
    Shard shard = keys.at(name, now);
    keys.unit.touches(false);
    try {
      long entry = keys.find(shard, 0);
      return entry == 0 ? -1 : keys.keyspace.eviction().idleMillis(entry, now);
    } finally {
      keys.unit.releaseAll();
    }
  }

  private void operate(TestKeyspace keys, boolean readsCount) {
    // Some are used often, some hardly ever.
    String name = "key:" + (int) (NAMES * Math.pow(random.nextDouble(), 3));
    switch (random.nextInt(5)) {
      case 0 -> {
        keys.set(0, name, new byte[random.nextInt(60)], -1, now);
        uses.put(name, now);
      }
      case 1 -> {
        if (random.nextInt(100) == 0) {
          keys.remove(0, name, now);
          uses.remove(name);
        }
      }
      default -> {
        if (keys.get(0, name, now) != null && readsCount) {
          uses.put(name, now);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = EvictionPolicy.class,
      names = {"NOEVICTION", "VOLATILE_TTL", "ALLKEYS_LRU", "ALLKEYS_LRM"})
  void idleTimesAreTrue(EvictionPolicy policy) {
    try (TestKeyspace keys = new TestKeyspace(4, Journal.NONE)) {
      Evictor evictor = keys.keyspace.newEvictor(keys.keyspace.newUnit());
      keys.keyspace.eviction().policy(policy);
      long unit = policy.needsTimes() ? 8 : 512;
      for (int i = 0; i < 200_000; i++) {
        now += 1 + random.nextInt(i % 50_000 < 40_000 ? 100 : 2_000);
        evictor.keepHouse(now);
        operate(keys, policy != EvictionPolicy.ALLKEYS_LRM);
        if (i % 20_000 == 0) {
          check(keys, unit);
        }
      }
      check(keys, unit);
    }
  }

  private void check(TestKeyspace keys, long unit) {
    uses.forEach((name, used) -> {
      long idle = now - used;
      assertThat(idle(keys, name, now))
          .as("%s, seed %d", name, SEED)
          .isBetween(idle, idle + idle / 100 + unit);
    });
  }

  /** What another kind of policy has left is reset by the next round, also small keys. */
  @Test
  void aPolicyOfAnotherKindBeginsAnew() {
    try (TestKeyspace keys = new TestKeyspace(4, Journal.NONE)) {
      Eviction eviction = keys.keyspace.eviction();
      Evictor evictor = keys.keyspace.newEvictor(keys.keyspace.newUnit());
      eviction.policy(EvictionPolicy.ALLKEYS_S3);
      for (int i = 0; i < NAMES; i++) {
        keys.set(0, "key:" + i, new byte[10], -1, now);
      }
      assertThat(eviction.smalls()).isPositive();
      eviction.policy(EvictionPolicy.ALLKEYS_LRU);
      for (int i = 0; i < 100; i++) {
        evictor.keepHouse(now);
      }
      assertThat(eviction.smalls()).isZero();
      for (int i = 0; i < NAMES; i++) {
        assertThat(idle(keys, "key:" + i, now + 1_000)).isBetween(1_000L, 1_008L);
      }
      eviction.policy(EvictionPolicy.ALLKEYS_S3);
      keys.validate();
    }
  }
}
