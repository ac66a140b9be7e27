package dev.larder.oracle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.metrics.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of redis-server are loaded by Larder, and the other way round, with the same content. */
@Tag("slow")
final class RdbExchangeTest {
  private static final long SEED = Long.getLong("seed", Clock.nanos());
  private static final int KEYS = 400;
  private static final int LONG = 20_000;
  private static final String NAME = "dump.rdb";
  private static final String LIBRARY =
      "#!lua name=mylib\nredis.register_function('one', function(keys, args) return 1 end)";

  private final Random random = new Random(SEED);

  @TempDir Path folder;

  @Test
  void filesGoThereAndBack() throws IOException, InterruptedException {
    String digest;
    try (RedisProcess redis = RedisProcess.start();
        Wire wire = new Wire(redis.port())) {
      for (int database : new int[] {0, 3, 15}) {
        wire.ask("SELECT", database + "");
        fill(wire);
      }
      fillLong(wire);
      wire.ask("FUNCTION", "LOAD", LIBRARY);
      digest = wire.ask("DEBUG", "DIGEST").text();
      assertThat(wire.ask("SAVE").text()).isEqualTo("+OK\r\n");
      Files.copy(redis.folder().resolve(NAME), folder.resolve(NAME));
    }
    Config config = new Config().set(Options.PORT, 0L).set(Options.DIR, folder.toString());
    config.set(Options.ENABLE_DEBUG_COMMAND, "yes");
    try (LarderServer larder = LarderServer.start(config);
        Wire wire = new Wire(larder.port())) {
      assertThat(wire.ask("DEBUG", "DIGEST").text()).as("seed %d", SEED).isEqualTo(digest);
      String compresses = random.nextBoolean() ? "yes" : "no";
      assertThat(wire.ask("CONFIG", "SET", "rdbcompression", compresses).text()).startsWith("+OK");
      Files.delete(folder.resolve(NAME));
      assertThat(wire.ask("SAVE").text()).isEqualTo("+OK\r\n");
      assertThat(Files.readString(folder.resolve(NAME), ISO_8859_1)).startsWith("REDIS0010");
    }
    Process check =
        new ProcessBuilder("redis-check-rdb", folder.resolve(NAME).toString())
            .redirectErrorStream(true)
            .start();
    String report = new String(check.getInputStream().readAllBytes());
    assertThat(check.waitFor()).as("seed %d: %s", SEED, report).isZero();
    try (RedisProcess redis =
            RedisProcess.start("--dir", folder.toString(), "--sanitize-dump-payload", "yes");
        Wire wire = new Wire(redis.port())) {
      assertThat(wire.ask("DEBUG", "DIGEST").text()).as("seed %d", SEED).isEqualTo(digest);
      assertThat(wire.ask("FUNCTION", "LIST").text()).contains("mylib");
    }
  }

  private void fill(Wire wire) throws IOException {
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      String key = "key:" + i;
      int elements = i % 40 == 0 ? 2_000 : 1 + random.nextInt(i % 5 == 0 ? 300 : 20);
      switch (random.nextInt(6)) {
        case 0 -> requests.add(Request.of("SET", key, text(random.nextInt(20_000))));
        case 1 -> add(requests, elements, "RPUSH", key, true, false);
        case 2 -> add(requests, elements, "SADD", key, random.nextBoolean(), false);
        case 3 -> add(requests, elements, "ZADD", key, true, true);
        case 4 -> add(requests, elements, "HSET", key, true, true);
        default -> stream(requests, elements, key);
      }
      if (i % 7 == 0) {
        requests.add(Request.of("PEXPIRE", key, 100_000_000 + i + ""));
      }
    }
    wire.send(requests);
    wire.receive(requests.size());
  }

  /** Values that come in pieces. */
  private void fillLong(Wire wire) throws IOException {
    List<Request> requests = new ArrayList<>();
    add(requests, LONG, "RPUSH", "long:list", true, false);
    add(requests, LONG, "SADD", "long:set", true, false);
    add(requests, LONG, "ZADD", "long:zset", true, true);
    add(requests, LONG, "HSET", "long:hash", true, true);
    stream(requests, LONG, "long:stream");
    requests.add(Request.of("SET", "long:string", text(1_000_000)));
    wire.send(requests);
    wire.receive(requests.size());
  }

  private void add(
      List<Request> requests,
      int elements,
      String command,
      String key,
      boolean hasTexts,
      boolean isPair) {
    for (int i = 0; i < elements; i++) {
      String element =
          hasTexts && random.nextInt(10) > 0
              ? text(random.nextInt(i % 50 == 0 ? 500 : 30))
              : random.nextInt() + "";
      if (!isPair) {
        requests.add(Request.of(command, key, element));
      } else if (command.equals("ZADD")) {
        requests.add(Request.of(command, key, score(), element));
      } else {
        requests.add(Request.of(command, key, element, text(random.nextInt(60))));
      }
    }
  }

  private String score() {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(100) + "";
      case 1 -> "-inf";
      default -> random.nextGaussian() + "";
    };
  }

  private void stream(List<Request> requests, int elements, String key) {
    for (int i = 1; i <= elements; i++) {
      requests.add(Request.of("XADD", key, i + "-1", "field", text(random.nextInt(30))));
    }
    requests.add(Request.of("XGROUP", "CREATE", key, "group", "0"));
    requests.add(
        Request.of("XREADGROUP", "GROUP", "group", "consumer", "COUNT", "5", "STREAMS", key, ">"));
    requests.add(Request.of("XDEL", key, "1-1", "3-1"));
    requests.add(Request.of("XACK", key, "group", "2-1"));
  }

  private String text(int length) {
    int letters = 1 + random.nextInt(random.nextBoolean() ? 256 : 4);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) random.nextInt(letters));
    }
    return text.toString();
  }
}
