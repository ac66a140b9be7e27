package dev.larder.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Single properties of hashes; {@link HashValueModelTest} has what holds in general. */
final class HashValueTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());

  private final Random random = new Random(SEED);

  private static void set(TestKeyspace space, HashValue view, String field, String value, long at) {
    byte[] f = field.getBytes(ISO_8859_1);
    byte[] v = value.getBytes(ISO_8859_1);
    view.set(space.text(0, f), f.length, space.text(1, v), v.length, at);
  }

  private static void remove(TestKeyspace space, HashValue view, String field) {
    byte[] f = field.getBytes(ISO_8859_1);
    view.remove(space.text(0, f), f.length);
  }

  private static String encoding(HashValue view) {
    return view.shard.encodingName(view.entry());
  }

  @Test
  void walkMeetsFieldsOnceThatAreThereThroughout() {
    try (TestKeyspace space = new TestKeyspace(1, Journal.NONE)) {
      HashValue view = space.hash(0, "h", 0);
      for (int i = 0; i < 4_000; i++) {
        set(space, view, "stays" + i, "", -1);
      }
      space.unit.releaseAll();
      Map<String, Integer> met = new TreeMap<>();
      int others = 0;
      long position = 0;
      do {
        view = space.hash(0, "h", 0);
        position = view.walk(position);
        while (view.next()) {
          met.merge(HashReplica.text(view.fieldName()), 1, Integer::sum);
        }
        // Between the steps the table grows to several times its size and shrinks again.
        if (random.nextInt(4) == 0) {
          boolean grows = others < 20_000 && random.nextInt(3) != 0;
          for (int i = 0; i < 200; i++) {
            if (grows) {
              set(space, view, "other" + others++, "", -1);
            } else if (others > 0) {
              remove(space, view, "other" + --others);
            }
          }
        }
        space.unit.releaseAll();
      } while (position != 0);
      met.keySet().removeIf(name -> name.startsWith("other"));
      assertThat(met).as("seed %d", SEED).hasSize(4_000);
      assertThat(met.values()).as("seed %d", SEED).containsOnly(1);
    }
  }

  @Test
  void encodingIsWhatRedisWouldHaveChosen() {
    try (TestKeyspace space = new TestKeyspace(1, Journal.NONE)) {
      HashValue view = space.hash(0, "small", 0);
      set(space, view, "f", "v", -1);
      assertThat(encoding(view)).isEqualTo("listpack");
      set(space, view, "g", "v", 1_000);
      assertThat(encoding(view)).isEqualTo("listpackex");
      remove(space, view, "g");
      assertThat(encoding(view)).isEqualTo("listpackex");
      set(space, view, "f", "v".repeat(65), -1);
      assertThat(encoding(view)).isEqualTo("hashtable");
      set(space, view, "f", "v", -1);
      assertThat(encoding(view)).isEqualTo("hashtable");
      space.unit.releaseAll();
    }
  }

  @Test
  void longValueNeedsNoTable() {
    try (TestKeyspace space = new TestKeyspace(1, Journal.NONE)) {
      HashValue view = space.hash(0, "h", 0);
      set(space, view, "id", "1", -1);
      set(space, view, "text", "x".repeat(1_000), -1);
      assertThat(view.shard.memoryUsage(view.entry())).isLessThan(1_200);
      set(space, view, "more", "x".repeat(4_000), -1);
      assertThat(view.shard.memoryUsage(view.entry())).isGreaterThan(6_000);
      space.unit.releaseAll();
    }
  }

  @Test
  void memoryFollowsFieldsDown() {
    try (TestKeyspace space = new TestKeyspace(1, Journal.NONE)) {
      HashValue view = space.hash(0, "h", 0);
      for (int i = 0; i < 100; i++) {
        set(space, view, "field" + i, "value" + i, -1);
      }
      for (int i = 2; i < 100; i++) {
        remove(space, view, "field" + i);
      }
      assertThat(view.shard.memoryUsage(view.entry())).isLessThan(130);
      space.unit.releaseAll();
    }
  }

  @Test
  void deadlinesAreInOrderAndFieldsGoOneMillisecondAfter() {
    try (TestKeyspace space = new TestKeyspace(1, Journal.NONE)) {
      HashValue view = space.hash(0, "h", 100);
      set(space, view, "later", "1", 300);
      set(space, view, "never", "2", -1);
      set(space, view, "soon", "3", 200);
      assertThat(names(view)).containsExactly("soon", "later", "never");
      space.unit.releaseAll();
      view = space.hash(0, "h", 200);
      assertThat(names(view)).containsExactly("soon", "later", "never");
      assertThat(view.liveCount()).isEqualTo(3);
      space.unit.releaseAll();
      view = space.hash(0, "h", 201);
      assertThat(names(view)).containsExactly("later", "never");
      assertThat(view.count()).isEqualTo(3);
      assertThat(view.liveCount()).isEqualTo(2);
      space.unit.releaseAll();
    }
  }

  private static List<String> names(HashValue view) {
    List<String> names = new ArrayList<>();
    view.walk(0);
    while (view.next()) {
      names.add(HashReplica.text(view.fieldName()));
    }
    return names;
  }

  @Test
  void housekeepingRemovesOnlySoMuchAtATime() {
    try (TestKeyspace space = new TestKeyspace(1, Journal.NONE)) {
      HashValue view = space.hash(0, "h", 0);
      for (int i = 0; i < 1_000; i++) {
        set(space, view, "field" + i, "", 10 + i / 2);
      }
      set(space, view, "last", "", 10_000);
      space.unit.releaseAll();
      Shard shard = space.keyspace.shard(0);
      assertThat(shard.expiry.earliest()).isEqualTo(10);
      space.at("h", 10_000);
      assertThat(shard.expiry.removeSome(space.unit, 64)).isTrue();
      space.unit.releaseAll();
      view = space.hash(0, "h", 0);
      assertThat(view.count()).isEqualTo(1_001 - 64);
      space.unit.releaseAll();
      space.housekeep(10_000);
      assertThat(shard.count(0)).isEqualTo(1);
      assertThat(shard.expiry.earliest()).isEqualTo(10_000);
      space.housekeep(10_001);
      assertThat(shard.count(0)).isZero();
      assertThat(space.keyspace.fieldVolatileSize(0)).isZero();
    }
  }

  @Test
  void expiredFieldCountsAsNewWhenSet() {
    try (TestKeyspace space = new TestKeyspace(1, Journal.NONE)) {
      HashValue view = space.hash(0, "h", 0);
      set(space, view, "f", "v", 10);
      space.unit.releaseAll();
      view = space.hash(0, "h", 11);
      byte[] f = {'f'};
      long text = space.text(0, f);
      assertThat(view.set(text, 1, text, 1, HashValue.KEEP_DEADLINE)).isTrue();
      assertThat(view.find(text, 1)).isTrue();
      assertThat(view.deadline()).isEqualTo(HashValue.NO_DEADLINE);
      space.unit.releaseAll();
    }
  }
}
