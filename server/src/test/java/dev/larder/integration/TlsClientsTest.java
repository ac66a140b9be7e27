package dev.larder.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.TlsOptions;
import dev.larder.tls.TestCertificates;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;

/** Clients of others over encrypted connections, with a certificate. */
final class TlsClientsTest {
  private static final int COMMANDS = 5_000;

  private LarderServer server;

  @BeforeEach
  void start() throws IOException {
    server = LarderServer.start(TestCertificates.config().set(TlsOptions.TLS_AUTH_CLIENTS, "yes"));
  }

  @AfterEach
  void stop() {
    assertThat(server.stats().bugs()).isZero();
    server.close();
  }

  @Test
  void jedis() throws IOException {
    DefaultJedisClientConfig config =
        DefaultJedisClientConfig.builder()
            .ssl(true)
            .sslSocketFactory(TestCertificates.clientContext("client").getSocketFactory())
            .build();
    try (Jedis jedis = new Jedis("127.0.0.1", server.tlsPort(), config)) {
      assertThat(jedis.set("a", "b")).isEqualTo("OK");
      List<Response<Long>> responses = new ArrayList<>();
      try (Pipeline pipeline = jedis.pipelined()) {
        for (int i = 0; i < COMMANDS; i++) {
          responses.add(pipeline.rpush("list", "element " + i));
        }
        pipeline.sync();
      }
      assertThat(responses.getLast().get()).isEqualTo(COMMANDS);
      assertThat(jedis.lrange("list", 0, -1)).hasSize(COMMANDS).endsWith("element 4999");
    }
  }

  @Test
  void lettuce() throws Exception {
    RedisURI uri =
        RedisURI.builder()
            .withHost("127.0.0.1")
            .withPort(server.tlsPort())
            .withSsl(true)
            .withVerifyPeer(true)
            .build();
    SslOptions ssl =
        SslOptions.builder()
            .jdkSslProvider()
            .trustManager(TestCertificates.path("ca.crt").toFile())
            .keyManager(
                TestCertificates.path("client.crt").toFile(),
                TestCertificates.path("client.key").toFile(),
                null)
            .build();
    RedisClient client = RedisClient.create(uri);
    client.setOptions(ClientOptions.builder().sslOptions(ssl).build());
    try (StatefulRedisConnection<String, String> connection = client.connect()) {
      RedisAsyncCommands<String, String> redis = connection.async();
      List<Future<Long>> replies = new ArrayList<>();
      for (int i = 0; i < COMMANDS; i++) {
        replies.add(redis.incr("n"));
      }
      assertThat(replies.getLast().get(20, TimeUnit.SECONDS)).isEqualTo(COMMANDS);
    } finally {
      client.shutdown();
    }
  }
}
