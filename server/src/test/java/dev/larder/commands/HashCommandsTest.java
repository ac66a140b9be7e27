package dev.larder.commands;

import static dev.larder.commands.KeyHarness.NIL;
import static dev.larder.commands.KeyHarness.NOT_AN_INTEGER;
import static dev.larder.commands.KeyHarness.OK;
import static dev.larder.commands.KeyHarness.ONE;
import static dev.larder.commands.KeyHarness.SYNTAX;
import static dev.larder.commands.KeyHarness.ZERO;
import static dev.larder.commands.KeyHarness.bulk;
import static dev.larder.commands.KeyHarness.cursorOf;
import static dev.larder.commands.KeyHarness.scanned;
import static dev.larder.commands.KeyHarness.strings;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Hashes without deadlines of single fields. */
final class HashCommandsTest {
  private static final String WRONG_TYPE =
      "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n";

  private final CommandHarness server = KeyHarness.open();

  @AfterEach
  void close() {
    server.close();
  }

  /** Sends a command of words without spaces. */
  private String send(String words) {
    return server.send(words.split(" ", -1));
  }

  private void fill(String key, int fields) {
    for (int i = 0; i < fields; i++) {
      server.send("HSET", key, "field" + i, "value" + i);
    }
  }

  @Test
  void setsAndReadsFields() {
    assertThat(send("HSET h a 1 b two")).isEqualTo(":2\r\n");
    assertThat(send("HSET h a 3 c 4 c 5")).isEqualTo(ONE);
    assertThat(send("HGET h a")).isEqualTo(bulk("3"));
    assertThat(send("HGET h x")).isEqualTo(NIL);
    assertThat(send("HMGET h a x c")).isEqualTo("*3\r\n$1\r\n3\r\n$-1\r\n$1\r\n5\r\n");
    assertThat(send("HLEN h")).isEqualTo(":3\r\n");
    assertThat(send("HEXISTS h b")).isEqualTo(ONE);
    assertThat(send("HEXISTS h x")).isEqualTo(ZERO);
    assertThat(send("HSTRLEN h b")).isEqualTo(":3\r\n");
    assertThat(send("HSTRLEN h x")).isEqualTo(ZERO);
    assertThat(strings(send("HGETALL h"))).containsExactly("a", "3", "b", "two", "c", "5");
    assertThat(strings(send("HKEYS h"))).containsExactly("a", "b", "c");
    assertThat(strings(send("HVALS h"))).containsExactly("3", "two", "5");
    assertThat(send("HMSET h d 6 e 7")).isEqualTo(OK);
    assertThat(send("HSETNX h d 8")).isEqualTo(ZERO);
    assertThat(send("HSETNX h f 8")).isEqualTo(ONE);
    assertThat(send("HMGET h d f")).isEqualTo("*2\r\n$1\r\n6\r\n$1\r\n8\r\n");
    assertThat(send("TYPE h")).isEqualTo("+hash\r\n");
  }

  @Test
  void missingKeyIsAnEmptyHash() {
    assertThat(send("HGET h a")).isEqualTo(NIL);
    assertThat(send("HMGET h a b")).isEqualTo("*2\r\n$-1\r\n$-1\r\n");
    assertThat(send("HGETALL h")).isEqualTo("*0\r\n");
    assertThat(send("HKEYS h")).isEqualTo("*0\r\n");
    assertThat(send("HLEN h")).isEqualTo(ZERO);
    assertThat(send("HDEL h a")).isEqualTo(ZERO);
    assertThat(send("HRANDFIELD h")).isEqualTo(NIL);
    assertThat(send("HRANDFIELD h 2")).isEqualTo("*0\r\n");
    assertThat(send("HSCAN h 0 nonsense")).isEqualTo("*2\r\n$1\r\n0\r\n*0\r\n");
    assertThat(server.keyspace.size(0)).isZero();
  }

  @Test
  void repliesMapsInResp3() {
    server.protocol(3);
    send("HSET h a 1");
    assertThat(send("HGETALL h")).isEqualTo("%1\r\n$1\r\na\r\n$1\r\n1\r\n");
    assertThat(send("HGETALL none")).isEqualTo("%0\r\n");
    assertThat(send("HKEYS h")).isEqualTo("*1\r\n$1\r\na\r\n");
    assertThat(send("HGET h x")).isEqualTo("_\r\n");
    assertThat(send("HRANDFIELD h 1 withvalues")).isEqualTo("*1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n");
    server.protocol(2);
    assertThat(send("HRANDFIELD h 1 withvalues")).isEqualTo("*2\r\n$1\r\na\r\n$1\r\n1\r\n");
  }

  @Test
  void keyGoesWithItsLastField() {
    send("HSET h a 1 b 2 c 3");
    assertThat(send("HDEL h a x a c")).isEqualTo(":2\r\n");
    assertThat(send("HDEL h b y")).isEqualTo(ONE);
    assertThat(server.keyspace.size(0)).isZero();
  }

  @Test
  void refusesOtherTypesAndOddArguments() {
    send("SET s 1");
    for (String command :
        List.of(
            "HGET s a",
            "HMGET s a",
            "HGETALL s",
            "HLEN s",
            "HSET s a 1",
            "HSETNX s a 1",
            "HDEL s a",
            "HINCRBY s a 1",
            "HINCRBYFLOAT s a 1",
            "HRANDFIELD s",
            "HSCAN s 0",
            "HEXPIRE s 10 FIELDS 1 a",
            "HTTL s FIELDS 1 a",
            "HPERSIST s FIELDS 1 a",
            "HGETDEL s FIELDS 1 a",
            "HGETEX s FIELDS 1 a",
            "HSETEX s FIELDS 1 a b")) {
      assertThat(send(command)).as(command).isEqualTo(WRONG_TYPE);
    }
    assertThat(send("HSET h a 1 b"))
        .isEqualTo("-ERR wrong number of arguments for 'hset' command\r\n");
    assertThat(send("HMSET h a 1 b"))
        .isEqualTo("-ERR wrong number of arguments for 'hmset' command\r\n");
    assertThat(send("INCR h")).isEqualTo(ONE);
    assertThat(send("GET s")).isEqualTo(bulk("1"));
    send("HSET g a 1");
    assertThat(send("GET g")).isEqualTo(WRONG_TYPE);
  }

  @Test
  void countsIntegers() {
    assertThat(send("HINCRBY h n 5")).isEqualTo(":5\r\n");
    assertThat(send("HINCRBY h n -7")).isEqualTo(":-2\r\n");
    assertThat(send("HGET h n")).isEqualTo(bulk("-2"));
    send("HSET h max 9223372036854775807 text abc padded 01");
    assertThat(send("HINCRBY h max 1")).isEqualTo("-ERR increment or decrement would overflow\r\n");
    assertThat(send("HINCRBY h text 1")).isEqualTo("-ERR hash value is not an integer\r\n");
    assertThat(send("HINCRBY h padded 1")).isEqualTo("-ERR hash value is not an integer\r\n");
    assertThat(send("HINCRBY h n x")).isEqualTo(NOT_AN_INTEGER);
    send("HSET h long " + "x".repeat(5_000));
    assertThat(send("HINCRBY h n 3")).as("in a table").isEqualTo(ONE);
  }

  @Test
  void countsFractions() {
    assertThat(send("HINCRBYFLOAT h n 10.5")).isEqualTo(bulk("10.5"));
    assertThat(send("HINCRBYFLOAT h n 0.1")).isEqualTo(bulk("10.6"));
    assertThat(send("HINCRBYFLOAT h n -10.6")).isEqualTo(bulk("0"));
    assertThat(send("HINCRBYFLOAT h m 5.0e3")).isEqualTo(bulk("5000"));
    assertThat(send("HINCRBY h m 1")).isEqualTo(":5001\r\n");
    assertThat(send("HINCRBYFLOAT h n x")).isEqualTo("-ERR value is not a valid float\r\n");
    assertThat(send("HINCRBYFLOAT h n inf")).isEqualTo("-ERR value is NaN or Infinity\r\n");
    send("HSET h text abc inf inf");
    assertThat(send("HINCRBYFLOAT h text 1")).isEqualTo("-ERR hash value is not a float\r\n");
    assertThat(send("HINCRBYFLOAT h inf 1"))
        .isEqualTo("-ERR increment would produce NaN or Infinity\r\n");
  }

  @Test
  void holdsAnyBytes() {
    String binary = "\0\r\n\u00ff";
    assertThat(server.send("HSET", "h", binary, "", "", binary)).isEqualTo(":2\r\n");
    assertThat(server.send("HGET", "h", "")).isEqualTo(bulk(binary));
    assertThat(server.send("HGET", "h", binary)).isEqualTo(bulk(""));
    String large = "x".repeat(300_000);
    server.send("HSET", "h", "large", large);
    assertThat(server.send("HGET", "h", "large")).isEqualTo(bulk(large));
    assertThat(server.send("HSTRLEN", "h", "large")).isEqualTo(":300000\r\n");
    assertThat(server.send("HGET", "h", "")).isEqualTo(bulk(binary));
  }

  @Test
  void encodingsFollowTheLimits() {
    fill("h", 512);
    assertThat(send("OBJECT ENCODING h")).isEqualTo(bulk("listpack"));
    assertThat(strings(send("HKEYS h"))).startsWith("field0", "field1").endsWith("field511");
    fill("h", 513);
    assertThat(send("OBJECT ENCODING h")).isEqualTo(bulk("hashtable"));
    assertThat(strings(send("HKEYS h"))).hasSize(513);
    send("HSET v a " + "x".repeat(65));
    assertThat(send("OBJECT ENCODING v")).isEqualTo(bulk("hashtable"));
    server.keyspace.limits().hashMaxListpackValue(100);
    send("HSET w a " + "x".repeat(100));
    assertThat(send("OBJECT ENCODING w")).isEqualTo(bulk("listpack"));
  }

  @Test
  void copiesAndRenames() {
    send("HSET small a 1");
    fill("large", 1_000);
    for (String key : List.of("small", "large")) {
      List<String> before = strings(send("HGETALL " + key));
      assertThat(send("COPY " + key + " copy")).isEqualTo(ONE);
      assertThat(send("RENAME copy renamed")).isEqualTo(OK);
      assertThat(send("MOVE renamed 1")).isEqualTo(ONE);
      send("HSET " + key + " new x");
      server.session().database(1);
      assertThat(new TreeSet<>(strings(send("HGETALL renamed")))).isEqualTo(new TreeSet<>(before));
      send("DEL renamed");
      server.session().database(0);
    }
  }

  @Test
  void drawsEveryField() {
    for (int fields : new int[] {5, 1_500}) {
      send("DEL h");
      fill("h", fields);
      Set<String> met = new HashSet<>();
      for (int i = 0; i < fields * 30 && met.size() < fields; i++) {
        String field = send("HRANDFIELD h");
        met.add(field);
      }
      assertThat(met).hasSize(fields);
      assertThat(strings(send("HRANDFIELD h -100"))).hasSize(100);
      for (int count : new int[] {1, 2, fields / 3, fields - 1, fields, fields + 5}) {
        List<String> drawn = strings(send("HRANDFIELD h " + count + " WITHVALUES"));
        assertThat(drawn).hasSize(2 * Math.min(count, fields));
        Set<String> names = new HashSet<>();
        for (int i = 0; i < drawn.size(); i += 2) {
          names.add(drawn.get(i));
          assertThat(drawn.get(i + 1)).isEqualTo(drawn.get(i).replace("field", "value"));
        }
        assertThat(names).hasSize(Math.min(count, fields));
      }
    }
  }

  @Test
  void checksCountsOfRandomFields() {
    send("HSET h a 1");
    assertThat(send("HRANDFIELD h x")).isEqualTo(NOT_AN_INTEGER);
    assertThat(send("HRANDFIELD h 1 x")).isEqualTo(SYNTAX);
    assertThat(send("HRANDFIELD h 1 withvalues x")).isEqualTo(SYNTAX);
    assertThat(send("HRANDFIELD h -9223372036854775808"))
        .isEqualTo(
            "-ERR value is out of range, value must between -9223372036854775807 and"
                + " 9223372036854775807\r\n");
    String error = "-ERR value is out of range\r\n";
    assertThat(send("HRANDFIELD h 9223372036854775807 withvalues")).isEqualTo(error);
    assertThat(send("HRANDFIELD h -1000000000")).as("too long a reply").isEqualTo(error);
    assertThat(send("HRANDFIELD h 9223372036854775807")).isEqualTo("*1\r\n$1\r\na\r\n");
    assertThat(send("HRANDFIELD h 0")).isEqualTo("*0\r\n");
  }

  @Test
  void scansPackedHashesAtOnce() {
    send("HSET h a 1 bb 22 c 3 7 4");
    assertThat(scanned(send("HSCAN h 0")))
        .containsExactly("a", "1", "bb", "22", "c", "3", "7", "4");
    assertThat(scanned(send("HSCAN h 0 COUNT 1 NOVALUES"))).containsExactly("a", "bb", "c", "7");
    assertThat(scanned(send("HSCAN h 5 MATCH ?"))).containsExactly("a", "1", "c", "3", "7", "4");
    assertThat(scanned(send("HSCAN h 0 match [0-9] novalues"))).containsExactly("7");
    assertThat(cursorOf(send("HSCAN h 12345"))).isEqualTo("0");
    assertThat(send("HSCAN h x")).isEqualTo("-ERR invalid cursor\r\n");
    assertThat(send("HSCAN h 0 COUNT 0")).isEqualTo(SYNTAX);
    assertThat(send("HSCAN h 0 COUNT x")).isEqualTo(NOT_AN_INTEGER);
    assertThat(send("HSCAN h 0 nonsense")).isEqualTo(SYNTAX);
  }

  @Test
  void scansTablesByCursor() {
    fill("h", 2_000);
    Set<String> met = new HashSet<>();
    String cursor = "0";
    int calls = 0;
    do {
      String reply = send("HSCAN h " + cursor + " COUNT 50 MATCH *[0-9] NOVALUES");
      List<String> names = scanned(reply);
      assertThat(names).hasSizeLessThan(150);
      names.forEach(name -> assertThat(met.add(name)).isTrue());
      cursor = cursorOf(reply);
      calls++;
    } while (!cursor.equals("0"));
    assertThat(met).hasSize(2_000);
    assertThat(calls).isBetween(10, 60);
  }
}
