package dev.larder.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bits of strings: one by one, counted, searched. */
final class BitCommandsTest {
  private static final String SYNTAX = "-ERR syntax error\r\n";
  private static final String BAD_OFFSET = "-ERR bit offset is not an integer or out of range\r\n";
  private static final int MAX_BYTES = 16 << 20;

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

  /** Bytes of which many are all clear or all set, as in bitmaps. */
  private String bitmap(int length) {
    StringBuilder bytes = new StringBuilder();
    while (bytes.length() < length) {
      char b = (char) new int[] {0, 0xff, random.nextInt(256)}[random.nextInt(3)];
      bytes.append(String.valueOf(b).repeat(1 + random.nextInt(1 + length / 4)));
    }
    return bytes.substring(0, length);
  }

  private static int bit(String bytes, long index) {
    return bytes.charAt((int) (index >>> 3)) >>> (7 - (index & 7)) & 1;
  }

  @Test
  void setsAndGetsBits() {
    assertThat(server.send("GETBIT", "k", "0")).isEqualTo(integer(0));
    assertThat(server.send("SETBIT", "k", "1", "1")).isEqualTo(integer(0));
    assertThat(server.send("SETBIT", "k", "1", "1")).isEqualTo(integer(1));
    assertThat(server.send("GET", "k")).isEqualTo("$1\r\n@\r\n");
    assertThat(server.send("SETBIT", "k", "23", "0")).isEqualTo(integer(0));
    assertThat(server.send("GET", "k")).isEqualTo("$3\r\n@\0\0\r\n");
    assertThat(server.send("GETBIT", "k", "1000")).isEqualTo(integer(0));
    assertThat(server.send("SETBIT", "k", "1", "0")).isEqualTo(integer(1));
    assertThat(server.send("GETBIT", "k", "1")).isEqualTo(integer(0));
  }

  @Test
  void refusesOffsetsAndBitsOutOfRange() {
    for (String offset :
        new String[] {"-1", "x", "#1", String.valueOf(8L * MAX_BYTES), "", "1.5"}) {
      assertThat(server.send("SETBIT", "k", offset, "1")).as(offset).isEqualTo(BAD_OFFSET);
      assertThat(server.send("GETBIT", "k", offset)).as(offset).isEqualTo(BAD_OFFSET);
    }
    for (String value : new String[] {"2", "-1", "x", ""}) {
      assertThat(server.send("SETBIT", "k", "0", value))
          .isEqualTo("-ERR bit is not an integer or out of range\r\n");
    }
    assertThat(server.send("SETBIT", "k", String.valueOf(8L * MAX_BYTES - 1), "1"))
        .isEqualTo(integer(0));
    assertThat(server.chunkBytes()).as("holes take nothing").isLessThan(200_000);
    assertThat(server.send("BITCOUNT", "k")).isEqualTo(integer(1));
    assertThat(server.send("BITPOS", "k", "1")).isEqualTo(integer(8L * MAX_BYTES - 1));
    assertThat(server.send("BITPOS", "k", "0")).isEqualTo(integer(0));
    assertThat(server.steps()).as("slices of long scans").isGreaterThan(10);
  }

  @Test
  void countsAsRedisDocuments() {
    server.send("SET", "k", "foobar");
    assertThat(server.send("BITCOUNT", "k")).isEqualTo(integer(26));
    assertThat(server.send("BITCOUNT", "k", "0", "0")).isEqualTo(integer(4));
    assertThat(server.send("BITCOUNT", "k", "1", "1", "BYTE")).isEqualTo(integer(6));
    assertThat(server.send("BITCOUNT", "k", "5", "30", "bit")).isEqualTo(integer(17));
    assertThat(server.send("BITCOUNT", "k", "-1", "-2")).isEqualTo(integer(0));
    assertThat(server.send("BITCOUNT", "k", "-7", "-8")).isEqualTo(integer(0));
    assertThat(server.send("BITCOUNT", "none")).isEqualTo(integer(0));
    assertThat(server.send("BITCOUNT", "k", "0")).isEqualTo(SYNTAX);
    assertThat(server.send("BITCOUNT", "none", "0", "1", "bits")).isEqualTo(SYNTAX);
    assertThat(server.send("BITCOUNT", "k", "0", "1", "bit", "x")).isEqualTo(SYNTAX);
    assertThat(server.send("BITCOUNT", "k", "x", "1"))
        .isEqualTo("-ERR value is not an integer or out of range\r\n");
  }

  @Test
  void findsAsRedisDocuments() {
    server.send("SET", "k", "\u00ff\u00f0\0");
    assertThat(server.send("BITPOS", "k", "0")).isEqualTo(integer(12));
    server.send("SET", "k", "\0\u00ff\u00f0");
    assertThat(server.send("BITPOS", "k", "1", "0")).isEqualTo(integer(8));
    assertThat(server.send("BITPOS", "k", "1", "2")).isEqualTo(integer(16));
    assertThat(server.send("BITPOS", "k", "1", "7", "15", "BIT")).isEqualTo(integer(8));
    server.send("SET", "k", "\u00ff\u00ff");
    assertThat(server.send("BITPOS", "k", "0")).as("beyond the end").isEqualTo(integer(16));
    assertThat(server.send("BITPOS", "k", "0", "0", "-1")).isEqualTo(integer(-1));
    assertThat(server.send("BITPOS", "k", "0", "2")).isEqualTo(integer(-1));
    assertThat(server.send("BITPOS", "none", "0")).isEqualTo(integer(0));
    assertThat(server.send("BITPOS", "none", "1")).isEqualTo(integer(-1));
    assertThat(server.send("BITPOS", "k", "2"))
        .isEqualTo("-ERR The bit argument must be 1 or 0.\r\n");
    assertThat(server.send("BITPOS", "k", "1", "0", "1", "x")).isEqualTo(SYNTAX);
  }

  @Test
  void countsAndFindsLikeLoops() {
    for (int length : new int[] {1, 7, 8, 9, 30, 1000, 65_537, 1_300_000}) {
      String bytes = bitmap(length);
      server.send("SET", "k", bytes);
      for (int i = 0; i < 12; i++) {
        long from = random.nextLong(8L * length);
        long to = from + random.nextLong(8L * length - from);
        long count = 0;
        long[] first = {-1, -1};
        for (long at = to; at >= from; at--) {
          count += bit(bytes, at);
          first[bit(bytes, at)] = at;
        }
        String[] range = {String.valueOf(from), String.valueOf(to)};
        String as = "seed " + seed + ", length " + length + ", " + from + " to " + to;
        assertThat(server.send("BITCOUNT", "k", range[0], range[1], "BIT"))
            .as(as)
            .isEqualTo(integer(count));
        for (int bit = 0; bit < 2; bit++) {
          assertThat(server.send("BITPOS", "k", "" + bit, range[0], range[1], "BIT"))
              .as(as)
              .isEqualTo(integer(first[bit]));
        }
      }
    }
  }

  @Test
  void createsNoKeyWhenMemoryIsExhausted() {
    server.limitChunks(server.chunkBytes());
    assertThat(server.send("SETBIT", "new", "8000000", "1")).startsWith("-OOM");
    assertThat(server.send("GET", "new")).isEqualTo("$-1\r\n");
    server.limitChunks(-1);
  }
}
