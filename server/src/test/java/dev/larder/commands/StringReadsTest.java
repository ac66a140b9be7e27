package dev.larder.commands;

import static dev.larder.commands.CommandHarness.brief;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What returns strings: whole, in part, several, and while changing the key. */
final class StringReadsTest {
  private static final String OK = "+OK\r\n";
  private static final String NIL = "$-1\r\n";
  private static final String EMPTY = "$0\r\n\r\n";
  private static final String LONG = "0123456789abcdef".repeat(40_000);

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
  void returnsSubstrings() {
    server.send("SET", "k", "Hello World");
    assertThat(server.send("GETRANGE", "k", "0", "3")).isEqualTo(bulk("Hell"));
    assertThat(server.send("GETRANGE", "k", "-5", "-1")).isEqualTo(bulk("World"));
    assertThat(server.send("SUBSTR", "k", "0", "-1")).isEqualTo(bulk("Hello World"));
    assertThat(server.send("GETRANGE", "k", "4", "1000")).isEqualTo(bulk("o World"));
    assertThat(server.send("GETRANGE", "k", "-1000", "0")).isEqualTo(bulk("H"));
    assertThat(server.send("GETRANGE", "k", "5", "3")).isEqualTo(EMPTY);
    assertThat(server.send("GETRANGE", "k", "-50", "-100")).isEqualTo(EMPTY);
    assertThat(server.send("GETRANGE", "k", "11", "12")).isEqualTo(EMPTY);
    assertThat(server.send("GETRANGE", "none", "0", "-1")).isEqualTo(EMPTY);
    assertThat(server.send("GETRANGE", "none", "0", "x"))
        .isEqualTo("-ERR value is not an integer or out of range\r\n");
    assertThat(server.send("STRLEN", "k")).isEqualTo(":11\r\n");
    assertThat(server.send("STRLEN", "none")).isEqualTo(":0\r\n");
  }

  @Test
  void streamsSubstringsOfLongValues() {
    server.send("SET", "k", LONG);
    int last = LONG.length() - 1;
    for (int from : new int[] {0, 1, 65_535, 65_536, 65_537, 300_000}) {
      for (int to : new int[] {from, from + 70_000, last - 65_536, last - 1, last}) {
        assertThat(brief(server.send("GETRANGE", "k", "" + from, "" + to)))
            .as("%d to %d", from, to)
            .isEqualTo(brief(bulk(LONG.substring(from, to + 1))));
      }
    }
  }

  @Test
  void streamsValueAsItWas() {
    String whole = LONG.repeat(2);
    server.send("SET", "k", whole);
    try (CommandHarness other = new CommandHarness(server)) {
      server.betweenSteps(() -> other.send("SETRANGE", "k", "600000", "changed"));
      assertThat(brief(server.send("GET", "k"))).isEqualTo(brief(bulk(whole)));
      server.betweenSteps(() -> other.send("GETDEL", "k"));
      String changed = whole.substring(0, 600_000) + "changed" + whole.substring(600_007);
      assertThat(brief(server.send("MGET", "none", "k")))
          .isEqualTo(brief("*2\r\n" + NIL + bulk(changed)));
    }
    server.betweenSteps(() -> {});
    assertThat(server.send("GET", "k")).isEqualTo(NIL);
    assertThat(server.chunkBytes()).isZero();
  }

  @Test
  void returnsSeveralValues() {
    server.send("MSET", "a", "1", "b", "", "c", LONG.repeat(2));
    assertThat(server.send("MGET", "a", "none", "b", "a"))
        .isEqualTo("*4\r\n" + bulk("1") + NIL + EMPTY + bulk("1"));
    long hits = server.hits();
    String reply = server.send("MGET", "c", "a", "none", "b", "c");
    assertThat(brief(reply))
        .isEqualTo(
            brief(
                "*5\r\n" + bulk(LONG.repeat(2)) + bulk("1") + NIL + EMPTY + bulk(LONG.repeat(2))));
    assertThat(server.hits()).as("counted once").isEqualTo(hits + 4);
    server.protocol(3);
    assertThat(brief(server.send("MGET", "none", "c")))
        .isEqualTo(brief("*2\r\n_\r\n" + bulk(LONG.repeat(2))));
  }

  @Test
  void returnsManyValuesWithoutHeap() {
    String value = LONG.substring(0, 20_000);
    StringBuilder expected = new StringBuilder("*200\r\n");
    String[] command = new String[201];
    command[0] = "MGET";
    for (int i = 1; i <= 200; i++) {
      command[i] = "k" + i;
      if (i % 50 == 0) {
        expected.append(NIL);
      } else if (i % 50 == 1) {
        server.send("SET", command[i], LONG);
        expected.append(bulk(LONG));
      } else {
        server.send("SET", command[i], value + i);
        expected.append(bulk(value + i));
      }
    }
    long before = server.chunkBytes();
    assertThat(brief(server.send(command))).isEqualTo(brief(expected.toString()));
    assertThat(server.chunkBytes()).isEqualTo(before);
    server.limitChunks(before + 1_000_000);
    assertThat(server.send(command)).startsWith("-OOM");
    assertThat(server.chunkBytes()).isEqualTo(before);
  }

  @Test
  void returnsValueAndDeletes() {
    server.send("SET", "k", "v");
    assertThat(server.send("GETDEL", "k")).isEqualTo(bulk("v"));
    assertThat(server.send("GETDEL", "k")).isEqualTo(NIL);
    server.send("SET", "k", LONG);
    assertThat(brief(server.send("GETDEL", "k"))).isEqualTo(brief(bulk(LONG)));
    assertThat(server.chunkBytes()).isZero();
  }

  @Test
  void returnsValueAndReplaces() {
    assertThat(server.send("GETSET", "k", "1")).isEqualTo(NIL);
    assertThat(server.send("GETSET", "k", LONG)).isEqualTo(bulk("1"));
    assertThat(brief(server.send("GETSET", "k", "2"))).isEqualTo(brief(bulk(LONG)));
    assertThat(server.send("GET", "k")).isEqualTo(bulk("2"));
  }

  @Test
  void returnsValueAndChangesDeadline() {
    server.send("SET", "k", "v");
    assertThat(server.send("GETEX", "k")).isEqualTo(bulk("v"));
    assertThat(server.send("GETEX", "k", "EX", "100")).isEqualTo(bulk("v"));
    assertThat(server.send("GETEX", "k", "persist")).isEqualTo(bulk("v"));
    assertThat(server.send("GETEX", "none", "EX", "0")).as("no key, no error").isEqualTo(NIL);
    assertThat(server.send("GETEX", "k", "EX", "0"))
        .isEqualTo("-ERR invalid expire time in 'getex' command\r\n");
    assertThat(server.send("GETEX", "k", "KEEPTTL")).isEqualTo("-ERR syntax error\r\n");
    assertThat(server.send("GETEX", "k", "PERSIST", "EX", "1")).isEqualTo("-ERR syntax error\r\n");
    assertThat(server.send("GETEX", "k", "PXAT", "1")).isEqualTo(bulk("v"));
    assertThat(server.send("GET", "k")).isEqualTo(NIL);
  }

  @Test
  void setsInOldForms() {
    assertThat(server.send("SETEX", "k", "100", "v")).isEqualTo(OK);
    assertThat(server.send("PSETEX", "k", "100000", "w")).isEqualTo(OK);
    assertThat(server.send("GET", "k")).isEqualTo(bulk("w"));
    assertThat(server.send("SETEX", "k", "0", "v"))
        .isEqualTo("-ERR invalid expire time in 'setex' command\r\n");
    assertThat(server.send("PSETEX", "k", "-1", "v"))
        .isEqualTo("-ERR invalid expire time in 'psetex' command\r\n");
    assertThat(server.send("SETNX", "k", "v")).isEqualTo(":0\r\n");
    assertThat(server.send("SETNX", "new", "v")).isEqualTo(":1\r\n");
    assertThat(server.send("MSETNX", "x", "1", "new", "2")).isEqualTo(":0\r\n");
    assertThat(server.send("MSETNX", "x", "1", "y", "2", "x", "3")).isEqualTo(":1\r\n");
    assertThat(server.send("MGET", "x", "y")).isEqualTo("*2\r\n" + bulk("3") + bulk("2"));
    assertThat(server.send("MSET", "x", "1", "y"))
        .isEqualTo("-ERR wrong number of arguments for 'mset' command\r\n");
    assertThat(server.send("MSETNX", "x", "1", "y"))
        .isEqualTo("-ERR wrong number of arguments for 'msetnx' command\r\n");
  }
}
