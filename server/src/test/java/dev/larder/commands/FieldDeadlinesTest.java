package dev.larder.commands;

import static dev.larder.commands.KeyHarness.NIL;
import static dev.larder.commands.KeyHarness.NOT_AN_INTEGER;
import static dev.larder.commands.KeyHarness.ONE;
import static dev.larder.commands.KeyHarness.ZERO;
import static dev.larder.commands.KeyHarness.bulk;
import static dev.larder.commands.KeyHarness.strings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.metrics.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deadlines of single fields of hashes, packed and in tables. */
final class FieldDeadlinesTest {
  private static final long FAR = 99_999_999_999L;
  private static final String MISSING_FIELDS =
      "-ERR Mandatory argument FIELDS is missing or not at the right position\r\n";
  private static final String MISMATCH =
      "-ERR The `numfields` parameter must match the number of arguments\r\n";

  private final CommandHarness server = KeyHarness.open();

  @AfterEach
  void close() {
    server.close();
  }

  private String send(String words) {
    return server.send(words.split(" ", -1));
  }

  private static String integers(long... numbers) {
    StringBuilder reply = new StringBuilder("*" + numbers.length + "\r\n");
    for (long number : numbers) {
      reply.append(':').append(number).append("\r\n");
    }
    return reply.toString();
  }

  /** With a field too long for a packed hash there is a table. */
  private void fill(boolean asTable) {
    send("DEL h");
    send("HSET h a 1 b 2 c 3");
    if (asTable) {
      send("HSET h long " + "x".repeat(5_000));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void setsAndTellsDeadlines(boolean asTable) {
    fill(asTable);
    assertThat(send("HEXPIREAT h 9999999999 FIELDS 2 a x")).isEqualTo(integers(1, -2));
    assertThat(send("HPEXPIREAT h 9999999999001 FIELDS 1 b")).isEqualTo(integers(1));
    assertThat(send("HEXPIRETIME h FIELDS 4 a b c x"))
        .isEqualTo(integers(9999999999L, 10000000000L, -1, -2));
    assertThat(send("HPEXPIRETIME h FIELDS 2 a b"))
        .isEqualTo(integers(9999999999000L, 9999999999001L));
    assertThat(send("HEXPIRE h 1000 FIELDS 1 a")).isEqualTo(integers(1));
    assertThat(send("HTTL h FIELDS 1 a")).isIn(integers(1000), integers(999));
    assertThat(send("HPEXPIRE h 500 FIELDS 1 a")).isEqualTo(integers(1));
    assertThat(send("HTTL h FIELDS 1 a")).as("a second begun counts").isEqualTo(integers(1));
    assertThat(send("HPERSIST h FIELDS 3 a c x")).isEqualTo(integers(1, -1, -2));
    assertThat(send("HPTTL h FIELDS 2 a c")).isEqualTo(integers(-1, -1));
    assertThat(send("HGET h a")).isEqualTo(bulk("1"));
    assertThat(send("HTTL none FIELDS 2 a b")).isEqualTo(integers(-2, -2));
    assertThat(send("HEXPIRE none 10 FIELDS 2 a b")).isEqualTo(integers(-2, -2));
    assertThat(send("HPERSIST none FIELDS 1 a")).isEqualTo(integers(-2));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void setsDeadlinesOnConditions(boolean asTable) {
    fill(asTable);
    assertThat(send("HEXPIREAT h 9000000000 XX FIELDS 1 a")).isEqualTo(integers(0));
    assertThat(send("HEXPIREAT h 9000000000 GT FIELDS 1 a")).isEqualTo(integers(0));
    assertThat(send("HEXPIREAT h 9000000000 LT FIELDS 1 a")).isEqualTo(integers(1));
    assertThat(send("HEXPIREAT h 8000000000 NX FIELDS 2 a b")).isEqualTo(integers(0, 1));
    assertThat(send("HEXPIREAT h 8500000000 GT FIELDS 2 a b")).isEqualTo(integers(0, 1));
    assertThat(send("HEXPIREAT h 8500000000 LT FIELDS 2 a b")).isEqualTo(integers(1, 0));
    assertThat(send("HEXPIREAT h 8600000000 xx FIELDS 2 a c")).isEqualTo(integers(1, 0));
    assertThat(send("HEXPIREAT h FIELDS 1 c")).startsWith("-ERR wrong number of arguments");
    assertThat(send("HEXPIREAT h 8700000000 FIELDS 1 c LT")).as("behind").isEqualTo(integers(1));
    assertThat(send("HEXPIREAT h 8700000000 NX nx FIELDS 1 c")).isEqualTo(integers(0));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void deletesFieldsWhoseDeadlineIsPast(boolean asTable) {
    fill(asTable);
    assertThat(send("HEXPIREAT h 1 FIELDS 2 a x")).isEqualTo(integers(2, -2));
    assertThat(send("HEXPIREAT h 1 XX FIELDS 1 b")).isEqualTo(integers(0));
    assertThat(send("HPEXPIRE h 0 FIELDS 3 a b c")).isEqualTo(integers(-2, 2, 2));
    send("HDEL h long");
    assertThat(server.keyspace.size(0)).isZero();
  }

  @Test
  void checksTheArgumentsOfSetters() {
    send("HSET h a 1 b 2");
    assertThat(send("HEXPIRE h x FIELDS 1 a")).isEqualTo(NOT_AN_INTEGER);
    assertThat(send("HEXPIRE h -1 FIELDS 1 a"))
        .isEqualTo("-ERR invalid expire time, must be >= 0\r\n");
    for (String command : List.of("hexpire", "hpexpire", "hexpireat", "hpexpireat")) {
      assertThat(send(command + " h 9223372036854775807 FIELDS 1 a"))
          .isEqualTo("-ERR invalid expire time in '" + command + "' command\r\n");
    }
    long limit = (1L << 46) - 1;
    assertThat(send("HPEXPIREAT h " + limit + " FIELDS 1 a")).isEqualTo(integers(1));
    assertThat(send("HPEXPIREAT h " + (limit + 1) + " FIELDS 1 a"))
        .isEqualTo("-ERR invalid expire time in 'hpexpireat' command\r\n");
    assertThat(send("HEXPIRE h 10 FIELDS 0 a"))
        .isEqualTo("-ERR Parameter `numFields` should be greater than 0\r\n");
    assertThat(send("HEXPIRE h 10 FIELDS 2147483648 a"))
        .isEqualTo("-ERR Parameter `numFields` should be greater than 0\r\n");
    assertThat(send("HEXPIRE h 10 FIELDS 2 a")).isEqualTo("-ERR wrong number of arguments\r\n");
    assertThat(send("HEXPIRE h 10 FIELDS 1 a b")).isEqualTo("-ERR unknown argument: b\r\n");
    assertThat(send("HEXPIRE h 10 2 a b")).isEqualTo("-ERR unknown argument: 2\r\n");
    assertThat(send("HEXPIRE h 10 NX XX FIELDS 1 a"))
        .isEqualTo("-ERR Multiple condition flags specified\r\n");
    assertThat(send("HEXPIRE h 10 FIELDS 1 a FIELDS 1 b"))
        .isEqualTo("-ERR FIELDS keyword specified multiple times\r\n");
    assertThat(send("HEXPIRE h 10 NX XX NX")).isEqualTo("-ERR missing FIELDS argument\r\n");
    assertThat(send("HEXPIRE h 10 NX FIELDS 1"))
        .isEqualTo("-ERR FIELDS requires at least numfields and one field argument\r\n");
    assertThat(send("HTTL h FIELDS 1 a")).doesNotContain(":-1");
  }

  @Test
  void checksTheArgumentsOfGetters() {
    for (String command : List.of("HTTL", "HPTTL", "HEXPIRETIME", "HPERSIST", "HGETDEL")) {
      assertThat(send(command + " h fields 1 a b")).isEqualTo(MISMATCH);
      assertThat(send(command + " h FIELDS 2 a")).isEqualTo(MISMATCH);
      assertThat(send(command + " h OTHER 1 a")).isEqualTo(MISSING_FIELDS);
      assertThat(send(command + " h FIELDS 0 a"))
          .isEqualTo("-ERR Number of fields must be a positive integer\r\n");
      assertThat(send(command + " h FIELDS x a"))
          .isEqualTo("-ERR Number of fields must be a positive integer\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void fieldsVanishAtTheirMillisecond(boolean asTable) {
    fill(asTable);
    send("HPEXPIRE h 1 FIELDS 2 a b");
    while (!send("HGET h a").equals(NIL)) {
      Thread.onSpinWait();
    }
    // The other one is there until somebody looks, but is not shown.
    int others = asTable ? 2 : 1;
    assertThat(send("HLEN h")).isEqualTo(":" + (others + 1) + "\r\n");
    assertThat(strings(send("HKEYS h"))).hasSize(others).contains("c");
    assertThat(strings(send("HGETALL h"))).hasSize(2 * others);
    assertThat(send("HSCAN h 0 MATCH ?"))
        .isEqualTo("*2\r\n$1\r\n0\r\n*2\r\n" + bulk("c") + bulk("3"));
    assertThat(send("HEXISTS h b")).isEqualTo(ZERO);
    assertThat(send("HLEN h")).isEqualTo(":" + others + "\r\n");
    assertThat(send("HTTL h FIELDS 1 b")).isEqualTo(integers(-2));
    assertThat(send("HINCRBY h a 1")).as("starts anew").isEqualTo(ONE);
    assertThat(server.keyspace.expiredFieldCount()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void randomFieldsAreNotExpired(boolean asTable) {
    fill(asTable);
    send("HDEL h long");
    send("HPEXPIRE h 1 FIELDS 2 a b");
    long end = Clock.wallMillis() + 2;
    while (Clock.wallMillis() < end) {
      Thread.onSpinWait();
    }
    for (int i = 0; i < 20; i++) {
      assertThat(send("HRANDFIELD h")).isEqualTo(bulk("c"));
      assertThat(strings(send("HRANDFIELD h 3"))).containsExactly("c");
    }
    assertThat(send("HLEN h")).isEqualTo(ONE);
  }

  @Test
  void housekeepingRemovesFieldsAndKeys() {
    send("HSETEX a EX 1000 FIELDS 1 f v");
    send("HSETEX b EX 1000 FIELDS 2 f v g v");
    send("HPERSIST b FIELDS 1 g");
    assertThat(server.keyspace.fieldVolatileSize(0)).isEqualTo(2);
    server.housekeep(Clock.wallMillis() + 2_000_000);
    assertThat(server.keyspace.size(0)).isEqualTo(1);
    assertThat(strings(send("HKEYS b"))).containsExactly("g");
    assertThat(server.keyspace.fieldVolatileSize(0)).isZero();
  }

  @Test
  void settingAValueDropsTheDeadlineButCountingDoesNot() {
    send("HSET h a 1 b 2 c 3.5");
    send("HPEXPIREAT h " + FAR * 100 + " FIELDS 3 a b c");
    send("HSET h a 5");
    send("HINCRBY h b 1");
    send("HINCRBYFLOAT h c 1");
    assertThat(send("HPEXPIRETIME h FIELDS 3 a b c")).isEqualTo(integers(-1, FAR * 100, FAR * 100));
    assertThat(strings(send("HMGET h a b c"))).containsExactly("5", "3", "4.5");
  }

  @Test
  void deadlinesGoWithCopiesAndNames() {
    send("HSET h a 1 b 2");
    send("HPEXPIREAT h " + FAR * 100 + " FIELDS 1 a");
    send("COPY h copy");
    send("RENAME copy renamed");
    send("EXPIRE renamed 1000");
    send("MOVE renamed 1");
    server.session().database(1);
    assertThat(send("HPEXPIRETIME renamed FIELDS 2 a b")).isEqualTo(integers(FAR * 100, -1));
    assertThat(send("OBJECT ENCODING renamed")).isEqualTo(bulk("listpackex"));
    assertThat(server.keyspace.fieldVolatileSize(0)).isEqualTo(1);
    assertThat(server.keyspace.fieldVolatileSize(1)).isEqualTo(1);
    send("SWAPDB 0 1");
    send("FLUSHDB");
    assertThat(server.keyspace.fieldVolatileSize(1)).isZero();
    assertThat(server.keyspace.fieldVolatileSize(0)).isEqualTo(1);
  }
}
