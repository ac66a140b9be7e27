package dev.larder.commands;

import static dev.larder.commands.KeyHarness.NIL;
import static dev.larder.commands.KeyHarness.NO_DATABASE;
import static dev.larder.commands.KeyHarness.OK;
import static dev.larder.commands.KeyHarness.SYNTAX;
import static dev.larder.commands.KeyHarness.bulk;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sizes, flushes and exchanges of databases. */
final class DatabaseCommandsTest {
  private static final int KEYS = 20_000;

  private final CommandHarness server = KeyHarness.open();

  @AfterEach
  void close() {
    server.close();
  }

  private void fill(int database, int keys) {
    server.session().database(database);
    for (int i = 0; i < keys; i++) {
      server.send("SET", "key:" + i, "value in " + database, "PXAT", "99999999999999");
    }
    server.send("SET", "large", "x".repeat(200_000));
  }

  private String size(int database) {
    server.session().database(database);
    return server.send("DBSIZE");
  }

  @Test
  void flushesOneDatabaseAndFreesItsMemory() {
    fill(1, 10);
    fill(0, KEYS);
    assertThat(size(0)).isEqualTo(":" + (KEYS + 1) + "\r\n");
    assertThat(server.send("FLUSHDB")).isEqualTo(OK);
    assertThat(size(0)).isEqualTo(":0\r\n");
    assertThat(size(1)).isEqualTo(":11\r\n");
    assertThat(server.keyspace.usedBytes()).as("but what the other holds").isLessThan(400_000);
  }

  @Test
  void flushesAllDatabases() {
    fill(0, 1_000);
    fill(1, 1_000);
    assertThat(server.send("flushall", "sync")).isEqualTo(OK);
    assertThat(size(0)).isEqualTo(":0\r\n");
    assertThat(size(1)).isEqualTo(":0\r\n");
    assertThat(server.keyspace.usedBytes()).isLessThan(8 * 1024);
    assertThat(server.send("GET", "key:1")).isEqualTo(NIL);
  }

  @Test
  void flushesBeforeMemoryIsFree() {
    fill(0, KEYS);
    assertThat(server.send("FLUSHALL", "ASYNC")).isEqualTo(OK);
    assertThat(server.steps()).isZero();
    assertThat(size(0)).isEqualTo(":0\r\n");
    assertThat(server.keyspace.usedBytes()).isGreaterThan(500_000);
    assertThat(server.send("SET", "key:1", "again")).isEqualTo(OK);
    assertThat(server.send("FLUSHDB", "ASYNC")).isEqualTo(OK);
    assertThat(server.send("FLUSHDB")).isEqualTo(OK);
    assertThat(server.keyspace.usedBytes()).isLessThan(8 * 1024);
  }

  @Test
  void refusesWrongFlushes() {
    assertThat(server.send("FLUSHDB", "foo")).isEqualTo(SYNTAX);
    assertThat(server.send("FLUSHALL", "SYNC", "ASYNC")).isEqualTo(SYNTAX);
    assertThat(server.send("FLUSHALL", "ASYNC", "ASYNC")).isEqualTo(SYNTAX);
  }

  @Test
  void swaps() {
    server.send("SET", "a", "first");
    server.session().database(1);
    server.send("SET", "a", "second");
    assertThat(server.send("SWAPDB", "0", "1")).isEqualTo(OK);
    assertThat(server.send("GET", "a")).isEqualTo(bulk("first"));
    server.session().database(0);
    assertThat(server.send("GET", "a")).isEqualTo(bulk("second"));
    assertThat(server.send("SWAPDB", "1", "1")).isEqualTo(OK);
    assertThat(server.send("GET", "a")).isEqualTo(bulk("second"));
  }

  @Test
  void refusesWrongSwaps() {
    assertThat(server.send("SWAPDB", "x", "y")).isEqualTo("-ERR invalid first DB index\r\n");
    assertThat(server.send("SWAPDB", "99", "y")).isEqualTo("-ERR invalid second DB index\r\n");
    assertThat(server.send("SWAPDB", "99999999999", "1"))
        .isEqualTo("-ERR invalid first DB index\r\n");
    assertThat(server.send("SWAPDB", "2", "1")).isEqualTo(NO_DATABASE);
    assertThat(server.send("SWAPDB", "1", "-1")).isEqualTo(NO_DATABASE);
  }
}
