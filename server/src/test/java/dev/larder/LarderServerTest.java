package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.net.StartException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/** The server as a library, used by Jedis. */
final class LarderServerTest {

  private static Config anyPort() {
    return new Config().set(Options.PORT, 0L);
  }

  @Test
  void servesUntilItIsClosed() {
    int port;
    try (LarderServer server = LarderServer.start(anyPort())) {
      port = server.port();
      try (Jedis jedis = new Jedis("127.0.0.1", port)) {
        assertThat(jedis.ping()).isEqualTo("PONG");
        assertThat(jedis.set("key", "value")).isEqualTo("OK");
        assertThat(jedis.get("key")).isEqualTo("value");
        assertThat(jedis.get("other")).isNull();
      }
    }
    assertThatThrownBy(
            () -> {
              try (Jedis jedis = new Jedis("127.0.0.1", port)) {
                jedis.ping();
              }
            })
        .isInstanceOf(JedisConnectionException.class);
  }

  @Test
  void serversDoNotShareData() {
    try (LarderServer one = LarderServer.start(anyPort());
        LarderServer two = LarderServer.start(anyPort());
        Jedis first = new Jedis("127.0.0.1", one.port());
        Jedis second = new Jedis("127.0.0.1", two.port())) {
      assertThat(one.port()).isNotEqualTo(two.port());
      first.set("key", "one");
      second.set("key", "two");
      assertThat(first.get("key")).isEqualTo("one");
      assertThat(second.get("key")).isEqualTo("two");
    }
  }

  @Test
  void answersPipelinesInOrder() {
    try (LarderServer server = LarderServer.start(anyPort());
        Jedis jedis = new Jedis("127.0.0.1", server.port())) {
      Pipeline pipeline = jedis.pipelined();
      List<Response<String>> values = new ArrayList<>();
      for (int i = 0; i < 5000; i++) {
        pipeline.set("key" + i, "value" + i);
        values.add(pipeline.get("key" + i));
      }
      pipeline.sync();
      for (int i = 0; i < values.size(); i++) {
        assertThat(values.get(i).get()).isEqualTo("value" + i);
      }
      assertThat(server.stats().commandsProcessed()).isGreaterThanOrEqualTo(10_000);
      assertThat(server.stats().keyHits()).isGreaterThanOrEqualTo(5000);
    }
  }

  @Test
  void obeysAPasswordSetWhileItRuns() {
    try (LarderServer server = LarderServer.start(anyPort());
        Jedis jedis = new Jedis("127.0.0.1", server.port())) {
      jedis.configSet(Map.of("requirepass", "secret"));
      try (Jedis stranger = new Jedis("127.0.0.1", server.port())) {
        assertThatThrownBy(() -> stranger.get("key"))
            .isInstanceOf(JedisDataException.class)
            .hasMessageContaining("NOAUTH");
        stranger.auth("secret");
        assertThat(stranger.get("key")).isNull();
      }
    }
  }

  @Test
  void refusesWritesBeyondMaxmemory() {
    try (LarderServer server = LarderServer.start(anyPort());
        Jedis jedis = new Jedis("127.0.0.1", server.port())) {
      jedis.set("key", "value");
      jedis.configSet("maxmemory", "1");
      assertThatThrownBy(() -> jedis.set("other", "value"))
          .isInstanceOf(JedisDataException.class)
          .hasMessageContaining("OOM command not allowed");
      assertThat(jedis.get("key")).isEqualTo("value");
      jedis.configSet("maxmemory", "0");
      assertThat(jedis.set("other", "value")).isEqualTo("OK");
    }
  }

  @Test
  void tellsAboutItself() {
    try (LarderServer server = LarderServer.start(anyPort());
        Jedis jedis = new Jedis("127.0.0.1", server.port())) {
      jedis.set("key", "value");
      jedis.pexpireAt("key", 1);
      jedis.setex("other", 1000, "value");

      assertThat(jedis.info())
          .contains("tcp_port:" + server.port() + "\r\n")
          .contains("multiplexing_api:" + server.transport() + "\r\n")
          .contains("connected_clients:1\r\n")
          .contains("rdb_changes_since_last_save:")
          .containsPattern("db0:keys=1,expires=1,avg_ttl=(999\\d{3}|1000000),subexpiry=0\r\n");
      assertThat(jedis.info("commandstats")).contains("cmdstat_set:calls=1,");
    }
  }

  @Test
  void aClientMayShutItDown() throws InterruptedException {
    try (LarderServer server = LarderServer.start(anyPort());
        Jedis jedis = new Jedis("127.0.0.1", server.port())) {
      assertThatThrownBy(() -> jedis.sendCommand(Protocol.Command.SHUTDOWN, "NOSAVE"))
          .isInstanceOf(JedisConnectionException.class);
      server.awaitClosed();
    }
  }

  @Test
  void aPortInUseIsSaid() {
    try (LarderServer server = LarderServer.start(anyPort())) {
      Config same = new Config().set(Options.PORT, (long) server.port());
      assertThatThrownBy(() -> LarderServer.start(same))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("the port is in use");
    }
  }

  @Test
  void closesFromAnyThreadAndTwice() throws Exception {
    LarderServer server = LarderServer.start(anyPort());
    server.closeLater();
    server.close();
    server.awaitClosed();
  }
}
