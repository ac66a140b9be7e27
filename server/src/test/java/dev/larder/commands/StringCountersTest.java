package dev.larder.commands;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Counting, by integers and by floating point numbers with Redis's digits. */
final class StringCountersTest {
  private static final String NOT_AN_INTEGER = "-ERR value is not an integer or out of range\r\n";
  private static final String OVERFLOW = "-ERR increment or decrement would overflow\r\n";
  private static final String NOT_A_FLOAT = "-ERR value is not a valid float\r\n";
  private static final String INFINITE = "-ERR increment would produce NaN or Infinity\r\n";

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
  void counts() {
    assertThat(server.send("INCR", "k")).isEqualTo(":1\r\n");
    assertThat(server.send("INCRBY", "k", "41")).isEqualTo(":42\r\n");
    assertThat(server.send("DECR", "k")).isEqualTo(":41\r\n");
    assertThat(server.send("DECRBY", "k", "50")).isEqualTo(":-9\r\n");
    assertThat(server.send("GET", "k")).isEqualTo(bulk("-9"));
    assertThat(server.send("DECRBY", "k", "-9")).isEqualTo(":0\r\n");
    assertThat(server.hits() + server.misses()).as("a writer does not count").isEqualTo(1);
  }

  @Test
  void keepsDeadline() {
    server.send("SET", "k", "9", "PXAT", "1");
    assertThat(server.send("INCR", "k")).as("expired before").isEqualTo(":1\r\n");
    server.send("SET", "k", "9", "EX", "1000");
    assertThat(server.send("INCR", "k")).isEqualTo(":10\r\n");
    assertThat(server.send("INCRBYFLOAT", "k", "0.5")).isEqualTo(bulk("10.5"));
    assertThat(server.keyspace.volatileSize(0)).isEqualTo(1);
  }

  @Test
  void staysWithinLongs() {
    server.send("SET", "k", "9223372036854775806");
    assertThat(server.send("INCR", "k")).isEqualTo(":9223372036854775807\r\n");
    assertThat(server.send("INCR", "k")).isEqualTo(OVERFLOW);
    server.send("SET", "k", "-9223372036854775807");
    assertThat(server.send("DECR", "k")).isEqualTo(":-9223372036854775808\r\n");
    assertThat(server.send("GET", "k")).isEqualTo(bulk("-9223372036854775808"));
    assertThat(server.send("DECR", "k")).isEqualTo(OVERFLOW);
    assertThat(server.send("INCRBY", "k", "-1")).isEqualTo(OVERFLOW);
    assertThat(server.send("DECRBY", "k", "-9223372036854775808"))
        .isEqualTo("-ERR decrement would overflow\r\n");
  }

  @Test
  void countsIntegersOnly() {
    for (String value :
        new String[] {
          "", " 1", "1 ", "01", "+1", "-0", "1.0", "x", "9223372036854775808", "1".repeat(100)
        }) {
      server.send("SET", "k", value);
      assertThat(server.send("INCR", "k")).as(value).isEqualTo(NOT_AN_INTEGER);
      assertThat(server.send("INCRBY", "new", value)).as(value).isEqualTo(NOT_AN_INTEGER);
    }
    server.send("SET", "k", "1".repeat(100_000));
    assertThat(server.send("INCR", "k")).isEqualTo(NOT_AN_INTEGER);
  }

  /** Recorded from redis-server 7.0.15 on x86-64. */
  @ParameterizedTest
  @CsvSource({
    "'0', '0.1', '0.1'",
    "'3', '1.1', '4.1'",
    "'10.5', '0.1', '10.6'",
    "'5.0e3', '2.0e2', '5200'",
    "'-5', '-0.1', '-5.1'",
    "'1', '-1', '0'",
    "'-0', '-0', '0'",
    "'0.1', '0.2', '0.3'",
    "'1e17', '0.3', '100000000000000000.296875'",
    "'1e18', '0.7', '1000000000000000000.6875'",
    "'1e19', '0.5', '10000000000000000000'",
    "'1e20', '1', '100000000000000000000'",
    "'123456789012345678901234567890', '1', '123456789012345678899921813504'",
    "'0x1p-3', '0x.8', '0.625'",
    "'3.0000000000000000001', '0', '3'",
    "'1e-18', '0', '0'",
    "'5e-18', '0', '0'",
    "'-1e-18', '0', '0'",
    "'15e-18', '0', '0.00000000000000002'",
    "'9223372036854775807', '0.5', '9223372036854775807.5'",
    "'1e300', '1e-300', '1000000000000000000008997324079559193870523944273290747938260082321"
        + "265646596180935755849152083750497190350372508614274835903592556184672983913096260520748"
        + "646287327135641843653294084255107606016789726652932370030551382947620994540294772781889"
        + "620606179267611627097410650567187386105690089424915104006144'",
    "'1e-4940', '1', '1'",
    "'+.5', '5.', '5.5'",
    "'17179869184', '0.00000000001', '17179869184'",
    "'0.00000000000000000499', '0', '0'",
    "'99999999999999999', '0.99', '99999999999999999.9921875'",
    "'12345.6789', '-98765.4321', '-86419.75319999999999965'",
    "'1e4', '0X1P4', '10016'"
  })
  void addsWithDigitsOfRedis(String value, String increment, String sum) {
    server.send("SET", "k", value);
    assertThat(server.send("INCRBYFLOAT", "k", increment)).isEqualTo(bulk(sum));
    assertThat(server.send("GET", "k")).isEqualTo(bulk(sum));
  }

  @Test
  void addsToNothing() {
    assertThat(server.send("INCRBYFLOAT", "k", "1.23")).isEqualTo(bulk("1.23"));
    assertThat(server.send("INCRBYFLOAT", "new", "1e3")).isEqualTo(bulk("1000"));
  }

  @Test
  void addsNumbersOnly() {
    server.send("SET", "one", "1");
    for (String value :
        new String[] {
          "",
          " 1",
          "1 ",
          "x",
          "1e",
          "1e+",
          ".",
          "-",
          "0x",
          "0x1p",
          "nan",
          "1_0",
          "1,5",
          "1e5000",
          "-1e5000",
          "1e-5000",
          "0x1p20000",
          "1".repeat(5120)
        }) {
      server.send("SET", "k", value);
      assertThat(server.send("INCRBYFLOAT", "k", "1")).as(value).isEqualTo(NOT_A_FLOAT);
      assertThat(server.send("INCRBYFLOAT", "one", value)).as(value).isEqualTo(NOT_A_FLOAT);
    }
    for (String value : new String[] {"inf", "-inf", "+Infinity", "INF"}) {
      server.send("SET", "k", value);
      assertThat(server.send("INCRBYFLOAT", "k", "1")).as(value).isEqualTo(INFINITE);
      assertThat(server.send("INCRBYFLOAT", "one", value)).as(value).isEqualTo(INFINITE);
    }
    server.send("SET", "k", "1.1e4932");
    assertThat(server.send("INCRBYFLOAT", "k", "1.1e4932")).isEqualTo(INFINITE);
    assertThat(server.send("GET", "one")).isEqualTo(bulk("1"));
  }
}
