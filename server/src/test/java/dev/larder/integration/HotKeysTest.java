package dev.larder.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.Options;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.util.SafeEncoder;

final class HotKeysTest {
  private final LarderServer server = LarderServer.start(new Config().set(Options.PORT, 0L));
  private final Jedis jedis = new Jedis("127.0.0.1", server.port());

  @BeforeEach
  void ping() {
    jedis.ping();
  }

  @AfterEach
  void close() {
    jedis.close();
    server.close();
  }

  private String call(String... words) {
    try {
      Object reply = jedis.sendCommand(() -> SafeEncoder.encode("HOTKEYS"), words);
      return text(reply);
    } catch (redis.clients.jedis.exceptions.JedisDataException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static String text(Object reply) {
    return switch (reply) {
      case null -> "null";
      case byte[] bytes -> new String(bytes, Protocol.CHARSET);
      case List<?> list -> list.stream().map(HotKeysTest::text).toList().toString();
      default -> reply.toString();
    };
  }

  @Test
  void badCallsAreRefused() {
    assertThat(call("START")).isEqualTo("ERR METRICS parameter is required");
    assertThat(call("START", "METRICS", "0")).contains("METRICS count");
    assertThat(call("START", "METRICS", "2", "CPU"))
        .isEqualTo("ERR METRICS count does not match number of metric types provided");
    assertThat(call("START", "METRICS", "1", "CPU", "NET")).isEqualTo("ERR syntax error");
    assertThat(call("START", "METRICS", "2", "GPU", "NYET")).contains("METRICS no valid metrics");
    assertThat(call("START", "METRICS", "2", "CPU", "CPU")).contains("METRICS CPU");
    assertThat(call("START", "METRICS", "1", "CPU", "COUNT", "65"))
        .isEqualTo("ERR COUNT must be between 1 and 64");
    assertThat(call("START", "METRICS", "1", "CPU", "SAMPLE", "0"))
        .isEqualTo("ERR SAMPLE ratio must be positive");
    assertThat(call("START", "METRICS", "1", "CPU", "SLOTS", "1", "0"))
        .isEqualTo("ERR SLOTS parameter cannot be used in non-cluster mode");
    assertThat(call("GET")).isEqualTo("null");
    assertThat(call("STOP")).isEqualTo("ERR no hotkey tracking session in progress");
  }

  @Test
  void periodHasABeginningAndAnEnd() {
    assertThat(call("START", "METRICS", "2", "GPU", "CPU")).isEqualTo("OK");
    assertThat(call("START", "METRICS", "1", "NET"))
        .isEqualTo("ERR hotkey tracking session already in progress");
    assertThat(call("RESET"))
        .isEqualTo("ERR hotkey tracking session in progress, stop tracking first");
    assertThat(call("GET")).startsWith("[[tracking-active, 1, sample-ratio, 1, selected-slots, []");
    assertThat(call("STOP")).isEqualTo("OK");
    assertThat(call("GET"))
        .startsWith("[[tracking-active, 0,")
        .contains("total-cpu-time-user-ms", "by-cpu-time-us")
        .doesNotContain("total-net-bytes", "by-net-bytes");
    assertThat(call("RESET")).isEqualTo("OK");
    assertThat(call("GET")).isEqualTo("null");
  }

  @Test
  void keysOfCommandsInTransactionsAreSeen() {
    assertThat(call("START", "METRICS", "1", "NET", "COUNT", "2")).isEqualTo("OK");
    var transaction = jedis.multi();
    for (int i = 0; i < 10; i++) {
      transaction.set("hot", "v".repeat(1000));
      transaction.set("warm", "v".repeat(100));
      transaction.get("cold" + i);
    }
    transaction.exec();
    assertThat(call("GET")).matches(".*by-net-bytes, \\[hot, 1\\d{4}, warm, 1\\d{3}]]]");
  }

  @Test
  void hotKeysAreFoundAtAnyRatio() {
    Random random = new Random(1);
    for (String ratio : List.of("1", "50")) {
      call("START", "METRICS", "2", "CPU", "NET", "SAMPLE", ratio);
      for (int round = 0; round < 500; round++) {
        var pipeline = jedis.pipelined();
        for (int i = 0; i < 40; i++) {
          boolean isHot = random.nextInt(10) < 8;
          pipeline.set(isHot ? "hot" + random.nextInt(5) : "cold" + random.nextInt(1000), "v");
        }
        pipeline.sync();
      }
      call("STOP");
      assertThat(call("GET")).as("at " + ratio).contains("hot0", "hot1", "hot2", "hot3", "hot4");
      call("RESET");
    }
    assertThat(call("TOP", "COUNT", "5")).contains("hot0", "hot1", "hot2", "hot3", "hot4");
    assertThat(call("TOP", "5")).isEqualTo("ERR syntax error");
  }
}
