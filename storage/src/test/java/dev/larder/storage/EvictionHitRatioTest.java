package dev.larder.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Popular keys stay, although most of what comes is asked for once. */
@Tag("slow")
final class EvictionHitRatioTest {
  private static final int REQUESTS = 400_000;
  private static final int HELD = 2_000;
  private static final int POPULAR = 20_000;

  private final Random random = new Random(11);
  private int once = POPULAR;

  private int next() {
    return random.nextInt(10) < 4 ? once++ : (int) (POPULAR * Math.pow(random.nextDouble(), 3));
  }

  @Test
  void isAboveThatOfExactLru() {
    Map<Integer, Boolean> lru =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Integer, Boolean> eldest) {
            return size() > HELD;
          }
        };
    int hits = 0;
    int lruHits = 0;
    try (LocalCache cache =
        new LocalCache(EvictionPolicy.ALLKEYS_S3, 64, LocalCache.Measure.KEYS, HELD, 8)) {
      for (int i = 0; i < REQUESTS; i++) {
        int id = next();
        byte[] key = Integer.toString(id).getBytes(US_ASCII);
        if (i % 1_000 == 0) {
          cache.time(i);
        }
        if (cache.get(key)) {
          hits++;
        } else {
          cache.put(key, 8);
        }
        lruHits += lru.put(id, true) == null ? 0 : 1;
      }
      assertThat(cache.keys()).isBetween((long) HELD - HELD / 100, (long) HELD);
    }
    double points = 100.0 * (hits - lruHits) / REQUESTS;
    assertThat(points).as("points over exact LRU").isGreaterThan(7);
  }
}
