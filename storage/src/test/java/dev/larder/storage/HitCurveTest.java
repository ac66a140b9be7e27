package dev.larder.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.larder.storage.evict.Miniatures;
import dev.larder.storage.memory.VirtualMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Estimates against caches of those sizes. */
final class HitCurveTest {
  private static final int NAMES = 60_000;
  private static final int HELD = 10_000;
  private static final int REQUESTS = 200_000;
  private static final int REQUESTS_PER_TICK = 1_000;
  private static final long TICK_MILLIS = 300;
  private static final double[] FACTORS = {0.5, 1, 2, 4};

  private final double[] sums = new double[NAMES];

  HitCurveTest() {
    double sum = 0;
    for (int i = 0; i < NAMES; i++) {
      sum += 1 / Math.pow(i + 1.0, 0.8);
      sums[i] = sum;
    }
  }

  /** A name by Zipf's law; popularity moves on slowly. */
  private int next(Random random, int i) {
    int at = Arrays.binarySearch(sums, random.nextDouble() * sums[NAMES - 1]);
    return (at < 0 ? -at - 1 : at) + i / 20;
  }

  /** One cache under a load that is always the same. */
  private final class Load implements AutoCloseable {
    final LocalCache cache;
    final Random random = new Random(17);
    long now = 1_000_000;
    long hits;
    long misses;

    Load(EvictionPolicy policy, long most, boolean isWatched) {
      cache = new LocalCache(policy, 64, LocalCache.Measure.KEYS, most, 8);
      cache.hitCurve().watch(isWatched);
      for (int i = 0; i < 12; i++) {
        tick();
      }
    }

    void tick() {
      now += TICK_MILLIS;
      cache.time(now);
      cache.hitCurve().tick(hits, misses, now);
    }

    void run(long ttlMillis) {
      for (int i = 0; i < REQUESTS; i++) {
        if (i % REQUESTS_PER_TICK == 0) {
          tick();
        }
        ask(Integer.toString(next(random, i)), ttlMillis);
      }
      tick();
    }

    void ask(String name, long ttlMillis) {
      byte[] key = name.getBytes(US_ASCII);
      if (cache.get(key)) {
        hits++;
      } else {
        misses++;
        cache.put(key, 8, ttlMillis == 0 ? -1 : now + ttlMillis);
      }
    }

    double ratio() {
      return (double) hits / (hits + misses);
    }

    HitCurve.Reading reading() {
      HitCurve.Reading reading = cache.hitCurve().reading();
      assertThat(reading).isNotNull();
      return reading;
    }

    @Override
    public void close() {
      cache.hitCurve().validate();
      cache.close();
    }
  }

  @Tag("slow")
  @ParameterizedTest
  @CsvSource({"ALLKEYS_S3, 0", "ALLKEYS_LRU, 0", "ALLKEYS_S3, 18000", "ALLKEYS_LRU, 18000"})
  void isCloseToWhatOtherSizesHit(EvictionPolicy policy, long ttlMillis) {
    List<HitCurve.Point> points;
    try (Load watched = new Load(policy, HELD, true)) {
      watched.run(ttlMillis);
      points = watched.reading().points();
      assertThat(watched.reading().sampledKeys()).isLessThanOrEqualTo(Miniatures.MAX_KEYS);
      assertThat(watched.reading().requests()).isCloseTo(REQUESTS, within(REQUESTS / 3.0));
    }
    double sum = 0;
    for (int i = 0; i < FACTORS.length; i++) {
      try (Load other = new Load(policy, Math.round(HELD * FACTORS[i]), false)) {
        other.run(ttlMillis);
        double error = Math.abs(points.get(i).hitRatio() - other.ratio());
        assertThat(error).as("at %s times: %s", FACTORS[i], points.get(i)).isLessThan(0.035);
        sum += error;
      }
    }
    assertThat(sum / FACTORS.length).isLessThan(0.02);
  }

  @Test
  void isOffUntilItIsWanted() {
    try (LocalCache cache =
        new LocalCache(EvictionPolicy.ALLKEYS_S3, 4, LocalCache.Measure.KEYS, 100, 8)) {
      HitCurve curve = cache.hitCurve();
      curve.tick(1, 1, 1000);
      assertThat(curve.reading()).isNull();
      assertThat(curve.bytes()).isZero();
      assertThat(curve.samples(Long.MIN_VALUE)).isFalse();
      for (int i = 0; i < 3; i++) {
        curve.watch(true);
        curve.watch(true);
        assertThat(curve.reading()).isNotNull();
        assertThat(curve.bytes()).isBetween(1L << 19, 1L << 20);
        cache.put(new byte[] {1}, 1);
        curve.watch(false);
        assertThat(curve.reading()).isNull();
        assertThat(curve.bytes()).isZero();
      }
    }
  }

  @Test
  void ofManyKeysFewAreSampled() {
    try (Load load = new Load(EvictionPolicy.ALLKEYS_S3, 100_000, true)) {
      for (int i = 0; i < 150_000; i++) {
        if (i % REQUESTS_PER_TICK == 0) {
          load.tick();
        }
        load.ask("key:" + i, 0);
      }
      load.tick();
      assertThat(load.reading().sampledKeys()).isBetween(1000L, (long) Miniatures.MAX_KEYS);
      assertThat(load.reading().points().get(3).keys()).isCloseTo(400_000, within(4_000L));
      assertThat(load.cache.hitCurve().bytes()).isLessThanOrEqualTo(1L << 20);
    }
  }

  @Test
  void aHeavyLoadIsSampledLess() {
    try (Load load = new Load(EvictionPolicy.ALLKEYS_S3, 1_000, true)) {
      assertThat(load.reading().sampledPart()).isGreaterThan(0.5);
      for (int i = 0; i < 100_000; i++) {
        load.ask("key:" + i % 2_000, 0);
      }
      load.tick();
      double part = load.reading().sampledPart();
      assertThat(part).isLessThan(0.02);
      // It is not worth beginning anew at once.
      load.tick();
      assertThat(load.reading().sampledPart()).isEqualTo(part);
    }
  }

  @Test
  void whatIsDeletedWouldBeNowhere() {
    try (Load load = new Load(EvictionPolicy.ALLKEYS_LRU, 1_000, true)) {
      // Twice as many keys as there is room for; but each is deleted before it comes again.
      for (int i = 0; i < 20_000; i++) {
        if (i % REQUESTS_PER_TICK == 0) {
          load.tick();
        }
        load.ask("key:" + i % 2_000, 0);
        load.cache.remove(("key:" + (i + 1) % 2_000).getBytes(US_ASCII));
      }
      load.tick();
      assertThat(load.hits).isZero();
      assertThat(load.reading().points()).allMatch(point -> point.hitRatio() < 0.001);
    }
  }

  @Test
  void withoutDeletionsTwiceTheSizeHasAll() {
    try (Load load = new Load(EvictionPolicy.ALLKEYS_LRU, 1_000, true)) {
      for (int i = 0; i < 40_000; i++) {
        if (i % 100 == 0) {
          load.tick();
        }
        load.ask("key:" + i % 1_900, 0);
      }
      load.tick();
      assertThat(load.ratio()).isLessThan(0.2);
      assertThat(load.reading().points().get(1).hitRatio()).isCloseTo(load.ratio(), within(1e-3));
      assertThat(load.reading().points().get(2).hitRatio()).isGreaterThan(0.85);
      assertThat(load.reading().points().get(3).hitRatio()).isGreaterThan(0.85);
    }
  }

  @Test
  void whatNeverExistsIsHitNowhere() {
    try (Load load = new Load(EvictionPolicy.ALLKEYS_LRU, 1_000, true)) {
      for (int i = 0; i < 10_000; i++) {
        load.misses += load.cache.get(("none:" + i % 10).getBytes(US_ASCII)) ? 0 : 1;
      }
      load.tick();
      assertThat(load.reading().points()).allMatch(point -> point.hitRatio() == 0);
    }
  }

  @Test
  @Tag("slow")
  void manyThreadsTellIt() throws Exception {
    StorageOptions options = new StorageOptions(4, 2, 1 << 28);
    Keyspace keyspace = Keyspace.open(options, Journal.NONE);
    HitCurve curve = keyspace.eviction().hitCurve();
    AtomicBoolean isOver = new AtomicBoolean();
    List<Thread> threads = new ArrayList<>();
    try {
      curve.watch(true);
      for (int i = 0; i < 3; i++) {
        int seed = i;
        threads.add(Thread.ofPlatform().start(() -> work(keyspace, seed, isOver)));
      }
      for (int i = 1; i < 200; i++) {
        curve.tick(i * 1000L, i * 1000L, 1_000_000 + i * 100L);
        if (i % 40 == 0) {
          curve.watch(i % 80 != 0);
        }
        Thread.onSpinWait();
        Thread.yield();
      }
    } finally {
      isOver.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
    }
    curve.validate();
    keyspace.close();
  }

  private static void work(Keyspace keyspace, int seed, AtomicBoolean isOver) {
    HitCurve curve = keyspace.eviction().hitCurve();
    Unit unit = keyspace.newUnit();
    Random random = new Random(seed);
    long key = VirtualMemory.reserve(8);
    for (long now = 1_000_000; !isOver.get(); now++) {
      Bytes.fromArray(("k" + (1000 + random.nextInt(9000))).getBytes(US_ASCII), 0, key, 5);
      long hash = keyspace.hash(key, 5);
      Shard shard = keyspace.shardOf(hash);
      unit.begin(now);
      while (!unit.acquire(shard)) {
        Thread.onSpinWait();
      }
      switch (random.nextInt(4)) {
        case 0 -> shard.store(unit, 0, hash, key, 5, key, 5, now + random.nextInt(10_000));
        case 1 -> shard.remove(unit, 0, hash, key, 5, Removal.DELETED);
        default -> {
          long entry = shard.find(unit, 0, hash, key, 5);
          if (curve.samples(hash)) {
            curve.requested(unit, 0, hash, entry);
          }
        }
      }
      unit.releaseAll();
    }
    VirtualMemory.release(key, 8);
  }
}
