package dev.larder.storage;

import static dev.larder.storage.HashStructure.CONVERTED;
import static dev.larder.storage.HashStructure.DEADLINES;
import static dev.larder.storage.HashStructure.TABLE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.HashReplica.Field;
import dev.larder.storage.HashReplica.Hash;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random operations on hashes beside heap maps, and beside a replica made from the effects. */
@Tag("slow")
final class HashValueModelTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final int DATABASES = 3;

  private final Random random = new Random(SEED);

  /** Fields in the order in which they were added. */
  private final List<Map<String, Map<String, Field>>> model = new ArrayList<>();

  private final HashReplica replica = new HashReplica(4);
  private final Set<Integer> encodings = new HashSet<>();
  private long now = 1_000_000;
  private int names;
  private int fields;
  private int maxBytes;
  private int batch = 20;

  @Test
  void smallLimits() {
    run(20_000, 12, 14, 20, 8, 12, 0, DEADLINES, CONVERTED, DEADLINES | CONVERTED);
  }

  @Test
  void defaultLimits() {
    run(8_000, 8, 40, 90, 512, 64, 0, DEADLINES, CONVERTED, DEADLINES | CONVERTED);
  }

  @Test
  void tables() {
    batch = 400;
    run(6_000, 2, 3_000, 40, 0, 8, TABLE | DEADLINES | CONVERTED);
  }

  @Test
  void largeValues() {
    run(1_500, 5, 6, 60_000, 4, 1 << 20, TABLE | CONVERTED, TABLE | DEADLINES | CONVERTED);
  }

  private void run(
      int operations,
      int keys,
      int fieldNames,
      int bytes,
      int maxEntries,
      int maxValue,
      Integer... expectedEncodings) {
    names = keys;
    fields = fieldNames;
    maxBytes = bytes;
    for (int i = 0; i < DATABASES; i++) {
      model.add(new HashMap<>());
    }
    try (TestKeyspace space = new TestKeyspace(2, replica)) {
      space.keyspace.limits().hashMaxListpackEntries(maxEntries);
      space.keyspace.limits().hashMaxListpackValue(maxValue);
      for (int i = 0; i < operations; i++) {
        operate(space);
        if (i % 100 == 0) {
          check(space);
        }
      }
      check(space);
      assertThat(encodings).as("seed %d", SEED).contains(expectedEncodings);
      space.withAllShards(() -> flushAll(space));
      for (int i = 0; i < 100; i++) {
        space.housekeep(now);
      }
      assertThat(space.keyspace.usedBytes()).as("seed %d", SEED).isLessThan(4 * 1024);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + SEED, e);
    }
  }

  private static void flushAll(TestKeyspace space) {
    for (int database = 0; database < DATABASES; database++) {
      space.keyspace.flush(space.unit, database);
    }
  }

  private String anyKey() {
    return "key:" + random.nextInt(names);
  }

  private String anyField() {
    int n = random.nextInt(fields);
    return n % 3 == 0 ? Integer.toString(n * n * 31) : "field" + n;
  }

  private String anyValue() {
    int kind = random.nextInt(10);
    if (kind < 3) {
      return Long.toString(random.nextLong() >> random.nextInt(64));
    }
    byte[] bytes =
        new byte[kind == 3 ? random.nextInt(maxBytes) : random.nextInt(Math.min(maxBytes, 30))];
    random.nextBytes(bytes);
    return new String(bytes, ISO_8859_1);
  }

  private long anyDeadline() {
    return now + (random.nextInt(4) == 0 ? random.nextInt(10_000_000) : random.nextInt(3_000));
  }

  private void operate(TestKeyspace space) {
    int database = random.nextInt(DATABASES);
    String key = anyKey();
    switch (random.nextInt(24)) {
      case 0, 1, 2, 3, 4, 5 -> set(space, database, key);
      case 6, 7 -> setMany(space, database, key);
      case 8, 9, 10 -> remove(space, database, key);
      case 11, 12, 13 -> expire(space, database, key);
      case 14, 15 -> find(space, database, key);
      case 16 -> draw(space, database, key);
      case 17 -> copy(space, database, key);
      case 18, 19 -> tick(space);
      case 20 -> expireKey(space, database, key);
      default -> sometimesWhole(space, database, key);
    }
  }

  private Map<String, Field> hash(int database, String key) {
    Map<String, Field> hash = model.get(database).get(key);
    if (hash != null) {
      hash.values().removeIf(f -> f.deadline() >= 0 && f.deadline() < now);
      if (hash.isEmpty()) {
        model.get(database).remove(key);
        return null;
      }
    }
    return hash;
  }

  private void set(TestKeyspace space, int database, String key) {
    HashValue view = space.hash(database, key, now);
    setOne(space, view, database, key, random.nextInt(4));
    space.unit.releaseAll();
  }

  private void setOne(TestKeyspace space, HashValue view, int database, String key, int kind) {
    String field = anyField();
    String value = anyValue();
    Map<String, Field> hash = hash(database, key);
    Field old = hash == null ? null : hash.get(field);
    long deadline = kind == 0 ? anyDeadline() : -1;
    long argument = kind == 1 ? HashValue.KEEP_DEADLINE : deadline;
    long kept = kind == 1 && old != null ? old.deadline() : deadline;
    byte[] f = field.getBytes(ISO_8859_1);
    byte[] v = value.getBytes(ISO_8859_1);
    boolean isNew = view.set(space.text(0, f), f.length, space.text(1, v), v.length, argument);
    assertThat(isNew).isEqualTo(old == null);
    model
        .get(database)
        .computeIfAbsent(key, _ -> new LinkedHashMap<>())
        .put(field, new Field(value, kept));
  }

  private void setMany(TestKeyspace space, int database, String key) {
    HashValue view = space.hash(database, key, now);
    int count = 1 + random.nextInt(batch);
    boolean withDeadline = random.nextInt(3) == 0;
    for (int i = 0; i < count; i++) {
      byte[] f = anyField().getBytes(ISO_8859_1);
      byte[] v = anyValue().getBytes(ISO_8859_1);
      view.announce(space.text(0, f), f.length, space.text(1, v), v.length);
    }
    view.reserve(withDeadline ? now : -1);
    for (int i = 0; i < count; i++) {
      setOne(space, view, database, key, withDeadline ? 0 : 2);
    }
    view.finish();
    space.unit.releaseAll();
  }

  private void remove(TestKeyspace space, int database, String key) {
    HashValue view = space.hash(database, key, now);
    for (int i = 0; i < 1 + random.nextInt(8); i++) {
      String field = anyField();
      byte[] f = field.getBytes(ISO_8859_1);
      Map<String, Field> hash = hash(database, key);
      assertThat(view.remove(space.text(0, f), f.length))
          .isEqualTo(hash != null && hash.remove(field) != null);
      assertThat(view.exists()).isEqualTo(hash(database, key) != null || view.count() > 0);
    }
    space.unit.releaseAll();
  }

  private void expire(TestKeyspace space, int database, String key) {
    HashValue view = space.hash(database, key, now);
    String field = anyField();
    byte[] f = field.getBytes(ISO_8859_1);
    Map<String, Field> hash = hash(database, key);
    Field old = hash == null ? null : hash.get(field);
    long text = space.text(0, f);
    assertThat(view.find(text, f.length)).isEqualTo(old != null);
    if (old != null) {
      assertThat(view.deadline()).isEqualTo(old.deadline());
      long deadline = random.nextInt(3) == 0 ? -1 : anyDeadline();
      if (deadline >= 0 || old.deadline() >= 0) {
        view.expire(text, f.length, deadline);
        hash.put(field, new Field(old.value(), deadline));
      }
    }
    space.unit.releaseAll();
  }

  private void find(TestKeyspace space, int database, String key) {
    HashValue view = space.hash(database, key, now);
    String field = anyField();
    byte[] f = field.getBytes(ISO_8859_1);
    Map<String, Field> hash = hash(database, key);
    Field old = hash == null ? null : hash.get(field);
    assertThat(view.find(space.text(0, f), f.length)).isEqualTo(old != null);
    if (old != null) {
      assertThat(HashReplica.text(view.fieldValue())).isEqualTo(old.value());
    }
    space.unit.releaseAll();
  }

  private void draw(TestKeyspace space, int database, String key) {
    HashValue view = space.hash(database, key, now);
    Map<String, Field> hash = hash(database, key);
    view.reclaim();
    assertThat(view.exists()).isEqualTo(hash != null);
    if (hash != null) {
      assertThat(view.count()).isEqualTo(hash.size());
      while (!view.draw(random.nextLong())) {
        assertThat(view.count()).isPositive();
      }
      assertThat(hash).containsKey(HashReplica.text(view.fieldName()));
      if (view.canDrawDistinct(hash.size())) {
        view.beginDistinct(hash.size());
        Set<String> drawn = new HashSet<>();
        while (drawn.size() < hash.size()) {
          if (view.drawOther(random.nextLong())) {
            assertThat(drawn.add(HashReplica.text(view.fieldName()))).isTrue();
          }
        }
      }
    }
    space.unit.releaseAll();
  }

  private void copy(TestKeyspace space, int database, String key) {
    int toDatabase = random.nextInt(DATABASES);
    String to = anyKey();
    if (toDatabase == database && to.equals(key)) {
      return;
    }
    // Fields past their deadline go with the others.
    space.housekeep(now);
    Map<String, Field> hash = hash(database, key);
    boolean moves = random.nextBoolean();
    boolean done =
        moves
            ? space.move(database, key, toDatabase, to, now)
            : space.copy(database, key, toDatabase, to, now);
    assertThat(done).isEqualTo(hash != null);
    if (done) {
      model.get(toDatabase).put(to, new LinkedHashMap<>(hash));
      if (moves) {
        model.get(database).remove(key);
      }
    }
  }

  private void tick(TestKeyspace space) {
    now += random.nextInt(300);
    if (random.nextBoolean()) {
      space.housekeep(now);
    }
  }

  /** A deadline for the key does not disturb those of its fields. */
  private void expireKey(TestKeyspace space, int database, String key) {
    space.housekeep(now);
    long deadline = random.nextBoolean() ? -1 : now + 1_000_000_000;
    assertThat(space.expire(database, key, deadline, now)).isEqualTo(hash(database, key) != null);
  }

  private void sometimesWhole(TestKeyspace space, int database, String key) {
    int other = random.nextInt(DATABASES);
    switch (random.nextInt(60)) {
      case 0 -> {
        space.withAllShards(() -> space.keyspace.flush(space.unit, database));
        model.get(database).clear();
      }
      case 1 -> {
        space.withAllShards(() -> space.keyspace.swap(space.unit, database, other));
        Map<String, Map<String, Field>> map = model.get(database);
        model.set(database, model.get(other));
        model.set(other, map);
      }
      case 2, 3, 4 -> {
        space.remove(database, key, now);
        model.get(database).remove(key);
      }
      case 5 -> {
        HashValue view = space.hash(database, key, now);
        view.clear();
        space.unit.releaseAll();
        model.get(database).remove(key);
      }
      default -> {}
    }
  }

  private void check(TestKeyspace space) {
    space.validate();
    space.housekeep(now);
    space.validate();
    for (int database = 0; database < DATABASES; database++) {
      for (int i = 0; i < names; i++) {
        hash(database, "key:" + i);
      }
      Map<String, Map<String, Field>> keys = model.get(database);
      assertThat(space.keyspace.size(database)).isEqualTo(keys.size());
      Map<String, Hash> replicated = replica.databases.get(database);
      assertThat(replicated.keySet()).isEqualTo(keys.keySet());
      long withDeadlines = 0;
      for (Map.Entry<String, Map<String, Field>> e : keys.entrySet()) {
        HashValue view = space.hash(database, e.getKey(), now);
        Map<String, Field> read = new LinkedHashMap<>();
        HashReplica.read(view, read);
        assertThat(view.count()).isEqualTo(e.getValue().size());
        assertThat(view.liveCount()).isEqualTo(e.getValue().size());
        assertThat(read).as(e.getKey()).isEqualTo(e.getValue());
        assertThat(replicated.get(e.getKey()).fields).isEqualTo(e.getValue());
        checkOrder(view, e.getValue(), read);
        withDeadlines += e.getValue().values().stream().anyMatch(f -> f.deadline() >= 0) ? 1 : 0;
        space.unit.releaseAll();
      }
      assertThat(space.keyspace.fieldVolatileSize(database)).isEqualTo(withDeadlines);
    }
    assertThat(space.keyspace.expiredFieldCount()).isEqualTo(replica.expiredFields);
  }

  private void checkOrder(HashValue view, Map<String, Field> hash, Map<String, Field> read) {
    encodings.add(view.encoding());
    if (view.encoding() == 0) {
      assertThat(read.keySet()).containsExactlyElementsOf(hash.keySet());
    }
  }
}
