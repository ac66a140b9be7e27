package dev.larder.commands;

import static dev.larder.commands.CommandHarness.brief;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** BITOP against loops over bytes, and while others change what it reads and writes. */
@Tag("slow")
final class BitopTest {
  private static final String SYNTAX = "-ERR syntax error\r\n";
  private static final int MAX_BYTES = 16 << 20;
  private static final String[] OPERATIONS = {
    "AND", "or", "XOR", "NOT", "DIFF", "diff1", "ANDOR", "One"
  };

  private final CommandHarness server =
      new CommandHarness(c -> {
        StringCommands.declare(c, () -> MAX_BYTES);
        BitCommands.declare(c, () -> MAX_BYTES);
      });
  private final long seed = Long.getLong("seed", System.identityHashCode(this));
  private final Random random = new Random(seed);

  @AfterEach
  void close() {
    server.close();
  }

  private static String integer(long value) {
    return ":" + value + "\r\n";
  }

  private static String bulk(String value) {
    return "$" + value.length() + "\r\n" + value + "\r\n";
  }

  /** Bytes of which many are all clear or all set, as in bitmaps. */
  private String bitmap(int length) {
    StringBuilder bytes = new StringBuilder();
    while (bytes.length() < length) {
      char b = (char) new int[] {0, 0xff, random.nextInt(256)}[random.nextInt(3)];
      bytes.append(String.valueOf(b).repeat(1 + random.nextInt(1 + length / 4)));
    }
    return bytes.substring(0, length);
  }

  @Test
  void combinesLikeLoops() {
    for (int round = 0; round < 80; round++) {
      int max = new int[] {10, 100, 33_000, 70_000, 200_000, 600_000}[random.nextInt(6)];
      String name = OPERATIONS[random.nextInt(OPERATIONS.length)];
      int count = name.equals("NOT") ? 1 : 2 + random.nextInt(3);
      String[] sources = new String[count];
      String[] command = new String[3 + count];
      command[0] = "BITOP";
      command[1] = name;
      command[2] = random.nextBoolean() ? "s0" : "target";
      int longest = 0;
      for (int i = 0; i < count; i++) {
        command[3 + i] = "s" + i;
        sources[i] = random.nextInt(6) == 0 ? "" : bitmap(1 + random.nextInt(max));
        server.send("GETDEL", "s" + i);
        if (!sources[i].isEmpty()) {
          server.send("SET", "s" + i, sources[i]);
        }
        longest = Math.max(longest, sources[i].length());
      }
      String as = "seed " + seed + ", round " + round + ", " + String.join(" ", command);
      assertThat(server.send(command)).as(as).isEqualTo(integer(longest));
      String expected = longest == 0 ? "$-1\r\n" : bulk(combine(name, sources, longest));
      String actual = server.send("GET", command[2]);
      assertThat(brief(actual)).as(as).isEqualTo(brief(expected));
    }
    assertThat(server.steps()).as("slices").isPositive();
  }

  private static String combine(String name, String[] sources, int longest) {
    StringBuilder result = new StringBuilder();
    for (int at = 0; at < longest; at++) {
      int first = byteAt(sources[0], at);
      int and = first;
      int or = first;
      int xor = first;
      int others = 0;
      int twice = 0;
      for (int i = 1; i < sources.length; i++) {
        int source = byteAt(sources[i], at);
        twice |= or & source;
        and &= source;
        or |= source;
        xor ^= source;
        others |= source;
      }
      int value =
          switch (name.toUpperCase(Locale.ROOT)) {
            case "AND" -> and;
            case "OR" -> or;
            case "XOR" -> xor;
            case "DIFF" -> first & ~others;
            case "DIFF1" -> others & ~first;
            case "ANDOR" -> first & others;
            case "ONE" -> or & ~twice;
            default -> ~first & 0xff;
          };
      result.append((char) value);
    }
    return result.toString();
  }

  private static int byteAt(String bytes, int at) {
    return at < bytes.length() ? bytes.charAt(at) : 0;
  }

  @Test
  void combinesOnlyWhatMakesSense() {
    server.send("SET", "k", "x");
    assertThat(server.send("BITOP", "NOR", "t", "k")).isEqualTo(SYNTAX);
    assertThat(server.send("BITOP", "NOT", "t", "k", "k"))
        .isEqualTo("-ERR BITOP NOT must be called with a single source key.\r\n");
    for (String name : new String[] {"DIFF", "DIFF1", "ANDOR"}) {
      assertThat(server.send("BITOP", name.toLowerCase(Locale.ROOT), "t", "k"))
          .isEqualTo("-ERR BITOP " + name + " must be called with at least two source keys.\r\n");
    }
    assertThat(server.send("BITOP", "ONE", "t", "k")).isEqualTo(integer(1));
    assertThat(server.send("GET", "t")).isEqualTo(bulk("x"));
    assertThat(server.send("BITOP", "AND", "k", "none", "void")).isEqualTo(integer(0));
    assertThat(server.send("GET", "k")).as("an empty result deletes").isEqualTo("$-1\r\n");
  }

  @Test
  void readsSourcesOfOneMoment() {
    String[] sources = {bitmap(3_000_000), bitmap(20_000), bitmap(2_500_000)};
    try (CommandHarness other = new CommandHarness(server)) {
      for (String name : OPERATIONS) {
        int count = name.equals("NOT") ? 1 : 3;
        server.send("MSET", "a", sources[0], "b", sources[1], "c", sources[2], "t", "before");
        server.betweenSteps(() -> {
          other.send("SETRANGE", "a", "70000", "other");
          other.send("SET", "b", "other");
          other.send("GETDEL", "c");
          assertThat(other.send("GET", "t")).isEqualTo(bulk("before"));
        });
        String[] command = {"BITOP", name, "t", "a", "b", "c"};
        int before = server.steps();
        String reply = server.send(Arrays.copyOf(command, 3 + count));
        server.betweenSteps(() -> {});
        assertThat(reply).isEqualTo(integer(3_000_000));
        assertThat(server.steps()).as("slices").isGreaterThan(before);
        String expected = combine(name, Arrays.copyOf(sources, count), 3_000_000);
        assertThat(brief(server.send("GET", "t"))).as(name).isEqualTo(brief(bulk(expected)));
      }
    }
  }

  @Test
  void keepsTargetWhenMemoryIsExhausted() {
    String bytes = bitmap(100_000);
    server.send("MSET", "a", bytes, "short", "x", "t", "before");
    server.limitChunks(server.chunkBytes());
    assertThat(server.send("BITOP", "NOT", "t", "a"))
        .isEqualTo("-OOM command not allowed when used memory > 'maxmemory'.\r\n");
    server.limitChunks(server.chunkBytes() + 131_072);
    assertThat(server.send("BITOP", "OR", "t", "a", "short")).startsWith("-OOM");
    assertThat(server.send("BITOP", "ONE", "t", "a", "a")).startsWith("-OOM");
    assertThat(server.send("GET", "t")).isEqualTo(bulk("before"));
    assertThat(server.send("BITOP", "OR", "t", "a", "a")).isEqualTo(integer(100_000));
    server.limitChunks(-1);
  }
}
