package dev.larder.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.config.PersistenceOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of append-only files that redis-server and Larder write are loaded by the other one. */
@Tag("slow")
final class AofFolderExchangeTest {
  private static final String FOLDER = "appendonlydir";
  private static final String DIGEST_OF_NOTHING = "+" + "0".repeat(40) + "\r\n";
  private static final int WAITS = 1000;
  private static final int WAIT_MILLIS = 10;

  @TempDir Path folder;

  private Config config() {
    Config config = new Config().set(Options.PORT, 0L).set(Options.DIR, folder.toString());
    config.set(Options.ENABLE_DEBUG_COMMAND, "yes");
    config.set(PersistenceOptions.APPENDONLY, true);
    return config;
  }

  /** A key or more of each type, small and large. */
  private static void change(Wire wire, String suffix) throws IOException {
    for (int i = 0; i < 3000; i += 100) {
      List<Request> some = new ArrayList<>();
      for (int k = i; k < i + 100; k++) {
        String element = k % 3 == 0 ? "" + (1000 - k) : "element:" + k;
        some.add(Request.of("RPUSH", "list" + suffix, element));
        some.add(Request.of("SADD", "set" + suffix, element));
        some.add(Request.of("ZADD", "zset" + suffix, k / 7.0 + "", element));
        some.add(Request.of("HSET", "hash" + suffix, element, k + ""));
        some.add(Request.of("XADD", "stream" + suffix, (k + 1) + "-" + k, "field", element));
      }
      wire.send(some);
      assertThat(wire.receive(some.size())).hasSameSizeAs(some);
    }
    wire.ask("RPUSH", "small" + suffix, "1", "two", "-3");
    wire.ask("SADD", "ints" + suffix, "1", "2", "-3");
    wire.ask("SET", "string" + suffix, "x".repeat(100_000), "PX", "100000000");
    wire.ask("INCRBYFLOAT", "float" + suffix, "1.5");
    wire.ask("PFADD", "hll" + suffix, "a", "b", "c");
    wire.ask("GEOADD", "geo" + suffix, "13.4", "52.5", "Berlin");
    wire.ask("XGROUP", "CREATE", "stream" + suffix, "group", "0");
    wire.ask("XREADGROUP", "GROUP", "group", "c", "COUNT", "9", "STREAMS", "stream" + suffix, ">");
    wire.ask("XACK", "stream" + suffix, "group", "1-0");
    wire.ask("SPOP", "set" + suffix);
    wire.ask("SELECT", "5");
    wire.ask("SET", "other" + suffix, "1");
    wire.ask("SELECT", "0");
  }

  /** Copies of what is long, which are written as a whole. */
  private static void rename(Wire wire) throws IOException {
    for (String key : List.of("list", "set", "zset", "hash", "stream", "small")) {
      wire.ask("COPY", key + ":a", key + ":b");
      wire.ask("RENAME", key + ":a", key + ":c");
      wire.ask("MOVE", key + ":b", "3");
    }
    wire.ask("SUNIONSTORE", "union", "set:c", "ints:a");
    wire.ask("ZUNIONSTORE", "zunion", "2", "zset:c", "set:c");
    wire.ask("SORT", "list:c", "ALPHA", "STORE", "sorted");
  }

  @Test
  void redisLoadsWhatLarderWrites() throws IOException {
    String digest;
    try (LarderServer larder = LarderServer.start(config());
        Wire wire = new Wire(larder.port())) {
      change(wire, ":a");
      rename(wire);
      digest = digest(wire);
    }
    try (LarderServer larder = LarderServer.start(config());
        Wire wire = new Wire(larder.port())) {
      assertThat(digest(wire)).isEqualTo(digest);
    }
    try (RedisProcess redis =
            RedisProcess.start("--dir", folder.toString(), "--appendonly", "yes");
        Wire wire = new Wire(redis.port())) {
      assertThat(digest(wire)).isEqualTo(digest);
    }
  }

  @Test
  void redisLoadsBasesOfCommands() throws IOException {
    Config config = config().set(PersistenceOptions.AOF_USE_RDB_PREAMBLE, false);
    String digest;
    try (LarderServer larder = LarderServer.start(config);
        Wire wire = new Wire(larder.port())) {
      change(wire, ":a");
      rename(wire);
      wire.ask("SET", "long", "y".repeat(3_000_000));
      wire.ask("BGREWRITEAOF");
      awaitRewrite(wire);
      change(wire, ":d");
      digest = digest(wire);
    }
    try (Stream<Path> files = Files.list(folder.resolve(FOLDER))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .contains("appendonly.aof.2.base.aof")
          .noneMatch(name -> name.endsWith(".rdb") || name.startsWith("temp-"));
    }
    try (LarderServer larder = LarderServer.start(config());
        Wire wire = new Wire(larder.port())) {
      assertThat(digest(wire)).isEqualTo(digest);
    }
    try (RedisProcess redis =
            RedisProcess.start("--dir", folder.toString(), "--appendonly", "yes");
        Wire wire = new Wire(redis.port())) {
      assertThat(digest(wire)).isEqualTo(digest);
    }
  }

  @Test
  void larderLoadsWhatRedisWrites() throws IOException {
    List<String> parts = new ArrayList<>();
    for (String preamble : List.of("yes", "no")) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Files.delete(file);
        }
      }
      String digest;
      try (RedisProcess redis =
              RedisProcess.start(
                  "--dir",
                  folder.toString(),
                  "--appendonly",
                  "yes",
                  "--aof-use-rdb-preamble",
                  preamble,
                  "--aof-timestamp-enabled",
                  preamble);
          Wire wire = new Wire(redis.port())) {
        change(wire, ":a");
        wire.ask("BGREWRITEAOF");
        awaitRewrite(wire);
        change(wire, ":b");
        rename(wire);
        digest = digest(wire);
        wire.send(List.of(Request.of("SHUTDOWN")));
        assertThat(wire.receive(1)).isEmpty();
      }
      try (Stream<Path> files = Files.list(folder.resolve(FOLDER))) {
        files.forEach(file -> parts.add(file.getFileName().toString()));
      }
      for (int restart = 0; restart < 2; restart++) {
        try (LarderServer larder = LarderServer.start(config());
            Wire wire = new Wire(larder.port())) {
          assertThat(digest(wire)).as("preamble %s", preamble).isEqualTo(digest);
        }
      }
    }
    assertThat(parts).contains("appendonly.aof.2.base.rdb", "appendonly.aof.2.base.aof");
  }

  private static String digest(Wire wire) throws IOException {
    String digest = wire.ask("DEBUG", "DIGEST").text();
    assertThat(digest).hasSize(43).isNotEqualTo(DIGEST_OF_NOTHING);
    return digest;
  }

  private static void awaitRewrite(Wire wire) throws IOException {
    for (int i = 0; i < WAITS; i++) {
      String info = wire.ask("INFO", "persistence").text();
      if (info.contains("aof_rewrite_in_progress:0\r\n")
          && info.contains("aof_rewrite_scheduled:0\r\n")
          && !info.contains("aof_last_rewrite_time_sec:-1\r\n")) {
        return;
      }
      Pause.millis(WAIT_MILLIS);
    }
    throw new AssertionError("the rewrite does not end");
  }
}
