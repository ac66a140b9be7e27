package dev.larder.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Random readings and changes against a plain map; the seed is printed. */
final class TrackedKeysModelTest {
  private static final int STEPS = 40_000;

  private static final long SEED = Long.getLong("seed", System.identityHashCode(new Object()));

  private final Random random = new Random(SEED);
  private final TestKeyspace keys = new TestKeyspace(1, Journal.NONE);
  private final Shard shard = keys.keyspace.shard(0);
  private final TrackedKeys tracked = new TrackedKeys(shard);
  private final Map<String, TreeSet<Integer>> model = new TreeMap<>();
  private final ReaderList readers = new ReaderList();

  @Test
  void agreesWithAMap() {
    own();
    for (int i = 0; i < STEPS; i++) {
      step();
      assertThat(tracked.keyCount()).as("seed %d", SEED).isEqualTo(model.size());
    }
    check();
    tracked.clear();
    model.clear();
    check();
    keys.unit.releaseAll();
    keys.housekeep(0);
    own();
    assertThat(shard.arena.usedBytes()).as("bytes left").isZero();
    keys.unit.releaseAll();
    keys.close();
  }

  private void own() {
    keys.unit.begin(0);
    assertThat(keys.unit.acquire(shard)).isTrue();
  }

  private void step() {
    int kind = random.nextInt(1000);
    if (kind < 890) {
      add(name(), reader());
    } else if (kind < 900) {
      touch();
    } else if (kind < 985) {
      take(name());
    } else if (kind < 995) {
      takeAny();
    } else if (kind < 998) {
      sweep();
    } else {
      check();
    }
  }

  /** A few keys have many readers. */
  private String name() {
    int one = random.nextInt(10) < 5 ? random.nextInt(4) : random.nextInt(2000);
    return one % 50 == 7 ? "k".repeat(one) + one : "key" + one;
  }

  private int reader() {
    return random.nextInt(4) == 0 ? random.nextInt(100_000) : random.nextInt(3000);
  }

  private long put(String name) {
    byte[] bytes = name.getBytes(UTF_8);
    Bytes.fromArray(bytes, 0, keys.scratch(), bytes.length);
    return keys.keyspace.hash(keys.scratch(), bytes.length);
  }

  private void add(String name, int reader) {
    long hash = put(name);
    assertThat(tracked.add(hash, keys.scratch(), name.length(), reader)).isTrue();
    model.computeIfAbsent(name, unused -> new TreeSet<>()).add(reader);
  }

  /** Loads what it may, and changes nothing. */
  private void touch() {
    long[] hashes = new long[random.nextInt(2 * Unit.TOUCH_BATCH)];
    Arrays.setAll(hashes, i -> put(name()));
    keys.unit.touch(new TrackedKeys[] {tracked}, hashes, hashes.length);
  }

  private void take(String name) {
    long hash = put(name);
    tracked.take(hash, keys.scratch(), name.length(), readers);
    TreeSet<Integer> known = model.remove(name);
    assertThat(list())
        .as("seed %d", SEED)
        .isEqualTo(known == null ? List.of() : List.copyOf(known));
  }

  private void takeAny() {
    byte[] name = tracked.takeAny(random.nextLong(), readers);
    if (name == null) {
      assertThat(model).isEmpty();
    } else {
      assertThat(list()).isEqualTo(List.copyOf(model.remove(new String(name, UTF_8))));
    }
  }

  private List<Integer> list() {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < readers.count(); i++) {
      all.add(readers.at(i));
    }
    Collections.sort(all);
    return all;
  }

  private void sweep() {
    int rest = random.nextInt(3);
    long position = 0;
    do {
      position = tracked.sweep(position, 3, reader -> reader % 3 == rest);
    } while (position != 0);
    model.values().forEach(known -> known.removeIf(reader -> reader % 3 == rest));
    model.values().removeIf(TreeSet::isEmpty);
  }

  private void check() {
    tracked.validate();
    long readings = model.values().stream().mapToLong(TreeSet::size).sum();
    assertThat(tracked.readingCount()).isEqualTo(readings);
  }
}
