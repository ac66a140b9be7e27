package dev.larder.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.ConfigException;
import dev.larder.config.Options;
import io.lettuce.core.RedisClient;
import io.lettuce.core.TransactionResult;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/** Transactions through Jedis and Lettuce, and what a server shows of them and allows. */
final class TransactionClientsTest {
  private static LarderServer server;

  @BeforeAll
  static void start() throws ConfigException {
    server = LarderServer.start(new Config().set(Options.PORT, 0L));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Jedis connect(RedisProtocol protocol) {
    DefaultJedisClientConfig.Builder settings =
        DefaultJedisClientConfig.builder().protocol(protocol).timeoutMillis(30_000);
    return new Jedis("127.0.0.1", server.port(), settings.build());
  }

  @ParameterizedTest
  @EnumSource
  void jedisRunsTransactions(RedisProtocol protocol) {
    try (Jedis jedis = connect(protocol);
        Jedis other = connect(protocol)) {
      jedis.flushAll();
      Transaction transaction = jedis.multi();
      Response<String> set = transaction.set("a", "1");
      Response<Long> count = transaction.incr("a");
      Response<Long> wrong = transaction.lpush("a", "x");
      assertThat(other.get("a")).isNull();
      assertThat(transaction.exec()).hasSize(3);
      assertThat(set.get()).isEqualTo("OK");
      assertThat(count.get()).isEqualTo(2);
      assertThatThrownBy(wrong::get).isInstanceOf(JedisDataException.class);

      jedis.watch("a");
      other.set("a", "7");
      transaction = jedis.multi();
      transaction.set("a", "8");
      assertThat(transaction.exec()).isNull();
      assertThat(jedis.get("a")).isEqualTo("7");

      transaction = jedis.multi();
      transaction.set("a", "9");
      assertThat(transaction.discard()).isEqualTo("OK");
      assertThat(jedis.get("a")).isEqualTo("7");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void lettuceRunsTransactions(boolean isResp3) {
    RedisClient client = BlockingLettuce.client(server.port(), isResp3);
    try (StatefulRedisConnection<String, String> connection = client.connect();
        StatefulRedisConnection<String, String> another = client.connect()) {
      RedisCommands<String, String> redis = connection.sync();
      redis.flushall();
      redis.multi();
      redis.set("a", "1");
      redis.hset("h", "f", "v");
      redis.hgetall("h");
      TransactionResult result = redis.exec();
      assertThat(result.wasDiscarded()).isFalse();
      assertThat(result.size()).isEqualTo(3);
      redis.watch("a");
      another.sync().del("a");
      redis.multi();
      redis.set("a", "2");
      assertThat(redis.exec().wasDiscarded()).isTrue();
      assertThat(redis.get("a")).isNull();
    } finally {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    }
  }

  @Test
  void clientListTellsWhatIsQueuedAndWatched() {
    try (Jedis jedis = connect(RedisProtocol.RESP2);
        Jedis other = connect(RedisProtocol.RESP2)) {
      assertThat(other.clientList()).contains(" multi=-1 watch=0 ");
      jedis.watch("a", "b");
      jedis.sendCommand(Protocol.Command.MULTI);
      jedis.sendCommand(Protocol.Command.SET, "a", "1");
      jedis.sendCommand(Protocol.Command.SET, "b", "1");
      assertThat(other.clientList()).contains(" flags=x ", " multi=2 watch=2 ");
      assertThat(other.info("clients")).contains("watching_clients:1", "total_watched_keys:2");
      jedis.sendCommand(Protocol.Command.EXEC);
      jedis.watch("a");
      assertThat(other.clientList()).contains(" multi=-1 watch=1 ");
      assertThat(other.info("clients")).contains("watching_clients:1", "total_watched_keys:1");
      assertThat(jedis.unwatch()).isEqualTo("OK");
      assertThat(other.info("clients")).contains("watching_clients:0", "total_watched_keys:0");
    }
  }

  @Test
  void queueObeysTheLimitOfTheQueryBuffer() {
    String value = "x".repeat(10_000);
    try (Jedis other = connect(RedisProtocol.RESP2)) {
      other.configSet("client-query-buffer-limit", "1mb");
      assertThatThrownBy(() -> queueMuch(value)).isInstanceOf(JedisConnectionException.class);
      other.configSet("client-query-buffer-limit", "1gb");
      assertThat(other.ping()).isEqualTo("PONG");
      assertThat(other.get("key")).isNull();
    }
  }

  private static void queueMuch(String value) {
    try (Jedis jedis = connect(RedisProtocol.RESP2)) {
      Transaction transaction = jedis.multi();
      for (int i = 0; i < 1_000; i++) {
        transaction.set("key", value);
      }
      transaction.exec();
    }
  }
}
