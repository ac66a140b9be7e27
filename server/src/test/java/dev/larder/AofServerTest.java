package dev.larder;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.config.PersistenceOptions;
import dev.larder.net.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.params.XAddParams;
import redis.clients.jedis.params.XPendingParams;
import redis.clients.jedis.resps.StreamConsumerInfo;
import redis.clients.jedis.resps.StreamPendingEntry;

/** A server whose data are kept in an append-only file: what a restart finds. */
@Timeout(120)
@Tag("slow")
final class AofServerTest {
  private static final String SET = command("set", "a", "1");
  private static final String MULTI = command("MULTI");
  private static final String EXEC = command("EXEC");
  private static final String LAST = "appendonlydir/appendonly.aof.1.incr.aof";

  @TempDir Path folder;

  private static String command(String... words) {
    StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
    for (String word : words) {
      text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
    }
    return text.toString();
  }

  private Config config() {
    return new Config()
        .set(Options.PORT, 0L)
        .set(Options.DIR, folder.toString())
        .set(Options.ENABLE_DEBUG_COMMAND, "yes")
        .set(PersistenceOptions.APPENDONLY, true);
  }

  private interface Work {
    void with(Jedis jedis, LarderServer server) throws Exception;
  }

  private void serve(Work work) throws Exception {
    serve(config(), work);
  }

  private static void serve(Config config, Work work) throws Exception {
    try (LarderServer server = LarderServer.start(config);
        Jedis jedis = new Jedis("127.0.0.1", server.port(), 60_000)) {
      work.with(jedis, server);
    }
  }

  private static String digest(Jedis jedis) {
    return new String((byte[]) jedis.sendCommand(() -> "DEBUG".getBytes(ISO_8859_1), "DIGEST"));
  }

  /** What is there after work is there after a restart. */
  private void assertKept(Work work) throws Exception {
    String[] digest = {""};
    serve((jedis, server) -> {
      work.with(jedis, server);
      digest[0] = digest(jedis);
    });
    serve((jedis, server) -> assertThat(digest(jedis)).isEqualTo(digest[0]));
  }

  private void writeOld(String content) throws IOException {
    Files.write(folder.resolve("appendonly.aof"), content.getBytes(ISO_8859_1));
  }

  private void append(String content) throws IOException {
    Files.write(folder.resolve(LAST), content.getBytes(ISO_8859_1), StandardOpenOption.APPEND);
  }

  /** A crash in the middle of it leaves nothing of it. */
  @Test
  void whatTakesManyTurnsIsOneCommand() throws Exception {
    assertKept((jedis, server) -> {
      Pipeline fill = jedis.pipelined();
      for (int i = 0; i < 20_000; i++) {
        fill.zadd("z", i / 7.0, "member" + i);
        fill.xadd("s", XAddParams.xAddParams().id(i + 1, 0), Map.of("f", "v"));
      }
      fill.sync();
      assertThat(jedis.zremrangeByRank("z", 2000, 8999)).isEqualTo(7000);
      assertThat(jedis.zpopmin("z", 5000)).hasSize(5000);
      assertThat(jedis.zpopmax("z", 5000)).hasSize(5000);
      assertThat(jedis.xtrim("s", 11, false)).isEqualTo(19_989);
    });
    String file = Files.readString(folder.resolve(LAST), ISO_8859_1);
    assertThat(file).doesNotContain("ZREM\r\n");
    assertThat(file.split("ZREMRANGEBYRANK", -1)).hasSize(4);
    assertThat(file.split("XTRIM", -1)).hasSize(2);
  }

  // ---- what is found

  @Test
  void anOldSingleFileBecomesTheBase() throws Exception {
    writeOld(SET + MULTI + command("set", "b", "2") + command("SELECT", "3") + SET + EXEC);
    serve((jedis, server) -> {
      assertThat(jedis.mget("a", "b")).containsExactly("1", "2");
      jedis.select(3);
      assertThat(jedis.get("a")).isEqualTo("1");
      jedis.set("c", "3");
    });
    assertThat(folder.resolve("appendonly.aof")).doesNotExist();
    assertThat(folder.resolve("appendonlydir/appendonly.aof")).exists();
    serve((jedis, server) -> {
      jedis.select(3);
      assertThat(jedis.mget("a", "c")).containsExactly("1", "3");
    });
  }

  @Test
  void aTornEndIsCutOffIfThatIsAllowed() throws Exception {
    serve((jedis, server) -> jedis.set("a", "0"));
    long whole = Files.size(folder.resolve(LAST));
    for (String torn : List.of(SET.substring(0, 20), MULTI + SET, SET.substring(0, 7) + "\0\0\0")) {
      append(torn);
      assertThatThrownBy(
              () -> LarderServer.start(config().set(PersistenceOptions.AOF_LOAD_TRUNCATED, false)))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("appendonly.aof.1.incr.aof: ")
          .hasMessageContaining("(at offset " + whole + ")")
          .hasMessageContaining("check-aof");
      assertThat(Files.size(folder.resolve(LAST))).isEqualTo(whole + torn.length());
      serve((jedis, server) -> assertThat(jedis.get("a")).isEqualTo("0"));
      assertThat(Files.size(folder.resolve(LAST))).isEqualTo(whole);
    }
  }

  @Test
  void damageIsNotCutOff() throws Exception {
    serve((jedis, server) -> jedis.set("a", "0"));
    long whole = Files.size(folder.resolve(LAST));
    append("damage" + SET);
    assertThatThrownBy(() -> LarderServer.start(config()))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("appendonly.aof.1.incr.aof: Expected prefix '*', got: 'd'")
        .hasMessageContaining("(at offset " + whole + ")");
    assertThat(Files.size(folder.resolve(LAST))).isEqualTo(whole + 6 + SET.length());
  }

  @Test
  void anUnknownCommandIsRefused() {
    assertThatThrownBy(
            () -> {
              writeOld(SET + command("FROBNICATE", "a") + SET);
              LarderServer.start(config()).close();
            })
        .isInstanceOf(StartException.class)
        .hasMessageContaining("appendonly.aof: ERR unknown command 'FROBNICATE'");
  }

  @Test
  void aCommandThatFailsIsPassedOver() throws Exception {
    writeOld(SET + command("LPUSH", "a", "1") + command("SET", "b") + command("set", "c", "3"));
    serve((jedis, server) -> assertThat(jedis.mget("a", "b", "c")).containsExactly("1", null, "3"));
  }

  @Test
  void largeArgumentsAreReplayed() throws Exception {
    String large = "0123456789abcdef".repeat(300_000);
    String middle = "x".repeat(70_000);
    StringBuilder content = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      content.append(command("set", "key:" + i, "v".repeat(i * 1777)));
    }
    content.append(command("set", "large", large)).append(command("rpush", "list", middle, large));
    content.append(MULTI).append(command("append", "large", middle)).append(SET).append(EXEC);
    writeOld(content.toString());
    serve((jedis, server) -> {
      assertThat(jedis.get("large").equals(large + middle)).isTrue();
      assertThat(jedis.lrange("list", 0, -1).equals(List.of(middle, large))).isTrue();
      for (int i = 0; i < 100; i++) {
        assertThat(jedis.strlen("key:" + i)).isEqualTo(i * 1777L);
      }
      assertThat(jedis.get("a")).isEqualTo("1");
    });
  }

  /** A deadline that has passed meanwhile counts only if it is the last word on its key. */
  @Test
  void deadlinesOfThePastDoNotDeleteWhatWasPersistedThen() throws Exception {
    String past = "1000000000000";
    writeOld(
        SET
            + command("PEXPIREAT", "a", past)
            + command("PERSIST", "a")
            + command("SET", "b", "1", "PXAT", past)
            + command("APPEND", "b", "2")
            + command("SET", "c", "1", "PXAT", past)
            + command("GETEX", "c", "PERSIST")
            + command("HSET", "h", "f", "1", "g", "2")
            + command("HPEXPIREAT", "h", past, "FIELDS", "2", "f", "g")
            + command("HPERSIST", "h", "FIELDS", "1", "f")
            + command("SETEX", "d", "1000", "1"));
    serve((jedis, server) -> {
      assertThat(jedis.mget("a", "b", "c")).containsExactly("1", null, "1");
      assertThat(jedis.hgetAll("h")).containsOnlyKeys("f");
      assertThat(jedis.ttl("d")).isBetween(900L, 1000L);
    });
  }

  @Test
  void deliveriesKeepTheirTimes() throws Exception {
    writeOld(
        command("XADD", "s", "1-1", "f", "v")
            + command("XGROUP", "CREATE", "s", "g", "0-0")
            + command(
                "XCLAIM",
                "s",
                "g",
                "c",
                "0",
                "1-1",
                "TIME",
                "1600000000000",
                "RETRYCOUNT",
                "7",
                "FORCE",
                "JUSTID"));
    serve((jedis, server) -> {
      StreamPendingEntry pending =
          jedis.xpending("s", "g", XPendingParams.xPendingParams("-", "+", 1)).getFirst();
      long years = pending.getIdleTime() / 1000 / 3600 / 24 / 365;
      assertThat(years).isBetween(3L, 50L);
      assertThat(pending.getDeliveredTimes()).isEqualTo(7);
      StreamConsumerInfo consumer = jedis.xinfoConsumers2("s", "g").getFirst();
      assertThat(consumer.getIdle()).isLessThan(120_000);
    });
  }

  // ---- what is kept

  @Test
  void databasesAreSwappedAndSelected() throws Exception {
    assertKept((jedis, server) -> {
      jedis.set("a", "0");
      jedis.select(1);
      jedis.set("a", "1");
      jedis.swapDB(0, 1);
      jedis.append("a", "x");
      jedis.select(7);
      jedis.rpush("l", "1", "-2", "three");
      jedis.move("l", 2);
      jedis.swapDB(2, 9);
      jedis.select(9);
      jedis.rpush("l", "4");
      jedis.flushDB();
      jedis.rpush("l", "5");
    });
  }

  @Test
  void whatIsFlushedDuringARewriteStaysAway() throws Exception {
    for (int round = 0; round < 5; round++) {
      assertKept((jedis, server) -> {
        jedis.sendCommand(() -> "DEBUG".getBytes(ISO_8859_1), "POPULATE", "20000");
        AtomicReference<Boolean> isDone = new AtomicReference<>(false);
        Thread rewriting = Thread.ofPlatform().start(() -> isDone.set(server.aof().rewrite()));
        for (int i = 0; i < 300; i++) {
          jedis.incr("before");
          if (i == 100) {
            jedis.flushAll();
          }
          jedis.rpush("list", "" + i);
        }
        rewriting.join();
        assertThat(isDone.get()).isTrue();
      });
    }
  }

  @Test
  void theFileIsSwitchedOffAndOnUnderWrites() throws Exception {
    assertKept((jedis, server) -> {
      AtomicBoolean isOver = new AtomicBoolean();
      Thread writing =
          Thread.ofPlatform()
              .start(() -> {
                try (Jedis other = new Jedis("127.0.0.1", server.port(), 60_000)) {
                  while (!isOver.get()) {
                    other.incr("counter");
                    other.zincrby("sorted", 1.5, "member");
                    other.lpush("list", "x");
                  }
                }
              });
      for (int i = 0; i < 10; i++) {
        jedis.configSet("appendonly", "no");
        if (i % 2 == 1) {
          awaitOn(server, false);
        }
        jedis.configSet("appendonly", "yes");
        if (i % 3 == 1) {
          awaitOn(server, true);
        }
      }
      awaitOn(server, true);
      isOver.set(true);
      writing.join();
    });
  }

  private static void awaitOn(LarderServer server, boolean isOn) {
    while (server.stats().aof().isOn() != isOn || server.stats().aof().isRewriting()) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void theFileIsLoadedAgain() throws Exception {
    assertKept((jedis, server) -> {
      jedis.set("a", "1");
      jedis.rpush("l", "1", "2");
      jedis.select(2);
      jedis.setex("b", 10_000, "2");
      String before = digest(jedis);
      for (int i = 0; i < 3; i++) {
        assertThat(loadAgain(jedis)).isEqualTo("OK");
        assertThat(digest(jedis)).isEqualTo(before);
      }
      jedis.append("a", "x");
      assertThat(jedis.info("persistence")).contains("aof_enabled:1\r\n").contains("loading:0");
    });
    serve((jedis, server) -> {
      jedis.set("a", "0");
      assertThat(loadAgain(jedis)).isEqualTo("OK");
      append("damage");
      assertThatThrownBy(() -> loadAgain(jedis))
          .hasMessage("ERR Error trying to load the AOF files, check server logs.");
      assertThat(jedis.info("persistence")).contains("aof_enabled:0\r\n");
    });
  }

  private static String loadAgain(Jedis jedis) {
    return new String((byte[]) jedis.sendCommand(() -> "DEBUG".getBytes(ISO_8859_1), "LOADAOF"));
  }

  /** What is stored as a whole, and long, is written in pieces. */
  @Test
  void longCollectionsAreKept() throws Exception {
    assertKept((jedis, server) -> {
      for (int i = 0; i < 20_000; i += 100) {
        String[] some = new String[100];
        Map<String, Double> scored = new HashMap<>();
        Map<String, String> fields = new HashMap<>();
        for (int k = 0; k < 100; k++) {
          some[k] = (i + k) % 3 == 0 ? "" + (5000 - i - k) : "member:" + (i + k);
          scored.put(some[k], (i + k) / 7.0);
          fields.put(some[k], "" + (k - i));
        }
        jedis.zadd("z", scored);
        jedis.hset("h", fields);
        jedis.rpush("l", some);
        jedis.sadd("s", some);
      }
      jedis.rpush("l", "y".repeat(100_000));
      jedis.hset("h", "large", "y".repeat(100_000));
      jedis.sendCommand(
          () -> "HPEXPIREAT".getBytes(ISO_8859_1), "h", "9000000000000", "FIELDS", "1", "large");
      for (String key : List.of("z", "h", "l", "s")) {
        jedis.pexpireAt(key, 8_000_000_000_000L);
        jedis.copy(key, key + ":copy", true);
        for (int i = 0; i < 4; i++) {
          jedis.rename(key, key + i);
          jedis.rename(key + i, key);
        }
        jedis.move(key, 3);
      }
      jedis.sunionstore("union", "s:copy", "other");
      jedis.zunionstore("zunion", "z:copy", "s:copy");
    });
    String file = Files.readString(folder.resolve(LAST), ISO_8859_1);
    assertThat(file.contains("\r\nRESTORE\r\n")).isFalse();
  }
}
