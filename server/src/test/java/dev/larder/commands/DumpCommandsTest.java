package dev.larder.commands;

import static dev.larder.commands.KeyHarness.NIL;
import static dev.larder.commands.KeyHarness.NOT_AN_INTEGER;
import static dev.larder.commands.KeyHarness.OK;
import static dev.larder.commands.KeyHarness.OUT_OF_MEMORY;
import static dev.larder.commands.KeyHarness.SYNTAX;
import static dev.larder.commands.KeyHarness.bulk;
import static dev.larder.commands.KeyHarness.integer;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DumpCommandsTest {
  private static final String BUSY = "-BUSYKEY Target key name already exists.\r\n";
  private static final String BAD_FOOTER = "-ERR DUMP payload version or checksum are wrong\r\n";
  private static final String BAD_DATA = "-ERR Bad data format\r\n";

  /** {@code hello}, as redis-server 7.0.15 dumps it. */
  private static final String HELLO = "\0\5hello\n\0" + (char) 0x63 + "r\u00dfve4 \n";

  private final CommandHarness client = KeyHarness.open();

  @AfterEach
  void close() {
    client.close();
  }

  private String payload(String key) {
    String reply = client.send("DUMP", key);
    int start = reply.indexOf("\r\n") + 2;
    return reply.substring(start, reply.length() - 2);
  }

  @Test
  void dumpsAndRestores() {
    assertThat(client.send("DUMP", "key")).isEqualTo(NIL);
    client.send("SET", "key", "hello");
    assertThat(client.send("DUMP", "key")).isEqualTo(bulk(HELLO));
    assertThat(client.send("RESTORE", "other", "0", HELLO)).isEqualTo(OK);
    assertThat(client.send("GET", "other")).isEqualTo(bulk("hello"));
    assertThat(client.hits()).isEqualTo(2);
    assertThat(client.send("PTTL", "other")).isEqualTo(":-1\r\n");
  }

  @Test
  void longStringsComeBackInSlices() {
    String value = "0123456789".repeat(40_000);
    Random random = new Random(7);
    StringBuilder noise = new StringBuilder();
    for (int i = 0; i < 3_000_000; i++) {
      noise.append((char) random.nextInt(256));
    }
    for (String text : new String[] {value, noise.toString(), "y".repeat(260_000)}) {
      client.send("SET", "key", text);
      String payload = payload("key");
      assertThat(client.send("RESTORE", "other", "0", payload, "REPLACE")).isEqualTo(OK);
      assertThat(client.send("GET", "other").equals(bulk(text))).isTrue();
    }
    assertThat(client.steps()).isPositive();
  }

  /** A value inside of an argument that is kept in chunks, where no chunk begins with it. */
  @Test
  void aStringWithinALargeArgument() {
    String value = "v".repeat(40) + "w".repeat(100_000);
    client.send("SETRANGE", "key", "100000", "x");
    String payload = payload("key");
    assertThat(payload.length()).isGreaterThan(64 * 1024);
    assertThat(client.send("RESTORE", "other", "0", payload)).isEqualTo(OK);
    assertThat(client.send("SETRANGE", "other", "0", value)).isEqualTo(":100040\r\n");
    assertThat(client.send("GETRANGE", "key", "99999", "-1")).isEqualTo(bulk("\0x"));
  }

  @Test
  void theOldValueIsKeptWithoutReplace() {
    client.send("SET", "key", "old");
    assertThat(client.send("RESTORE", "key", "0", HELLO)).isEqualTo(BUSY);
    assertThat(client.send("RESTORE", "key", "x", "junk")).isEqualTo(BUSY);
    assertThat(client.send("GET", "key")).isEqualTo(bulk("old"));
    assertThat(client.send("RESTORE", "key", "0", HELLO, "replace")).isEqualTo(OK);
    assertThat(client.send("GET", "key")).isEqualTo(bulk("hello"));
  }

  @Test
  void deadlines() {
    assertThat(client.send("RESTORE", "a", "100000", HELLO)).isEqualTo(OK);
    assertThat(integer(client.send("PTTL", "a"))).isBetween(90_000L, 100_000L);
    assertThat(client.send("RESTORE", "b", "9000000000000", HELLO, "ABSTTL")).isEqualTo(OK);
    assertThat(client.send("PEXPIRETIME", "b")).isEqualTo(":9000000000000\r\n");
    assertThat(client.send("RESTORE", "b", "0", HELLO, "ABSTTL", "REPLACE")).isEqualTo(OK);
    assertThat(client.send("PTTL", "b")).isEqualTo(":-1\r\n");
    assertThat(client.send("RESTORE", "b", "1", HELLO, "ABSTTL", "REPLACE")).isEqualTo(OK);
    assertThat(client.send("EXISTS", "b")).isEqualTo(":0\r\n");
    assertThat(client.send("RESTORE", "b", "9223372036854775807", HELLO)).isEqualTo(OK);
    assertThat(client.send("EXISTS", "b")).isEqualTo(":0\r\n");
    assertThat(client.send("RESTORE", "b", "-1", HELLO))
        .isEqualTo("-ERR Invalid TTL value, must be >= 0\r\n");
    assertThat(client.send("RESTORE", "b", "x", HELLO)).isEqualTo(NOT_AN_INTEGER);
  }

  @Test
  void options() {
    String idle = "-ERR Invalid IDLETIME value, must be >= 0\r\n";
    String frequency = "-ERR Invalid FREQ value, must be >= 0 and <= 255\r\n";
    assertThat(client.send("RESTORE", "k", "0", "x", "IDLETIME", "-1")).isEqualTo(idle);
    assertThat(client.send("RESTORE", "k", "0", "x", "IDLETIME", "y")).isEqualTo(NOT_AN_INTEGER);
    assertThat(client.send("RESTORE", "k", "0", "x", "FREQ", "256")).isEqualTo(frequency);
    assertThat(client.send("RESTORE", "k", "0", "x", "FREQ", "-1")).isEqualTo(frequency);
    assertThat(client.send("RESTORE", "k", "0", "x", "IDLETIME")).isEqualTo(SYNTAX);
    assertThat(client.send("RESTORE", "k", "0", "x", "IDLETIME", "1", "FREQ", "1"))
        .isEqualTo(SYNTAX);
    assertThat(client.send("RESTORE", "k", "0", "x", "SOON")).isEqualTo(SYNTAX);
    assertThat(client.send("RESTORE", "k", "0", HELLO, "idletime", "5", "IDLETIME", "7", "absttl"))
        .isEqualTo(OK);
    assertThat(client.send("RESTORE", "k", "0", HELLO, "freq", "255", "replace")).isEqualTo(OK);
  }

  @Test
  void badPayloads() {
    assertThat(client.send("RESTORE", "k", "0", "")).isEqualTo(BAD_FOOTER);
    assertThat(client.send("RESTORE", "k", "0", HELLO.replace('h', 'H'))).isEqualTo(BAD_FOOTER);
    assertThat(client.send("RESTORE", "k", "0", "x".repeat(400_000))).isEqualTo(BAD_FOOTER);
    String unsummed = "\n\0" + "\0".repeat(8);
    assertThat(client.send("RESTORE", "k", "0", "\0\6hello" + unsummed)).isEqualTo(BAD_DATA);
    assertThat(client.send("RESTORE", "k", "0", "\u00ff" + unsummed)).isEqualTo(BAD_DATA);
    assertThat(client.send("RESTORE", "k", "0", "\0" + "x".repeat(400_000) + unsummed))
        .isEqualTo(OK);
    String cut = "\0\u0080\0\u0010\0\0" + "x".repeat(400_000) + unsummed;
    assertThat(client.send("RESTORE", "k2", "0", cut)).isEqualTo(BAD_DATA);
    assertThat(client.send("EXISTS", "k2")).isEqualTo(":0\r\n");
  }

  @Test
  void keysThatAppearMeanwhileStay() {
    client.send("SET", "key", "z".repeat(600_000));
    String payload = payload("key");
    try (CommandHarness other = new CommandHarness(client)) {
      client.betweenSteps(() -> other.send("SET", "new", "mine"));
      assertThat(client.send("RESTORE", "new", "0", payload)).isEqualTo(BUSY);
      assertThat(client.send("GET", "new")).isEqualTo(bulk("mine"));
      assertThat(client.send("RESTORE", "new", "0", payload, "REPLACE")).isEqualTo(OK);
    }
  }

  @Test
  void exhaustedMemoryIsAnError() {
    client.send("SET", "key", "z".repeat(600_000));
    String payload = payload("key");
    client.limitChunks(client.chunkBytes() + 15 * 65_536);
    assertThat(client.send("RESTORE", "new", "0", payload)).isEqualTo(OUT_OF_MEMORY);
    client.limitChunks(-1);
    assertThat(client.send("EXISTS", "new")).isEqualTo(":0\r\n");
  }
}
