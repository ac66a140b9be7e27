package dev.larder.commands;

import static dev.larder.commands.CommandHarness.brief;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** APPEND and SETRANGE on short and long values, and when memory is exhausted. */
final class StringEditsTest {
  private static final String OUT_OF_MEMORY =
      "-OOM command not allowed when used memory > 'maxmemory'.\r\n";
  private static final String TOO_LONG =
      "-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n";
  private static final int MAX_BYTES = 16 << 20;

  private final CommandHarness server =
      new CommandHarness(c -> StringCommands.declare(c, () -> MAX_BYTES));

  @AfterEach
  void close() {
    server.close();
  }

  private static String bulk(String value) {
    return "$" + value.length() + "\r\n" + value + "\r\n";
  }

  private static String integer(long value) {
    return ":" + value + "\r\n";
  }

  private static String text(int length) {
    return "abcdefghijklmnopqrstuvwxyz0123456789-".repeat(length / 37 + 1).substring(0, length);
  }

  @Test
  void appends() {
    assertThat(server.send("APPEND", "k", "")).isEqualTo(integer(0));
    assertThat(server.send("APPEND", "k", "ab")).isEqualTo(integer(2));
    assertThat(server.send("APPEND", "k", "cde")).isEqualTo(integer(5));
    assertThat(server.send("GET", "k")).isEqualTo(bulk("abcde"));
  }

  @Test
  void overwrites() {
    assertThat(server.send("SETRANGE", "k", "0", "")).isEqualTo(integer(0));
    assertThat(server.send("GET", "k")).isEqualTo("$-1\r\n");
    assertThat(server.send("SETRANGE", "k", "3", "ab")).isEqualTo(integer(5));
    assertThat(server.send("GET", "k")).isEqualTo(bulk("\0\0\0ab"));
    assertThat(server.send("SETRANGE", "k", "1", "xyz")).isEqualTo(integer(5));
    assertThat(server.send("GET", "k")).isEqualTo(bulk("\0xyzb"));
    assertThat(server.send("SETRANGE", "k", "100", "")).isEqualTo(integer(5));
    assertThat(server.send("SETRANGE", "k", "-1", "x"))
        .isEqualTo("-ERR offset is out of range\r\n");
    assertThat(server.send("SETRANGE", "k", "x", "x"))
        .isEqualTo("-ERR value is not an integer or out of range\r\n");
  }

  @Test
  void keepsStringsWithinLimit() {
    String last = String.valueOf(MAX_BYTES - 1);
    assertThat(server.send("SETRANGE", "k", last, "xy")).isEqualTo(TOO_LONG);
    assertThat(server.send("SETRANGE", "k", "9223372036854775807", "xy")).isEqualTo(TOO_LONG);
    assertThat(server.send("SETRANGE", "k", last, "x")).isEqualTo(integer(MAX_BYTES));
    assertThat(server.chunkBytes()).as("holes take nothing").isLessThan(200_000);
    assertThat(server.send("APPEND", "k", "x")).isEqualTo(TOO_LONG);
    assertThat(server.send("APPEND", "k", text(1_000_000))).isEqualTo(TOO_LONG);
    assertThat(server.send("SETRANGE", "k", "16000000", text(1_000_000))).isEqualTo(TOO_LONG);
  }

  /** Every mixture of lengths and offsets around what is inline, a chunk, and staged. */
  @Test
  void editsLikeStringBuilder() {
    long seed = Long.getLong("seed", System.identityHashCode(this));
    Random random = new Random(seed);
    int[] sizes = {1, 100, 30_000, 65_535, 65_536, 70_000, 200_000, 600_000, 1_500_000};
    String source = text(2_000_000);
    for (int round = 0; round < 6; round++) {
      StringBuilder model = new StringBuilder();
      server.send("GETDEL", "k");
      for (int i = 0; i < 8; i++) {
        int length = sizes[random.nextInt(sizes.length)] + random.nextInt(3);
        int from = random.nextInt(source.length() - length);
        String value = source.substring(from, from + length);
        String reply;
        if (random.nextBoolean()) {
          model.append(value);
          reply = server.send("APPEND", "k", value);
        } else {
          int offset = random.nextInt(model.length() + 100_000);
          while (model.length() < offset) {
            model.append('\0');
          }
          model.replace(offset, offset + length, value);
          reply = server.send("SETRANGE", "k", String.valueOf(offset), value);
        }
        assertThat(reply).as("seed %d", seed).isEqualTo(integer(model.length()));
        assertThat(brief(server.send("GET", "k")))
            .as("seed %d, round %d, step %d", seed, round, i)
            .isEqualTo(brief(bulk(model.toString())));
      }
    }
  }

  @Test
  void appendsBehindWhatOthersAppendMeanwhile() {
    String value = text(1_000_000);
    StringBuilder model = new StringBuilder("start");
    server.send("SET", "k", "start");
    try (CommandHarness other = new CommandHarness(server)) {
      server.betweenSteps(() -> {
        other.send("APPEND", "k", "+");
        model.append('+');
      });
      String reply = server.send("APPEND", "k", value);
      assertThat(reply).isEqualTo(integer(model.length() + value.length()));
      assertThat(brief(other.send("GET", "k"))).isEqualTo(brief(bulk(model + value)));
    }
  }

  @Test
  void judgesKeyWhenItIsWritten() {
    String value = text(1_000_000);
    try (CommandHarness other = new CommandHarness(server)) {
      server.send("SET", "k", "start");
      server.betweenSteps(() -> other.send("GETDEL", "k"));
      assertThat(server.send("APPEND", "k", value)).isEqualTo(integer(1_000_000));
      server.betweenSteps(() -> other.send("SETRANGE", "k", "16777215", "x"));
      assertThat(server.send("APPEND", "k", value)).isEqualTo(TOO_LONG);
      assertThat(server.send("SETRANGE", "k", "5", value)).isEqualTo(integer(MAX_BYTES));
    }
  }

  @Test
  void changesNothingWhenMemoryIsExhausted() {
    String value = text(100_000);
    server.send("SET", "k", value);
    server.limitChunks(server.chunkBytes());
    assertThat(server.send("APPEND", "k", text(60_000))).isEqualTo(OUT_OF_MEMORY);
    assertThat(server.send("SETRANGE", "k", "70000", text(64_000))).isEqualTo(OUT_OF_MEMORY);
    assertThat(server.send("SETRANGE", "new", "70000", text(64_000))).isEqualTo(OUT_OF_MEMORY);
    server.limitChunks(server.chunkBytes() + 700_000);
    assertThat(server.send("APPEND", "k", text(600_000))).isEqualTo(OUT_OF_MEMORY);
    assertThat(server.send("SETRANGE", "new", "7", text(600_000))).isEqualTo(OUT_OF_MEMORY);
    server.limitChunks(server.chunkBytes());
    assertThat(server.send("STRLEN", "k")).isEqualTo(integer(100_000));
    assertThat(brief(server.send("GET", "k"))).isEqualTo(brief(bulk(value)));
    assertThat(server.send("GET", "new")).isEqualTo("$-1\r\n");
    server.limitChunks(-1);
    assertThat(server.send("APPEND", "k", "end")).isEqualTo(integer(100_003));
    assertThat(server.send("SETRANGE", "k", "250000", "x")).isEqualTo(integer(250_001));
    assertThat(brief(server.send("GET", "k")))
        .isEqualTo(brief(bulk(value + "end" + "\0".repeat(149_997) + "x")));
  }
}
