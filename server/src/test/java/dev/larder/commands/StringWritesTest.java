package dev.larder.commands;

import static dev.larder.commands.CommandHarness.brief;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** SET with all its options, and GET. */
final class StringWritesTest {
  private static final String OK = "+OK\r\n";
  private static final String NIL = "$-1\r\n";
  private static final String ONE = ":1\r\n";
  private static final String ZERO = ":0\r\n";
  private static final String SYNTAX = "-ERR syntax error\r\n";
  private static final String INVALID = "-ERR invalid expire time in 'set' command\r\n";
  private static final String NOT_AN_INTEGER = "-ERR value is not an integer or out of range\r\n";

  private final CommandHarness server =
      new CommandHarness(c -> StringCommands.declare(c, () -> 512 << 20));

  @AfterEach
  void close() {
    server.close();
  }

  private static String bulk(String value) {
    return "$" + value.length() + "\r\n" + value + "\r\n";
  }

  @Test
  void getsWhatWasSet() {
    assertThat(server.send("GET", "k")).isEqualTo(NIL);
    assertThat(server.send("SET", "k", "value")).isEqualTo(OK);
    assertThat(server.send("GET", "k")).isEqualTo(bulk("value"));
    assertThat(server.send("SET", "k", "")).isEqualTo(OK);
    assertThat(server.send("get", "k")).isEqualTo(bulk(""));
    assertThat(server.hits()).isEqualTo(2);
    assertThat(server.misses()).isEqualTo(1);
  }

  @Test
  void answersNilInBothProtocols() {
    server.protocol(3);
    assertThat(server.send("GET", "k")).isEqualTo("_\r\n");
    assertThat(server.send("SET", "k", "v", "XX")).isEqualTo("_\r\n");
  }

  @Test
  void setsOnlyIfConditionHolds() {
    assertThat(server.send("SET", "k", "1", "XX")).isEqualTo(NIL);
    assertThat(server.send("SET", "k", "1", "nx")).isEqualTo(OK);
    assertThat(server.send("SET", "k", "2", "NX")).isEqualTo(NIL);
    assertThat(server.send("SET", "k", "3", "XX")).isEqualTo(OK);
    assertThat(server.send("SET", "k", "4", "IFEQ", "2")).isEqualTo(NIL);
    assertThat(server.send("SET", "k", "4", "IFEQ", "3")).isEqualTo(OK);
    assertThat(server.send("SET", "k", "5", "IFNE", "4")).isEqualTo(NIL);
    assertThat(server.send("SET", "k", "5", "IFNE", "44")).isEqualTo(OK);
    assertThat(server.send("SET", "new", "1", "IFEQ", "")).isEqualTo(NIL);
    assertThat(server.send("SET", "new", "1", "IFNE", "")).isEqualTo(OK);
    assertThat(server.hits() + server.misses()).as("a writer does not count").isZero();
  }

  @Test
  void returnsOldValueOnRequest() {
    assertThat(server.send("SET", "k", "1", "GET")).isEqualTo(NIL);
    assertThat(server.send("SET", "k", "2", "GET", "NX")).isEqualTo(bulk("1"));
    assertThat(server.send("GET", "k")).isEqualTo(bulk("1"));
    assertThat(server.send("SET", "k", "2", "IFEQ", "1", "GET")).isEqualTo(bulk("1"));
    assertThat(server.send("SET", "other", "2", "XX", "GET")).isEqualTo(NIL);
    assertThat(server.send("GET", "other")).isEqualTo(NIL);
  }

  @Test
  void refusesNonsense() {
    for (String options :
        new String[] {
          "NX XX",
          "XX NX",
          "NX IFEQ 1",
          "IFEQ 1 IFNE 1",
          "EX",
          "EX 1 PX 1",
          "KEEPTTL EX 1",
          "PERSIST",
          "FOO",
          "IFEQ",
          "EX 10 KEEPTTL",
          "EXAT 1 PXAT 2",
          "NX GET EX"
        }) {
      String[] all = ("SET k v " + options).split(" ");
      assertThat(server.send(all)).as(options).isEqualTo(SYNTAX);
    }
  }

  @Test
  void refusesDeadlinesOutOfRange() {
    assertThat(server.send("SET", "k", "v", "EX", "0")).isEqualTo(INVALID);
    assertThat(server.send("SET", "k", "v", "PX", "-1")).isEqualTo(INVALID);
    assertThat(server.send("SET", "k", "v", "EX", "x")).isEqualTo(NOT_AN_INTEGER);
    assertThat(server.send("SET", "k", "v", "EX", "9223372036854775807")).isEqualTo(INVALID);
    assertThat(server.send("SET", "k", "v", "EX", "9223372036854775")).isEqualTo(INVALID);
    assertThat(server.send("SET", "k", "v", "PX", "9223372036854775807")).isEqualTo(INVALID);
    assertThat(server.send("SET", "k", "v", "EXAT", "9223372036854776")).isEqualTo(INVALID);
    assertThat(server.send("SET", "k", "v", "EXAT", "9223372036854775")).isEqualTo(OK);
    assertThat(server.send("SET", "k", "v", "PXAT", "9223372036854775807")).isEqualTo(OK);
    assertThat(server.send("SET", "k", "v", "EX", "1", "EX", "0")).isEqualTo(INVALID);
  }

  @Test
  void expiresInThePast() {
    assertThat(server.send("SET", "k", "v", "PXAT", "1")).isEqualTo(OK);
    assertThat(server.send("GET", "k")).isEqualTo(NIL);
    assertThat(server.send("SET", "k", "v", "EX", "100")).isEqualTo(OK);
    assertThat(server.send("SET", "k", "w", "KEEPTTL")).isEqualTo(OK);
    assertThat(server.send("GET", "k")).isEqualTo(bulk("w"));
  }

  @Test
  void streamsLongValues() {
    String value = "0123456789".repeat(100_000);
    assertThat(server.send("SET", "k", value)).isEqualTo(OK);
    assertThat(brief(server.send("GET", "k"))).isEqualTo(brief(bulk(value)));
    assertThat(server.steps()).as("pieces").isGreaterThan(2);
    assertThat(brief(server.send("SET", "k", "v", "GET", "IFEQ", value)))
        .isEqualTo(brief(bulk(value)));
    assertThat(server.send("GET", "k")).isEqualTo(bulk("v"));
    assertThat(server.chunkBytes()).isZero();
  }

  @Test
  void letsGoOfReplyWhenMemoryIsExhausted() {
    String value = "0123456789".repeat(50_000);
    String longer = "x".repeat(60_000);
    assertThat(server.send("SET", "k", value)).isEqualTo(OK);
    server.limitChunks(server.chunkBytes());
    assertThat(server.send("SET", "k", longer, "GET"))
        .isEqualTo("-OOM command not allowed when used memory > 'maxmemory'.\r\n");
    server.limitChunks(-1);
    assertThat(brief(server.send("GET", "k"))).isEqualTo(brief(bulk(value)));
  }

  @Test
  void setsManyWithOneDeadline() {
    assertThat(server.send("MSETEX", "2", "a", "1", "b", "2", "EX", "100", "NX")).isEqualTo(ONE);
    assertThat(server.send("MGET", "a", "b")).isEqualTo("*2\r\n" + bulk("1") + bulk("2"));
    assertThat(server.keyspace.volatileSize(0)).isEqualTo(2);
    assertThat(server.send("MSETEX", "2", "b", "3", "new", "4", "nx")).isEqualTo(ZERO);
    assertThat(server.send("MSETEX", "2", "b", "3", "new", "4", "xx")).isEqualTo(ZERO);
    assertThat(server.send("MSETEX", "2", "a", "3", "b", "4", "XX", "KEEPTTL")).isEqualTo(ONE);
    assertThat(server.keyspace.volatileSize(0)).isEqualTo(2);
    assertThat(server.send("MSETEX", "1", "a", "5")).isEqualTo(ONE);
    assertThat(server.keyspace.volatileSize(0)).isEqualTo(1);
    assertThat(server.send("MSETEX", "2", "k", "5", "k", "6", "PXAT", "99999999999999"))
        .isEqualTo(ONE);
    assertThat(server.send("MGET", "a", "b", "k", "new"))
        .isEqualTo("*4\r\n" + bulk("5") + bulk("4") + bulk("6") + NIL);
    assertThat(server.keyspace.volatileSize(0)).isEqualTo(2);
  }

  @Test
  void countsPairsOfMsetex() {
    String badCount = "-ERR invalid numkeys value\r\n";
    String tooFew = "-ERR wrong number of key-value pairs\r\n";
    assertThat(server.send("MSETEX", "a", "1", "EX", "10")).isEqualTo(badCount);
    assertThat(server.send("MSETEX", "0", "a", "1")).isEqualTo(badCount);
    assertThat(server.send("MSETEX", "-1", "a", "1")).isEqualTo(badCount);
    assertThat(server.send("MSETEX", "2147483648", "a", "1", "EX", "10")).isEqualTo(badCount);
    assertThat(server.send("MSETEX", "2147483647", "a", "1", "EX", "10")).isEqualTo(tooFew);
    assertThat(server.send("MSETEX", "2", "a", "1", "b")).isEqualTo(tooFew);
    for (String options :
        new String[] {"FOO", "NX XX", "EX 10 PX 10", "KEEPTTL EX 10", "GET", "IFEQ 1", "EX"}) {
      String[] all = ("MSETEX 1 a 1 " + options).split(" ");
      assertThat(server.send(all)).as(options).isEqualTo(SYNTAX);
    }
    assertThat(server.send("MSETEX", "1", "a", "1", "EX", "0"))
        .isEqualTo("-ERR invalid expire time in 'msetex' command\r\n");
    assertThat(server.send("GET", "a")).isEqualTo(NIL);
  }
}
