package dev.larder.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.ConfigException;
import dev.larder.config.Options;
import io.lettuce.core.RedisClient;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.support.caching.CacheAccessor;
import io.lettuce.core.support.caching.CacheFrontend;
import io.lettuce.core.support.caching.ClientSideCaching;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.csc.CacheConfig;

/**
 * What frameworks ask for through Lettuce and Jedis beyond plain commands: to hear of keys that
 * expire, as Spring Data Redis and Spring Session do, and caches in the program itself.
 */
@Tag("slow")
final class FrameworksTest {
  private static final String EVENTS = "notify-keyspace-events";

  private LarderServer server;

  @BeforeEach
  void start() throws ConfigException {
    server = LarderServer.start(new Config().set(Options.PORT, 0L).set(Options.IO_THREADS, 2L));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static String next(BlockingQueue<String> heard) throws InterruptedException {
    String message = heard.poll(30, TimeUnit.SECONDS);
    return message == null ? "nothing" : message;
  }

  /** Another thread's news may be on their way. */
  private static void assertComes(@Nullable String expected, Supplier<@Nullable String> look) {
    for (int i = 0; i < 1_000_000 && !String.valueOf(expected).equals(look.get() + ""); i++) {
      Thread.yield();
    }
    assertThat(look.get()).isEqualTo(expected);
  }

  /** An entity with a time to live, and the copy that tells what it was when it has gone. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void entitiesThatExpire(boolean isResp3) throws InterruptedException {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    RedisClient client = BlockingLettuce.client(server.port(), isResp3);
    try (StatefulRedisConnection<String, String> connection = client.connect();
        StatefulRedisPubSubConnection<String, String> listener = client.connectPubSub()) {
      RedisCommands<String, String> redis = connection.sync();
      assertThat(redis.configGet(EVENTS)).isEqualTo(Map.of(EVENTS, ""));
      assertThat(redis.configSet(EVENTS, "EA")).isEqualTo("OK");
      listener.addListener(
          new RedisPubSubAdapter<>() {
            @Override
            public void message(String pattern, String channel, String key) {
              heard.add(pattern + ", " + channel + ", " + key);
            }
          });
      listener.sync().psubscribe("__keyevent@*__:expired");
      redis.hmset("person:1", Map.of("_class", "Person", "name", "Ann"));
      redis.sadd("person", "1");
      redis.pexpire("person:1", 20);
      redis.del("person:1:phantom");
      redis.hmset("person:1:phantom", Map.of("_class", "Person", "name", "Ann"));
      redis.expire("person:1:phantom", 300);
      assertThat(next(heard)).isEqualTo("__keyevent@*__:expired, __keyevent@0__:expired, person:1");
      assertThat(redis.exists("person:1")).isZero();
      assertThat(redis.hgetall("person:1:phantom")).containsEntry("name", "Ann");
      redis.del("person:1:phantom");
      redis.srem("person", "1");
      redis.select(3);
      redis.psetex("other", 1, "x");
      assertThat(next(heard)).endsWith("__keyevent@3__:expired, other");
      assertThat(heard).isEmpty();
    } finally {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    }
  }

  /** Sessions listen to three patterns on one connection. */
  @ParameterizedTest
  @EnumSource
  void sessionsThatEnd(RedisProtocol protocol) throws InterruptedException {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    DefaultJedisClientConfig settings =
        DefaultJedisClientConfig.builder().protocol(protocol).build();
    JedisPubSub listener =
        new JedisPubSub() {
          @Override
          public void onPSubscribe(String pattern, int subscribed) {
            heard.add("subscribed " + subscribed);
          }

          @Override
          public void onPMessage(String pattern, String channel, String message) {
            heard.add(channel + ' ' + message);
          }
        };
    try (Jedis jedis = new Jedis("127.0.0.1", server.port(), settings);
        Jedis listening = new Jedis("127.0.0.1", server.port(), settings)) {
      assertThat(jedis.configSet(EVENTS, "Egx")).isEqualTo("OK");
      assertThat(jedis.configGet(EVENTS)).isEqualTo(Map.of(EVENTS, "gxE"));
      Thread thread =
          Thread.ofPlatform()
              .start(() ->
                  listening.psubscribe(
                      listener,
                      "session:created:*",
                      "__keyevent@0__:del",
                      "__keyevent@0__:expired"));
      for (int i = 1; i <= 3; i++) {
        assertThat(next(heard)).isEqualTo("subscribed " + i);
      }
      jedis.publish("session:created:1", "attributes");
      jedis.hset("session:1", "a", "b");
      jedis.psetex("session:expires:2", 20, "");
      assertThat(next(heard)).isEqualTo("session:created:1 attributes");
      assertThat(next(heard)).isEqualTo("__keyevent@0__:expired session:expires:2");
      jedis.del("session:1");
      assertThat(next(heard)).isEqualTo("__keyevent@0__:del session:1");
      listener.punsubscribe();
      thread.join();
      assertThat(heard).isEmpty();
    }
  }

  @Test
  void lettuceKeepsValues() {
    RedisClient client = BlockingLettuce.client(server.port(), true);
    try (StatefulRedisConnection<String, String> connection = client.connect();
        StatefulRedisConnection<String, String> writer = client.connect()) {
      Map<String, String> map = new ConcurrentHashMap<>();
      try (CacheFrontend<String, String> cache =
          ClientSideCaching.enable(
              CacheAccessor.forMap(map), connection, TrackingArgs.Builder.enabled().noloop())) {
        writer.sync().set("a", "1");
        assertThat(cache.get("a")).isEqualTo("1");
        assertThat(map).containsEntry("a", "1");
        writer.sync().set("a", "2");
        assertComes("2", () -> cache.get("a"));
        writer.sync().multi();
        writer.sync().del("a");
        writer.sync().exec();
        assertComes(null, () -> cache.get("a"));
        assertThat(cache.get("b", () -> "loaded")).isEqualTo("loaded");
        assertThat(writer.sync().get("b")).isEqualTo("loaded");
        writer.sync().psetex("b", 1, "short");
        assertComes(null, () -> cache.get("b"));
      }
    } finally {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    }
  }

  @Test
  void jedisKeepsReplies() {
    try (redis.clients.jedis.RedisClient cached =
            redis.clients.jedis.RedisClient.builder()
                .hostAndPort("127.0.0.1", server.port())
                .clientConfig(
                    DefaultJedisClientConfig.builder().protocol(RedisProtocol.RESP3).build())
                .cacheConfig(CacheConfig.builder().maxSize(100).build())
                .build();
        Jedis writer = new Jedis("127.0.0.1", server.port())) {
      writer.set("a", "1");
      writer.set("b", "1");
      assertThat(cached.get("a")).isEqualTo("1");
      assertThat(cached.get("a")).isEqualTo("1");
      assertThat(cached.mget("a", "b")).isEqualTo(List.of("1", "1"));
      assertThat(cached.getCache().getStats().getHitCount()).isEqualTo(1);
      assertThat(cached.getCache().getSize()).isEqualTo(2);
      writer.set("a", "2");
      assertComes("2", () -> cached.get("a"));
      assertComes("[2, 1]", () -> cached.mget("a", "b").toString());
      writer.flushAll();
      assertComes(null, () -> cached.get("a"));
    }
  }
}
