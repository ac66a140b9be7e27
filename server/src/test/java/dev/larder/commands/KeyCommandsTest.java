package dev.larder.commands;

import static dev.larder.commands.KeyHarness.NIL;
import static dev.larder.commands.KeyHarness.NOT_AN_INTEGER;
import static dev.larder.commands.KeyHarness.NO_DATABASE;
import static dev.larder.commands.KeyHarness.OK;
import static dev.larder.commands.KeyHarness.ONE;
import static dev.larder.commands.KeyHarness.OUT_OF_INT;
import static dev.larder.commands.KeyHarness.OUT_OF_MEMORY;
import static dev.larder.commands.KeyHarness.SAME;
import static dev.larder.commands.KeyHarness.SYNTAX;
import static dev.larder.commands.KeyHarness.ZERO;
import static dev.larder.commands.KeyHarness.bulk;
import static dev.larder.commands.KeyHarness.integer;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Presence and removal of keys, and values that become another key's. */
final class KeyCommandsTest {
  private final CommandHarness server = KeyHarness.open();

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void countsKeysThatExist() {
    server.send("SET", "a", "1");
    server.send("SET", "b", "1");
    assertThat(server.send("EXISTS", "a", "none", "b", "a")).isEqualTo(":3\r\n");
    assertThat(server.send("TOUCH", "a", "none", "a")).isEqualTo(":2\r\n");
    assertThat(server.hits()).isEqualTo(5);
    assertThat(server.misses()).isEqualTo(2);
    assertThat(server.send("EXISTS"))
        .isEqualTo("-ERR wrong number of arguments for 'exists' command\r\n");
  }

  /** More than are loaded ahead at once, and more than before a command runs. */
  @Test
  void takesManyKeysAndMembers() {
    int count = 1500;
    String[] pairs = new String[1 + 2 * count];
    String[] keys = new String[1 + count];
    String[] members = new String[2 + count];
    StringBuilder values = new StringBuilder("*" + count + "\r\n");
    pairs[0] = "MSET";
    members[1] = "collection";
    for (int i = 0; i < count; i++) {
      keys[1 + i] = "key" + i;
      members[2 + i] = keys[1 + i];
      pairs[1 + 2 * i] = keys[1 + i];
      pairs[2 + 2 * i] = "value" + i;
      values.append(KeyHarness.bulk("value" + i));
    }
    assertThat(server.send(pairs)).isEqualTo(OK);
    assertThat(server.send(named("MGET", keys))).isEqualTo(values.toString());
    assertThat(server.send(named("EXISTS", keys))).isEqualTo(":1500\r\n");
    assertThat(server.send(named("DEL", keys))).isEqualTo(":1500\r\n");
    assertThat(server.send(named("EXISTS", keys))).isEqualTo(":0\r\n");
    for (int round = 0; round < 2; round++) {
      assertThat(server.send(named("SADD", members)))
          .isEqualTo(round == 0 ? ":1500\r\n" : ":0\r\n");
    }
    assertThat(server.send(named("SMISMEMBER", members))).doesNotContain(":0").contains(":1\r\n");
    assertThat(server.send(named("SREM", members))).isEqualTo(":1500\r\n");
    assertThat(server.send("EXISTS", "collection")).isEqualTo(":0\r\n");
  }

  private static String[] named(String command, String[] words) {
    words[0] = command;
    return words;
  }

  @Test
  void deletes() {
    server.send("SET", "a", "1");
    server.send("SET", "b", "x".repeat(200_000));
    server.send("SET", "c", "1");
    assertThat(server.send("DEL", "a", "none", "b", "a")).isEqualTo(":2\r\n");
    assertThat(server.send("UNLINK", "c", "a")).isEqualTo(ONE);
    assertThat(server.send("EXISTS", "a", "b", "c")).isEqualTo(ZERO);
    assertThat(server.chunkBytes()).isZero();
    assertThat(server.hits()).as("a writer does not count").isZero();
  }

  @Test
  void tellsTypes() {
    server.send("SET", "a", "1");
    assertThat(server.send("TYPE", "a")).isEqualTo("+string\r\n");
    assertThat(server.send("TYPE", "b")).isEqualTo("+none\r\n");
  }

  @Test
  void renamesWithDeadline() {
    server.send("SET", "a", "new", "PXAT", "99999999999999");
    server.send("SET", "b", "old");
    assertThat(server.send("RENAME", "a", "b")).isEqualTo(OK);
    assertThat(server.send("EXISTS", "a")).isEqualTo(ZERO);
    assertThat(server.send("GET", "b")).isEqualTo(bulk("new"));
    assertThat(server.send("PEXPIRETIME", "b")).isEqualTo(":99999999999999\r\n");
    server.send("SET", "c", "plain");
    assertThat(server.send("RENAME", "c", "b")).isEqualTo(OK);
    assertThat(server.send("PTTL", "b")).isEqualTo(":-1\r\n");
    assertThat(server.send("DBSIZE")).isEqualTo(ONE);
  }

  @Test
  void renamesToItself() {
    server.send("SET", "a", "1");
    assertThat(server.send("RENAME", "a", "a")).isEqualTo(OK);
    assertThat(server.send("RENAMENX", "a", "a")).isEqualTo(ZERO);
    assertThat(server.send("GET", "a")).isEqualTo(bulk("1"));
    assertThat(server.send("RENAME", "none", "none")).isEqualTo("-ERR no such key\r\n");
    assertThat(server.send("RENAMENX", "none", "a")).isEqualTo("-ERR no such key\r\n");
  }

  @Test
  void renamesOnlyToFreeName() {
    server.send("SET", "a", "1");
    server.send("SET", "b", "2");
    assertThat(server.send("RENAMENX", "a", "b")).isEqualTo(ZERO);
    assertThat(server.send("GET", "b")).isEqualTo(bulk("2"));
    assertThat(server.send("RENAMENX", "a", "c")).isEqualTo(ONE);
    assertThat(server.send("GET", "a")).isEqualTo(NIL);
    assertThat(server.send("GET", "c")).isEqualTo(bulk("1"));
  }

  @Test
  void renamesLargeValueWithoutCopy() {
    String large = "x".repeat(1_000_000);
    server.send("SET", "a", large);
    long bytes = server.chunkBytes();
    server.limitChunks(bytes);
    assertThat(server.send("RENAME", "a", "b")).isEqualTo(OK);
    assertThat(server.chunkBytes()).isEqualTo(bytes);
    server.limitChunks(-1);
    assertThat(server.send("GET", "b")).isEqualTo(bulk(large));
  }

  @Test
  void renamesManyKeysBetweenShards() {
    for (int i = 0; i < 2_000; i++) {
      server.send("SET", "key:" + i, "value:" + i);
    }
    for (int i = 0; i < 2_000; i++) {
      assertThat(server.send("RENAME", "key:" + i, "moved:" + i)).isEqualTo(OK);
    }
    for (int i = 0; i < 2_000; i++) {
      assertThat(server.send("GET", "moved:" + i)).isEqualTo(bulk("value:" + i));
    }
    assertThat(server.send("DBSIZE")).isEqualTo(":2000\r\n");
  }

  @Test
  void copies() {
    server.send("SET", "a", "1", "PXAT", "99999999999999");
    assertThat(server.send("COPY", "a", "b")).isEqualTo(ONE);
    assertThat(server.send("GET", "b")).isEqualTo(bulk("1"));
    assertThat(server.send("PEXPIRETIME", "b")).isEqualTo(":99999999999999\r\n");
    assertThat(server.send("GET", "a")).isEqualTo(bulk("1"));
    server.send("SET", "a", "2");
    assertThat(server.send("COPY", "a", "b")).isEqualTo(ZERO);
    assertThat(server.send("COPY", "a", "b", "replace", "REPLACE")).isEqualTo(ONE);
    assertThat(server.send("GET", "b")).isEqualTo(bulk("2"));
    assertThat(server.send("PTTL", "b")).isEqualTo(":-1\r\n");
    assertThat(server.send("COPY", "none", "b", "REPLACE")).isEqualTo(ZERO);
    assertThat(server.send("GET", "b")).isEqualTo(bulk("2"));
  }

  @Test
  void copiesLargeValueByReference() {
    String large = "x".repeat(300_000);
    server.send("SET", "a", large);
    long bytes = server.chunkBytes();
    assertThat(server.send("COPY", "a", "b")).isEqualTo(ONE);
    assertThat(server.chunkBytes()).isEqualTo(bytes);
    server.send("DEL", "a");
    assertThat(server.send("GET", "b")).isEqualTo(bulk(large));
  }

  @Test
  void copiesToOtherDatabase() {
    server.send("SET", "a", "1");
    assertThat(server.send("COPY", "a", "a", "DB", "1")).isEqualTo(ONE);
    assertThat(server.send("COPY", "a", "a", "DB", "1")).isEqualTo(ZERO);
    server.session().database(1);
    assertThat(server.send("GET", "a")).isEqualTo(bulk("1"));
    assertThat(server.send("COPY", "a", "b", "DB", "0", "DB", "1")).isEqualTo(ONE);
    assertThat(server.send("DBSIZE")).isEqualTo(":2\r\n");
  }

  @Test
  void refusesWrongCopies() {
    server.send("SET", "a", "1");
    assertThat(server.send("COPY", "a", "a")).isEqualTo(SAME);
    assertThat(server.send("COPY", "none", "none", "DB", "0")).isEqualTo(SAME);
    assertThat(server.send("COPY", "a", "c", "DB", "x")).isEqualTo(NOT_AN_INTEGER);
    assertThat(server.send("COPY", "a", "c", "DB", "99999999999")).isEqualTo(OUT_OF_INT);
    assertThat(server.send("COPY", "a", "c", "DB", "2")).isEqualTo(NO_DATABASE);
    assertThat(server.send("COPY", "a", "c", "DB", "-1")).isEqualTo(NO_DATABASE);
    assertThat(server.send("COPY", "a", "c", "DB")).isEqualTo(SYNTAX);
    assertThat(server.send("COPY", "a", "c", "foo")).isEqualTo(SYNTAX);
    server.maxMemory(1);
    assertThat(server.send("COPY", "a", "c")).isEqualTo(OUT_OF_MEMORY);
    assertThat(server.send("RENAME", "a", "c")).as("takes no more memory").isEqualTo(OK);
  }

  @Test
  void moves() {
    server.send("SET", "a", "1", "PXAT", "99999999999999");
    assertThat(server.send("MOVE", "a", "1")).isEqualTo(ONE);
    assertThat(server.send("EXISTS", "a")).isEqualTo(ZERO);
    server.send("SET", "a", "2");
    assertThat(server.send("MOVE", "a", "1")).isEqualTo(ZERO);
    assertThat(server.send("MOVE", "none", "1")).isEqualTo(ZERO);
    assertThat(server.send("GET", "a")).isEqualTo(bulk("2"));
    server.session().database(1);
    assertThat(server.send("GET", "a")).isEqualTo(bulk("1"));
    assertThat(server.send("PEXPIRETIME", "a")).isEqualTo(":99999999999999\r\n");
  }

  @Test
  void refusesWrongMoves() {
    assertThat(server.send("MOVE", "none", "0")).isEqualTo(SAME);
    assertThat(server.send("MOVE", "none", "2")).isEqualTo(NO_DATABASE);
    assertThat(server.send("MOVE", "none", "x")).isEqualTo(NOT_AN_INTEGER);
    assertThat(server.send("MOVE", "none", "99999999999")).isEqualTo(OUT_OF_INT);
  }

  @Test
  void tellsEncodings() {
    server.send("SET", "int", "-12345");
    server.send("SET", "shared", "9999");
    server.send("SET", "unshared", "10000");
    server.send("SET", "short", "x".repeat(44));
    server.send("SET", "zero", "007");
    server.send("SET", "empty", "");
    server.send("SET", "long", "x".repeat(45));
    server.send("SET", "large", "x".repeat(100_000));
    assertThat(server.send("OBJECT", "ENCODING", "int")).isEqualTo(bulk("int"));
    assertThat(server.send("OBJECT", "ENCODING", "short")).isEqualTo(bulk("embstr"));
    assertThat(server.send("OBJECT", "ENCODING", "zero")).isEqualTo(bulk("embstr"));
    assertThat(server.send("OBJECT", "ENCODING", "empty")).isEqualTo(bulk("embstr"));
    assertThat(server.send("OBJECT", "ENCODING", "long")).isEqualTo(bulk("raw"));
    assertThat(server.send("OBJECT", "ENCODING", "large")).isEqualTo(bulk("raw"));
    assertThat(server.send("object", "encoding", "none")).isEqualTo(NIL);
    assertThat(server.send("OBJECT", "REFCOUNT", "shared")).isEqualTo(":2147483647\r\n");
    assertThat(server.send("OBJECT", "REFCOUNT", "unshared")).isEqualTo(ONE);
    assertThat(server.send("OBJECT", "REFCOUNT", "none")).isEqualTo(NIL);
    assertThat(server.send("OBJECT", "FREQ", "none")).isEqualTo(NIL);
    assertThat(server.send("OBJECT", "FREQ", "int")).startsWith("-ERR An LFU maxmemory policy");
    assertThat(server.send("OBJECT", "foo", "int"))
        .isEqualTo("-ERR unknown subcommand 'foo'. Try OBJECT HELP.\r\n");
    assertThat(server.send("OBJECT", "HELP")).contains("REFCOUNT <key>");
  }

  @Test
  void tellsMemoryOfKeys() {
    server.send("SET", "a", "x".repeat(100));
    server.send("SET", "b", "x".repeat(200_000));
    assertThat(integer(server.send("MEMORY", "USAGE", "a"))).isBetween(101L, 160L);
    assertThat(integer(server.send("MEMORY", "USAGE", "b", "SAMPLES", "0"))).isGreaterThan(200_000);
    assertThat(server.send("MEMORY", "USAGE", "none")).isEqualTo(NIL);
    assertThat(server.send("MEMORY", "USAGE", "a", "SAMPLES")).isEqualTo(SYNTAX);
    assertThat(server.send("MEMORY", "USAGE", "a", "SAMPLES", "-1")).isEqualTo(SYNTAX);
    assertThat(server.send("MEMORY", "USAGE", "a", "SAMPLES", "x")).isEqualTo(NOT_AN_INTEGER);
    assertThat(server.send("MEMORY", "USAGE", "a", "foo", "1")).isEqualTo(SYNTAX);
  }
}
