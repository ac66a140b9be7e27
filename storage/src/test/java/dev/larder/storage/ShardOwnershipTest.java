package dev.larder.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Threads that fight for few shards: one owner at a time, nobody forgotten. */
final class ShardOwnershipTest {
  private static final int THREADS = 4;
  private static final int ROUNDS = 20_000;

  @Test
  void everyUnitGetsItsTurnAndNoneOverlap() throws InterruptedException {
    try (Keyspace keyspace = Keyspace.open(new StorageOptions(2, 1, 1L << 24), Journal.NONE)) {
      AtomicLong[] inside = {new AtomicLong(), new AtomicLong()};
      long[] plainCounters = new long[2];
      AtomicBoolean overlap = new AtomicBoolean();
      CountDownLatch done = new CountDownLatch(THREADS);
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        int seed = t;
        threads.add(
            Thread.ofPlatform()
                .start(() -> {
                  fight(keyspace, seed, inside, plainCounters, overlap);
                  done.countDown();
                }));
      }
      assertThat(done.await(60, TimeUnit.SECONDS)).as("a parked unit was forgotten").isTrue();
      assertThat(overlap).isFalse();
      assertThat(plainCounters[0] + plainCounters[1]).isEqualTo((long) THREADS * ROUNDS);
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  @Test
  void aJobLeavesTheShardToWhoIsWoken() {
    try (Keyspace keyspace = Keyspace.open(new StorageOptions(1, 1, 1L << 24), Journal.NONE)) {
      Shard shard = keyspace.shard(0);
      Unit job = keyspace.newUnit();
      Unit other = keyspace.newUnit();
      AtomicLong woken = new AtomicLong();
      step(job, shard);
      shard.park(woken::incrementAndGet);
      assertThat(woken).hasValue(0);
      job.releaseAll();
      assertThat(woken).hasValue(1);
      long end = Clock.nanos() + 1_000_000;
      job.begin(0);
      assertThat(job.acquireForStep(shard) && Clock.nanos() < end).isFalse();
      job.releaseAll();
      step(other, shard);
      other.releaseAll();
      step(job, shard);
      shard.park(woken::incrementAndGet);
      job.releaseAll();
      step(job, shard);
      assertThat(Clock.nanos() - end).as("a promise is forgotten in time").isPositive();
      job.releaseAll();
    }
  }

  @Test
  void aJobHasItsTurnThoughOthersAreWokenAllTheTime() {
    try (Keyspace keyspace = Keyspace.open(new StorageOptions(1, 1, 1L << 24), Journal.NONE)) {
      Shard shard = keyspace.shard(0);
      Unit job = keyspace.newUnit();
      Unit[] others = {keyspace.newUnit(), keyspace.newUnit()};
      boolean hasTurn = false;
      for (int i = 0; i < Integer.MAX_VALUE && !hasTurn; i++) {
        Unit other = others[i % 2];
        other.begin(0);
        assertThat(other.acquire(shard)).isTrue();
        shard.park(() -> {});
        other.releaseAll();
        job.begin(0);
        hasTurn = job.acquireForStep(shard);
        job.releaseAll();
      }
      assertThat(hasTurn).isTrue();
    }
  }

  private static void step(Unit unit, Shard shard) {
    unit.begin(0);
    while (!unit.acquireForStep(shard)) {
      Thread.onSpinWait();
    }
    assertThat(unit.acquireForStep(shard)).isTrue();
  }

  private static void fight(
      Keyspace keyspace, int seed, AtomicLong[] inside, long[] counters, AtomicBoolean overlap) {
    Unit unit = keyspace.newUnit();
    Semaphore wakeUps = new Semaphore(0);
    for (int i = 0; i < ROUNDS; i++) {
      Shard shard = keyspace.shard((i + seed) % 2);
      unit.begin(0);
      while (!unit.acquire(shard)) {
        shard.park(wakeUps::release);
        wakeUps.acquireUninterruptibly();
      }
      if (inside[shard.index()].incrementAndGet() != 1) {
        overlap.set(true);
      }
      counters[shard.index()]++;
      if (i % 64 == 0) {
        Thread.yield();
      }
      inside[shard.index()].decrementAndGet();
      unit.releaseAll();
    }
  }
}
