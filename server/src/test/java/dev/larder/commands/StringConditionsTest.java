package dev.larder.commands;

import static dev.larder.commands.CommandHarness.brief;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** DIGEST, and SET and DELEX with conditions on the value, as Redis 8.4 documents them. */
final class StringConditionsTest {
  private static final String OK = "+OK\r\n";
  private static final String NIL = "$-1\r\n";
  private static final String ONE = ":1\r\n";
  private static final String ZERO = ":0\r\n";
  private static final String BAD_DIGEST = "-ERR must be exactly 16 hexadecimal characters\r\n";
  private static final String WRONG_ARITY =
      "-ERR wrong number of arguments for 'delex' command\r\n";
  private static final String HELLO_DIGEST = "9555e8555c62dcfd";
  private static final int LONG_BYTES = 3_000_000;

  private final CommandHarness server =
      new CommandHarness(c -> StringCommands.declare(c, () -> 512 << 20));

  @AfterEach
  void close() {
    server.close();
  }

  private static String bulk(String value) {
    return "$" + value.length() + "\r\n" + value + "\r\n";
  }

  private static String text(int length) {
    return "abcdefghijklmnopqrstuvwxyz0123456789-".repeat(length / 37 + 1).substring(0, length);
  }

  private String digest(String key) {
    return server.send("DIGEST", key).substring("$16\r\n".length()).strip();
  }

  @ParameterizedTest
  @CsvSource({
    "'hello', 9555e8555c62dcfd",
    "'', 2d06800538d394c2",
    "'123', 404a763b3f4c8c9a",
    "'Hello world', b6acb9d84a38ff74",
    "'v8lf0c11xh8ymlqztfd3eeq16kfn4sspw7fqmnuuq3k3t75em5wdizgcdw7uc26nnf961u2jkfzkjytls2kwlj7626"
        + "sd', 00006c38adf31777",
  })
  void digestsAsRedisDoes(String value, String expected) {
    server.send("SET", "k", value);
    assertThat(server.send("DIGEST", "k")).isEqualTo(bulk(expected));
  }

  @Test
  void digestsLongStringsInSlices() {
    assertThat(server.send("DIGEST", "none")).isEqualTo(NIL);
    for (int length : new int[] {65_535, 65_536, 65_540, 131_072 + 30, 500_000, LONG_BYTES}) {
      server.send("SET", "k", text(length));
      java.nio.ByteBuffer bytes = java.nio.ByteBuffer.allocateDirect(length);
      bytes.put(text(length).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
      long hash = Xxh3.hash(dev.larder.storage.Bytes.addressOf(bytes), length);
      int before = server.steps();
      assertThat(digest("k")).as("%d", length).isEqualTo("%016x".formatted(hash));
      assertThat(server.steps() > before).isEqualTo(length == LONG_BYTES);
    }
    // The last 64 bytes may lie in two chunks at any place.
    for (int rest = 1; rest < 70; rest++) {
      server.send("SET", "k", text(131_072));
      server.send("SETRANGE", "k", "131072", text(rest));
      server.send("SET", "copy", text(131_072) + text(rest));
      assertThat(digest("k")).isEqualTo(digest("copy"));
    }
  }

  @Test
  void deletesIfConditionHolds() {
    server.send("SET", "k", "hello");
    assertThat(server.send("DELEX", "k", "IFEQ", "world")).isEqualTo(ZERO);
    assertThat(server.send("DELEX", "k", "IFNE", "hello")).isEqualTo(ZERO);
    assertThat(server.send("DELEX", "k", "IFDEQ", "0".repeat(16))).isEqualTo(ZERO);
    assertThat(server.send("DELEX", "k", "IFDNE", HELLO_DIGEST)).isEqualTo(ZERO);
    assertThat(server.send("DELEX", "k", "IFDNE", HELLO_DIGEST.toUpperCase())).isEqualTo(ZERO);
    assertThat(server.send("DELEX", "k", "ifeq", "hello")).isEqualTo(ONE);
    assertThat(server.send("GET", "k")).isEqualTo(NIL);
    server.send("SET", "k", "hello");
    assertThat(server.send("DELEX", "k", "IFNE", "hellO")).isEqualTo(ONE);
    server.send("SET", "k", "hello");
    assertThat(server.send("DELEX", "k", "IFDEQ", HELLO_DIGEST.toUpperCase())).isEqualTo(ONE);
    server.send("SET", "k", "hello");
    assertThat(server.send("DELEX", "k", "IFDNE", "z".repeat(16))).as("no digit").isEqualTo(ONE);
    server.send("SET", "k", "hello");
    assertThat(server.send("DELEX", "k")).isEqualTo(ONE);
    assertThat(server.send("DELEX", "k")).isEqualTo(ZERO);
  }

  @Test
  void refusesNonsenseOnlyForKeysThatExist() {
    for (String condition : new String[] {"IFEQ", "IFNE", "IFDEQ", "IFDNE", "FOO"}) {
      assertThat(server.send("DELEX", "k", condition, "x")).as(condition).isEqualTo(ZERO);
    }
    assertThat(server.send("DELEX", "k", "IFEQ")).isEqualTo(WRONG_ARITY);
    server.send("SET", "k", "hello");
    assertThat(server.send("DELEX", "k", "IFEQ", "x", "y")).isEqualTo(WRONG_ARITY);
    assertThat(server.send("DELEX", "k", "NX", "x"))
        .isEqualTo("-ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE\r\n");
    for (String digest : new String[] {"", "0123", "0" + HELLO_DIGEST}) {
      assertThat(server.send("DELEX", "k", "IFDEQ", digest)).isEqualTo(BAD_DIGEST);
      assertThat(server.send("SET", "k", "v", "IFDNE", digest)).isEqualTo(BAD_DIGEST);
    }
    assertThat(server.send("SET", "new", "v", "IFDEQ", "12")).isEqualTo(NIL);
    assertThat(server.send("SET", "new", "v", "IFDNE", "12")).isEqualTo(OK);
  }

  @Test
  void setsIfDigestFits() {
    server.send("SET", "k", "hello");
    assertThat(server.send("SET", "k", "1", "IFDEQ", "0".repeat(16))).isEqualTo(NIL);
    assertThat(server.send("SET", "k", "1", "IFDNE", HELLO_DIGEST, "GET")).isEqualTo(bulk("hello"));
    assertThat(server.send("GET", "k")).isEqualTo(bulk("hello"));
    assertThat(server.send("SET", "k", "1", "GET", "IFDEQ", HELLO_DIGEST, "EX", "100"))
        .isEqualTo(bulk("hello"));
    assertThat(server.send("GET", "k")).isEqualTo(bulk("1"));
    assertThat(server.keyspace.volatileSize(0)).isEqualTo(1);
    assertThat(server.send("SET", "k", "1", "IFDEQ", HELLO_DIGEST, "IFEQ", "1"))
        .isEqualTo("-ERR syntax error\r\n");
  }

  @Test
  void comparesLongValuesInSlices() {
    String value = text(LONG_BYTES);
    String other = value.substring(0, LONG_BYTES - 1) + "!";
    server.send("SET", "k", value, "EX", "100");
    String digest = digest("k");
    int before = server.steps();
    assertThat(server.send("SET", "k", "v", "IFEQ", other)).isEqualTo(NIL);
    assertThat(server.steps()).isGreaterThan(before);
    assertThat(server.send("SET", "k", "v", "IFNE", value)).isEqualTo(NIL);
    assertThat(server.send("DELEX", "k", "IFEQ", other)).isEqualTo(ZERO);
    assertThat(server.send("DELEX", "k", "IFDNE", digest)).isEqualTo(ZERO);
    assertThat(brief(server.send("SET", "k", other, "IFEQ", value, "GET", "KEEPTTL")))
        .isEqualTo(brief(bulk(value)));
    assertThat(server.keyspace.volatileSize(0)).isEqualTo(1);
    assertThat(server.send("SET", "k", value, "IFDNE", digest)).isEqualTo(OK);
    assertThat(server.keyspace.volatileSize(0)).isZero();
    assertThat(server.send("DELEX", "k", "IFDEQ", digest)).isEqualTo(ONE);
    assertThat(server.chunkBytes()).isZero();
  }

  @Test
  void judgesValueWhenItIsReplaced() {
    String value = text(LONG_BYTES);
    try (CommandHarness other = new CommandHarness(server)) {
      server.send("SET", "k", value);
      server.betweenSteps(() -> other.send("SETRANGE", "k", "1000", "?"));
      assertThat(server.send("SET", "k", "v", "IFEQ", value)).isEqualTo(NIL);
      assertThat(server.send("STRLEN", "k")).isEqualTo(":" + LONG_BYTES + "\r\n");

      server.betweenSteps(() -> other.send("SET", "k", "short"));
      server.send("SET", "k", value);
      assertThat(server.send("DELEX", "k", "IFEQ", value)).isEqualTo(ZERO);
      server.send("SET", "k", value);
      assertThat(server.send("SET", "k", "v", "IFNE", value, "GET")).isEqualTo(bulk("short"));
      assertThat(server.send("GET", "k")).isEqualTo(bulk("v"));

      server.betweenSteps(() -> other.send("GETDEL", "k"));
      server.send("SET", "k", value);
      assertThat(server.send("SET", "k", "v", "IFEQ", value, "GET")).isEqualTo(NIL);
      server.send("SET", "k", value);
      assertThat(server.send("SET", "k", "v", "IFNE", value)).isEqualTo(OK);
      server.send("SET", "k", value);
      assertThat(server.send("DELEX", "k", "IFEQ", value)).isEqualTo(ZERO);
    }
  }

  /** Equal bytes that are written anew again and again are found equal in the end. */
  @Test
  void endsHoweverOthersInterfere() {
    String value = text(LONG_BYTES);
    try (CommandHarness other = new CommandHarness(server)) {
      server.send("SET", "k", value);
      server.betweenSteps(() -> other.send("SET", "k", value));
      assertThat(server.send("DELEX", "k", "IFEQ", value)).isEqualTo(ONE);
    }
  }

  @Test
  void keepsValueWhenMemoryIsExhausted() {
    String value = text(LONG_BYTES);
    server.send("SET", "k", value);
    server.send("SET", "full", text(600_000));
    String digest = digest("k");
    server.limitChunks(server.chunkBytes());
    assertThat(server.send("SET", "k", text(40_000), "IFDEQ", digest, "GET"))
        .isEqualTo("-OOM command not allowed when used memory > 'maxmemory'.\r\n");
    server.limitChunks(-1);
    assertThat(digest("k")).isEqualTo(digest);
  }
}
