package dev.larder.commands;

import static dev.larder.commands.KeyHarness.OK;
import static dev.larder.commands.KeyHarness.ONE;
import static dev.larder.commands.KeyHarness.ZERO;
import static dev.larder.commands.KeyHarness.strings;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** HIMPORT. */
final class HashImportTest {
  private static final String NO_FIELDSET = "-ERR no such fieldset\r\n";
  private static final String WRONG_COUNT =
      "-ERR value count does not match fieldset field count\r\n";

  private final CommandHarness server = KeyHarness.open();

  @AfterEach
  void close() {
    server.close();
  }

  private String send(String words) {
    return server.send(words.split(" ", -1));
  }

  @Test
  void makesHashesOfPreparedFields() {
    assertThat(send("HIMPORT PREPARE u name mail 7")).isEqualTo(OK);
    assertThat(send("HIMPORT PREPARE other x")).isEqualTo(OK);
    assertThat(send("HIMPORT SET user:1 u alice a@x 1")).isEqualTo(OK);
    assertThat(send("himport set user:2 u bob b@x 2")).isEqualTo(OK);
    assertThat(strings(send("HGETALL user:1")))
        .containsExactly("name", "alice", "mail", "a@x", "7", "1");
    assertThat(send("HIMPORT SET user:1 other y")).isEqualTo(OK);
    assertThat(strings(send("HGETALL user:1"))).containsExactly("x", "y");
    assertThat(send("HIMPORT SET k u 1 2")).isEqualTo(WRONG_COUNT);
    assertThat(send("HIMPORT SET k u 1 2 3 4")).isEqualTo(WRONG_COUNT);
    assertThat(send("HIMPORT SET k none 1")).isEqualTo(NO_FIELDSET);
  }

  @Test
  void replacesHashesOnly() {
    send("HIMPORT PREPARE u a");
    send("HSET h a 1 b 2");
    send("HEXPIRE h 1000 FIELDS 1 b");
    send("EXPIRE h 1000");
    assertThat(send("HIMPORT SET h u 3")).isEqualTo(OK);
    assertThat(strings(send("HGETALL h"))).containsExactly("a", "3");
    assertThat(send("TTL h")).isEqualTo(":-1\r\n");
    send("SET s 1");
    assertThat(send("HIMPORT SET s u 3")).startsWith("-WRONGTYPE");
    assertThat(send("TYPE s")).isEqualTo("+string\r\n");
  }

  @Test
  void refusesTheSameFieldTwice() {
    assertThat(send("HIMPORT PREPARE u a b a"))
        .isEqualTo("-ERR duplicate field name in fieldset\r\n");
    assertThat(send("HIMPORT SET k u 1 2 3")).isEqualTo(NO_FIELDSET);
    assertThat(server.send("HIMPORT", "PREPARE", "", "", "b")).isEqualTo(OK);
    assertThat(server.send("HIMPORT", "SET", "k", "", "1", "2")).isEqualTo(OK);
    assertThat(strings(send("HGETALL k"))).containsExactly("", "1", "b", "2");
  }

  @Test
  void discardsFieldsets() {
    send("HIMPORT PREPARE a x");
    send("HIMPORT PREPARE b x y");
    send("HIMPORT PREPARE a x y z");
    assertThat(send("HIMPORT SET k a 1")).as("replaced").isEqualTo(WRONG_COUNT);
    assertThat(send("HIMPORT DISCARD a")).isEqualTo(ONE);
    assertThat(send("HIMPORT DISCARD a")).isEqualTo(ZERO);
    send("HIMPORT PREPARE c x");
    assertThat(send("HIMPORT DISCARDALL")).isEqualTo(":2\r\n");
    assertThat(send("HIMPORT DISCARDALL")).isEqualTo(ZERO);
    assertThat(server.chunkBytes()).isZero();
    send("HIMPORT PREPARE c x");
    server.session().reset();
    assertThat(send("HIMPORT SET k c 1")).isEqualTo(NO_FIELDSET);
  }

  @Test
  void refusesTooManyAndWhatDoesNotFit() {
    server.limitChunks(0);
    assertThat(send("HIMPORT PREPARE u a")).startsWith("-OOM");
    server.limitChunks(-1);
    for (int i = 0; i < 1024; i++) {
      assertThat(send("HIMPORT PREPARE u" + i + " a")).isEqualTo(OK);
    }
    assertThat(send("HIMPORT PREPARE more a")).startsWith("-ERR a connection has at most");
    assertThat(send("HIMPORT PREPARE u7 a b")).isEqualTo(OK);
  }

  @Test
  void makesLargeHashes() {
    StringBuilder prepare = new StringBuilder("HIMPORT PREPARE u");
    StringBuilder set = new StringBuilder("HIMPORT SET k u");
    for (int i = 0; i < 20_000; i++) {
      prepare.append(" field").append(i);
      set.append(" ").append(i);
    }
    assertThat(send(prepare.toString())).isEqualTo(OK);
    assertThat(send(set.toString())).isEqualTo(OK);
    assertThat(send("HLEN k")).isEqualTo(":20000\r\n");
    assertThat(send("HGET k field19999")).isEqualTo("$5\r\n19999\r\n");
  }
}
