package dev.larder.commands;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** INCREX as Redis 8.8 documents it. */
final class BoundedIncrementTest {
  private static final String SYNTAX = "-ERR syntax error\r\n";
  private static final String MAX = "9223372036854775807";
  private static final String MIN = "-9223372036854775808";

  private final CommandHarness server =
      new CommandHarness(c -> StringCommands.declare(c, () -> 512 << 20));

  @AfterEach
  void close() {
    server.close();
  }

  /** Sends INCREX k with options separated by spaces. */
  private String increx(String options) {
    return server.send(("INCREX k " + options).strip().split(" "));
  }

  private static String pair(long value, long applied) {
    return "*2\r\n:" + value + "\r\n:" + applied + "\r\n";
  }

  private static String texts(String value, String applied) {
    return "*2\r\n" + bulk(value) + bulk(applied);
  }

  private static String bulk(String value) {
    return "$" + value.length() + "\r\n" + value + "\r\n";
  }

  private void set(String value) {
    server.send("SET", "k", value);
  }

  private String get() {
    return server.send("GET", "k");
  }

  @Test
  void countsByOneUnlessToldOtherwise() {
    assertThat(increx("")).isEqualTo(pair(1, 1));
    assertThat(increx("BYINT 5")).isEqualTo(pair(6, 5));
    assertThat(increx("byint -10")).isEqualTo(pair(-4, -10));
    assertThat(get()).isEqualTo(bulk("-4"));
  }

  @Test
  void leavesKeyAloneBeyondBounds() {
    set("10");
    assertThat(increx("BYINT 10 UBOUND 15")).isEqualTo(pair(10, 0));
    assertThat(increx("BYINT -10 LBOUND 5")).isEqualTo(pair(10, 0));
    assertThat(increx("BYINT 5 UBOUND 15")).isEqualTo(pair(15, 5));
    assertThat(increx("BYINT 100 UBOUND 50 EX 100")).isEqualTo(pair(15, 0));
    assertThat(server.keyspace.volatileSize(0)).isZero();
    server.send("GETDEL", "k");
    assertThat(increx("BYINT 15 UBOUND 10")).isEqualTo(pair(0, 0));
    assertThat(get()).isEqualTo("$-1\r\n");
    set(MAX);
    assertThat(increx("")).isEqualTo(pair(Long.MAX_VALUE, 0));
    set(MIN);
    assertThat(increx("BYINT -1")).isEqualTo(pair(Long.MIN_VALUE, 0));
  }

  @Test
  void saturatesAtBounds() {
    set("10");
    assertThat(increx("BYINT 10 UBOUND 15 SATURATE")).isEqualTo(pair(15, 5));
    assertThat(increx("SATURATE BYINT -100 LBOUND 5")).isEqualTo(pair(5, -10));
    assertThat(increx("BYINT " + MAX + " SATURATE"))
        .isEqualTo(pair(Long.MAX_VALUE, Long.MAX_VALUE - 5));
    set("-10");
    assertThat(increx("BYINT -9223372036854775807 LBOUND -100 SATURATE"))
        .isEqualTo(pair(-100, -90));
    server.send("GETDEL", "k");
    assertThat(increx("LBOUND 5 SATURATE")).isEqualTo(pair(5, 5));
    set("9223372036854775800");
    assertThat(increx("BYINT 1 SATURATE UBOUND " + MIN))
        .isEqualTo("-ERR applied increment would overflow\r\n");
    assertThat(get()).isEqualTo(bulk("9223372036854775800"));
  }

  @Test
  void countsByFloatsWithinBounds() {
    set("1.5");
    assertThat(increx("BYFLOAT 0.25")).isEqualTo(texts("1.75", "0.25"));
    assertThat(increx("BYFLOAT 10 UBOUND 10.0")).isEqualTo(texts("1.75", "0"));
    assertThat(increx("BYFLOAT 10 UBOUND 10.5 SATURATE")).isEqualTo(texts("10.5", "8.75"));
    assertThat(increx("BYFLOAT -20 LBOUND 5.5 SATURATE")).isEqualTo(texts("5.5", "-5"));
    assertThat(increx("BYFLOAT 1 UBOUND inf LBOUND -inf")).isEqualTo(texts("6.5", "1"));
    assertThat(increx("BYFLOAT 1e4932")).as("more than there is").startsWith("*2\r\n");
    set("1.18e4932");
    String kept = server.send("INCRBYFLOAT", "k", "0");
    assertThat(increx("BYFLOAT 1.18e4932")).isEqualTo("*2\r\n" + kept + bulk("0"));
    assertThat(increx("BYFLOAT inf UBOUND 7 SATURATE")).startsWith("*2\r\n" + bulk("7"));
    assertThat(increx("BYFLOAT 1 LBOUND inf UBOUND inf SATURATE"))
        .isEqualTo("-ERR applied increment would be Infinity\r\n");
    assertThat(get()).isEqualTo(bulk("7"));
  }

  @Test
  void answersFloatsAsDoublesInResp3() {
    server.protocol(3);
    assertThat(increx("BYFLOAT 2.5")).isEqualTo("*2\r\n,2.5\r\n,2.5\r\n");
    assertThat(increx("BYFLOAT 2.5 UBOUND 3")).isEqualTo("*2\r\n,2.5\r\n,0\r\n");
    server.send("SET", "k", "7");
    assertThat(increx("BYINT 3")).isEqualTo(pair(10, 3));
  }

  @Test
  void setsDeadlines() {
    assertThat(increx("EX 100")).isEqualTo(pair(1, 1));
    assertThat(server.keyspace.volatileSize(0)).isEqualTo(1);
    assertThat(increx("")).as("keeps it").isEqualTo(pair(2, 1));
    assertThat(server.keyspace.volatileSize(0)).isEqualTo(1);
    assertThat(increx("PERSIST")).isEqualTo(pair(3, 1));
    assertThat(server.keyspace.volatileSize(0)).isZero();
    assertThat(increx("PXAT 99999999999999 ENX")).isEqualTo(pair(4, 1));
    assertThat(increx("EXAT 1 ENX")).as("has one").isEqualTo(pair(5, 1));
    assertThat(get()).isEqualTo(bulk("5"));
    assertThat(increx("EXAT 1")).as("has passed").isEqualTo(pair(6, 1));
    assertThat(get()).isEqualTo("$-1\r\n");
    assertThat(increx("BYFLOAT 1.5 PXAT 1")).isEqualTo(texts("1.5", "1.5"));
    assertThat(get()).isEqualTo("$-1\r\n");
    for (String options : new String[] {"EX 0", "PX -1", "EX 9223372036854775807"}) {
      assertThat(increx(options)).isEqualTo("-ERR invalid expire time in 'increx' command\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FOO",
        "SAT LBOUND 0",
        "BYINT 1 BYFLOAT 1",
        "BYINT 1 BYINT 1",
        "EX 1 PX 1",
        "EX 1 PERSIST",
        "PERSIST PERSIST",
        "PERSIST ENX",
        "ENX PERSIST",
        "LBOUND 1 LBOUND 1",
        "UBOUND 1 UBOUND 1",
        "SATURATE SATURATE",
        "ENX ENX EX 10",
        "LBOUND",
        "BYINT",
        "EX",
        "BYINT 1 LBOUND 1 UBOUND 2 SATURATE EX 1 ENX EX 1"
      })
  void refusesOptionsThatDoNotFit(String options) {
    assertThat(increx(options)).isEqualTo(SYNTAX);
  }

  @Test
  void refusesValuesThatAreNone() {
    assertThat(increx("ENX")).isEqualTo("-ERR ENX flag requires an expiration\r\n");
    assertThat(increx("BYINT 1.5"))
        .isEqualTo("-ERR Increment is not an integer or out of range\r\n");
    assertThat(increx("UBOUND inf")).isEqualTo("-ERR UBOUND is not an integer or out of range\r\n");
    assertThat(increx("LBOUND x")).isEqualTo("-ERR LBOUND is not an integer or out of range\r\n");
    assertThat(increx("BYFLOAT x")).isEqualTo("-ERR Increment is not a valid float\r\n");
    assertThat(increx("BYFLOAT 1 UBOUND nan")).isEqualTo("-ERR UBOUND is not a valid float\r\n");
    assertThat(increx("BYFLOAT 1 LBOUND x")).isEqualTo("-ERR LBOUND is not a valid float\r\n");
    for (String bounds :
        new String[] {
          "LBOUND 2 UBOUND 1", "BYFLOAT 1 LBOUND 0.2 UBOUND 0.1", "BYFLOAT 1 LBOUND inf"
        }) {
      assertThat(increx(bounds)).isEqualTo("-ERR LBOUND can't be greater than UBOUND\r\n");
    }
    set("hello");
    assertThat(increx("")).isEqualTo("-ERR value is not an integer or out of range\r\n");
    assertThat(increx("BYFLOAT 1")).isEqualTo("-ERR value is not a valid float\r\n");
    set("1.5");
    assertThat(increx("BYINT 1")).isEqualTo("-ERR value is not an integer or out of range\r\n");
    set("-inf");
    assertThat(increx("BYFLOAT inf")).isEqualTo("-ERR increment would produce NaN or Infinity\r\n");
    assertThat(increx("BYFLOAT 1")).isEqualTo(texts("-inf", "0"));
  }
}
