package dev.larder.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What redis-server and Larder note of the use of keys, and tell of it. */
@Tag("slow")
final class EvictionDifferentialTest {
  private static final String[] POLICIES = {
    "noeviction", "allkeys-lru", "volatile-lfu", "allkeys-random", "volatile-ttl", "allkeys-lfu"
  };

  /** Makes a key anew, as if nobody had used it for 1000 seconds. */
  private static final String AGE =
      "for _, key in ipairs(KEYS) do redis.call('RESTORE', key, 0, redis.call('DUMP', key),"
          + " 'REPLACE', 'IDLETIME', 1000) end";

  private static final String NAME = "dump.rdb";

  private static final List<String> FILL =
      List.of(
          "SET str 12",
          "SET str2 text",
          "RPUSH list a b c",
          "HSET hash a 1 b 2",
          "SADD set a b c",
          "ZADD zset 1 a 2 b",
          "XADD stream 1-1 f v",
          "PFADD hll a",
          "GEOADD geo 1 1 a");

  private static final String[] KEYS = {
    "str", "str2", "list", "hash", "set", "zset", "stream", "hll", "geo"
  };

  /** Each with the key that it may use. */
  private static final String[] COMMANDS = {
    "str GET str",
    "str STRLEN str",
    "str GETRANGE str 0 1",
    "str SETRANGE str 0 1",
    "str APPEND str 1",
    "str INCR str",
    "str SET str 13",
    "str SETNX str 13",
    "str SET str 13 XX",
    "str GETBIT str 1",
    "str BITCOUNT str",
    "str MGET nokey str",
    "str EXISTS str",
    "str TOUCH str",
    "str TYPE str",
    "str TTL str",
    "str PTTL str",
    "str EXPIRETIME str",
    "str PEXPIRETIME str",
    "str EXPIRE str 1000",
    "str EXPIRE str 1000 XX",
    "str PERSIST str",
    "str OBJECT ENCODING str",
    "str OBJECT REFCOUNT str",
    "str OBJECT IDLETIME str",
    "str DEBUG OBJECT str",
    "str MEMORY USAGE str",
    "str DUMP str",
    "str WATCH str",
    "str COPY str copied REPLACE",
    "copied COPY str copied REPLACE",
    "str RENAME str str",
    "str RENAMENX str str2",
    "str2 RENAME str str2",
    "str RANDOMKEY",
    "str KEYS *",
    "str SCAN 0 COUNT 100",
    "str SCAN 0 COUNT 100 TYPE string",
    "str LCS str str2",
    "str BITOP NOT str2 str",
    "str HGET str a",
    "list LRANGE list 0 -1",
    "list LLEN list",
    "list LINDEX list 0",
    "list LPOS list b",
    "list RPUSH list d",
    "list RPUSHX list d",
    "list LMOVE list list LEFT RIGHT",
    "list SORT list ALPHA",
    "list SORT_RO list ALPHA",
    "str SORT list BY nosort GET str",
    "hash HGET hash a",
    "hash HGETALL hash",
    "hash HLEN hash",
    "hash HSCAN hash 0",
    "hash HSET hash c 1",
    "hash HDEL hash nofield",
    "set SMEMBERS set",
    "set SISMEMBER set a",
    "set SCARD set",
    "set SSCAN set 0",
    "set SINTER set set",
    "set SADD set a",
    "set SRANDMEMBER set",
    "zset ZRANGE zset 0 -1",
    "zset ZSCORE zset a",
    "zset ZCARD zset",
    "zset ZADD zset 3 c",
    "zset ZSCAN zset 0",
    "stream XLEN stream",
    "stream XRANGE stream - +",
    "stream XREAD STREAMS stream 0",
    "stream XADD stream * f v",
    "stream XINFO STREAM stream",
    "hll PFCOUNT hll",
    "hll PFADD hll b",
    "geo GEOPOS geo a",
    "geo GEOSEARCH geo FROMMEMBER geo BYRADIUS 1 km",
  };

  private RedisProcess redis;
  private LarderServer larder;
  private Wire reference;
  private Wire tested;

  @TempDir Path folder;

  @BeforeEach
  void start() throws IOException {
    redis = RedisProcess.start();
    larder = startLarder();
    reference = new Wire(redis.port());
    tested = new Wire(larder.port());
  }

  private LarderServer startLarder() {
    Config config = new Config().set(Options.PORT, 0L).set(Options.DIR, folder.toString());
    config.set(Options.ENABLE_DEBUG_COMMAND, "yes");
    return LarderServer.start(config);
  }

  @AfterEach
  void stop() throws IOException {
    reference.close();
    tested.close();
    larder.close();
    redis.close();
  }

  private static String ask(Wire wire, String command) throws IOException {
    return wire.ask(command.split(" ")).text().strip();
  }

  private void askBoth(String command) throws IOException {
    assertThat(ask(tested, command)).as(command).isEqualTo(ask(reference, command));
  }

  private static void age(Wire wire) throws IOException {
    List<String> args = new ArrayList<>(List.of("EVAL", AGE, KEYS.length + 1 + ""));
    args.addAll(List.of(KEYS));
    args.add("copied");
    assertThat(wire.ask(args.toArray(String[]::new)).text()).startsWith("$-1");
  }

  private static boolean isUsed(Wire wire, String command) throws IOException {
    ask(wire, "FLUSHALL");
    for (String line : FILL) {
      ask(wire, line);
    }
    ask(wire, "COPY str copied");
    age(wire);
    int key = command.indexOf(' ');
    ask(wire, command.substring(key + 1));
    ask(wire, "UNWATCH");
    String idle = ask(wire, "OBJECT IDLETIME " + command.substring(0, key));
    return idle.startsWith("$-1") || Integer.parseInt(idle.substring(1)) < 500;
  }

  @Test
  void theSameCommandsUseKeys() throws IOException {
    ask(tested, "CONFIG SET maxmemory-policy allkeys-lru");
    ask(reference, "CONFIG SET maxmemory-policy allkeys-lru");
    List<String> differences = new ArrayList<>();
    for (String command : COMMANDS) {
      boolean expected = isUsed(reference, command);
      if (isUsed(tested, command) != expected) {
        differences.add(command + (expected ? " uses in Redis" : " does not use in Redis"));
      }
    }
    assertThat(differences).isEmpty();
  }

  @Test
  void repliesAreTheSameUnderEachPolicy() throws IOException {
    for (String policy : POLICIES) {
      askBoth("CONFIG SET maxmemory-policy " + policy);
      askBoth("FLUSHALL");
      askBoth("SET key value");
      for (String what : List.of("IDLETIME", "FREQ")) {
        for (String key : List.of("key", "nokey")) {
          askBoth("OBJECT " + what + ' ' + key);
          askBoth("object " + what.toLowerCase(Locale.ROOT) + ' ' + key);
        }
        askBoth("OBJECT " + what);
        askBoth("OBJECT " + what + " key key");
      }
    }
    for (String name : List.of("lfu-log-factor", "lfu-decay-time")) {
      for (String value : List.of("0", "1", "100", "-1", "x")) {
        askBoth("CONFIG SET " + name + ' ' + value);
        askBoth("CONFIG GET " + name);
      }
    }
  }

  @Test
  void frequenciesAreCountedAlike() throws IOException {
    askBoth("CONFIG SET maxmemory-policy allkeys-lfu lfu-log-factor 0");
    // Numbers would be shared objects in Redis, which all keys use.
    askBoth("SET key one");
    for (String command :
        List.of("GET key", "APPEND key a", "TTL key", "TYPE key", "SET key b", "TOUCH key")) {
      for (int i = 0; i < 3; i++) {
        ask(reference, command);
        ask(tested, command);
        askBoth("OBJECT FREQ key");
      }
    }
    askBoth("RENAME key other");
    askBoth("OBJECT FREQ other");
    askBoth("COPY other copy");
    askBoth("OBJECT FREQ copy");
    for (int i = 0; i < 300; i++) {
      askBoth("GET other");
    }
    askBoth("OBJECT FREQ other");
  }

  /** CLIENT NO-TOUCH came after redis-server 7.0. */
  @Test
  void aClientMayLeaveKeysUntouched() throws IOException {
    assertThat(ask(tested, "CLIENT NO-TOUCH on")).isEqualTo("+OK");
    assertThat(isUsed(tested, "str GET str")).isFalse();
    assertThat(isUsed(tested, "str TOUCH str")).isTrue();
    tested.send(List.of(Request.of("MULTI"), Request.of("GET", "list"), Request.of("EXEC")));
    tested.receive(3);
    assertThat(ask(tested, "OBJECT IDLETIME list")).isGreaterThanOrEqualTo(":1000");
    tested.ask("EVAL", "return redis.call('EXISTS', KEYS[1])", "1", "set");
    tested.ask("EVAL", "return redis.call('SMEMBERS', KEYS[1])", "1", "set");
    assertThat(ask(tested, "OBJECT IDLETIME set")).isGreaterThanOrEqualTo(":1000");
    assertThat(ask(tested, "CLIENT NO-TOUCH off")).isEqualTo("+OK");
    assertThat(isUsed(tested, "str GET str")).isTrue();
  }

  @Test
  void filesTellOfUseThereAndBack() throws IOException {
    for (String policy : List.of("allkeys-lru", "volatile-lfu")) {
      String told = policy.endsWith("lru") ? "IDLETIME" : "FREQ";
      for (Wire wire : List.of(reference, tested)) {
        ask(wire, "CONFIG SET lfu-decay-time 0");
        ask(wire, "FLUSHALL");
        ask(wire, "CONFIG SET maxmemory-policy " + policy);
        fill(wire, told);
      }
      assertThat(ask(reference, "SAVE")).isEqualTo("+OK");
      Files.copy(redis.folder().resolve(NAME), folder.resolve(NAME));
      // Another file takes the place of the one in memory.
      assertThat(ask(tested, "DEBUG RELOAD NOSAVE")).isEqualTo("+OK");
      check(tested, told);
      Files.delete(folder.resolve(NAME));
      assertThat(ask(tested, "SAVE")).isEqualTo("+OK");
      Files.delete(redis.folder().resolve(NAME));
      Files.move(folder.resolve(NAME), redis.folder().resolve(NAME));
      assertThat(ask(reference, "DEBUG RELOAD NOSAVE")).isEqualTo("+OK");
      check(reference, told);
    }
  }

  /** One of the keys comes in pieces. */
  private static void fill(Wire wire, String told) throws IOException {
    ask(wire, "SETRANGE long 2000000 x");
    ask(wire, "SET short x EX 10000");
    int number = 10;
    for (String key : List.of("long", "short")) {
      wire.ask(
          "EVAL",
          "redis.call('RESTORE', KEYS[1], 0, redis.call('DUMP', KEYS[1]), 'REPLACE', ARGV[1],"
              + " ARGV[2])",
          "1",
          key,
          told,
          number + "");
      number += 100;
    }
  }

  private static void check(Wire wire, String told) throws IOException {
    int number = 10;
    for (String key : List.of("long", "short")) {
      String reply = ask(wire, "OBJECT " + told + ' ' + key);
      assertThat(Integer.parseInt(reply.substring(1))).as(key).isBetween(number, number + 9);
      number += 100;
    }
  }
}
