package dev.larder.commands;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.Bytes;
import dev.larder.storage.SetValue;
import dev.larder.storage.Unit;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Shapes of replies in both protocols, errors, and what waits. */
final class SortedSetCommandsTest {
  private final CommandHarness server =
      new CommandHarness(c -> {
        SortedSetCommands.declare(c);
        SortedSetRangeCommands.declare(c);
        SortedSetAlgebraCommands.declare(c);
        ObjectCommands.declare(c);
      });

  @AfterEach
  void close() {
    server.close();
  }

  private String send(String command) {
    return server.send(command.split(" "));
  }

  @Test
  void ranksAsFarAwayAsNumbersGo() {
    send("ZADD z 1 a 2 b");
    for (String command : new String[] {"ZRANGE", "ZREVRANGE"}) {
      for (String first : new String[] {"0", "9223372036854775807", "-9223372036854775808"}) {
        for (String last : new String[] {"9223372036854775806", "-9223372036854775808"}) {
          boolean isAll = !first.startsWith("9") && last.startsWith("9");
          assertThat(send(command + " z " + first + " " + last)).startsWith(isAll ? "*2" : "*0");
        }
      }
    }
  }

  @Test
  void addsByConditions() {
    assertThat(send("ZADD z 1 a 2 b")).isEqualTo(":2\r\n");
    assertThat(send("ZADD z NX 5 a 3 c")).isEqualTo(":1\r\n");
    assertThat(send("ZADD z XX CH 4 a 9 nobody")).isEqualTo(":1\r\n");
    assertThat(send("ZADD z GT CH 3 a 5 b")).isEqualTo(":1\r\n");
    assertThat(send("ZADD z GT INCR -1 a")).isEqualTo("$-1\r\n");
    assertThat(send("ZADD z INCR 0.5 a")).isEqualTo("$3\r\n4.5\r\n");
    assertThat(send("ZINCRBY z inf a")).isEqualTo("$3\r\ninf\r\n");
    assertThat(send("ZINCRBY z -inf a"))
        .isEqualTo("-ERR resulting score is not a number (NaN)\r\n");
    assertThat(send("ZADD z NX XX 1 a"))
        .isEqualTo("-ERR XX and NX options at the same time are not compatible\r\n");
  }

  @Test
  void repliesPairsInResp3() {
    send("ZADD z 1 a 2.5 b");
    assertThat(send("ZRANGE z 0 -1 WITHSCORES"))
        .isEqualTo("*4\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$3\r\n2.5\r\n");
    server.protocol(3);
    assertThat(send("ZRANGE z 0 -1 WITHSCORES"))
        .isEqualTo("*2\r\n*2\r\n$1\r\na\r\n,1\r\n*2\r\n$1\r\nb\r\n,2.5\r\n");
    assertThat(send("ZRANK z b WITHSCORE")).isEqualTo("*2\r\n:1\r\n,2.5\r\n");
    assertThat(send("ZRANK z c WITHSCORE")).isEqualTo("_\r\n");
    assertThat(send("ZPOPMAX z")).isEqualTo("*2\r\n$1\r\nb\r\n,2.5\r\n");
    assertThat(send("ZPOPMAX z 5")).isEqualTo("*1\r\n*2\r\n$1\r\na\r\n,1\r\n");
  }

  @Test
  void selectsRanges() {
    send("ZADD z 1 a 2 b 3 c 4 d");
    assertThat(send("ZRANGE z (1 +inf BYSCORE LIMIT 1 1")).isEqualTo("*1\r\n$1\r\nc\r\n");
    assertThat(send("ZREVRANGEBYSCORE z 3 (1 LIMIT 0 1")).isEqualTo("*1\r\n$1\r\nc\r\n");
    assertThat(send("ZRANGE z 0 1 REV")).isEqualTo("*2\r\n$1\r\nd\r\n$1\r\nc\r\n");
    assertThat(send("ZCOUNT z -inf (3")).isEqualTo(":2\r\n");
    assertThat(send("ZCOUNT z a 3")).isEqualTo("-ERR min or max is not a float\r\n");
    assertThat(send("ZREMRANGEBYRANK z -2 -1")).isEqualTo(":2\r\n");
    assertThat(send("ZREMRANGEBYSCORE z 1 2")).isEqualTo(":2\r\n");
    send("ZADD z 0 a 0 b 0 c");
    assertThat(send("ZRANGEBYLEX z [b +")).isEqualTo("*2\r\n$1\r\nb\r\n$1\r\nc\r\n");
    assertThat(send("ZLEXCOUNT z - (c")).isEqualTo(":2\r\n");
    assertThat(send("ZLEXCOUNT z b c"))
        .isEqualTo("-ERR min or max not valid string range item\r\n");
  }

  @Test
  void clampsRanks() {
    send("ZADD z 1 a 2 b");
    String most = Long.toString(Long.MAX_VALUE);
    String least = Long.toString(Long.MIN_VALUE);
    for (String command : new String[] {"ZRANGE z ", "ZREVRANGE z "}) {
      assertThat(send(command + most + " " + least)).isEqualTo("*0\r\n");
      assertThat(send(command + least + " " + least)).isEqualTo("*0\r\n");
      assertThat(send(command + most + " " + most)).isEqualTo("*0\r\n");
      assertThat(send(command + least + " " + most)).startsWith("*2\r\n");
    }
  }

  @Test
  void combines() {
    send("ZADD one 1 a 2 b");
    send("ZADD two 10 b 20 c");
    assertThat(send("ZUNIONSTORE sum 2 one two WEIGHTS 2 1")).isEqualTo(":3\r\n");
    assertThat(send("ZRANGE sum 0 -1 WITHSCORES"))
        .isEqualTo("*6\r\n$1\r\na\r\n$1\r\n2\r\n$1\r\nb\r\n$2\r\n14\r\n$1\r\nc\r\n$2\r\n20\r\n");
    assertThat(send("ZUNION 2 one two AGGREGATE COUNT WITHSCORES"))
        .isEqualTo("*6\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nc\r\n$1\r\n1\r\n$1\r\nb\r\n$1\r\n2\r\n");
    assertThat(send("ZINTER 2 one two")).isEqualTo("*1\r\n$1\r\nb\r\n");
    assertThat(send("ZDIFF 2 one two")).isEqualTo("*1\r\n$1\r\na\r\n");
    assertThat(send("ZINTERCARD 2 one two LIMIT 1")).isEqualTo(":1\r\n");
    assertThat(send("ZINTERSTORE one 2 one nosuch")).isEqualTo(":0\r\n");
    assertThat(send("ZCARD one")).isEqualTo(":0\r\n");
    assertThat(send("ZRANGESTORE two two 0 0")).isEqualTo(":1\r\n");
  }

  /** Makes a key a set, by the storage engine. */
  private void makeSet(String key, String... members) {
    Unit unit = server.keyspace.newUnit();
    unit.begin(0);
    ByteBuf memory = Unpooled.directBuffer(256);
    long address = memory.memoryAddress();
    Bytes.fromArray(key.getBytes(ISO_8859_1), 0, address, key.length());
    long hash = server.keyspace.hash(address, key.length());
    while (!unit.acquire(server.keyspace.shardOf(hash))) {
      Thread.onSpinWait(); // The thread that gives memory back has it for a moment.
    }
    SetValue set = unit.views().set();
    set.point(server.keyspace.shardOf(hash), 0, hash, address, key.length(), 0);
    long text = address + 128;
    for (String member : members) {
      Bytes.fromArray(member.getBytes(ISO_8859_1), 0, text, member.length());
      set.expect(text, member.length(), 1);
      set.add(text, member.length());
    }
    unit.releaseAll();
    memory.release();
  }

  @Test
  void takesSetsAsSources() {
    makeSet("set", "a", "b", "7");
    send("ZADD z 5 a 6 7 8 c");
    assertThat(send("ZINTER 2 z set WITHSCORES"))
        .isEqualTo("*4\r\n$1\r\na\r\n$1\r\n6\r\n$1\r\n7\r\n$1\r\n7\r\n");
    assertThat(send("ZUNIONSTORE sum 2 set z WEIGHTS 10 1")).isEqualTo(":4\r\n");
    assertThat(send("ZRANGE sum 0 -1"))
        .isEqualTo("*4\r\n$1\r\nc\r\n$1\r\nb\r\n$1\r\na\r\n$1\r\n7\r\n");
    assertThat(send("ZDIFF 2 set z")).isEqualTo("*1\r\n$1\r\nb\r\n");
    assertThat(send("ZINTERCARD 2 set set")).isEqualTo(":3\r\n");
    assertThat(send("ZRANGE set 0 -1")).startsWith("-WRONGTYPE");
  }

  @Test
  void storesLargeResultsAsTheyAre() {
    for (int i = 0; i < 1_000; i++) {
      send("ZADD big " + i % 7 + " " + i);
    }
    assertThat(send("OBJECT ENCODING big")).isEqualTo("$8\r\nskiplist\r\n");
    assertThat(send("ZUNIONSTORE copy 2 big nosuch")).isEqualTo(":1000\r\n");
    assertThat(send("ZRANGESTORE half copy 500 -1")).isEqualTo(":500\r\n");
    assertThat(send("ZINTERCARD 2 big half")).isEqualTo(":500\r\n");
    assertThat(send("ZDIFFSTORE few 2 big half")).isEqualTo(":500\r\n");
    assertThat(send("ZRANGESTORE few few 0 9")).isEqualTo(":10\r\n");
    assertThat(send("OBJECT ENCODING few")).isEqualTo("$8\r\nlistpack\r\n");
    server.keyspace.shard(0).validate();
  }

  @Test
  void waitsForMembers() {
    CommandHarness other = new CommandHarness(server);
    assertThat(send("BZPOPMIN z1 z2 0")).isEmpty();
    other.send("ZADD", "z2", "3", "m");
    assertThat(server.awaited()).isEqualTo("*3\r\n$2\r\nz2\r\n$1\r\nm\r\n$1\r\n3\r\n");
    assertThat(send("BZMPOP 0 1 z MAX COUNT 2")).isEmpty();
    other.send("ZADD", "z", "1", "a", "2", "b", "3", "c");
    assertThat(server.awaited())
        .isEqualTo(
            "*2\r\n$1\r\nz\r\n*2\r\n*2\r\n$1\r\nc\r\n$1\r\n3\r\n*2\r\n$1\r\nb\r\n$1\r\n2\r\n");
    other.send("DEL", "z");
    assertThat(send("BZPOPMAX nosuch 1")).isEmpty();
    assertThat(server.timeOut()).isEqualTo("*-1\r\n");
    assertThat(send("BZPOPMAX nosuch 1")).isEmpty();
    other.send("ZUNIONSTORE", "nosuch", "1", "z");
    assertThat(server.awaited()).isEqualTo("*3\r\n$6\r\nnosuch\r\n$1\r\na\r\n$1\r\n1\r\n");
    other.close();
  }

  @Test
  void scansEveryMember() {
    StringBuilder seen = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      send("ZADD big " + i + " m" + i);
    }
    String cursor = "0";
    do {
      String reply = send("ZSCAN big " + cursor + " COUNT 20");
      cursor = reply.split("\r\n")[2];
      seen.append(reply);
    } while (!cursor.equals("0"));
    for (int i = 0; i < 500; i++) {
      assertThat(seen).contains("\r\nm" + i + "\r\n");
    }
    assertThat(send("ZSCAN big x")).isEqualTo("-ERR invalid cursor\r\n");
  }
}
