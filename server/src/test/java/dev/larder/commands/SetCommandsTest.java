package dev.larder.commands;

import static dev.larder.commands.KeyHarness.NIL;
import static dev.larder.commands.KeyHarness.NOT_AN_INTEGER;
import static dev.larder.commands.KeyHarness.OK;
import static dev.larder.commands.KeyHarness.ONE;
import static dev.larder.commands.KeyHarness.SYNTAX;
import static dev.larder.commands.KeyHarness.ZERO;
import static dev.larder.commands.KeyHarness.cursorOf;
import static dev.larder.commands.KeyHarness.scanned;
import static dev.larder.commands.KeyHarness.strings;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SetCommandsTest {
  private static final String WRONG_TYPE =
      "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n";
  private static final String EMPTY = "*0\r\n";

  private final CommandHarness server = KeyHarness.open();

  @AfterEach
  void close() {
    server.close();
  }

  /** Sends a command of words without spaces. */
  private String send(String words) {
    return server.send(words.split(" ", -1));
  }

  private void fill(String key, String prefix, int from, int to) {
    for (int i = from; i < to; i++) {
      server.send("SADD", key, prefix + i);
    }
  }

  private Set<String> members(String words) {
    return new HashSet<>(strings(send(words)));
  }

  private String encoding(String key) {
    return strings("*1\r\n" + server.send("OBJECT", "ENCODING", key)).getFirst();
  }

  @Test
  void addsFindsAndRemovesMembers() {
    assertThat(send("SADD s b 1 a b")).isEqualTo(":3\r\n");
    assertThat(send("SADD s a c")).isEqualTo(ONE);
    assertThat(strings(send("SMEMBERS s"))).containsExactly("b", "1", "a", "c");
    assertThat(send("SCARD s")).isEqualTo(":4\r\n");
    assertThat(send("SISMEMBER s 1")).isEqualTo(ONE);
    assertThat(send("SISMEMBER s 01")).isEqualTo(ZERO);
    assertThat(send("SMISMEMBER s a x 1")).isEqualTo("*3\r\n:1\r\n:0\r\n:1\r\n");
    assertThat(send("SREM s a x 1")).isEqualTo(":2\r\n");
    assertThat(send("SREM s b c c")).isEqualTo(":2\r\n");
    assertThat(server.keyspace.size(0)).isZero();
    assertThat(send("SADD n 3 1 2")).isEqualTo(":3\r\n");
    assertThat(strings(send("SMEMBERS n"))).containsExactly("1", "2", "3");
    assertThat(send("TYPE n")).isEqualTo("+set\r\n");
  }

  @Test
  void missingKeyIsAnEmptySet() {
    assertThat(send("SCARD s")).isEqualTo(ZERO);
    assertThat(send("SISMEMBER s a")).isEqualTo(ZERO);
    assertThat(send("SMISMEMBER s a b")).isEqualTo("*2\r\n:0\r\n:0\r\n");
    assertThat(send("SMEMBERS s")).isEqualTo(EMPTY);
    assertThat(send("SREM s a")).isEqualTo(ZERO);
    assertThat(send("SPOP s")).isEqualTo(NIL);
    assertThat(send("SPOP s 2")).isEqualTo(EMPTY);
    assertThat(send("SRANDMEMBER s")).isEqualTo(NIL);
    assertThat(send("SRANDMEMBER s -2")).isEqualTo(EMPTY);
    assertThat(send("SMOVE s t a")).isEqualTo(ZERO);
    assertThat(send("SUNION s t")).isEqualTo(EMPTY);
    assertThat(send("SINTER s t")).isEqualTo(EMPTY);
    assertThat(send("SDIFF s t")).isEqualTo(EMPTY);
    assertThat(send("SUNIONSTORE d s t")).isEqualTo(ZERO);
    assertThat(send("SSCAN s 0 nonsense")).isEqualTo("*2\r\n$1\r\n0\r\n*0\r\n");
    assertThat(server.keyspace.size(0)).isZero();
  }

  @Test
  void otherTypesAreRefused() {
    send("SET x 1");
    send("SADD s a");
    for (String command :
        new String[] {
          "SADD x a",
          "SREM x a",
          "SCARD x",
          "SMEMBERS x",
          "SISMEMBER x a",
          "SMISMEMBER x a",
          "SPOP x",
          "SPOP x 0",
          "SRANDMEMBER x",
          "SRANDMEMBER x 1",
          "SMOVE x s a",
          "SMOVE s x b",
          "SUNION none x",
          "SINTER none x",
          "SDIFF none x",
          "SINTERCARD 2 none x",
          "SUNIONCARD 2 none x",
          "SDIFFCARD 2 none x",
          "SINTERSTORE d none x",
          "SSCAN x 0"
        }) {
      assertThat(send(command)).as(command).isEqualTo(WRONG_TYPE);
    }
    assertThat(send("SUNIONSTORE x s")).isEqualTo(ONE);
    assertThat(send("SMEMBERS x")).isEqualTo("*1\r\n$1\r\na\r\n");
  }

  @Test
  void encodingsAreThoseOfRedis() {
    send("SADD i 1 2");
    assertThat(encoding("i")).isEqualTo("intset");
    send("SADD i x");
    assertThat(encoding("i")).isEqualTo("listpack");
    fill("l", "m", 0, 128);
    assertThat(encoding("l")).isEqualTo("listpack");
    fill("l", "m", 128, 129);
    assertThat(encoding("l")).isEqualTo("hashtable");
    fill("n", "", 0, 512);
    assertThat(encoding("n")).isEqualTo("intset");
    fill("n", "", 512, 513);
    assertThat(encoding("n")).isEqualTo("hashtable");
    send("SADD long " + "x".repeat(65));
    assertThat(encoding("long")).isEqualTo("hashtable");
    send("SUNIONSTORE u i long");
    assertThat(encoding("u")).isEqualTo("hashtable");
    send("SADD few 7 8 x");
    send("SADD fewer 7 8 y");
    send("SINTERSTORE d few fewer");
    assertThat(encoding("d")).isEqualTo("intset");
  }

  @Test
  void movesMembers() {
    send("SADD s a b");
    assertThat(send("SMOVE s t a")).isEqualTo(ONE);
    assertThat(send("SMOVE s t a")).isEqualTo(ZERO);
    assertThat(send("SMOVE s s b")).isEqualTo(ONE);
    assertThat(send("SMOVE s s x")).isEqualTo(ZERO);
    assertThat(send("SMOVE s t b")).isEqualTo(ONE);
    assertThat(send("EXISTS s")).isEqualTo(ZERO);
    assertThat(members("SMEMBERS t")).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void popsMembersByChance() {
    for (int size : new int[] {5, 100, 1_000}) {
      fill("s", "member", 0, size);
      Set<String> all = members("SMEMBERS s");
      Set<String> popped = new HashSet<>(strings("*1\r\n" + send("SPOP s")));
      popped.addAll(strings(send("SPOP s 3")));
      assertThat(popped).hasSize(4);
      assertThat(send("SCARD s")).isEqualTo(":" + (size - 4) + "\r\n");
      Set<String> left = members("SMEMBERS s");
      assertThat(left).hasSize(size - 4).doesNotContainAnyElementsOf(popped);
      popped.addAll(strings(send("SPOP s 100000")));
      assertThat(popped).isEqualTo(all);
      assertThat(send("EXISTS s")).isEqualTo(ZERO);
    }
    fill("s", "member", 0, 300);
    assertThat(strings(send("SPOP s 290"))).hasSize(290);
    assertThat(encoding("s")).isEqualTo("listpack");
    assertThat(send("SPOP s 0")).isEqualTo(EMPTY);
    assertThat(send("SPOP s -1")).isEqualTo("-ERR value is out of range, must be positive\r\n");
    assertThat(send("SPOP s x")).isEqualTo("-ERR value is out of range, must be positive\r\n");
    assertThat(send("SPOP s 1 2")).isEqualTo(SYNTAX);
  }

  @Test
  void drawsMembersByChance() {
    for (int size : new int[] {5, 200, 1_000}) {
      fill("s", "member", 0, size);
      Set<String> all = members("SMEMBERS s");
      Set<String> seen = new HashSet<>();
      for (int i = 0; i < 200 * size && seen.size() < size; i++) {
        seen.addAll(strings("*1\r\n" + send("SRANDMEMBER s")));
      }
      assertThat(seen).isEqualTo(all);
      for (int count : new int[] {1, 3, size / 2, size - 1, size, size + 1}) {
        assertThat(strings(send("SRANDMEMBER s " + count)))
            .hasSize(Math.min(count, size))
            .doesNotHaveDuplicates()
            .isSubsetOf(all);
        assertThat(strings(send("SRANDMEMBER s -" + count))).hasSize(count).isSubsetOf(all);
      }
    }
    assertThat(send("SRANDMEMBER s x")).isEqualTo(NOT_AN_INTEGER);
    assertThat(send("SRANDMEMBER s 1 2")).isEqualTo(SYNTAX);
    assertThat(send("SRANDMEMBER s -9223372036854775808"))
        .startsWith("-ERR value is out of range, value must between");
  }

  @Test
  void combinesSetsOfAllForms() {
    for (int size : new int[] {6, 90, 900}) {
      for (String prefix : new String[] {"", "m"}) {
        send("DEL a b c");
        fill("a", prefix, 0, 2 * size);
        fill("b", prefix, size, 3 * size);
        fill("c", "", 0, size + 2);
        assertThat(members("SUNION a b")).hasSize(3 * size);
        assertThat(members("SINTER a b")).hasSize(size).contains(prefix + size);
        assertThat(members("SDIFF a b")).hasSize(size).contains(prefix + 0);
        assertThat(members("SINTER a b c")).hasSize(prefix.isEmpty() ? 2 : 0);
        assertThat(members("SDIFF c a none")).hasSize(prefix.isEmpty() ? 0 : size + 2);
        assertThat(members("SUNION a a b a b a b a b a b")).hasSize(3 * size);
        assertThat(send("SUNIONCARD 2 a b")).isEqualTo(":" + 3 * size + "\r\n");
        assertThat(send("SUNIONCARD 10 a b a b a b a b a b")).isEqualTo(":" + 3 * size + "\r\n");
        assertThat(send("SUNIONCARD 2 a b APPROX LIMIT 7")).isEqualTo(":7\r\n");
        assertThat(send("SINTERCARD 2 a b")).isEqualTo(":" + size + "\r\n");
        assertThat(send("SINTERCARD 2 a b LIMIT 2")).isEqualTo(":2\r\n");
        assertThat(send("SDIFFCARD 2 a b")).isEqualTo(":" + size + "\r\n");
        assertThat(send("SDIFFCARD 2 a b LIMIT 3")).isEqualTo(":3\r\n");
        assertThat(send("SUNIONSTORE d a b")).isEqualTo(":" + 3 * size + "\r\n");
        assertThat(members("SMEMBERS d")).isEqualTo(members("SUNION a b"));
        assertThat(send("SDIFFSTORE d a b none")).isEqualTo(":" + size + "\r\n");
        assertThat(members("SMEMBERS d")).isEqualTo(members("SDIFF a b"));
        assertThat(send("SINTERSTORE a a b")).isEqualTo(":" + size + "\r\n");
        assertThat(send("SDIFF a b")).isEqualTo(EMPTY);
      }
    }
  }

  @Test
  void emptyResultsDeleteTheDestination() {
    send("SADD s a b");
    send("SET d x");
    assertThat(send("SINTERSTORE d s none")).isEqualTo(ZERO);
    assertThat(send("EXISTS d")).isEqualTo(ZERO);
    send("SADD t a b c");
    send("SADD u x");
    // Redis removes members from a copy here.
    assertThat(send("SDIFFSTORE s s t u u u u u u u u")).isEqualTo(ZERO);
    assertThat(send("EXISTS s")).isEqualTo(ZERO);
  }

  @Test
  void countsAreChecked() {
    assertThat(send("SINTERCARD 0 a")).isEqualTo("-ERR numkeys should be greater than 0\r\n");
    assertThat(send("SUNIONCARD x a")).isEqualTo("-ERR numkeys should be greater than 0\r\n");
    assertThat(send("SDIFFCARD 2 a"))
        .isEqualTo("-ERR Number of keys can't be greater than number of args\r\n");
    assertThat(send("SINTERCARD 1 a LIMIT -1")).isEqualTo("-ERR LIMIT can't be negative\r\n");
    assertThat(send("SINTERCARD 1 a LIMIT x")).isEqualTo("-ERR LIMIT can't be negative\r\n");
    assertThat(send("SINTERCARD 1 a LIMIT")).isEqualTo(SYNTAX);
    assertThat(send("SINTERCARD 1 a APPROX")).isEqualTo(SYNTAX);
    assertThat(send("SDIFFCARD 1 a APPROX")).isEqualTo(SYNTAX);
    assertThat(send("SUNIONCARD 1 a approx")).isEqualTo(ZERO);
  }

  @Test
  void scansEveryMember() {
    for (int size : new int[] {10, 3_000}) {
      fill("s", "member", 0, size);
      Set<String> seen = new HashSet<>();
      String cursor = "0";
      do {
        String reply = send("SSCAN s " + cursor + " COUNT 50");
        cursor = cursorOf(reply);
        seen.addAll(scanned(reply));
      } while (!cursor.equals("0"));
      assertThat(seen).isEqualTo(members("SMEMBERS s"));
    }
    assertThat(send("SSCAN s 0 COUNT 0")).isEqualTo(SYNTAX);
    assertThat(send("SSCAN s 0 NOVALUES")).isEqualTo(SYNTAX);
    assertThat(scanned(send("SSCAN s 0 MATCH nothing COUNT 10000"))).isEmpty();
  }

  @Test
  void repliesSetsInResp3() {
    send("SADD s a");
    server.protocol(3);
    assertThat(send("SMEMBERS s")).isEqualTo("~1\r\n$1\r\na\r\n");
    assertThat(send("SUNION s")).isEqualTo("~1\r\n$1\r\na\r\n");
    assertThat(send("SINTER s")).isEqualTo("~1\r\n$1\r\na\r\n");
    assertThat(send("SDIFF s")).isEqualTo("~1\r\n$1\r\na\r\n");
    assertThat(send("SRANDMEMBER s 2")).isEqualTo("*1\r\n$1\r\na\r\n");
    assertThat(send("SPOP s 0")).isEqualTo("~0\r\n");
    assertThat(send("SPOP s 2")).isEqualTo("~1\r\n$1\r\na\r\n");
  }

  @Test
  void keysWithSetsAreCopiedAndRenamed() {
    fill("a", "m", 0, 200);
    assertThat(send("COPY a c")).isEqualTo(ONE);
    assertThat(send("RENAME c d")).isEqualTo(OK);
    assertThat(members("SMEMBERS d")).isEqualTo(members("SMEMBERS a"));
    send("SPOP a 196");
    assertThat(send("SCARD d")).isEqualTo(":200\r\n");
    assertThat(send("MEMORY USAGE d")).startsWith(":");
  }
}
