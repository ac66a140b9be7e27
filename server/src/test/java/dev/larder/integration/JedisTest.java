package dev.larder.integration;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.ConfigException;
import dev.larder.config.Options;
import dev.larder.config.Version;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.args.BitCountOption;
import redis.clients.jedis.args.BitOP;
import redis.clients.jedis.args.ExpiryOption;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.BitPosParams;
import redis.clients.jedis.params.GetExParams;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.resps.ScanResult;

/** What programs commonly do through Jedis, in both protocols. */
final class JedisTest {
  private static LarderServer server;

  @BeforeAll
  static void start() throws ConfigException {
    server = LarderServer.start(new Config().set(Options.PORT, 0L));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void empty() {
    try (Jedis jedis = connect(RedisProtocol.RESP2)) {
      jedis.flushAll();
    }
  }

  private static DefaultJedisClientConfig.Builder settings(RedisProtocol protocol) {
    return DefaultJedisClientConfig.builder().protocol(protocol).timeoutMillis(30_000);
  }

  private static Jedis connect(RedisProtocol protocol) {
    return new Jedis("127.0.0.1", server.port(), settings(protocol).build());
  }

  @ParameterizedTest
  @EnumSource
  void strings(RedisProtocol protocol) {
    try (Jedis jedis = connect(protocol)) {
      assertThat(jedis.set("a", "1")).isEqualTo("OK");
      assertThat(jedis.get("a")).isEqualTo("1");
      assertThat(jedis.get("none")).isNull();
      assertThat(jedis.set("a", "2", new SetParams().nx())).isNull();
      assertThat(jedis.setGet("a", "2")).isEqualTo("1");
      assertThat(jedis.mset("b", "x", "c", "y")).isEqualTo("OK");
      assertThat(jedis.mget("a", "none", "c")).containsExactly("2", null, "y");
      assertThat(jedis.msetnx("c", "z", "d", "z")).isZero();
      assertThat(jedis.append("b", "yz")).isEqualTo(3);
      assertThat(jedis.getrange("b", 1, -1)).isEqualTo("yz");
      assertThat(jedis.setrange("b", 5, "!")).isEqualTo(6);
      assertThat(jedis.get("b")).isEqualTo("xyz\0\0!");
      assertThat(jedis.strlen("b")).isEqualTo(6);
      assertThat(jedis.getDel("b")).isEqualTo("xyz\0\0!");
      assertThat(jedis.exists("b")).isFalse();
      assertThat(jedis.del("a", "b", "c")).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void counters(RedisProtocol protocol) {
    try (Jedis jedis = connect(protocol)) {
      assertThat(jedis.incr("n")).isEqualTo(1);
      assertThat(jedis.incrBy("n", 41)).isEqualTo(42);
      assertThat(jedis.decr("n")).isEqualTo(41);
      assertThat(jedis.decrBy("n", 50)).isEqualTo(-9);
      assertThat(jedis.incrByFloat("n", 0.25)).isEqualTo(-8.75);
      jedis.set("text", "abc");
      assertThatThrownBy(() -> jedis.incr("text"))
          .isInstanceOf(JedisDataException.class)
          .hasMessage("ERR value is not an integer or out of range");
      jedis.set("most", Long.toString(Long.MAX_VALUE));
      assertThatThrownBy(() -> jedis.incr("most"))
          .hasMessage("ERR increment or decrement would overflow");
    }
  }

  @ParameterizedTest
  @EnumSource
  void bitmaps(RedisProtocol protocol) {
    try (Jedis jedis = connect(protocol)) {
      assertThat(jedis.setbit("b", 7, true)).isFalse();
      assertThat(jedis.setbit("b", 100, true)).isFalse();
      assertThat(jedis.getbit("b", 7)).isTrue();
      assertThat(jedis.bitcount("b")).isEqualTo(2);
      assertThat(jedis.bitcount("b", 0, 7, BitCountOption.BIT)).isEqualTo(1);
      assertThat(jedis.bitpos("b", true)).isEqualTo(7);
      assertThat(jedis.bitpos("b", true, new BitPosParams(1))).isEqualTo(100);
      jedis.setbit("other", 8, true);
      assertThat(jedis.bitop(BitOP.OR, "either", "b", "other")).isEqualTo(13);
      assertThat(jedis.bitcount("either")).isEqualTo(3);
      assertThat(jedis.bitfield("f", "SET", "u8", "0", "250", "INCRBY", "u8", "0", "10"))
          .containsExactly(0L, 4L);
      assertThat(jedis.bitfield("f", "OVERFLOW", "FAIL", "INCRBY", "u8", "0", "255"))
          .containsExactly((Long) null);
    }
  }

  @ParameterizedTest
  @EnumSource
  void expiry(RedisProtocol protocol) throws InterruptedException {
    try (Jedis jedis = connect(protocol)) {
      jedis.set("a", "1", new SetParams().ex(100));
      assertThat(jedis.ttl("a")).isBetween(90L, 100L);
      assertThat(jedis.expire("a", 200, ExpiryOption.LT)).isZero();
      assertThat(jedis.persist("a")).isEqualTo(1);
      assertThat(jedis.ttl("a")).isEqualTo(-1);
      assertThat(jedis.ttl("none")).isEqualTo(-2);
      assertThat(jedis.getEx("a", new GetExParams().pxAt(4_000_000_000_000L))).isEqualTo("1");
      assertThat(jedis.pexpireTime("a")).isEqualTo(4_000_000_000_000L);
      jedis.psetex("short", 30, "1");
      for (int i = 0; i < 10_000 && jedis.dbSize() == 2; i++) {
        Thread.yield();
      }
      // Gone without anybody asking for it.
      assertThat(jedis.dbSize()).isEqualTo(1);
      assertThat(jedis.get("short")).isNull();
      assertThat(jedis.expireAt("a", 1)).isEqualTo(1);
      assertThat(jedis.exists("a")).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void scans(RedisProtocol protocol) {
    try (Jedis jedis = connect(protocol)) {
      Set<String> expected = new HashSet<>();
      try (Pipeline pipeline = jedis.pipelined()) {
        for (int i = 0; i < 2000; i++) {
          pipeline.set("key:" + i, "v");
          expected.add("key:" + i);
        }
        pipeline.set("other", "v");
      }
      ScanParams params = new ScanParams().match("key:*").count(100);
      Set<String> found = new HashSet<>();
      String cursor = ScanParams.SCAN_POINTER_START;
      do {
        ScanResult<String> page = jedis.scan(cursor, params, "string");
        found.addAll(page.getResult());
        cursor = page.getCursor();
      } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
      assertThat(found).isEqualTo(expected);
      assertThat(jedis.keys("key:19?9")).hasSize(10);
      assertThat(jedis.dbSize()).isEqualTo(2001);
      assertThat(jedis.randomKey()).isNotNull();
      assertThat(jedis.type("other")).isEqualTo("string");
      assertThat(jedis.rename("other", "renamed")).isEqualTo("OK");
      assertThat(jedis.copy("renamed", "copied", false)).isTrue();
      assertThat(jedis.unlink("renamed", "copied", "other")).isEqualTo(2);
      assertThat(jedis.move("key:1", 3)).isEqualTo(1);
      jedis.select(3);
      assertThat(jedis.keys("*")).containsExactly("key:1");
    }
  }

  @ParameterizedTest
  @EnumSource
  void pipelines(RedisProtocol protocol) {
    try (Jedis jedis = connect(protocol)) {
      List<Response<Long>> counts = new ArrayList<>();
      Pipeline pipeline = jedis.pipelined();
      for (int i = 0; i < 5000; i++) {
        counts.add(pipeline.incr("n"));
      }
      pipeline.set("text", "abc");
      Response<Long> wrong = pipeline.incr("text");
      Response<String> after = pipeline.get("n");
      pipeline.sync();
      assertThat(counts.stream().map(Response::get))
          .containsExactlyElementsOf(
              IntStream.rangeClosed(1, 5000).mapToObj(Long::valueOf).toList());
      assertThatThrownBy(wrong::get).isInstanceOf(JedisDataException.class);
      assertThat(after.get()).isEqualTo("5000");
    }
  }

  @ParameterizedTest
  @EnumSource
  void namesOfClients(RedisProtocol protocol) {
    DefaultJedisClientConfig named = settings(protocol).clientName("tester").build();
    try (Jedis jedis = new Jedis("127.0.0.1", server.port(), named)) {
      assertThat(jedis.clientGetname()).isEqualTo("tester");
      assertThat(jedis.clientInfo()).contains(" name=tester ", " lib-name=jedis");
      assertThat(jedis.clientInfo()).contains(" resp=" + protocol.version() + " ");
      assertThat(jedis.clientSetname("other")).isEqualTo("OK");
      assertThat(jedis.clientList()).contains("name=other");
      assertThat(jedis.configGet("databases")).containsEntry("databases", "16");
      assertThat(jedis.info("server")).contains("redis_version:" + Version.REDIS + "\r\n");
      assertThat(jedis.time()).hasSize(2);
      assertThat(jedis.echo("hello")).isEqualTo("hello");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPoolServesManyThreads(RedisProtocol protocol) throws InterruptedException {
    try (RedisClient pool =
        RedisClient.builder()
            .hostAndPort("127.0.0.1", server.port())
            .clientConfig(settings(protocol).build())
            .build()) {
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        String own = "own:" + t;
        threads.add(
            Thread.ofPlatform()
                .start(() -> {
                  for (int i = 0; i < 200; i++) {
                    pool.incr("shared");
                    pool.incr(own);
                  }
                }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(pool.get("shared")).isEqualTo("1600");
      assertThat(pool.get("own:7")).isEqualTo("200");
    }
  }

  @ParameterizedTest
  @EnumSource
  void binaryKeysAndValues(RedisProtocol protocol) {
    byte[] key = {0, '\r', '\n', (byte) 0xff, '*'};
    byte[] value = new byte[256];
    for (int i = 0; i < value.length; i++) {
      value[i] = (byte) i;
    }
    try (Jedis jedis = connect(protocol)) {
      jedis.set(key, value);
      assertThat(jedis.get(key)).isEqualTo(value);
      assertThat(jedis.keys("*".getBytes(US_ASCII))).containsExactly(key);
      jedis.set(new byte[0], new byte[0]);
      assertThat(jedis.get(new byte[0])).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void messagesOnChannels(RedisProtocol protocol) {
    List<String> heard = new ArrayList<>();
    JedisPubSub listener =
        new JedisPubSub() {
          @Override
          public void onPSubscribe(String pattern, int subscribedChannels) {
            try (Jedis publisher = connect(protocol)) {
              heard.add("receivers " + publisher.publish("news", "hello"));
            }
          }

          @Override
          public void onMessage(String channel, String message) {
            heard.add(channel + ' ' + message);
          }

          @Override
          public void onPMessage(String pattern, String channel, String message) {
            heard.add(pattern + ' ' + channel + ' ' + message);
            unsubscribe();
            punsubscribe();
          }

          @Override
          public void onSubscribe(String channel, int subscribedChannels) {
            psubscribe("n*");
          }
        };
    try (Jedis jedis = connect(protocol)) {
      jedis.subscribe(listener, "news");
      assertThat(heard).containsExactly("receivers 2", "news hello", "n* news hello");
      assertThat(jedis.ping()).isEqualTo("PONG");
    }
  }
}
