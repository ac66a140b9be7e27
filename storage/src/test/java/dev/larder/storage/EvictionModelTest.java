package dev.larder.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What eviction knows of keys stays in step with them, whatever happens to these. */
@Tag("slow")
final class EvictionModelTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final int DATABASES = 3;
  private static final int NAMES = 3_000;

  private final Random random = new Random(SEED);
  private long now = 1_000;
  private long most = 400;

  /** So many keys, in place of bytes. */
  private MemoryLimit limit(TestKeyspace keys) {
    return () -> keys.keyspace.eviction().keys() > most;
  }

  @ParameterizedTest
  @EnumSource(
      value = EvictionPolicy.class,
      names = {"NOEVICTION", "ALLKEYS_S3"})
  void bookkeepingIsInStepWithKeys(EvictionPolicy policy) {
    try (TestKeyspace keys = new TestKeyspace(4, Journal.NONE)) {
      keys.keyspace.eviction().policy(policy);
      Evictor evictor = keys.keyspace.newEvictor(keys.keyspace.newUnit());
      run(keys, evictor, 20_000, false);
      assertThat(keys.keyspace.eviction().evictedKeys() > 0)
          .isEqualTo(policy != EvictionPolicy.NOEVICTION);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = EvictionPolicy.class,
      names = {"NOEVICTION", "ALLKEYS_S3"})
  void policiesChangeWithKeysPresent(EvictionPolicy first) {
    try (TestKeyspace keys = new TestKeyspace(4, Journal.NONE)) {
      keys.keyspace.eviction().policy(first);
      Evictor evictor = keys.keyspace.newEvictor(keys.keyspace.newUnit());
      run(keys, evictor, 10_000, true);
    }
  }

  private void run(TestKeyspace keys, Evictor evictor, int operations, boolean switching) {
    for (int i = 0; i < operations; i++) {
      operate(keys, evictor);
      if (switching && random.nextInt(200) == 0) {
        EvictionPolicy[] all = EvictionPolicy.values();
        keys.keyspace
            .eviction()
            .policy(random.nextBoolean() ? EvictionPolicy.ALLKEYS_S3 : EvictionPolicy.NOEVICTION);
      }
      if (i % 500 == 0) {
        keys.validate();
      }
    }
    keys.validate();
  }

  private void operate(TestKeyspace keys, Evictor evictor) {
    int database = random.nextInt(4) == 0 ? random.nextInt(DATABASES) : 0;
    String name = "key:" + random.nextInt(NAMES);
    String other = "key:" + random.nextInt(NAMES);
    switch (random.nextInt(16)) {
      case 0, 1, 2, 3, 4 -> {
        long deadline = random.nextInt(2) == 0 ? now + random.nextInt(20_000) : -1;
        keys.set(database, name, new byte[random.nextInt(60)], deadline, now);
      }
      case 5, 6, 7 -> keys.get(database, name, now);
      case 8 -> keys.remove(database, name, now);
      case 9 -> keys.expire(database, name, random.nextBoolean() ? -1 : now + 5_000, now);
      case 10 -> keys.copy(database, name, random.nextInt(DATABASES), other, now);
      case 11 -> {
        if (!name.equals(other)) {
          keys.move(database, name, database, other, now);
        }
      }
      case 12 -> {
        now += random.nextInt(300);
        keys.housekeep(now);
        evictor.keepHouse(now);
      }
      case 13 -> flushOrSwap(keys, database);
      default -> evict(keys, evictor);
    }
  }

  private void evict(TestKeyspace keys, Evictor evictor) {
    most = 200 + random.nextInt(400);
    evictor.keepNone();
    Evictor.Outcome outcome = evictor.evict(limit(keys), now, 1_000_000_000);
    EvictionPolicy policy = keys.keyspace.eviction().policy();
    if (policy == EvictionPolicy.NOEVICTION) {
      assertThat(outcome).isNotEqualTo(Evictor.Outcome.PROGRESS);
    } else if (!policy.isVolatile()) {
      assertThat(outcome).as("seed %d", SEED).isEqualTo(Evictor.Outcome.ROOM);
    }
  }

  private void flushOrSwap(TestKeyspace keys, int database) {
    int other = random.nextInt(DATABASES);
    switch (random.nextInt(40)) {
      case 0 -> keys.withAllShards(() -> keys.keyspace.flush(keys.unit, database));
      case 1 -> keys.withAllShards(() -> keys.keyspace.swap(keys.unit, database, other));
      default -> {}
    }
  }

  /** The key of a command that needs memory stays, however old it is. */
  @ParameterizedTest
  @EnumSource(
      value = EvictionPolicy.class,
      names = {"ALLKEYS_S3"})
  void keptKeysStay(EvictionPolicy policy) {
    try (TestKeyspace keys = new TestKeyspace(4, Journal.NONE)) {
      keys.keyspace.eviction().policy(policy);
      Evictor evictor = keys.keyspace.newEvictor(keys.keyspace.newUnit());
      for (int i = 0; i < 100; i++) {
        keys.set(0, "key:" + i, new byte[10], -1, now);
      }
      most = 1;
      evictor.keep(keys.hashOf("key:7"));
      assertThat(evictor.evict(limit(keys), now, 1_000_000_000)).isEqualTo(Evictor.Outcome.ROOM);
      assertThat(keys.get(0, "key:7", now)).isNotNull();
    }
  }

  /** What has expired goes as that, and not as evicted. */
  @ParameterizedTest
  @EnumSource(value = EvictionPolicy.class, names = "ALLKEYS_S3")
  void expiredKeysGoFirst(EvictionPolicy policy) {
    try (TestKeyspace keys = new TestKeyspace(4, Journal.NONE)) {
      keys.keyspace.eviction().policy(policy);
      Evictor evictor = keys.keyspace.newEvictor(keys.keyspace.newUnit());
      for (int i = 0; i < 100; i++) {
        keys.set(0, "key:" + i, new byte[10], now, now);
      }
      most = 1;
      assertThat(evictor.evict(limit(keys), now + 1, 1_000_000_000))
          .isEqualTo(Evictor.Outcome.ROOM);
      assertThat(keys.keyspace.eviction().evictedKeys()).isZero();
      assertThat(keys.keyspace.expiredCount()).isEqualTo(99);
    }
  }

  /** A key that comes and goes leaves no more handles behind than there is room for. */
  @Test
  void staleHandlesAreDropped() {
    try (TestKeyspace keys = new TestKeyspace(4, Journal.NONE)) {
      keys.keyspace.eviction().policy(EvictionPolicy.ALLKEYS_S3);
      Evictor evictor = keys.keyspace.newEvictor(keys.keyspace.newUnit());
      for (int i = 0; i < 1_000; i++) {
        keys.set(0, "key:" + i, new byte[10], -1, now);
      }
      for (int i = 0; i < 30_000; i++) {
        keys.set(0, "lock:" + i % 10, new byte[10], -1, now);
        keys.remove(0, "lock:" + i % 10, now);
        if (i % 100 == 0) {
          evictor.keepHouse(now);
        }
      }
      keys.validate();
      Map<Integer, Integer> handles = new HashMap<>();
      keys.keyspace.eviction().forEachHandle(handle -> handles.merge(handle, 1, Integer::sum));
      int sum = handles.values().stream().mapToInt(Integer::intValue).sum();
      assertThat(sum).isLessThan(6_000);
      keys.set(0, "lock:1", new byte[10], -1, now);
      assertThat(keys.keyspace.eviction().smalls()).isGreaterThan(300);
    }
  }
}
