package dev.larder.metrics;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.Bytes;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class KeySketchTest {
  private static final int HOT = 20;

  private final KeySketch sketch = new KeySketch();
  private final ByteBuffer memory = ByteBuffer.allocateDirect(1024);

  private void add(int database, String key, long weight) {
    byte[] bytes = key.getBytes(ISO_8859_1);
    memory.put(0, bytes);
    long hash = new Random(key.hashCode()).nextLong();
    sketch.add(hash, database, Bytes.addressOf(memory), bytes.length, weight);
  }

  private Map<String, Long> content() {
    Map<String, Long> found = new HashMap<>();
    sketch.forEach((database, key, weight) ->
        assertThat(found.put(database + ":" + new String(key, ISO_8859_1), weight)).isNull());
    return found;
  }

  @Test
  void sumsOfFewKeysAreExact() {
    for (int i = 0; i < 1000; i++) {
      add(i % 2, "key" + i % 50, i % 7);
    }
    Map<String, Long> expected = new HashMap<>();
    for (int i = 0; i < 1000; i++) {
      expected.merge(i % 2 + ":key" + i % 50, (long) (i % 7), Long::sum);
    }

    assertThat(content()).isEqualTo(expected);
  }

  @Test
  void hotKeysAreFoundAmongVeryManyOthers() {
    Random random = new Random(1);
    for (int i = 0; i < 200_000; i++) {
      boolean isHot = random.nextInt(4) == 0;
      add(0, isHot ? "hot" + random.nextInt(HOT) : "cold" + random.nextInt(100_000), 10);
    }

    Map<String, Long> found = content();
    assertThat(found).hasSize(256);
    for (int i = 0; i < HOT; i++) {
      // A four-hundredth of all samples each.
      assertThat(found.getOrDefault("0:hot" + i, 0L)).as("hot" + i).isBetween(20_000L, 60_000L);
    }
  }

  @Test
  void ageHalvesAndClearForgets() {
    add(0, "a", 100);
    sketch.age();
    assertThat(content()).isEqualTo(Map.of("0:a", 50L));
    sketch.clear();
    assertThat(content()).isEmpty();
    add(0, "b", 1);
    assertThat(content()).isEqualTo(Map.of("0:b", 1L));
  }

  @Test
  void ofLongKeysTheBeginningIsKept() {
    add(0, "k".repeat(1000), 1);

    assertThat(content()).isEqualTo(Map.of("0:" + "k".repeat(512), 1L));
  }
}
