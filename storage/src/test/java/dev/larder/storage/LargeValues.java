package dev.larder.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Makes collections of every type that consist of many blocks, and tells what is in them. */
final class LargeValues {
  /** Which collection; of some types there are two, with other blocks. */
  enum Kind {
    LIST,
    SET,
    SORTED_SET,
    HASH,
    VOLATILE_HASH,
    STREAM,
    GROUPED_STREAM
  }

  private final TestKeyspace keys;
  private final Random random;
  private final long now;

  LargeValues(TestKeyspace keys, Random random, long now) {
    this.keys = keys;
    this.random = random;
    this.now = now;
  }

  private byte[] text(int i) {
    int filling = random.nextInt(50) == 0 ? 4000 + random.nextInt(2000) : random.nextInt(60);
    return ("element " + i + " " + "x".repeat(filling)).getBytes(ISO_8859_1);
  }

  /** Makes a key of database 0 such a collection; its entry. The shard is owned then. */
  long make(Kind kind, String name, int elements) {
    Shard shard = keys.at(name, now);
    Views views = keys.unit.views();
    CollectionValue view =
        switch (kind) {
          case LIST -> views.list();
          case SET -> views.set();
          case SORTED_SET -> views.sortedSet();
          case HASH, VOLATILE_HASH -> views.hash();
          case STREAM, GROUPED_STREAM -> views.stream();
        };
    keys.point(view, shard, 0);
    for (int i = 0; i < elements; i++) {
      byte[] bytes = text(i);
      long address = keys.text(0, bytes);
      switch (kind) {
        case LIST -> {
          views.list().expect(bytes.length, 1);
          views.list().push(random.nextBoolean(), address, bytes.length);
        }
        case SET -> {
          views.set().expect(address, bytes.length, elements);
          views.set().add(address, bytes.length);
        }
        case SORTED_SET -> views.sortedSet().add(address, bytes.length, random.nextInt(100));
        case HASH, VOLATILE_HASH -> addField(views.hash(), i, bytes, kind == Kind.VOLATILE_HASH);
        case STREAM, GROUPED_STREAM -> addEntry(views.stream(), i, address, bytes.length);
      }
    }
    if (kind == Kind.GROUPED_STREAM) {
      addGroups(views.stream(), elements);
    }
    return view.entry();
  }

  private void addField(HashValue hash, int i, byte[] value, boolean isVolatile) {
    byte[] name = ("field" + i).getBytes(ISO_8859_1);
    long deadline = isVolatile && random.nextBoolean() ? now + 1000 + random.nextInt(5000) : -1;
    hash.set(keys.text(1, name), name.length, keys.text(0, value), value.length, deadline);
  }

  private static void addEntry(StreamValue stream, int i, long address, int length) {
    if (!stream.exists()) {
      stream.create();
    }
    stream.fields().clear();
    stream.fields().add(address, Math.min(length, 9));
    stream.fields().add(address, length);
    stream.append(1000 + i, 1);
  }

  /** Groups of one, two and no consumers; and what producers have given. */
  private void addGroups(StreamValue stream, int elements) {
    for (int g = 0; g < 3; g++) {
      long name = keys.text(0, ("group" + g).getBytes(ISO_8859_1));
      stream.groups().create(name, 6, 1000 + g, 1, -1);
      StreamGroup group = stream.groups().group();
      int first = g == 0 ? 0 : group.createConsumer(name, 5, now);
      int second = g < 2 ? first : group.createConsumer(name, 6, now + 1);
      for (int i = 0; i < elements; i++) {
        int owner = i % 3 == 0 ? 0 : i % 3 == 1 ? first : second;
        group.pending().put(1000 + i, 1, owner, now + random.nextInt(100), i);
      }
      if (g == 2) {
        boolean isThere = group.pending().oldest();
        assert isThere;
      }
    }
    StreamId id = new StreamId();
    for (int i = 0; i < 80; i++) {
      byte[] name = ("id" + i).getBytes(ISO_8859_1);
      id.set(1000 + i, 1);
      long address = keys.text(0, name);
      stream.producers().record(address, 2 - i % 2, address, name.length, id, now);
    }
  }

  /** What is in the collection of a key, the same for collections that are equal. */
  List<String> content(String name) {
    Shard shard = keys.at(name, now);
    try {
      long entry = keys.find(shard, 0);
      List<String> content = new ArrayList<>();
      content.add(Entry.type(entry) + " " + shard.encodingName(entry));
      switch (Entry.type(entry)) {
        case LIST -> {
          ListValue list = keys.unit.views().list();
          keys.point(list, shard, entry);
          list.seek(0);
          do {
            list.writeText(keys.scratch());
            content.add(new String(Bytes.toArray(keys.scratch(), list.length()), ISO_8859_1));
          } while (list.next());
          return content;
        }
        case SET -> {
          SetValue set = keys.unit.views().set();
          keys.point(set, shard, entry);
          for (boolean more = set.seekFirst(); more; more = set.next()) {
            content.add(string(set.member()));
          }
        }
        case HASH -> {
          HashValue hash = keys.unit.views().hash();
          keys.point(hash, shard, entry);
          long position = 0;
          do {
            position = hash.walk(position);
            while (hash.next()) {
              content.add(string(hash.fieldName()) + string(hash.fieldValue()) + hash.deadline());
            }
          } while (position != 0);
        }
        default -> {
          Dump dump = keys.unit.dump();
          dump.write(shard, entry);
          byte[] bytes = Bytes.toArray(dump.address(), (int) dump.length());
          content.add(HexFormat.of().formatHex(bytes));
          dump.clear();
        }
      }
      content.subList(1, content.size()).sort(null);
      return content;
    } finally {
      keys.unit.releaseAll();
    }
  }

  private String string(ElementText text) {
    return new String(Bytes.toArray(text.address(keys.scratch()), text.length()), ISO_8859_1);
  }
}
