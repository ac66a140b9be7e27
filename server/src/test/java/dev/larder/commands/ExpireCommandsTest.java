package dev.larder.commands;

import static dev.larder.commands.KeyHarness.NIL;
import static dev.larder.commands.KeyHarness.NOT_AN_INTEGER;
import static dev.larder.commands.KeyHarness.OK;
import static dev.larder.commands.KeyHarness.ONE;
import static dev.larder.commands.KeyHarness.ZERO;
import static dev.larder.commands.KeyHarness.bulk;
import static dev.larder.commands.KeyHarness.integer;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Deadlines of keys. */
final class ExpireCommandsTest {
  private static final String FAR = "99999999999999";
  private static final String FARTHER = "99999999999999999";
  private static final String NONE = ":-1\r\n";
  private static final String NO_KEY = ":-2\r\n";

  private final CommandHarness server = KeyHarness.open();

  @BeforeEach
  void setKey() {
    server.send("SET", "k", "v");
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static String invalid(String command) {
    return "-ERR invalid expire time in '" + command + "' command\r\n";
  }

  @Test
  void setsDeadlines() {
    assertThat(server.send("EXPIRE", "k", "100")).isEqualTo(ONE);
    assertThat(integer(server.send("TTL", "k"))).isBetween(90L, 100L);
    assertThat(integer(server.send("PTTL", "k"))).isBetween(90_000L, 100_000L);
    assertThat(server.send("PEXPIRE", "k", "1000000")).isEqualTo(ONE);
    assertThat(integer(server.send("PTTL", "k"))).isBetween(990_000L, 1_000_000L);
    assertThat(server.send("EXPIREAT", "k", "9999999999")).isEqualTo(ONE);
    assertThat(server.send("EXPIRETIME", "k")).isEqualTo(":9999999999\r\n");
    assertThat(server.send("PEXPIREAT", "k", "9999999999500")).isEqualTo(ONE);
    assertThat(server.send("PEXPIRETIME", "k")).isEqualTo(":9999999999500\r\n");
    assertThat(server.send("EXPIRETIME", "k")).as("rounded").isEqualTo(":10000000000\r\n");
    assertThat(server.send("GET", "k")).isEqualTo(bulk("v"));
  }

  @Test
  void tellsThatThereIsNone() {
    for (String command : new String[] {"TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME"}) {
      assertThat(server.send(command, "k")).isEqualTo(NONE);
      assertThat(server.send(command, "none")).isEqualTo(NO_KEY);
    }
    assertThat(server.send("EXPIRE", "none", "10")).isEqualTo(ZERO);
    assertThat(server.send("PERSIST", "none")).isEqualTo(ZERO);
    assertThat(server.send("PERSIST", "k")).isEqualTo(ZERO);
  }

  @Test
  void dropsDeadline() {
    server.send("EXPIRE", "k", "100");
    assertThat(server.send("PERSIST", "k")).isEqualTo(ONE);
    assertThat(server.send("TTL", "k")).isEqualTo(NONE);
    assertThat(server.send("GET", "k")).isEqualTo(bulk("v"));
  }

  @Test
  void deletesWhenDeadlineHasPassed() {
    String[][] past = {
      {"EXPIRE", "k", "0"},
      {"EXPIRE", "k", "-1"},
      {"PEXPIRE", "k", "-9000000000000000000"},
      {"EXPIREAT", "k", "1"},
      {"PEXPIREAT", "k", "-9223372036854775808"},
      {"PEXPIREAT", "k", "1000", "LT"},
    };
    for (String[] command : past) {
      server.send("SET", "k", "v");
      assertThat(server.send(command)).as(String.join(" ", command)).isEqualTo(ONE);
      assertThat(server.send("GET", "k")).isEqualTo(NIL);
    }
  }

  @Test
  void setsOnlyIfConditionHolds() {
    assertThat(server.send("PEXPIREAT", "k", FAR, "XX")).isEqualTo(ZERO);
    assertThat(server.send("PEXPIREAT", "k", FAR, "GT")).isEqualTo(ZERO);
    assertThat(server.send("PEXPIREAT", "k", FAR, "nx", "NX")).isEqualTo(ONE);
    assertThat(server.send("PEXPIREAT", "k", FARTHER, "NX")).isEqualTo(ZERO);
    assertThat(server.send("PEXPIREAT", "k", FAR, "GT")).isEqualTo(ZERO);
    assertThat(server.send("PEXPIREAT", "k", FAR, "LT")).isEqualTo(ZERO);
    assertThat(server.send("PEXPIREAT", "k", FARTHER, "LT")).isEqualTo(ZERO);
    assertThat(server.send("PEXPIREAT", "k", FARTHER, "GT", "xx")).isEqualTo(ONE);
    assertThat(server.send("PEXPIREAT", "k", FAR, "LT", "XX")).isEqualTo(ONE);
    assertThat(server.send("PEXPIRETIME", "k")).isEqualTo(":" + FAR + "\r\n");
    server.send("PERSIST", "k");
    assertThat(server.send("PEXPIREAT", "k", FARTHER, "LT", "XX")).isEqualTo(ZERO);
    assertThat(server.send("PEXPIREAT", "k", FARTHER, "LT")).isEqualTo(ONE);
  }

  @Test
  void keepsKeyWhoseConditionFailsInThePast() {
    assertThat(server.send("EXPIRE", "k", "-1", "GT")).isEqualTo(ZERO);
    assertThat(server.send("GET", "k")).isEqualTo(bulk("v"));
  }

  @Test
  void refusesWrongTimes() {
    assertThat(server.send("EXPIRE", "k", "9223372036854775807")).isEqualTo(invalid("expire"));
    assertThat(server.send("EXPIRE", "k", "-9223372036854775808")).isEqualTo(invalid("expire"));
    assertThat(server.send("EXPIRE", "k", "9223372036854775")).isEqualTo(invalid("expire"));
    assertThat(server.send("PEXPIRE", "k", "9223372036854775807")).isEqualTo(invalid("pexpire"));
    assertThat(server.send("EXPIREAT", "k", "9223372036854775807")).isEqualTo(invalid("expireat"));
    assertThat(server.send("EXPIRE", "none", "9223372036854775807")).isEqualTo(invalid("expire"));
    assertThat(server.send("EXPIRE", "k", "1.5")).isEqualTo(NOT_AN_INTEGER);
    assertThat(server.send("EXPIRE", "k", "")).isEqualTo(NOT_AN_INTEGER);
    assertThat(server.send("PEXPIREAT", "k", "9223372036854775807")).isEqualTo(ONE);
    assertThat(server.send("PEXPIRETIME", "k")).isEqualTo(":9223372036854775807\r\n");
    assertThat(server.send("EXPIRETIME", "k")).isEqualTo(":9223372036854776\r\n");
  }

  @Test
  void refusesWrongConditions() {
    assertThat(server.send("EXPIRE", "k", "10", "foo"))
        .isEqualTo("-ERR Unsupported option foo\r\n");
    assertThat(server.send("EXPIRE", "k", "x", "NX", "GT"))
        .isEqualTo("-ERR NX and XX, GT or LT options at the same time are not compatible\r\n");
    assertThat(server.send("EXPIRE", "k", "x", "GT", "LT"))
        .isEqualTo("-ERR GT and LT options at the same time are not compatible\r\n");
    assertThat(server.send("EXPIRE", "k"))
        .isEqualTo("-ERR wrong number of arguments for 'expire' command\r\n");
    assertThat(server.send("TTL", "k")).isEqualTo(NONE);
  }

  @Test
  void expiredKeyIsGone() {
    assertThat(server.send("SET", "k", "v", "PXAT", "1")).isEqualTo(OK);
    assertThat(server.send("TTL", "k")).isEqualTo(NO_KEY);
    assertThat(server.send("EXPIRE", "k", "10")).isEqualTo(ZERO);
    assertThat(server.send("RENAME", "k", "l")).isEqualTo("-ERR no such key\r\n");
    assertThat(server.send("EXISTS", "k")).isEqualTo(ZERO);
  }
}
