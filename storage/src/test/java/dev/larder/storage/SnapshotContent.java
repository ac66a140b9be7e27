package dev.larder.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.storage.table.Record;
import dev.larder.storage.table.TableCursor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * What a keyspace has: by database and key a text that is the same for the same content, however it
 * is kept. From all records, or from what a snapshot has written.
 */
final class SnapshotContent implements SnapshotTarget {
  private static final int STRING = 0;
  private static final int SET = 2;
  private static final int HASH = 4;
  private static final int ZSET_2 = 5;
  private static final int HASH_METADATA = 24;
  private static final int FOOTER_BYTES = 10;

  /** By database and key. */
  final Map<String, String> entries = new HashMap<>();

  /** What was written, by database. */
  private final Map<Integer, ByteArrayOutputStream> written = new HashMap<>();

  private final Map<Integer, ByteArrayOutputStream> aside = new HashMap<>();

  long failAfter = Long.MAX_VALUE;
  private long bytes;
  boolean isFinished;
  boolean isAbandoned;
  SnapshotSizes sizes;

  private byte[] input = new byte[0];
  private int at;

  /** Reads all records; whoever calls owns all shards. */
  void capture(TestKeyspace keys) {
    for (int i = 0; i < keys.keyspace.shardCount(); i++) {
      Shard shard = keys.keyspace.shard(i);
      TableCursor cursor = new TableCursor(shard.arena);
      for (int d = 0; d < keys.keyspace.databases(); d++) {
        ShardDatabase content = shard.database(d);
        long position = 0;
        while (content != null) {
          position = cursor.segment(content.table, shard.arena, position);
          for (long record = cursor.next(); record != 0; record = cursor.next()) {
            capture(keys, shard, d, record);
          }
          content = position == 0 ? null : content;
        }
      }
    }
  }

  private void capture(TestKeyspace keys, Shard shard, int database, long record) {
    Dump dump = keys.keyspace.newUnit().dump();
    dump.write(shard, record);
    input = Bytes.toArray(dump.address(), (int) dump.length() - FOOTER_BYTES);
    dump.clear();
    at = 0;
    String key =
        new String(Bytes.toArray(Record.keyAddress(record), Record.keyLength(record)), ISO_8859_1);
    put(database, key, Record.deadline(record), body(read(), null));
    if (at != input.length) {
      throw new AssertionError("a payload has " + (input.length - at) + " bytes more");
    }
  }

  private void put(int database, String key, long deadline, String body) {
    String old = entries.put(database + "/" + key, "deadline " + deadline + " " + body);
    if (old != null) {
      throw new AssertionError("twice: " + database + "/" + key);
    }
  }

  @Override
  public void begin(SnapshotSizes newSizes, SnapshotPace pace) {
    sizes = newSizes;
  }

  @Override
  public void entries(int database, long address, long length, int version) throws IOException {
    bytes += length;
    if (bytes > failAfter) {
      throw new IOException("the disk is full");
    }
    written
        .computeIfAbsent(database, d -> new ByteArrayOutputStream())
        .writeBytes(Bytes.toArray(address, (int) length));
  }

  @Override
  public void setAside(int database, long address, long length, int version) {
    aside
        .computeIfAbsent(database, d -> new ByteArrayOutputStream())
        .writeBytes(Bytes.toArray(address, (int) length));
  }

  @Override
  public boolean takeBack() {
    aside.forEach((database, content) ->
        written
            .computeIfAbsent(database, d -> new ByteArrayOutputStream())
            .writeBytes(content.toByteArray()));
    aside.clear();
    return false;
  }

  @Override
  public void finish() {
    isFinished = true;
  }

  @Override
  public void abandon() {
    isAbandoned = true;
  }

  /**
   * Takes apart what was written.
   *
   * @param expected says how long entries are that are not taken apart
   */
  void parse(SnapshotContent expected) {
    for (var database : written.entrySet()) {
      input = database.getValue().toByteArray();
      at = 0;
      while (at < input.length) {
        long deadline = -1;
        int type = read();
        if (type == 0xFC) {
          deadline = readLong();
          type = read();
        }
        String key = string();
        String name = database.getKey() + "/" + key;
        put(database.getKey(), key, deadline, body(type, expected.entries.get(name)));
      }
    }
  }

  private String body(int type, String expected) {
    return switch (type) {
      case STRING -> "string " + string();
      case SET -> "set " + elements(false, false, false);
      case HASH -> "hash " + elements(true, false, false);
      case ZSET_2 -> "zset " + elements(false, true, false);
      case HASH_METADATA -> "hash " + readLong() + " " + elements(true, false, true);
      default -> "type " + type + " " + rest(expected);
    };
  }

  private String rest(String expected) {
    int end = input.length;
    if (expected != null) {
      int start = expected.indexOf(' ', expected.indexOf("type ") + 5) + 1;
      end = Math.min(input.length, at + expected.length() - start);
    }
    String text = new String(input, at, end - at, ISO_8859_1);
    at = end;
    return text;
  }

  private String elements(boolean hasValue, boolean hasScore, boolean hasDeadline) {
    long count = length();
    TreeSet<String> elements = new TreeSet<>();
    for (long i = 0; i < count; i++) {
      String deadline = hasDeadline ? "@" + length() : "";
      String element = string();
      String value = hasValue ? string() : "";
      String score = hasScore ? "=" + readLong() : "";
      elements.add(element + ":" + value + score + deadline);
    }
    if (elements.size() != count) {
      throw new AssertionError(count + " elements, of which " + elements.size() + " differ");
    }
    return elements.toString();
  }

  private int read() {
    return input[at++] & 0xFF;
  }

  private long readLong() {
    long number = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      number |= (long) read() << 8 * i;
    }
    return number;
  }

  private long length() {
    int first = read();
    if (first >>> 6 == 0) {
      return first;
    }
    if (first >>> 6 == 1) {
      return (first & 0x3F) << 8 | read();
    }
    long number = 0;
    for (int i = 0; i < (first == 0x80 ? 4 : 8); i++) {
      number = number << 8 | read();
    }
    return number;
  }

  private String string() {
    int first = input[at] & 0xFF;
    if (first < 0xC0) {
      int length = (int) length();
      at += length;
      return new String(input, at - length, length, ISO_8859_1);
    }
    at++;
    if (first == 0xC3) {
      int compressed = (int) length();
      byte[] text = new byte[(int) length()];
      expand(Arrays.copyOfRange(input, at, at + compressed), text);
      at += compressed;
      return new String(text, ISO_8859_1);
    }
    int number = read();
    if (first == 0xC0) {
      return Integer.toString((byte) number);
    }
    number |= read() << 8;
    if (first == 0xC1) {
      return Integer.toString((short) number);
    }
    return Integer.toString(number | read() << 16 | read() << 24);
  }

  private static void expand(byte[] packed, byte[] text) {
    int out = 0;
    for (int i = 0; i < packed.length; ) {
      int control = packed[i++] & 0xFF;
      if (control < 32) {
        System.arraycopy(packed, i, text, out, control + 1);
        i += control + 1;
        out += control + 1;
      } else {
        int length = control >>> 5;
        if (length == 7) {
          length += packed[i++] & 0xFF;
        }
        int from = out - ((control & 0x1F) << 8 | packed[i++] & 0xFF) - 1;
        for (int k = 0; k < length + 2; k++) {
          text[out++] = text[from++];
        }
      }
    }
  }
}
