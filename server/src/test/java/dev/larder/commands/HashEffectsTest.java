package dev.larder.commands;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.Bytes;
import dev.larder.storage.Entry;
import dev.larder.storage.Journal;
import dev.larder.storage.Removal;
import dev.larder.storage.Shard;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The effects that hash commands report are all that it takes to have their hashes. */
final class HashEffectsTest {
  private final long seed = Long.getLong("seed", System.identityHashCode(this));
  private final Random random = new Random(seed);
  private final Replica replica = new Replica();

  /** Keeps hashes by what a journal hears: a field's value, and its deadline behind it. */
  private static final class Replica implements Journal {
    final Map<String, Map<String, String>> hashes = new TreeMap<>();
    final Map<String, Map<String, Long>> deadlines = new TreeMap<>();

    private static String text(long address, int length) {
      return new String(Bytes.toArray(address, length), ISO_8859_1);
    }

    private static String key(long entry) {
      return text(Entry.keyAddress(entry), Entry.keyLength(entry));
    }

    @Override
    public void removed(long sequence, Shard shard, int database, long entry, Removal reason) {
      hashes.remove(key(entry));
      deadlines.remove(key(entry));
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
      hashes
          .computeIfAbsent(key(entry), _ -> new TreeMap<>())
          .put(text(field, fieldLength), text(value, valueLength));
      deadlines.computeIfAbsent(key(entry), _ -> new TreeMap<>()).remove(text(field, fieldLength));
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
      hashes.get(key(entry)).remove(text(field, fieldLength));
      deadlines.get(key(entry)).remove(text(field, fieldLength));
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
      Map<String, Long> ofKey = deadlines.get(key(entry));
      if (deadlineMillis < 0) {
        ofKey.remove(text(field, fieldLength));
      } else {
        ofKey.put(text(field, fieldLength), deadlineMillis);
      }
    }
  }

  private String key() {
    return "k" + random.nextInt(3);
  }

  private String field() {
    int n = random.nextInt(20);
    return n % 4 == 0 ? Integer.toString(n) : "f" + n;
  }

  private String value() {
    return random.nextInt(4) == 0 ? "v".repeat(random.nextInt(200)) : "" + random.nextInt(1_000);
  }

  private String time() {
    return "" + (9_000_000_000_000L + random.nextInt(1_000));
  }

  private String[] command() {
    return switch (random.nextInt(15)) {
      case 0, 1 -> new String[] {"HSET", key(), field(), value()};
      case 2 -> new String[] {"HSET", key(), field(), value(), field(), value(), "a", "1"};
      case 3 -> new String[] {"HSETNX", key(), field(), value()};
      case 4 -> new String[] {"HDEL", key(), field(), field()};
      case 5 -> new String[] {"HINCRBY", key(), field(), "3"};
      case 6 -> new String[] {"HINCRBYFLOAT", key(), field(), "0.5"};
      case 7 -> new String[] {"HPEXPIREAT", key(), time(), "FIELDS", "2", field(), field()};
      case 8 -> new String[] {"HPERSIST", key(), "FIELDS", "2", field(), field()};
      case 9 -> new String[] {"HGETDEL", key(), "FIELDS", "1", field()};
      case 10 -> new String[] {"HGETEX", key(), "PXAT", time(), "FIELDS", "1", field()};
      case 11 -> new String[] {"HSETEX", key(), "PXAT", time(), "FIELDS", "1", field(), value()};
      case 12 -> new String[] {"HSETEX", key(), "KEEPTTL", "FIELDS", "1", field(), value()};
      case 13 -> new String[] {"HEXPIRE", key(), "0", "FIELDS", "1", field()};
      default -> new String[] {"HIMPORT", "SET", key(), "set", value(), value()};
    };
  }

  @Test
  void replicaHasTheSameHashes() {
    try (CommandHarness server = new CommandHarness(HashCommands::declare, replica)) {
      server.keyspace.limits().hashMaxListpackEntries(12);
      server.keyspace.limits().hashMaxListpackValue(100);
      server.send("HIMPORT", "PREPARE", "set", "f1", "f2");
      for (int step = 0; step < 5_000; step++) {
        server.send(command());
        if (step % 50 == 0) {
          compare(server, "seed " + seed + ", step " + step);
        }
      }
      compare(server, "seed " + seed + ", end");
    }
  }

  private void compare(CommandHarness server, String as) {
    for (int i = 0; i < 3; i++) {
      String key = "k" + i;
      List<String> flat = KeyHarness.strings(server.send("HGETALL", key));
      Map<String, String> hash = new TreeMap<>();
      Map<String, Long> deadlines = new TreeMap<>();
      for (int k = 0; k < flat.size(); k += 2) {
        hash.put(flat.get(k), flat.get(k + 1));
        String reply = server.send("HPEXPIRETIME", key, "FIELDS", "1", flat.get(k));
        long deadline = KeyHarness.integer(reply.substring(reply.indexOf(':')));
        if (deadline >= 0) {
          deadlines.put(flat.get(k), deadline);
        }
      }
      assertThat(replica.hashes.getOrDefault(key, Map.of())).as(as).isEqualTo(hash);
      assertThat(replica.deadlines.getOrDefault(key, Map.of())).as(as).isEqualTo(deadlines);
    }
    assertThat(server.keyspace.size(0)).as(as).isEqualTo(replica.hashes.size());
  }
}
