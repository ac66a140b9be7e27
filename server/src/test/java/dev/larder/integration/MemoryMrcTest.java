package dev.larder.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.Options;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.util.KeyValue;
import redis.clients.jedis.util.SafeEncoder;

final class MemoryMrcTest {
  private static final int KEYS = 2_000;

  private final LarderServer server = LarderServer.start(new Config().set(Options.PORT, 0L));
  private final Jedis jedis = connect(RedisProtocol.RESP2);

  private Jedis connect(RedisProtocol protocol) {
    return new Jedis(
        new HostAndPort("127.0.0.1", server.port()),
        DefaultJedisClientConfig.builder().protocol(protocol).build());
  }

  @AfterEach
  void close() {
    jedis.close();
    assertThat(server.stats().bugs()).isZero();
    server.close();
  }

  private static Object mrc(Jedis client) {
    return plain(client.sendCommand(() -> SafeEncoder.encode("MEMORY"), "MRC"));
  }

  /** Bulk strings as text, and what came as a map as one. */
  private static Object plain(Object reply) {
    if (reply instanceof byte[] bytes) {
      return new String(bytes, Protocol.CHARSET);
    }
    if (reply instanceof List<?> list && !list.isEmpty() && list.getFirst() instanceof KeyValue) {
      Map<Object, Object> map = new HashMap<>();
      for (Object item : list) {
        KeyValue<?, ?> pair = (KeyValue<?, ?>) item;
        map.put(plain(pair.getKey()), plain(pair.getValue()));
      }
      return map;
    }
    return reply instanceof List<?> list ? list.stream().map(MemoryMrcTest::plain).toList() : reply;
  }

  private static Map<?, ?> map(Object flat) {
    List<?> items = (List<?>) flat;
    Map<Object, Object> map = new HashMap<>();
    for (int i = 0; i < items.size(); i += 2) {
      map.put(items.get(i), items.get(i + 1));
    }
    return map;
  }

  private long requests() {
    return (Long) map(mrc(jedis)).get("window-requests");
  }

  /** The hit ratios of all sizes. */
  private List<Double> ratios() {
    List<Double> ratios = new ArrayList<>();
    for (Object size : (List<?>) map(mrc(jedis)).get("sizes")) {
      ratios.add(Double.valueOf(map(size).get("hit-ratio").toString()));
    }
    return ratios;
  }

  private void awaitRequests(long atLeast) throws InterruptedException {
    for (int i = 0; i < 200 && requests() < atLeast; i++) {
      Thread.sleep(50);
    }
    assertThat(requests()).isGreaterThanOrEqualTo(atLeast);
  }

  /** Stores keys, and asks for each so often. */
  private void use(int times) {
    for (int round = -1; round < times; round++) {
      var pipeline = jedis.pipelined();
      for (int i = 0; i < KEYS; i++) {
        if (round < 0) {
          pipeline.set("key:" + i, "value");
        } else {
          pipeline.get("key:" + i);
        }
      }
      pipeline.sync();
    }
  }

  @Test
  void offItSaysHowToSwitchItOn() {
    assertThat(jedis.info("stats")).doesNotContain("larder_mrc");
    String off = "ERR hit ratios of other sizes are not watched: CONFIG SET larder-mrc yes";
    for (int i = 0; i < 2; i++) {
      try {
        assertThat(mrc(jedis)).as("an error was expected").isNull();
      } catch (JedisDataException e) {
        assertThat(e).hasMessage(off);
      }
      jedis.configSet("larder-mrc", "yes");
      assertThat(mrc(jedis)).asString().startsWith("[policy, lru, sampled-part, 0.0078125,");
      assertThat(jedis.info("stats"))
          .contains("larder_mrc_hit_ratio_50:", "larder_mrc_hit_ratio_400:");
      jedis.configSet("larder-mrc", "no");
    }
    assertThat(jedis.info("stats")).doesNotContain("larder_mrc");
  }

  @Test
  void itIsAMapInBothProtocols() throws InterruptedException {
    jedis.configSet("maxmemory-policy", "allkeys-s3");
    jedis.configSet("larder-mrc", "yes");
    Thread.sleep(1500);
    use(4);
    jedis.get("no such key");
    awaitRequests(4 * KEYS - KEYS / 10);
    Map<?, ?> flat = map(mrc(jedis));
    assertThat(flat.keySet())
        .hasSize(6)
        .isEqualTo(
            Set.of(
                "policy",
                "sampled-part",
                "sampled-keys",
                "window-requests",
                "window-seconds",
                "sizes"));
    assertThat(flat.get("policy")).isEqualTo("s3");
    assertThat((Long) flat.get("sampled-keys")).isBetween(1L, (long) KEYS);
    Map<?, ?> same = map(((List<?>) flat.get("sizes")).get(1));
    assertThat(same.get("factor").toString()).isEqualTo("1");
    assertThat((Long) same.get("keys")).isEqualTo(KEYS);
    assertThat((Long) same.get("bytes")).isPositive();
    // Nothing was evicted, and all but one were there.
    assertThat(ratios()).hasSize(4);
    for (double ratio : ratios().subList(1, 4)) {
      assertThat(ratio).isCloseTo(1.0, within(0.01));
    }
    try (Jedis third = connect(RedisProtocol.RESP3)) {
      Map<?, ?> reply = (Map<?, ?>) mrc(third);
      assertThat(reply.keySet()).isEqualTo(flat.keySet());
      Map<?, ?> half = (Map<?, ?>) ((List<?>) reply.get("sizes")).getFirst();
      assertThat(half.get("factor")).isEqualTo(0.5);
      assertThat(half.get("keys")).isEqualTo(KEYS / 2L);
      assertThat((Double) half.get("hit-ratio")).isBetween(0.0, 1.0);
    }
  }

  @Test
  void databasesMayBeFlushedAndSwapped() throws InterruptedException {
    jedis.configSet("larder-mrc", "yes");
    Thread.sleep(1500);
    use(2);
    jedis.swapDB(0, 1);
    jedis.select(1);
    use(2);
    awaitRequests(4 * KEYS - KEYS / 10);
    assertThat(ratios().get(3)).isCloseTo(1.0, within(0.01));
    jedis.flushAll();
    for (int i = 0; i < KEYS; i++) {
      jedis.get("key:" + i);
    }
    awaitRequests(5 * KEYS - KEYS / 2);
    Thread.sleep(300);
    // What was flushed would be in no larger cache.
    List<Double> ratios = ratios();
    assertThat(ratios.get(3)).isCloseTo(ratios.get(1), within(0.01));
    assertThat(ratios.get(1)).isLessThan(0.9);
    use(1);
    jedis.flushDB();
    jedis.select(0);
    use(1);
    assertThat(ratios()).hasSize(4);
  }
}
