package dev.larder.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.net.TestClient;
import dev.larder.resp.RespValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/** What clients and frameworks send of their own accord, when they connect and to look around. */
@Timeout(60)
final class ConnectingClientsTest {
  private final LarderServer server = LarderServer.start(new Config().set(Options.PORT, 0L));

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void handshakesOfNodeRedisAndRedisPy() throws IOException {
    try (TestClient client = new TestClient(server.port())) {
      client.send("HELLO", "3", "SETNAME", "app");
      assertThat(client.read()).isInstanceOf(RespValue.RespMap.class);
      assertThat(client.call("CLIENT", "SETINFO", "LIB-NAME", "node-redis")).isEqualTo("+OK");
      assertThat(client.call("CLIENT", "SETINFO", "LIB-VER", "6.3.1")).isEqualTo("+OK");
      assertThat(client.call("SELECT", "1")).isEqualTo("+OK");
      client.send("CLIENT", "INFO");
      assertThat(client.read().toString())
          .contains(" name=app ", " resp=3 ", " lib-name=node-redis lib-ver=6.3.1 ");
    }
  }

  @Test
  void readyCheckOfIoredisAndDiscoveryOfClusters() throws IOException {
    try (TestClient client = new TestClient(server.port())) {
      client.send("INFO");
      assertThat(client.read().toString())
          .contains("loading:0", "role:master", "redis_mode:standalone", "cluster_enabled:0");
      assertThat(client.call("CLUSTER", "INFO"))
          .isEqualTo("-ERR This instance has cluster support disabled");
      assertThat(client.call("CLUSTER", "SLOTS"))
          .isEqualTo("-ERR This instance has cluster support disabled");
      assertThat(client.call("READONLY"))
          .isEqualTo("-ERR This instance has cluster support disabled");
    }
  }

  @Test
  void looksOfSpringDataRedisThroughLettuce() {
    RedisClient redis = RedisClient.create("redis://127.0.0.1:" + server.port());
    try (StatefulRedisConnection<String, String> connection = redis.connect()) {
      RedisCommands<String, String> commands = connection.sync();
      assertThat(commands.ping()).isEqualTo("PONG");
      assertThat(commands.info("server")).contains("redis_version:8.");
      assertThat(commands.role().getFirst()).isEqualTo("master");
      assertThat(commands.commandCount()).isGreaterThan(200);
      assertThat(commands.waitForReplication(0, 10)).isZero();
      assertThat(commands.slowlogLen()).isNotNegative();
      assertThat(commands.clientList()).contains("lib-name=Lettuce");
      assertThat(commands.clientNoEvict(true)).isEqualTo("OK");
      assertThat(commands.clientPause(1)).isEqualTo("OK");
      assertThat(commands.dbsize()).isZero();
    } finally {
      redis.shutdown(0, 5, TimeUnit.SECONDS);
    }
  }

  @Test
  void looksOfJedis() {
    try (Jedis jedis = new Jedis("127.0.0.1", server.port())) {
      assertThat(jedis.role().getFirst()).isEqualTo("master");
      assertThat(jedis.moduleList()).isEmpty();
      assertThat(jedis.replicaofNoOne()).isEqualTo("OK");
      assertThat(jedis.waitReplicas(0, 10)).isZero();
      assertThat(jedis.latencyDoctor()).isNotEmpty();
      assertThat(jedis.latencyLatest()).isEmpty();
      assertThat(jedis.lolwut()).endsWith("Redis ver. 8.0.0\n");
      assertThat(jedis.clientUnpause()).isEqualTo("OK");
      assertThat(jedis.clientNoTouchOn()).isEqualTo("OK");
    }
  }
}
