package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.net.StartException;
import dev.larder.net.TestClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.params.XAddParams;

/** A server that writes its data to a file, by command, by itself, and at its end. */
@Tag("slow")
final class SnapshotFileTest {
  /** Their replies are more than sockets take. */
  private static final int MEMBERS = 100_000;

  @TempDir Path folder;

  private Config config() {
    return new Config()
        .set(Options.PORT, 0L)
        .set(Options.DIR, folder.toString())
        .set(Options.ENABLE_DEBUG_COMMAND, "yes");
  }

  private static Jedis connect(LarderServer server) {
    return new Jedis("127.0.0.1", server.port(), 60_000);
  }

  private static void fill(Jedis jedis) {
    jedis.set("string", "value");
    jedis.set("volatile", "1", SetParams.setParams().ex(1000));
    jedis.set("large", "x".repeat(300_000));
    jedis.select(3);
    for (int i = 0; i < 3000; i++) {
      jedis.hset("hash", "field-" + i, "value-" + i);
      jedis.sadd("set", "member-" + i);
      jedis.zadd("zset", i / 4.0, "member-" + i);
      jedis.rpush("list", "element-" + i);
      jedis.xadd("stream", XAddParams.xAddParams(), Map.of("field", "value-" + i));
    }
    jedis.xgroupCreate("stream", "group", null, false);
    jedis.select(0);
  }

  private static String digest(Jedis jedis) {
    return new String((byte[]) jedis.sendCommand(() -> "DEBUG".getBytes(), "DIGEST"));
  }

  private static String debug(Jedis jedis, String... arguments) {
    return new String((byte[]) jedis.sendCommand(() -> "DEBUG".getBytes(), arguments));
  }

  private static void awaitSaved(Jedis jedis, int saves) {
    awaitInfo(jedis, "rdb_saves:" + saves);
  }

  private static void awaitInfo(Jedis jedis, String line) {
    while (!jedis.info("persistence").contains(line + "\r\n")) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Its command has leased the key, and goes on only as its replies are read. */
  @Test
  void aClientThatDoesNotReadKeepsNoSnapshotWaiting() throws IOException {
    try (LarderServer server = LarderServer.start(config());
        Jedis jedis = connect(server);
        TestClient deaf = new TestClient(server.port())) {
      for (int from = 0; from < MEMBERS; from += 1000) {
        int first = from;
        String[] some = new String[1000];
        Arrays.setAll(some, i -> "x".repeat(500) + (first + i));
        jedis.sadd("set", some);
      }
      deaf.send("SPOP", "set", Integer.toString(MEMBERS - 1));
      while (!jedis.clientList().contains("cmd=spop")) {
        LockSupport.parkNanos(1_000_000);
      }
      jedis.bgsave();
      awaitSaved(jedis, 1);
    }
  }

  @Test
  void whatWasSavedIsThereAgain() {
    String digest;
    try (LarderServer server = LarderServer.start(config());
        Jedis jedis = connect(server)) {
      fill(jedis);
      digest = digest(jedis);
      assertThat(jedis.bgsave()).isEqualTo("Background saving started");
      awaitSaved(jedis, 1);
      assertThat(jedis.info("persistence"))
          .contains("rdb_changes_since_last_save:0\r\n", "rdb_last_bgsave_status:ok\r\n");
      assertThat(jedis.lastsave()).isGreaterThan(1_600_000_000L);
    }
    try (LarderServer server = LarderServer.start(config());
        Jedis jedis = connect(server)) {
      assertThat(digest(jedis)).isEqualTo(digest);
      jedis.set("more", "1");
      digest = digest(jedis);
      assertThat(jedis.save()).isEqualTo("OK");
      assertThat(debug(jedis, "RELOAD")).isEqualTo("OK");
      assertThat(digest(jedis)).isEqualTo(digest);
      jedis.set("after", "1");
      assertThat(debug(jedis, "RELOAD", "NOSAVE")).isEqualTo("OK");
      assertThat(digest(jedis)).isEqualTo(digest);
    }
    assertThat(files()).containsExactly("dump.rdb");
  }

  private String[] files() {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(path -> path.getFileName().toString()).sorted().toArray(String[]::new);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void pointsSaveByThemselves() {
    try (LarderServer server = LarderServer.start(config());
        Jedis jedis = connect(server)) {
      jedis.configSet("save", "1 2");
      jedis.set("a", "1");
      jedis.set("b", "1");
      awaitSaved(jedis, 1);
      assertThat(files()).containsExactly("dump.rdb", "larder.lock");
    }
  }

  @Test
  void writesAreRefusedWhileTheyCannotBeSaved() throws IOException {
    try (LarderServer server = LarderServer.start(config());
        Jedis jedis = connect(server)) {
      jedis.configSet("save", "1000 1000");
      jedis.set("a", "1");
      Path obstacle = Files.createDirectories(folder.resolve("dump.rdb/in the way"));
      jedis.bgsave();
      awaitInfo(jedis, "rdb_last_bgsave_status:err");
      assertThatThrownBy(() -> jedis.set("a", "2"))
          .isInstanceOf(JedisDataException.class)
          .hasMessageStartingWith("MISCONF Redis is configured to save RDB snapshots, but");
      assertThatThrownBy(jedis::ping).hasMessageStartingWith("MISCONF");
      assertThat(jedis.get("a")).isEqualTo("1");
      assertThatThrownBy(jedis::save).hasMessageStartingWith("ERR");
      jedis.configSet("stop-writes-on-bgsave-error", "no");
      assertThat(jedis.set("a", "3")).isEqualTo("OK");
      jedis.configSet("stop-writes-on-bgsave-error", "yes");
      Files.delete(obstacle);
      Files.delete(folder.resolve("dump.rdb"));
      assertThat(jedis.save()).isEqualTo("OK");
      assertThat(jedis.set("a", "4")).isEqualTo("OK");
      assertThat(files()).containsExactly("dump.rdb", "larder.lock");
    }
  }

  @Test
  void theEndSavesIfThereArePoints() throws InterruptedException {
    try (LarderServer server = LarderServer.start(config());
        Jedis jedis = connect(server)) {
      jedis.set("a", "1");
      jedis.sendCommand(Protocol.Command.CONFIG, "SET", "save", "1000 1000");
      assertThatThrownBy(() -> jedis.sendCommand(() -> "SHUTDOWN".getBytes()))
          .hasMessageContaining("end of stream");
      server.awaitClosed();
    }
    try (LarderServer server = LarderServer.start(config());
        Jedis jedis = connect(server)) {
      assertThat(jedis.get("a")).isEqualTo("1");
      jedis.set("a", "2");
      assertThatThrownBy(() -> jedis.sendCommand(() -> "SHUTDOWN".getBytes(), "NOSAVE"))
          .hasMessageContaining("end of stream");
      server.awaitClosed();
    }
    try (LarderServer server = LarderServer.start(config());
        Jedis jedis = connect(server)) {
      assertThat(jedis.get("a")).isEqualTo("1");
    }
  }

  @Test
  void aServerThatCannotSaveGoesOn() throws IOException {
    Files.createDirectories(folder.resolve("out/in the way"));
    try (LarderServer server = LarderServer.start(config().set(Options.DBFILENAME, "other"));
        Jedis jedis = connect(server)) {
      jedis.configSet("dbfilename", "out");
      jedis.set("a", "1");
      assertThatThrownBy(() -> jedis.sendCommand(() -> "SHUTDOWN".getBytes(), "SAVE"))
          .hasMessage("ERR Errors trying to SHUTDOWN. Check logs.");
      assertThat(jedis.get("a")).isEqualTo("1");
      assertThatThrownBy(() -> jedis.sendCommand(() -> "SHUTDOWN".getBytes(), "SAVE", "FORCE"))
          .hasMessageContaining("end of stream");
    }
  }

  @Test
  void aFolderHasOneServerThatSaves() {
    Config config = config();
    try (LarderServer first = LarderServer.start(config);
        Jedis jedis = connect(first)) {
      jedis.configSet("save", "1000 1");
      Config second = config();
      try (LarderServer other = LarderServer.start(second);
          Jedis otherJedis = connect(other)) {
        assertThatThrownBy(() -> otherJedis.configSet("save", "1000 1"))
            .hasMessageContaining("another server keeps its data in");
      }
      assertThatThrownBy(
              () -> LarderServer.start(config().set(Options.SAVE, config.get(Options.SAVE))))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("another server keeps its data in");
    }
  }

  @Test
  void flushingGivesTheSnapshotUp() {
    try (LarderServer server = LarderServer.start(config());
        Jedis jedis = connect(server)) {
      fill(jedis);
      jedis.bgsave();
      jedis.flushAll();
      awaitInfo(jedis, "rdb_bgsave_in_progress:0");
      fill(jedis);
      assertThat(jedis.save()).isEqualTo("OK");
      String digest = digest(jedis);
      assertThat(debug(jedis, "RELOAD", "NOSAVE")).isEqualTo("OK");
      assertThat(digest(jedis)).isEqualTo(digest);
    }
  }
}
