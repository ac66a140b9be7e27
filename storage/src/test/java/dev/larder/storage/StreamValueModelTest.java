package dev.larder.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.storage.StreamModel.Group;
import dev.larder.storage.StreamModel.Id;
import dev.larder.storage.StreamModel.Pending;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random operations on a stream, against a model, and against what its effects amount to. */
@Tag("slow")
final class StreamValueModelTest {
  private static final String KEY = "stream";
  private static final int TEXT_BYTES = 1 << 16;

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final StreamMirror mirror = new StreamMirror();
  private final ByteBuffer keyBuffer = ByteBuffer.allocateDirect(64);
  private final ByteBuffer textBuffer = ByteBuffer.allocateDirect(TEXT_BYTES);
  private final ByteBuffer nameBuffer = ByteBuffer.allocateDirect(64);
  private final StreamId id = new StreamId();
  private Keyspace keyspace;
  private Unit unit;
  private StreamModel model = new StreamModel();
  private long now = 1_000_000;

  @BeforeEach
  void open() {
    System.err.println("-Dseed=" + seed);
    keyspace = Keyspace.open(new StorageOptions(1, 2, 1L << 28), mirror);
    unit = keyspace.newUnit();
  }

  @AfterEach
  void close() {
    keyspace.close();
  }

  // ---- the stream

  private static long put(ByteBuffer buffer, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    Bytes.fromArray(bytes, 0, Bytes.addressOf(buffer), bytes.length);
    return Bytes.addressOf(buffer);
  }

  private StreamValue at(String name, int database) {
    long key = put(keyBuffer, name);
    long hash = keyspace.hash(key, name.length());
    Shard shard = keyspace.shardOf(hash);
    while (!unit.acquire(shard)) {
      Thread.onSpinWait();
    }
    long entry = shard.find(unit, database, hash, key, name.length());
    StreamValue stream = unit.views().stream();
    stream.point(shard, database, hash, key, name.length(), entry);
    return stream;
  }

  private void fill(StreamFields fields, List<String> texts) {
    long next = Bytes.addressOf(textBuffer);
    fields.clear();
    for (String text : texts) {
      byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
      Bytes.fromArray(bytes, 0, next, bytes.length);
      fields.add(next, bytes.length);
      next += bytes.length;
    }
  }

  // ---- choices

  private String text(int most) {
    return switch (random.nextInt(6)) {
      case 0 -> "";
      case 1 -> Long.toString(random.nextLong());
      case 2 -> Integer.toString(random.nextInt(-200, 200));
      case 3 -> "x".repeat(random.nextInt(most));
      default -> "text" + random.nextInt(10);
    };
  }

  private List<String> entry() {
    List<String> texts = new ArrayList<>();
    if (random.nextInt(3) > 0) {
      for (String field : List.of("a", "bb", "123")) {
        texts.add(field);
        texts.add(text(80));
      }
    } else {
      for (int i = 2 * random.nextInt(1, 6); i > 0; i--) {
        texts.add(text(random.nextInt(30) == 0 ? 5000 : 70));
      }
    }
    return texts;
  }

  private Id someId() {
    if (model.entries.isEmpty() || random.nextInt(5) == 0) {
      return new Id(random.nextInt(4) == 0 ? random.nextLong() : now - random.nextInt(50), 0);
    }
    List<Id> ids = new ArrayList<>(model.entries.keySet());
    int index = random.nextInt(3) == 0 ? 0 : random.nextInt(ids.size());
    return ids.get(random.nextInt(6) == 0 ? ids.size() - 1 : index);
  }

  // ---- operations

  private void add(StreamValue stream) {
    now += random.nextInt(3) == 0 ? random.nextInt(2000) : 0;
    assertTrue(stream.nextId(now, id));
    if (!stream.exists()) {
      stream.create();
    }
    List<String> texts = entry();
    fill(stream.fields(), texts);
    stream.append(id.millis(), id.sequence());
    model.add(new Id(id.millis(), id.sequence()), texts);
  }

  private void delete(StreamValue stream) {
    Id id = someId();
    assertEquals(model.delete(id), stream.delete(id.millis(), id.sequence()), "delete " + id);
  }

  private void trim(StreamValue stream) {
    StreamTrim trim = stream.trimming();
    trim.reset();
    trim.approximate(random.nextBoolean());
    Id min = someId();
    long most = random.nextInt(model.entries.size() + 5);
    if (random.nextBoolean()) {
      trim.strategy(StreamTrim.Strategy.MAXLEN);
      trim.maxLength(most);
    } else {
      trim.strategy(StreamTrim.Strategy.MINID);
      trim.minId().set(min.millis(), min.sequence());
      most = model.entries.tailMap(min).size();
    }
    if (trim.approximate()) {
      trim.limit(random.nextInt(3) * 10);
    }
    StreamTrim.References references =
        StreamTrim.References.values()[random.nextInt(StreamTrim.References.values().length)];
    long before = model.entries.size();
    List<Id> gone = new ArrayList<>(model.entries.keySet());
    trim.references(references);
    do {
      stream.trim(random.nextInt(1, 300));
    } while (!trim.isDone());
    long removed = trim.removed();
    gone.removeAll(StreamReader.read(stream).entries.keySet());
    assertEquals(removed, gone.size());
    assertTrue(before - removed >= Math.min(before, most), "not too many");
    if (trim.limit() > 0) {
      assertTrue(removed <= trim.limit());
    }
    for (Id id : gone) {
      if (references == StreamTrim.References.ACKNOWLEDGED) {
        assertFalse(isReferenced(id), "referenced " + id);
      }
      model.entries.remove(id);
      if (references == StreamTrim.References.DELETE) {
        model.groups.values().forEach(group -> group.pending.remove(id));
      }
    }
    if (!trim.approximate()) {
      long expected = Math.min(before, most);
      if (references == StreamTrim.References.ACKNOWLEDGED) {
        assertTrue(model.entries.size() >= expected);
      } else {
        assertEquals(expected, model.entries.size());
      }
    }
  }

  private boolean isReferenced(Id id) {
    return model.groups.values().stream()
        .anyMatch(group -> group.last.compareTo(id) < 0 || group.pending.containsKey(id));
  }

  private void createGroup(StreamValue stream, String name) {
    if (!stream.exists()) {
      stream.create();
    }
    if (model.groups.containsKey(name)) {
      assertTrue(stream.groups().find(put(nameBuffer, name), name.length()));
      if (random.nextInt(20) == 0) {
        stream.groups().remove();
        model.groups.remove(name);
      } else {
        position(stream.groups().group(), name);
      }
      return;
    }
    assertFalse(stream.groups().find(put(nameBuffer, name), name.length()));
    stream.groups().create(put(nameBuffer, name), name.length(), 7, 8, -1);
    Group group = new Group();
    group.last = new Id(7, 8);
    group.read = -1;
    model.groups.put(name, group);
  }

  private void position(StreamGroup group, String name) {
    Id id = someId();
    long read = random.nextInt(-1, 10);
    group.position(id.millis(), id.sequence(), read);
    model.groups.get(name).last = id;
    model.groups.get(name).read = read;
  }

  private void changeGroup(StreamValue stream) {
    if (model.groups.isEmpty()) {
      return;
    }
    List<String> names = new ArrayList<>(model.groups.keySet());
    String name = names.get(random.nextInt(names.size()));
    Group expected = model.groups.get(name);
    assertTrue(stream.groups().find(put(nameBuffer, name), name.length()));
    StreamGroup group = stream.groups().group();
    String consumerName = "consumer" + random.nextInt(4);
    long address = put(nameBuffer, consumerName);
    int consumer = group.consumer(address, consumerName.length());
    assertEquals(expected.consumers.contains(consumerName), consumer != 0);
    if (consumer == 0) {
      group.createConsumer(address, consumerName.length(), now);
      expected.consumers.add(consumerName);
    } else if (random.nextInt(30) == 0) {
      group.removeConsumer(consumer);
      expected.consumers.remove(consumerName);
      expected.pending.values().removeIf(pending -> pending.owner().equals(consumerName));
    } else {
      changePending(group, expected, consumer, consumerName);
    }
  }

  private void changePending(StreamGroup group, Group expected, int consumer, String name) {
    StreamPending pending = group.pending();
    Id id = someId();
    switch (random.nextInt(8)) {
      case 0 -> {
        boolean found = pending.find(id.millis(), id.sequence());
        assertEquals(expected.pending.remove(id) != null, found);
        if (found) {
          pending.remove();
        }
      }
      case 1 -> {
        if (expected.pending.isEmpty()) {
          assertFalse(pending.oldest());
          return;
        }
        assertTrue(pending.oldest());
        long oldest = expected.pending.values().stream().mapToLong(Pending::time).min().orElse(0);
        assertEquals(oldest, pending.deliveryMillis());
        Id oldestId = new Id(pending.millis(), pending.sequence());
        pending.assign(consumer, now, pending.deliveryCount() + 1);
        long count = expected.pending.get(oldestId).count() + 1;
        expected.pending.put(oldestId, new Pending(name, now, count));
      }
      case 2 -> {
        List<Id> owned = new ArrayList<>();
        for (boolean more = pending.seekOwned(consumer, id.millis(), id.sequence());
            more;
            more = pending.nextOwned()) {
          owned.add(new Id(pending.millis(), pending.sequence()));
        }
        List<Id> own =
            expected.pending.tailMap(id).entrySet().stream()
                .filter(entry -> entry.getValue().owner().equals(name))
                .map(Map.Entry::getKey)
                .toList();
        assertEquals(own, owned);
      }
      default -> {
        boolean unowned = random.nextInt(5) == 0;
        long time = unowned ? 0 : now - random.nextInt(1000);
        long count = random.nextLong();
        pending.put(id.millis(), id.sequence(), unowned ? 0 : consumer, time, count);
        expected.pending.put(id, new Pending(unowned ? "" : name, time, count));
      }
    }
  }

  private void seek(StreamValue stream) {
    Id id = someId();
    StreamCursor cursor = stream.cursor();
    Id ceiling = model.entries.ceilingKey(id);
    assertEquals(ceiling != null, cursor.seek(id.millis(), id.sequence()), "seek " + id);
    if (ceiling != null) {
      assertEquals(ceiling, new Id(cursor.millis(), cursor.sequence()));
      assertEquals(model.entries.get(ceiling), StreamReader.texts(cursor));
      Id before = model.entries.lowerKey(ceiling);
      assertEquals(before != null, cursor.previous());
    }
    Id floor = model.entries.floorKey(id);
    assertEquals(floor != null, cursor.seekBack(id.millis(), id.sequence()), "seekBack " + id);
    if (floor != null) {
      assertEquals(floor, new Id(cursor.millis(), cursor.sequence()));
      Id after = model.entries.higherKey(floor);
      assertEquals(after != null, cursor.next());
    }
  }

  private void step(StreamValue stream) {
    switch (random.nextInt(20)) {
      case 0, 1 -> delete(stream);
      case 2 -> trim(stream);
      case 3 -> createGroup(stream, "group" + random.nextInt(3));
      case 4, 5, 6 -> changeGroup(stream);
      case 7, 8 -> seek(stream);
      case 9 -> stateOrMove(stream);
      default -> add(stream);
    }
  }

  private void stateOrMove(StreamValue stream) {
    if (!stream.exists() || random.nextInt(10) > 0) {
      return;
    }
    StreamId last = new StreamId();
    stream.lastId(last);
    last.increment();
    StreamId deleted = new StreamId();
    deleted.set(random.nextInt(1000), 1);
    stream.setState(last, 5, deleted);
    model.last = new Id(last.millis(), last.sequence());
    model.added = 5;
    model.maxDeleted = new Id(deleted.millis(), 1);
  }

  private void run(int steps, boolean withRemoval) {
    for (int i = 0; i < steps; i++) {
      unit.begin(now);
      StreamValue stream = at(KEY, 0);
      if (withRemoval && stream.exists() && random.nextInt(400) == 0) {
        stream.shard.remove(
            unit, 0, stream.hash, put(keyBuffer, KEY), KEY.length(), Removal.DELETED);
        model = new StreamModel();
      } else {
        step(stream);
      }
      check(KEY);
      unit.releaseAll();
    }
  }

  private void check(String name) {
    StreamValue stream = at(name, 0);
    stream.shard.validate();
    assertEquals(model.toString(), StreamReader.read(stream).toString());
    assertEquals(model.entries.size(), stream.length());
    stream.firstId(id);
    Id first = model.entries.isEmpty() ? Id.MIN : model.entries.firstKey();
    assertEquals(first.toString(), id.toString());
    if (name.equals(KEY)) {
      assertEquals(model.toString(), mirror.stream(KEY).toString(), "effects");
    }
  }

  @Test
  void defaultLimits() {
    run(1000, true);
  }

  @Test
  void smallNodes() {
    keyspace.limits().streamNodeMaxBytes(300);
    keyspace.limits().streamNodeMaxEntries(5);
    run(1000, true);
  }

  @Test
  void manyEntriesInANode() {
    keyspace.limits().streamNodeMaxBytes(0);
    keyspace.limits().streamNodeMaxEntries(0);
    run(700, false);
  }

  @Test
  void copiesAndRemovals() {
    keyspace.limits().streamNodeMaxEntries(7);
    for (int round = 0; round < 5; round++) {
      run(200, false);
      unit.begin(now);
      StreamValue stream = at(KEY, 0);
      if (stream.exists()) {
        long target = put(nameBuffer, "copy");
        long hash = keyspace.hash(target, 4);
        long copy =
            EntryTransfer.copy(
                unit, stream.shard, stream.entry(), stream.shard, 0, hash, target, 4, -1);
        assertTrue(copy != 0);
        check("copy");
        check(KEY);
        Shard shard = at("copy", 0).shard;
        assertTrue(shard.remove(unit, 0, hash, target, 4, Removal.DELETED));
        while (shard.reclaim()) {
          // Frees what was large.
        }
        shard.validate();
      }
      unit.releaseAll();
    }
  }

  @Test
  void nothingIsLeftBehind() {
    unit.begin(now);
    Shard shard = at("other", 0).shard;
    unit.releaseAll();
    run(300, false);
    unit.begin(now);
    StreamValue stream = at(KEY, 0);
    long before = shard.arena.usedBytes();
    long outside = stream.exists() ? shard.memoryUsage(stream.entry()) : 0;
    if (stream.exists()) {
      shard.remove(unit, 0, stream.hash, put(keyBuffer, KEY), KEY.length(), Removal.DELETED);
    }
    while (shard.reclaim()) {
      // Frees what was large.
    }
    long freed = before - shard.arena.usedBytes();
    assertTrue(Math.abs(freed - outside) < 64, freed + " bytes freed, " + outside + " told");
    assertEquals(Stream.of(0L).toList(), List.of(shard.count(0)));
    unit.releaseAll();
  }
}
