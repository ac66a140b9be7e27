package dev.larder.commands;

import static dev.larder.commands.KeyHarness.NOT_AN_INTEGER;
import static dev.larder.commands.KeyHarness.ONE;
import static dev.larder.commands.KeyHarness.ZERO;
import static dev.larder.commands.KeyHarness.bulk;
import static dev.larder.commands.KeyHarness.strings;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** HGETDEL, HGETEX and HSETEX. */
final class FieldAccessTest {
  private static final String TOO_FEW = "-ERR wrong number of arguments\r\n";
  private static final String NO_COUNT = "-ERR invalid number of fields\r\n";
  private static final long FAR = 9_999_999_999_999L;

  private final CommandHarness server = KeyHarness.open();

  @AfterEach
  void close() {
    server.close();
  }

  private String send(String words) {
    return server.send(words.split(" ", -1));
  }

  private String deadlines(String fields) {
    return send("HPEXPIRETIME h FIELDS " + fields).replace("\r\n", " ").strip();
  }

  @Test
  void getsAndDeletes() {
    send("HSET h a 1 b 2 c 3");
    assertThat(send("HGETDEL h FIELDS 3 a x a")).isEqualTo("*3\r\n$1\r\n1\r\n$-1\r\n$-1\r\n");
    assertThat(strings(send("HGETDEL h FIELDS 2 c b"))).containsExactly("3", "2");
    assertThat(server.keyspace.size(0)).isZero();
    assertThat(send("HGETDEL h FIELDS 1 a")).isEqualTo("*1\r\n$-1\r\n");
  }

  @Test
  void getsAndExpires() {
    send("HSET h a 1 b 2");
    assertThat(send("HGETEX h FIELDS 3 a x b")).isEqualTo("*3\r\n$1\r\n1\r\n$-1\r\n$1\r\n2\r\n");
    assertThat(deadlines("2 a b")).isEqualTo("*2 :-1 :-1");
    assertThat(strings(send("HGETEX h PXAT " + FAR + " FIELDS 1 a"))).containsExactly("1");
    assertThat(strings(send("HGETEX h FIELDS 1 b exat 9999999999"))).containsExactly("2");
    assertThat(deadlines("2 a b")).isEqualTo("*2 :" + FAR + " :9999999999000");
    assertThat(strings(send("HGETEX h FIELDS 1 b"))).containsExactly("2");
    assertThat(deadlines("1 b")).isEqualTo("*1 :9999999999000");
    assertThat(strings(send("HGETEX h PERSIST FIELDS 2 a b"))).containsExactly("1", "2");
    assertThat(deadlines("2 a b")).isEqualTo("*2 :-1 :-1");
    assertThat(strings(send("HGETEX h PX 0 FIELDS 2 a b"))).containsExactly("1", "2");
    assertThat(server.keyspace.size(0)).isZero();
    assertThat(send("HGETEX h EX 10 FIELDS 1 a")).isEqualTo("*1\r\n$-1\r\n");
  }

  @Test
  void setsWithDeadline() {
    assertThat(send("HSETEX h PXAT " + FAR + " FIELDS 2 a 1 b 2")).isEqualTo(ONE);
    assertThat(deadlines("2 a b")).isEqualTo("*2 :" + FAR + " :" + FAR);
    assertThat(send("HSETEX h FIELDS 2 a 3 c 4 KEEPTTL")).isEqualTo(ONE);
    assertThat(deadlines("2 a c")).isEqualTo("*2 :" + FAR + " :-1");
    assertThat(send("HSETEX h FIELDS 1 a 5")).isEqualTo(ONE);
    assertThat(deadlines("1 a")).isEqualTo("*1 :-1");
    assertThat(strings(send("HMGET h a b c"))).containsExactly("5", "2", "4");
    assertThat(send("HSETEX h EXAT 1 FIELDS 2 a 1 x 1")).as("in the past").isEqualTo(ONE);
    assertThat(send("HEXISTS h a")).isEqualTo(ZERO);
    assertThat(send("HSETEX new PX 0 FIELDS 1 a 1")).isEqualTo(ONE);
    assertThat(server.keyspace.size(0)).isEqualTo(1);
  }

  @Test
  void setsOnConditions() {
    assertThat(send("HSETEX h FXX FIELDS 1 a 1")).isEqualTo(ZERO);
    assertThat(server.keyspace.size(0)).isZero();
    assertThat(send("HSETEX h FNX EX 100 FIELDS 2 a 1 b 1")).isEqualTo(ONE);
    assertThat(send("HSETEX h fnx FIELDS 2 c 2 b 2")).isEqualTo(ZERO);
    assertThat(send("HSETEX h FXX FIELDS 2 c 2 b 2")).isEqualTo(ZERO);
    assertThat(send("HSETEX h FIELDS 2 a 3 b 3 FXX KEEPTTL")).isEqualTo(ONE);
    assertThat(strings(send("HGETALL h"))).containsExactly("a", "3", "b", "3");
    assertThat(deadlines("1 a")).doesNotContain("-1");
  }

  @Test
  void buildsLargeHashes() {
    StringBuilder command = new StringBuilder("HSETEX h PXAT " + FAR + " FIELDS 600");
    for (int i = 0; i < 600; i++) {
      command.append(" field").append(i).append(" value").append(i);
    }
    assertThat(send(command.toString())).isEqualTo(ONE);
    assertThat(send("HLEN h")).isEqualTo(":600\r\n");
    assertThat(send("HGET h field599")).isEqualTo(bulk("value599"));
    assertThat(deadlines("1 field7")).isEqualTo("*1 :" + FAR);
    assertThat(send("OBJECT ENCODING h")).isEqualTo(bulk("hashtable"));
  }

  @Test
  void checksFields() {
    assertThat(send("HSETEX h FIELDS 1 a 1 FIELDS 1 b 2"))
        .isEqualTo("-ERR FIELDS keyword specified multiple times\r\n");
    assertThat(send("HGETEX h FIELDS 1 a FIELDS"))
        .isEqualTo("-ERR FIELDS keyword specified multiple times\r\n");
    for (String count : List.of("0", "-1", "x", "2147483648", "9223372036854775808")) {
      assertThat(send("HSETEX h FIELDS " + count + " a 1")).isEqualTo(NO_COUNT);
      assertThat(send("HGETEX h FIELDS " + count + " a")).isEqualTo(NO_COUNT);
    }
    assertThat(send("HSETEX h FIELDS 2 a 1")).isEqualTo(TOO_FEW);
    assertThat(send("HSETEX h FIELDS 2147483647 a 1")).isEqualTo(TOO_FEW);
    assertThat(send("HGETEX h FIELDS 2 a")).isEqualTo(TOO_FEW);
    assertThat(send("HSETEX h FNX EX 10 FIELDS")).isEqualTo(TOO_FEW);
    assertThat(send("HSETEX h FIELDS 1 a 1 other")).isEqualTo("-ERR unknown argument: other\r\n");
    assertThat(send("HGETEX h FIELDS 1 a FNX")).isEqualTo("-ERR unknown argument: FNX\r\n");
    assertThat(send("HGETEX h KEEPTTL FIELDS 1 a")).isEqualTo("-ERR unknown argument: KEEPTTL\r\n");
    assertThat(send("HSETEX h PERSIST FIELDS 1 a b"))
        .isEqualTo("-ERR unknown argument: PERSIST\r\n");
    assertThat(send("HGETEX h"))
        .isEqualTo("-ERR wrong number of arguments for 'hgetex' command\r\n");
    assertThat(server.keyspace.size(0)).isZero();
  }

  @Test
  void checksTimesAndConditions() {
    String set = "-ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified\r\n";
    String get = "-ERR Only one of EX, PX, EXAT, PXAT or PERSIST arguments can be specified\r\n";
    assertThat(send("HSETEX h EX 10 KEEPTTL FIELDS 1 a 1")).isEqualTo(set);
    assertThat(send("HSETEX h EX 10 EX 20 FIELDS 1 a 1")).isEqualTo(set);
    assertThat(send("HGETEX h PERSIST PX 10 FIELDS 1 a")).isEqualTo(get);
    assertThat(send("HSETEX h FXX FNX FIELDS 1 a 1"))
        .isEqualTo("-ERR Only one of FXX or FNX arguments can be specified\r\n");
    assertThat(send("HSETEX h FNX FNX FIELDS 1 a 1"))
        .isEqualTo("-ERR Only one of FXX or FNX arguments can be specified\r\n");
    assertThat(send("HSETEX h FIELDS 1 a 1 EX")).isEqualTo("-ERR missing expire time\r\n");
    assertThat(send("HSETEX h EX FIELDS 1 a 1")).isEqualTo(NOT_AN_INTEGER);
    assertThat(send("HGETEX h PX -1 FIELDS 1 a"))
        .isEqualTo("-ERR invalid expire time, must be >= 0\r\n");
    assertThat(send("HGETEX h EX 281474976710656 FIELDS 1 a"))
        .isEqualTo("-ERR invalid expire time in 'hgetex' command\r\n");
    assertThat(send("HSETEX h PXAT 281474976710656 1 a b"))
        .isEqualTo("-ERR invalid expire time in 'hsetex' command\r\n");
  }
}
