package dev.larder.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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

  private static final long FOREVER = Long.MAX_VALUE / 2;

  private final Random random = new Random(SEED);
  private long now = 1_000;
  private long most = 400;

  /** So many keys, in place of bytes. */
  private MemoryLimit limit(TestKeyspace keys) {
    return () -> keys.keyspace.eviction().keys() > most;
  }

  @ParameterizedTest
  @EnumSource(EvictionPolicy.class)
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
  @EnumSource(EvictionPolicy.class)
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
        keys.keyspace.eviction().policy(all[random.nextInt(all.length)]);
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
    boolean isRoom = keys.keyspace.eviction().keys() <= most;
    boolean keepsSome = policy == EvictionPolicy.NOEVICTION || policy.isVolatile();
    if (keepsSome && !isRoom) {
      assertThat(outcome).isEqualTo(Evictor.Outcome.NOTHING);
      assertThat(policy.isVolatile() ? evictor.volatileKeys() : 0).as("seed %d", SEED).isZero();
    } else {
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

  /** The pieces that the hand sweeps get larger on the way, from wherever it is. */
  @Test
  void allOfManyKeysGoOneAfterTheOther() {
    try (TestKeyspace keys = new TestKeyspace(4, Journal.NONE)) {
      keys.keyspace.eviction().policy(EvictionPolicy.ALLKEYS_S3);
      Evictor evictor = keys.keyspace.newEvictor(keys.keyspace.newUnit());
      for (int i = 0; i < 20_000; i++) {
        keys.set(0, "key:" + i, new byte[10], -1, now);
      }
      for (most = 19_999; most >= 0; most -= 101) {
        assertThat(evictor.evict(limit(keys), now, 1_000_000_000))
            .as("down to %d", most)
            .isEqualTo(Evictor.Outcome.ROOM);
      }
    }
  }

  /** The key of a command that needs memory stays, however old it is. */
  @ParameterizedTest
  @EnumSource(value = EvictionPolicy.class, names = "NOEVICTION", mode = EnumSource.Mode.EXCLUDE)
  void keptKeysStay(EvictionPolicy policy) {
    try (TestKeyspace keys = new TestKeyspace(4, Journal.NONE)) {
      keys.keyspace.eviction().policy(policy);
      Evictor evictor = keys.keyspace.newEvictor(keys.keyspace.newUnit());
      for (int i = 0; i < 100; i++) {
        keys.set(0, "key:" + i, new byte[10], now + 1_000 + i, now);
      }
      most = 1;
      evictor.keep(keys.hashOf("key:7"));
      assertThat(evictor.evict(limit(keys), now, 1_000_000_000)).isEqualTo(Evictor.Outcome.ROOM);
      assertThat(keys.get(0, "key:7", now)).isNotNull();
    }
  }

  /** What has expired goes as that, and not as evicted. */
  @ParameterizedTest
  @EnumSource(value = EvictionPolicy.class, names = "NOEVICTION", mode = EnumSource.Mode.EXCLUDE)
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

  /** A few keys that may go are found among very many that may not, and none of these goes. */
  @ParameterizedTest
  @EnumSource(value = EvictionPolicy.class, names = "VOLATILE_.*", mode = EnumSource.Mode.MATCH_ALL)
  void fewVolatileKeysAreFound(EvictionPolicy policy) {
    try (TestKeyspace keys = new TestKeyspace(64, Journal.NONE)) {
      keys.keyspace.eviction().policy(policy);
      Evictor evictor = keys.keyspace.newEvictor(keys.keyspace.newUnit());
      for (int i = 0; i < 30_000; i++) {
        boolean mayGo = i % 3_000 == 0;
        keys.set(i % 2, "key:" + i, new byte[10], mayGo ? now + 1_000 + i : -1, now);
      }
      for (int gone = 1; gone <= 10; gone++) {
        most = 30_000 - gone;
        assertThat(evictor.evict(limit(keys), now, 1_000_000_000)).isEqualTo(Evictor.Outcome.ROOM);
      }
      most = 0;
      assertThat(evictor.evict(limit(keys), now, 1_000_000_000)).isEqualTo(Evictor.Outcome.NOTHING);
      assertThat(keys.keyspace.size(0) + keys.keyspace.size(1)).isEqualTo(30_000 - 10);
      assertThat(evictor.volatileKeys()).isZero();
    }
  }

  /** Where all shards are looked at, the earliest deadline is the first to go. */
  @Test
  void deadlinesGoInTheirOrder() {
    try (TestKeyspace keys = new TestKeyspace(4, Journal.NONE)) {
      keys.keyspace.eviction().policy(EvictionPolicy.VOLATILE_TTL);
      Evictor evictor = keys.keyspace.newEvictor(keys.keyspace.newUnit());
      for (int i = 0; i < 200; i++) {
        keys.set(i % 2, "key:" + i, new byte[10], now + 1_000 + 7 * i % 200, now);
      }
      most = 150;
      assertThat(evictor.evict(limit(keys), now, 1_000_000_000)).isEqualTo(Evictor.Outcome.ROOM);
      for (int i = 0; i < 200; i++) {
        assertThat(keys.get(i % 2, "key:" + i, now) == null).isEqualTo(7 * i % 200 < 50);
      }
    }
  }

  /** What was not used goes before what was; with many samples hardly anything else does. */
  @ParameterizedTest
  @EnumSource(
      value = EvictionPolicy.class,
      names = {"ALLKEYS_LRU", "ALLKEYS_LFU", "VOLATILE_LRU", "VOLATILE_LFU", "VOLATILE_S3"})
  void whatIsUsedStays(EvictionPolicy policy) {
    try (TestKeyspace keys = new TestKeyspace(4, Journal.NONE)) {
      keys.keyspace.eviction().policy(policy);
      keys.keyspace.eviction().samples(64);
      Evictor evictor = keys.keyspace.newEvictor(keys.keyspace.newUnit());
      evictor.keepHouse(now);
      for (int i = 0; i < 1_000; i++) {
        keys.set(0, "key:" + i, new byte[10], now + 1_000_000, now);
      }
      for (int i = 0; policy.isVolatile() && i < 5_000; i++) {
        keys.set(0, "stays:" + i, new byte[10], -1, now);
      }
      for (int i = 0; i < 3_000; i++) {
        keys.get(0, "key:" + i % 500, now + 1_000);
      }
      most = keys.keyspace.size(0) - 250;
      assertThat(evictor.evict(limit(keys), now + 1_000, 1_000_000_000))
          .isEqualTo(Evictor.Outcome.ROOM);
      int left = 0;
      for (int i = 0; i < 500; i++) {
        left += keys.get(0, "key:" + i, now + 1_000) == null ? 0 : 1;
      }
      assertThat(left).isGreaterThan(450);
    }
  }

  /** Under LRM a key is as old as its last change, whatever was read. */
  @Test
  void whatIsChangedStays() {
    try (TestKeyspace keys = new TestKeyspace(4, Journal.NONE)) {
      keys.keyspace.eviction().policy(EvictionPolicy.ALLKEYS_LRM);
      keys.keyspace.eviction().samples(64);
      Evictor evictor = keys.keyspace.newEvictor(keys.keyspace.newUnit());
      for (int i = 0; i < 1_000; i++) {
        keys.set(0, "key:" + i, new byte[10], -1, now);
      }
      for (int i = 0; i < 1_000; i++) {
        keys.get(0, "key:" + i, now + 2_000);
        if (i % 2 == 0) {
          keys.expire(0, "key:" + i, now + 1_000_000, now + 1_000);
        }
      }
      most = 500;
      assertThat(evictor.evict(limit(keys), now + 2_000, 1_000_000_000))
          .isEqualTo(Evictor.Outcome.ROOM);
      assertThat(evictor.volatileKeys()).isGreaterThan(450);
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
      assertThat(sum).isLessThan(600);
      for (int i = 0; i < 1_000; i++) {
        keys.set(0, "more:" + i, new byte[10], -1, now);
      }
      assertThat(keys.keyspace.eviction().smalls()).isGreaterThan(500);
    }
  }

  /** Memory of large values comes back only when they were written: more must not go until then. */
  @Test
  void evictionWaitsForASnapshot() throws IOException {
    try (TestKeyspace keys = new TestKeyspace(4, Journal.NONE)) {
      keys.keyspace.eviction().policy(EvictionPolicy.ALLKEYS_S3);
      Evictor evictor = keys.keyspace.newEvictor(keys.keyspace.newUnit());
      for (int i = 0; i < 100; i++) {
        keys.set(0, "key:" + i, new byte[1 << 20], -1, now);
      }
      most = 0;
      List<Evictor.Outcome> outcomes = new ArrayList<>();
      SnapshotPace pace =
          new PausingPace(() -> {
            if (outcomes.isEmpty()) {
              outcomes.add(evictor.evict(limit(keys), now, FOREVER));
            }
          });
      assertThat(keys.keyspace.newSnapshot(new SnapshotContent(), pace, () -> {}).run()).isTrue();
      assertThat(outcomes).containsExactly(Evictor.Outcome.HELD);
      // The bound is a tenth of the data, or 16 MiB.
      assertThat(evictor.evictedKeys()).isBetween(16L, 20L);
      assertThat(evictor.evict(limit(keys), now, 1_000_000_000)).isEqualTo(Evictor.Outcome.ROOM);
      assertThat(evictor.evictedKeys()).isEqualTo(100);
    }
  }
}
