package dev.larder.integration;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.ConfigException;
import dev.larder.config.Options;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.params.ClientKillParams;

/** Lettuce and Jedis listen to channels, lose their connection, and go on. */
@Timeout(60)
@Tag("slow")
final class PubSubClientsTest {
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private LarderServer server;
  private Jedis publisher;
  private int texts;

  /** Whether Jedis listens no more, or should not. */
  private volatile boolean isOver;

  @BeforeEach
  void start() throws ConfigException {
    server = LarderServer.start(new Config().set(Options.PORT, 0L).set(Options.IO_THREADS, 2L));
    publisher = connect(RedisProtocol.RESP2);
  }

  @AfterEach
  void stop() {
    isOver = true;
    publisher.close();
    server.close();
  }

  private Jedis connect(RedisProtocol protocol) {
    DefaultJedisClientConfig.Builder settings =
        DefaultJedisClientConfig.builder().protocol(protocol).timeoutMillis(30_000);
    return new Jedis("127.0.0.1", server.port(), settings.build());
  }

  /** Publishes until it is heard: at first the client may be about to connect again. */
  private void assertHears(String beginning, Consumer<String> publish) throws InterruptedException {
    String text = "text " + ++texts;
    do {
      publish.accept(text);
    } while (!(beginning + text).equals(heard.poll(100, TimeUnit.MILLISECONDS)));
  }

  private void publishToShard(String text) {
    ProtocolCommand command = () -> "SPUBLISH".getBytes(US_ASCII);
    publisher.sendCommand(command, "d", text);
  }

  private void killSubscribers() {
    publisher.clientKill(new ClientKillParams().type(ClientType.PUBSUB));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void lettuce(boolean isResp3) throws InterruptedException {
    RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", server.port()));
    client.setOptions(
        ClientOptions.builder()
            .protocolVersion(isResp3 ? ProtocolVersion.RESP3 : ProtocolVersion.RESP2)
            .build());
    try (StatefulRedisPubSubConnection<String, String> connection = client.connectPubSub()) {
      connection.addListener(
          new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, String message) {
              heard.add(channel + ": " + message);
            }

            @Override
            public void message(String pattern, String channel, String message) {
              heard.add(pattern + ", " + channel + ": " + message);
            }

            @Override
            public void smessage(String channel, String message) {
              heard.add("shard " + channel + ": " + message);
            }
          });
      connection.sync().subscribe("a", "b");
      connection.sync().psubscribe("c*");
      connection.sync().ssubscribe("d");
      for (int i = 0; i < 3; i++) {
        assertHears("a: ", text -> publisher.publish("a", text));
        assertHears("c*, cc: ", text -> publisher.publish("cc", text));
        assertHears("shard d: ", this::publishToShard);
        killSubscribers();
      }
      assertHears("b: ", text -> publisher.publish("b", text));
      connection.sync().unsubscribe("b");
      assertThat(publisher.publish("b", "nobody")).isZero();
    } finally {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    }
  }

  @ParameterizedTest
  @EnumSource
  void jedis(RedisProtocol protocol) throws InterruptedException {
    JedisPubSub listener =
        new JedisPubSub() {
          @Override
          public void onMessage(String channel, String message) {
            heard.add(channel + ": " + message);
            if (channel.equals("end")) {
              unsubscribe();
            }
          }
        };
    Thread listening = Thread.ofPlatform().daemon().start(() -> listen(protocol, listener));
    for (int i = 0; i < 3; i++) {
      assertHears("a: ", text -> publisher.publish("a", text));
      killSubscribers();
    }
    assertHears("end: ", text -> publisher.publish("end", text));
    listening.join();
  }

  private void listen(RedisProtocol protocol, JedisPubSub listener) {
    while (!isOver) {
      try (Jedis jedis = connect(protocol)) {
        jedis.subscribe(listener, "a", "end");
        isOver = true;
      } catch (JedisConnectionException e) {
        heard.add("cut off");
      }
    }
  }
}
