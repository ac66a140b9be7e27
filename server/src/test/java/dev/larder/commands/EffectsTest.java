package dev.larder.commands;

import static dev.larder.commands.CommandHarness.brief;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.Bytes;
import dev.larder.storage.Entry;
import dev.larder.storage.Journal;
import dev.larder.storage.Removal;
import dev.larder.storage.Shard;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The effects that commands on strings report are all that it takes to have the strings. */
@Tag("slow")
final class EffectsTest {
  private static final int KEYS = 5;

  private final long seed = Long.getLong("seed", System.identityHashCode(this));
  private final Random random = new Random(seed);
  private final Replica replica = new Replica();

  /** Keeps heap copies of strings by what a journal hears. */
  private static final class Replica implements Journal {
    final Map<String, byte[]> values = new HashMap<>();
    final Map<String, Long> deadlines = new HashMap<>();

    private static String key(long entry) {
      byte[] key = Bytes.toArray(Entry.keyAddress(entry), Entry.keyLength(entry));
      return new String(key, ISO_8859_1);
    }

    private static void read(Shard shard, long entry, long from, byte[] target) {
      for (long at = from; at < target.length; ) {
        int run = (int) Math.min(shard.runLength(entry, at), target.length - at);
        byte[] bytes = Bytes.toArray(shard.runAddress(entry, at), run);
        System.arraycopy(bytes, 0, target, (int) at, run);
        at += run;
      }
    }

    @Override
    public void stored(long sequence, Shard shard, int database, long entry) {
      byte[] value = new byte[(int) shard.stringLength(entry)];
      read(shard, entry, 0, value);
      values.put(key(entry), value);
      deadlines.put(key(entry), Entry.expireAt(entry));
    }

    @Override
    public void written(
        long sequence, Shard shard, int database, long entry, long offset, long bytes) {
      byte[] value = values.getOrDefault(key(entry), new byte[0]);
      deadlines.putIfAbsent(key(entry), -1L);
      int end = (int) (offset + bytes);
      byte[] changed = Arrays.copyOf(value, Math.max(value.length, end));
      byte[] upToEnd = new byte[end];
      read(shard, entry, offset, upToEnd);
      System.arraycopy(upToEnd, (int) offset, changed, (int) offset, (int) bytes);
      values.put(key(entry), changed);
    }

    @Override
    public void removed(long sequence, Shard shard, int database, long entry, Removal reason) {
      values.remove(key(entry));
      deadlines.remove(key(entry));
    }

    @Override
    public void expiryChanged(
        long sequence, Shard shard, int database, long entry, long deadlineMillis) {
      deadlines.put(key(entry), deadlineMillis);
    }
  }

  private String key() {
    return "k" + random.nextInt(KEYS);
  }

  private String number(int bound) {
    return String.valueOf(random.nextInt(bound));
  }

  private String value() {
    int length = new int[] {0, 3, 20, 300, 40_000, 70_000, 900_000}[random.nextInt(7)];
    return (number(100) + "abc").repeat(length / 4 + 1).substring(0, length);
  }

  private String[] command() {
    return switch (random.nextInt(24)) {
      case 0 -> new String[] {"SET", key(), value()};
      case 1 -> new String[] {"SET", key(), number(1000), "EX", "1000"};
      case 2 -> new String[] {"SET", key(), value(), "KEEPTTL", "GET"};
      case 3 -> new String[] {"SET", key(), value(), "PXAT", "1"};
      case 4 -> new String[] {"GETEX", key(), "EX", number(3) + "00"};
      case 5 -> new String[] {"GETEX", key(), "PERSIST"};
      case 6 -> new String[] {"GETDEL", key()};
      case 7 -> new String[] {"APPEND", key(), value()};
      case 8 -> new String[] {"SETRANGE", key(), number(200_000), value()};
      case 9 -> new String[] {"INCRBY", key(), number(100)};
      case 10 -> new String[] {"INCRBYFLOAT", key(), "0." + number(100)};
      case 11 -> new String[] {"MSET", key(), value(), key(), value()};
      case 12 -> new String[] {"SETBIT", key(), number(2_000_000), number(2)};
      case 13 -> new String[] {"BITOP", random.nextBoolean() ? "OR" : "XOR", key(), key(), key()};
      case 14 ->
          new String[] {
            "BITFIELD", key(), "SET", "u33", number(900_000), "7", "INCRBY", "i7", number(500), "9"
          };
      case 15 -> new String[] {"MSETEX", "2", key(), value(), key(), value(), "PX", "99999"};
      case 16 -> new String[] {"MSETEX", "2", key(), value(), key(), value(), "KEEPTTL"};
      case 17 -> new String[] {"SET", key(), value(), "IFNE", value(), "EX", "100"};
      case 18 -> new String[] {"DELEX", key(), "IFNE", value()};
      case 19 -> new String[] {"INCREX", key(), "BYINT", number(9), "EX", "100", "ENX"};
      case 20 -> new String[] {"INCREX", key(), "BYFLOAT", "0." + number(9), "PERSIST"};
      case 21 -> new String[] {"BITOP", "ONE", key(), key(), key(), key()};
      case 22 -> new String[] {"BITOP", "ANDOR", key(), key(), key()};
      default -> new String[] {"GETSET", key(), value()};
    };
  }

  private String counterKey() {
    return "h" + random.nextInt(KEYS);
  }

  private String[] hyperLogLogCommand() {
    return switch (random.nextInt(10)) {
      case 0 -> new String[] {"PFCOUNT", counterKey()};
      case 1 -> new String[] {"PFMERGE", counterKey(), counterKey()};
      case 2 -> new String[] {"PFDEBUG", "TODENSE", counterKey()};
      case 3 -> new String[] {"GETDEL", counterKey()};
      case 4 -> new String[] {"PFADD", counterKey()};
      default -> {
        String[] command = new String[3 + random.nextInt(60)];
        command[0] = "PFADD";
        command[1] = counterKey();
        for (int i = 2; i < command.length; i++) {
          command[i] = number(1000);
        }
        yield command;
      }
    };
  }

  @Test
  void replicaHasTheSameStrings() {
    try (CommandHarness server =
        new CommandHarness(
            c -> {
              StringCommands.declare(c, () -> 16 << 20);
              BitCommands.declare(c, () -> 16 << 20);
              HyperLogLogCommands.declare(c, () -> 1000);
            },
            replica)) {
      for (int step = 0; step < 900; step++) {
        server.send(random.nextInt(4) == 0 ? hyperLogLogCommand() : command());
        if (step % 10 == 0) {
          compare(server, "seed " + seed + ", step " + step);
        }
      }
      compare(server, "seed " + seed + ", end");
    }
  }

  private void compare(CommandHarness server, String as) {
    for (int i = 0; i < 2 * KEYS; i++) {
      String key = (i < KEYS ? "k" : "h") + i % KEYS;
      String reply = server.send("GET", key);
      byte[] value = replica.values.get(key);
      String expected =
          value == null
              ? "$-1\r\n"
              : "$" + value.length + "\r\n" + new String(value, ISO_8859_1) + "\r\n";
      assertThat(brief(reply)).as("%s, %s", as, key).isEqualTo(brief(expected));
    }
    long withDeadline = replica.deadlines.values().stream().filter(d -> d >= 0).count();
    assertThat(server.keyspace.volatileSize(0)).as(as).isEqualTo(withDeadline);
  }
}
