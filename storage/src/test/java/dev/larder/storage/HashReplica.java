package dev.larder.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Rebuilds hashes on the heap from the effects that a keyspace reports, and from nothing else. */
final class HashReplica implements Journal {
  record Field(String value, long deadline) {}

  static final class Hash {
    final Map<String, Field> fields = new HashMap<>();
    long deadline = -1;
  }

  final List<Map<String, Hash>> databases = new ArrayList<>();
  int expiredFields;

  HashReplica(int databases) {
    for (int i = 0; i < databases; i++) {
      this.databases.add(new HashMap<>());
    }
  }

  static String text(long address, int length) {
    return new String(Bytes.toArray(address, length), ISO_8859_1);
  }

  private static String key(long entry) {
    return text(Entry.keyAddress(entry), Entry.keyLength(entry));
  }

  private Hash hash(int database, long entry) {
    return databases.get(database).get(key(entry));
  }

  @Override
  public void stored(long sequence, Shard shard, int database, long entry) {
    Keyspace keyspace = shard.keyspace;
    Unit reader = keyspace.newUnit();
    // Sees what is past its deadline, too: it is there until its removal is reported.
    reader.begin(0);
    Hash copy = new Hash();
    copy.deadline = Entry.expireAt(entry);
    HashValue view = new HashValue(keyspace, reader);
    view.shard = shard;
    view.entry = entry;
    view.pointed();
    read(view, copy.fields);
    databases.get(database).put(key(entry), copy);
  }

  static void read(HashValue view, Map<String, Field> into) {
    long position = 0;
    do {
      position = view.walk(position);
      while (view.next()) {
        into.put(text(view.fieldName()), new Field(text(view.fieldValue()), view.deadline()));
      }
    } while (position != 0);
  }

  static String text(ElementText text) {
    long scratch = SCRATCH;
    text.copy(scratch);
    return text(scratch, text.length());
  }

  private static final long SCRATCH =
      dev.larder.storage.memory.VirtualMemory.allocateForever(1 << 20, 8);

  @Override
  public void removed(long sequence, Shard shard, int database, long entry, Removal reason) {
    Hash gone = databases.get(database).remove(key(entry));
    if (reason == Removal.EMPTIED && !gone.fields.isEmpty()) {
      throw new AssertionError("a hash with fields was emptied");
    }
  }

  @Override
  public void expiryChanged(
      long sequence, Shard shard, int database, long entry, long deadlineMillis) {
    hash(database, entry).deadline = deadlineMillis;
  }

  @Override
  public void fieldStored(
      long sequence,
      Shard shard,
      int database,
      long entry,
      long field,
      int fieldLength,
      long value,
      int valueLength) {
    databases
        .get(database)
        .computeIfAbsent(key(entry), _ -> new Hash())
        .fields
        .put(text(field, fieldLength), new Field(text(value, valueLength), -1));
  }

  @Override
  public void fieldRemoved(
      long sequence,
      Shard shard,
      int database,
      long entry,
      long field,
      int fieldLength,
      Removal reason) {
    expiredFields += reason == Removal.EXPIRED ? 1 : 0;
    if (hash(database, entry).fields.remove(text(field, fieldLength)) == null) {
      throw new AssertionError("a field went that was not there");
    }
  }

  @Override
  public void fieldExpiryChanged(
      long sequence,
      Shard shard,
      int database,
      long entry,
      long field,
      int fieldLength,
      long deadlineMillis) {
    Map<String, Field> fields = hash(database, entry).fields;
    fields.computeIfPresent(
        text(field, fieldLength), (_, old) -> new Field(old.value(), deadlineMillis));
  }

  @Override
  public void flushed(long sequence, Unit unit, int database) {
    databases.get(database).clear();
  }

  @Override
  public void swapped(long sequence, Unit unit, int first, int second) {
    Map<String, Hash> map = databases.get(first);
    databases.set(first, databases.get(second));
    databases.set(second, map);
  }
}
