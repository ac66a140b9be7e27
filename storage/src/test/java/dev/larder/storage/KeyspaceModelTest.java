package dev.larder.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random operations on a keyspace beside heap maps, on a clock of its own. */
final class KeyspaceModelTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final int DATABASES = 3;

  private record Value(byte[] bytes, long deadline) {}

  private final Random random = new Random(SEED);
  private final List<Map<String, Value>> model = new ArrayList<>();
  private long now = 1_000;

  @Test
  void behavesLikeMapsWithDeadlines() {
    run(30_000, 400, 200);
  }

  @Test
  void behavesLikeMapsWithLargeValues() {
    run(1_500, 30, 200_000);
  }

  private void run(int operations, int names, int maxBytes) {
    for (int i = 0; i < DATABASES; i++) {
      model.add(new HashMap<>());
    }
    try (TestKeyspace keys = new TestKeyspace(4, Journal.NONE)) {
      for (int i = 0; i < operations; i++) {
        operate(keys, names, maxBytes);
        if (i % 500 == 0) {
          check(keys);
        }
      }
      check(keys);
      keys.withAllShards(() -> flushAll(keys));
      keys.housekeep(now);
      for (int i = 0; i < 3; i++) {
        keys.housekeep(now);
      }
      assertThat(keys.keyspace.usedBytes()).as("seed %d", SEED).isLessThan(4 * 1024);
    }
  }

  private static void flushAll(TestKeyspace keys) {
    for (int database = 0; database < DATABASES; database++) {
      keys.keyspace.flush(keys.unit, database);
    }
  }

  private void operate(TestKeyspace keys, int names, int maxBytes) {
    int database = random.nextInt(DATABASES);
    String name = "key:" + random.nextInt(names);
    Map<String, Value> map = model.get(database);
    Value old = map.get(name);
    switch (random.nextInt(14)) {
      case 0, 1, 2, 3 -> {
        byte[] bytes = randomBytes(maxBytes);
        long deadline = random.nextInt(3) == 0 ? now + random.nextInt(5_000) : -1;
        assertThat(keys.set(database, name, bytes, deadline, now)).isTrue();
        map.put(name, new Value(bytes, deadline));
      }
      case 4 -> {
        assertThat(keys.remove(database, name, now)).isEqualTo(old != null);
        map.remove(name);
      }
      case 5, 6 -> {
        long deadline = random.nextInt(3) == 0 ? -1 : now + random.nextInt(5_000);
        assertThat(keys.expire(database, name, deadline, now)).isEqualTo(old != null);
        if (old != null) {
          map.put(name, new Value(old.bytes(), deadline));
        }
      }
      case 7, 8 -> write(keys, database, name, map, maxBytes);
      case 9 -> copy(keys, database, name, names);
      case 11, 12 -> shrink(keys, database, name, map);
      case 10 -> {
        now += random.nextInt(300);
        keys.housekeep(now);
        model.forEach(m -> m.values().removeIf(this::isExpired));
      }
      default -> sometimesWhole(keys, database);
    }
  }

  private void write(
      TestKeyspace keys, int database, String name, Map<String, Value> map, int maxBytes) {
    byte[] bytes = randomBytes(maxBytes / 4);
    int offset = random.nextInt(maxBytes);
    Value old = map.get(name);
    assertThat(keys.write(database, name, offset, bytes, now)).isEqualTo(old != null);
    if (old != null) {
      byte[] grown =
          Arrays.copyOf(old.bytes(), Math.max(old.bytes().length, offset + bytes.length));
      System.arraycopy(bytes, 0, grown, offset, bytes.length);
      map.put(name, new Value(grown, old.deadline()));
    }
  }

  private void shrink(TestKeyspace keys, int database, String name, Map<String, Value> map) {
    Value old = map.get(name);
    int length = old == null ? 0 : random.nextInt(old.bytes().length + 1);
    assertThat(keys.shrink(database, name, length, now)).isEqualTo(old != null);
    if (old != null) {
      map.put(name, new Value(Arrays.copyOf(old.bytes(), length), old.deadline()));
    }
  }

  private void copy(TestKeyspace keys, int database, String name, int names) {
    int toDatabase = random.nextInt(DATABASES);
    String to = "key:" + random.nextInt(names);
    if (toDatabase == database && to.equals(name)) {
      return;
    }
    Value value = model.get(database).get(name);
    assertThat(keys.copy(database, name, toDatabase, to, now)).isEqualTo(value != null);
    if (value != null) {
      model.get(toDatabase).put(to, value);
    }
  }

  private void sometimesWhole(TestKeyspace keys, int database) {
    int other = random.nextInt(DATABASES);
    switch (random.nextInt(60)) {
      case 0 -> {
        keys.withAllShards(() -> keys.keyspace.flush(keys.unit, database));
        model.get(database).clear();
      }
      case 1 -> {
        keys.withAllShards(() -> keys.keyspace.swap(keys.unit, database, other));
        Map<String, Value> map = model.get(database);
        model.set(database, model.get(other));
        model.set(other, map);
      }
      default -> {}
    }
  }

  private boolean isExpired(Value value) {
    return value.deadline() >= 0 && value.deadline() < now;
  }

  private byte[] randomBytes(int max) {
    byte[] bytes = new byte[random.nextInt(8) == 0 ? random.nextInt(max) : random.nextInt(60)];
    random.nextBytes(bytes);
    return bytes;
  }

  private void check(TestKeyspace keys) {
    keys.validate();
    for (int database = 0; database < DATABASES; database++) {
      Map<String, Value> map = model.get(database);
      assertThat(keys.keyspace.size(database)).as("seed %d", SEED).isEqualTo(map.size());
      for (Map.Entry<String, Value> e : map.entrySet()) {
        assertThat(keys.get(database, e.getKey(), now))
            .as("seed %d, key %s", SEED, e.getKey())
            .isEqualTo(e.getValue().bytes());
        assertThat(keys.deadline(database, e.getKey(), now)).isEqualTo(e.getValue().deadline());
      }
    }
  }
}
