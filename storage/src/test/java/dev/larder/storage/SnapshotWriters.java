package dev.larder.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.storage.memory.VirtualMemory;
import java.util.Random;

/**
 * Changes a keyspace at random, in every way that commands do: all types, small and large, keys and
 * fields that expire, keys that move and databases that are flushed or swapped.
 */
final class SnapshotWriters {
  private static final int TEXT_BYTES = 1 << 20;
  private static final int LARGE_MEMBERS = 3000;
  private static final int SHAKEN_ONCE_IN = 200;

  private final TestKeyspace keys;
  private final Keyspace keyspace;
  private final Unit unit;
  private final Random random;
  private final long key = VirtualMemory.reserve(1 << 16);
  private final long text = VirtualMemory.reserve(TEXT_BYTES);
  private final long other = VirtualMemory.reserve(TEXT_BYTES);
  private final StreamId id = new StreamId();
  private int keyLength;
  private long hash;
  private int database;
  private Shard shard;
  private long entry;
  private long now = 1_000_000;
  private int textLength;

  SnapshotWriters(TestKeyspace keys, Random random) {
    this.keys = keys;
    this.keyspace = keys.keyspace;
    this.unit = keys.unit;
    this.random = random;
  }

  /** Owns a random key of a kind to change it; false when it is leased. */
  private boolean at(String kind) {
    String name = kind + random.nextInt(random.nextInt(8) == 0 ? 100 : 6);
    byte[] bytes = name.getBytes(ISO_8859_1);
    keyLength = bytes.length;
    Bytes.fromArray(bytes, 0, key, keyLength);
    hash = keyspace.hash(key, keyLength);
    database = random.nextInt(3) == 0 ? random.nextInt(keyspace.databases()) : 0;
    shard = keyspace.shardOf(hash);
    unit.begin(now);
    while (!unit.acquire(shard)) {
      Thread.onSpinWait();
    }
    if (random.nextInt(3) > 0) {
      unit.prepare(shard, database, hash, key, keyLength);
    }
    if (shard.leases().against(hash, key, keyLength, true) != null) {
      unit.releaseAll();
      return false;
    }
    entry = shard.find(unit, database, hash, key, keyLength);
    return true;
  }

  private void point(CollectionValue view) {
    if (entry != 0 && Entry.isString(entry)) {
      shard.remove(unit, database, hash, key, keyLength, Removal.DELETED);
      entry = 0;
    }
    view.point(shard, database, hash, key, keyLength, entry);
  }

  private long word(int longest) {
    textLength = 1 + random.nextInt(longest);
    byte[] bytes = new byte[textLength];
    random.nextBytes(bytes);
    Bytes.fromArray(bytes, 0, text, textLength);
    return text;
  }

  private long member() {
    byte[] name = ("member-" + random.nextInt(2 * LARGE_MEMBERS)).getBytes(ISO_8859_1);
    textLength = name.length;
    Bytes.fromArray(name, 0, text, textLength);
    return text;
  }

  private int many() {
    return random.nextInt(40) == 0 ? LARGE_MEMBERS : 1 + random.nextInt(5);
  }

  private long deadline() {
    return random.nextInt(3) > 0 ? -1 : now + random.nextInt(2000);
  }

  /** Changes something. */
  void step() {
    now += random.nextInt(20);
    if (random.nextInt(SHAKEN_ONCE_IN) == 0) {
      int shaken = random.nextInt(keyspace.shardCount());
      keys.withAllShards(() -> Shaking.now(keyspace, shaken));
    }
    switch (random.nextInt(24)) {
      case 0, 1, 2 -> string();
      case 3 -> editString();
      case 4, 5, 6, 7 -> hash();
      case 8, 9 -> set();
      case 10, 11, 12 -> sortedSet();
      case 13, 14 -> list();
      case 15, 16 -> stream();
      case 17 -> remove();
      case 18, 19 -> expire();
      case 20 -> transfer();
      case 21 -> keys.housekeep(now);
      case 22 -> read();
      default -> wholeDatabases();
    }
  }

  private void string() {
    if (at(random.nextInt(8) == 0 ? anyKind() : "string")) {
      int longest = random.nextInt(20) == 0 ? 300_000 : random.nextInt(4) == 0 ? 40_000 : 60;
      long value = word(longest);
      shard.store(unit, database, hash, key, keyLength, value, textLength, deadline());
      unit.releaseAll();
    }
  }

  private void editString() {
    if (at("string")) {
      if (entry != 0) {
        long offset = random.nextInt(random.nextInt(4) == 0 ? 200_000 : 100);
        long value = word(100);
        StringEdit.write(keyspace, unit, shard, database, hash, entry, offset, value, textLength);
      }
      unit.releaseAll();
    }
  }

  private void hash() {
    if (!at("hash")) {
      return;
    }
    HashValue view = unit.views().hash();
    point(view);
    int count = many();
    boolean removes = random.nextInt(3) == 0;
    for (int i = 0; i < count; i++) {
      long name = member();
      if (removes) {
        if (view.exists()) {
          view.remove(name, textLength);
        }
      } else {
        int length = random.nextInt(random.nextInt(30) == 0 ? 5000 : 20);
        long at = random.nextInt(4) > 0 ? HashValue.NO_DEADLINE : now + random.nextInt(3000);
        view.set(name, textLength, other, length, at);
      }
    }
    unit.releaseAll();
  }

  private void set() {
    if (!at("set")) {
      return;
    }
    SetValue view = unit.views().set();
    point(view);
    int count = many();
    boolean removes = random.nextInt(3) == 0;
    for (int i = 0; i < count; i++) {
      long name = member();
      if (removes) {
        view.remove(name, textLength);
        if (!view.exists()) {
          break;
        }
      } else {
        view.expect(name, textLength, 1);
        view.add(name, textLength);
      }
    }
    unit.releaseAll();
  }

  private void sortedSet() {
    if (!at("zset")) {
      return;
    }
    SortedSetValue view = unit.views().sortedSet();
    point(view);
    int count = many();
    boolean removes = random.nextInt(3) == 0;
    for (int i = 0; i < count && (!removes || view.exists()); i++) {
      long name = member();
      boolean isThere = view.exists() && view.find(name, textLength);
      double score = random.nextInt(1000) / 8.0;
      if (!removes && isThere) {
        view.rescore(name, textLength, score);
      } else if (!removes) {
        view.add(name, textLength, score);
      } else if (isThere) {
        view.remove();
      }
    }
    unit.releaseAll();
  }

  private void list() {
    if (!at("list")) {
      return;
    }
    ListValue view = unit.views().list();
    point(view);
    int count = many();
    boolean removes = random.nextInt(3) == 0;
    for (int i = 0; i < count; i++) {
      if (!removes) {
        long element = word(200);
        view.expect(textLength, 1);
        view.push(random.nextBoolean(), element, textLength);
      } else if (view.exists()) {
        view.pop(random.nextBoolean(), 1);
      }
    }
    if (!removes && random.nextInt(4) == 0) {
      view.insert(random.nextInt((int) view.count()), word(50), textLength);
    }
    unit.releaseAll();
  }

  private void stream() {
    if (!at("stream")) {
      return;
    }
    StreamValue view = unit.views().stream();
    point(view);
    int count = many();
    for (int i = 0; i < count; i++) {
      if (view.nextId(now, id)) {
        if (!view.exists()) {
          view.create();
        }
        view.fields().clear();
        long value = word(30);
        view.fields().add(value, textLength);
        view.fields().add(value, textLength);
        view.append(id.millis(), id.sequence());
      }
    }
    if (random.nextInt(4) == 0) {
      view.delete(id.millis(), id.sequence());
    }
    long name = member();
    if (random.nextInt(4) == 0 && !view.groups().find(name, textLength)) {
      view.groups().create(name, textLength, 0, 0, -1);
      view.groups().find(name, textLength);
      view.groups().group().createConsumer(name, textLength, now);
    }
    unit.releaseAll();
  }

  private String anyKind() {
    return new String[] {"string", "hash", "set", "zset", "list", "stream"}[random.nextInt(6)];
  }

  private void remove() {
    if (at(anyKind())) {
      shard.remove(unit, database, hash, key, keyLength, Removal.DELETED);
      unit.releaseAll();
    }
  }

  private void expire() {
    if (at(anyKind())) {
      if (entry != 0) {
        shard.expire(unit, database, hash, entry, deadline());
      }
      unit.releaseAll();
    }
  }

  private void transfer() {
    if (!at(anyKind())) {
      return;
    }
    unit.releaseAll();
    String from = new String(Bytes.toArray(key, keyLength), ISO_8859_1);
    int source = database;
    String kind = from.replaceAll("[0-9]", "");
    if (!at(kind)) {
      return;
    }
    unit.releaseAll();
    String to = new String(Bytes.toArray(key, keyLength), ISO_8859_1);
    if (!from.equals(to) || source != database) {
      if (random.nextBoolean()) {
        keys.move(source, from, database, to, now);
      } else {
        keys.copy(source, from, database, to, now);
      }
    }
  }

  /** What only reads, and may meet what has expired. */
  private void read() {
    if (!at("hash")) {
      return;
    }
    unit.releaseAll();
    unit.begin(now);
    while (!unit.acquire(shard)) {
      Thread.onSpinWait();
    }
    unit.reading();
    entry = shard.find(unit, database, hash, key, keyLength);
    if (entry != 0 && Entry.isString(entry)) {
      unit.releaseAll();
      return;
    }
    HashValue view = unit.views().hash();
    point(view);
    for (int i = 0; i < 20 && view.exists(); i++) {
      long name = member();
      view.find(name, textLength);
    }
    unit.releaseAll();
  }

  private void wholeDatabases() {
    if (random.nextInt(20) > 0) {
      return;
    }
    int first = random.nextInt(keyspace.databases());
    int second = random.nextInt(keyspace.databases());
    keys.withAllShards(() -> {
      for (int i = 0; i < keyspace.shardCount(); i++) {
        if (!keyspace.shard(i).leases().isEmpty()) {
          return;
        }
      }
      if (random.nextInt(3) == 0) {
        keyspace.flush(unit, first);
      } else if (first != second) {
        keyspace.swap(unit, first, second);
      }
    });
  }
}
