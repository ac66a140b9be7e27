package dev.larder.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.ConfigException;
import dev.larder.config.Options;
import io.lettuce.core.Consumer;
import io.lettuce.core.GeoArgs;
import io.lettuce.core.GeoSearch;
import io.lettuce.core.KeyValue;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScoredValue;
import io.lettuce.core.SortArgs;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XAutoClaimArgs;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What programs commonly do with collections through Lettuce, in both protocols. */
final class LettuceTest {
  private static LarderServer server;

  @BeforeAll
  static void start() throws ConfigException {
    server = LarderServer.start(new Config().set(Options.PORT, 0L));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private interface Work {
    void run(RedisCommands<String, String> redis);
  }

  private static void with(boolean isResp3, Work work) {
    RedisClient client = BlockingLettuce.client(server.port(), isResp3);
    try (StatefulRedisConnection<String, String> connection = client.connect()) {
      connection.sync().flushall();
      work.run(connection.sync());
    } finally {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void hashesWithDeadlinesOfFields(boolean isResp3) {
    with(
        isResp3,
        redis -> {
          assertThat(redis.hset("h", Map.of("a", "1", "b", "2"))).isEqualTo(2);
          assertThat(redis.hgetall("h")).isEqualTo(Map.of("a", "1", "b", "2"));
          assertThat(redis.hmget("h", "a", "none"))
              .containsExactly(KeyValue.just("a", "1"), KeyValue.empty("none"));
          assertThat(redis.hexpire("h", 100, "a", "none")).containsExactly(1L, -2L);
          assertThat(redis.httl("h", "a", "b")).containsExactly(100L, -1L);
          assertThat(redis.hpersist("h", "a")).containsExactly(1L);
          assertThat(redis.hincrbyfloat("h", "a", 0.5)).isEqualTo(1.5);
          assertThat(redis.hgetdel("h", "a")).containsExactly(KeyValue.just("a", "1.5"));
          assertThat(redis.hscan("h").getMap()).isEqualTo(Map.of("b", "2"));
          assertThat(redis.hrandfieldWithvalues("h", 1)).containsExactly(KeyValue.just("b", "2"));
          assertThat(redis.objectEncoding("h")).isEqualTo("listpackex");
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sortedSetsWithScores(boolean isResp3) {
    with(
        isResp3,
        redis -> {
          assertThat(redis.zadd("z", 1.5, "a")).isEqualTo(1);
          assertThat(redis.zadd("z", 2, "b")).isEqualTo(1);
          assertThat(redis.zscore("z", "a")).isEqualTo(1.5);
          assertThat(redis.zscore("z", "none")).isNull();
          assertThat(redis.zmscore("z", "b", "none")).containsExactly(2.0, null);
          assertThat(redis.zrangeWithScores("z", 0, -1))
              .containsExactly(ScoredValue.just(1.5, "a"), ScoredValue.just(2, "b"));
          assertThat(redis.zrangebyscore("z", Range.create(1.6, 9), Limit.from(5)))
              .containsExactly("b");
          assertThat(redis.zrank("z", "b")).isEqualTo(1);
          assertThat(redis.zincrby("z", 3, "a")).isEqualTo(4.5);
          assertThat(redis.zunionWithScores("z")).hasSize(2);
          assertThat(redis.zscan("z", ScanArgs.Builder.limit(5)).getValues()).hasSize(2);
          assertThat(redis.zrandmemberWithScores("z", 1)).hasSize(1);
          assertThat(redis.zpopmin("z")).isEqualTo(ScoredValue.just(2, "b"));
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void streamsAndTheirGroups(boolean isResp3) {
    with(
        isResp3,
        redis -> {
          assertThat(
                  redis.xgroupCreate(
                      StreamOffset.latest("x"), "g", XGroupCreateArgs.Builder.mkstream()))
              .isEqualTo("OK");
          String id = redis.xadd("x", Map.of("f", "v"));
          List<StreamMessage<String, String>> read =
              redis.xreadgroup(Consumer.from("g", "me"), StreamOffset.lastConsumed("x"));
          assertThat(read).hasSize(1);
          assertThat(read.getFirst().getId()).isEqualTo(id);
          assertThat(read.getFirst().getBody()).isEqualTo(Map.of("f", "v"));
          assertThat(redis.xpending("x", "g").getConsumerMessageCount())
              .isEqualTo(Map.of("me", 1L));
          assertThat(redis.xpending("x", "g", Range.unbounded(), Limit.from(10)).getFirst().getId())
              .isEqualTo(id);
          assertThat(
                  redis
                      .xautoclaim(
                          "x",
                          XAutoClaimArgs.Builder.xautoclaim(Consumer.from("g", "you"), 0, "0-0"))
                      .getMessages())
              .hasSize(1);
          assertThat(redis.xinfoStream("x")).contains("last-generated-id", id);
          assertThat(redis.xinfoGroups("x")).hasSize(1);
          assertThat(redis.xinfoConsumers("x", "g")).hasSize(2);
          assertThat(redis.xack("x", "g", id)).isEqualTo(1);
          assertThat(redis.xrange("x", Range.unbounded())).hasSize(1);
          assertThat(redis.xread(StreamOffset.from("x", "0-0"))).hasSize(1);
          assertThat(redis.xlen("x")).isEqualTo(1);
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void placesAndEstimates(boolean isResp3) {
    with(
        isResp3,
        redis -> {
          assertThat(redis.geoadd("p", 13.361389, 38.115556, "Palermo")).isEqualTo(1);
          assertThat(redis.geoadd("p", 15.087269, 37.502669, "Catania")).isEqualTo(1);
          assertThat(redis.geodist("p", "Palermo", "Catania", GeoArgs.Unit.km))
              .isBetween(166.0, 167.0);
          assertThat(redis.geopos("p", "Palermo", "none")).hasSize(2).element(1).isNull();
          assertThat(redis.geohash("p", "Palermo").getFirst().getValue()).isEqualTo("sqc8b49rny0");
          assertThat(
                  redis.geosearch(
                      "p",
                      GeoSearch.fromMember("Palermo"),
                      GeoSearch.byRadius(200, GeoArgs.Unit.km),
                      GeoArgs.Builder.full()))
              .hasSize(2)
              .allSatisfy(found -> assertThat(found.getCoordinates()).isNotNull());
          assertThat(redis.pfadd("l", "a", "b", "c")).isEqualTo(1);
          assertThat(redis.pfcount("l")).isEqualTo(3);
          assertThat(redis.pfmerge("m", "l")).isEqualTo("OK");
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void setsListsKeysAndTheServer(boolean isResp3) {
    with(
        isResp3,
        redis -> {
          assertThat(redis.sadd("s", "1", "2", "3")).isEqualTo(3);
          assertThat(redis.smembers("s")).containsExactlyInAnyOrder("1", "2", "3");
          assertThat(redis.smismember("s", "1", "9")).containsExactly(true, false);
          assertThat(redis.sscan("s").getValues()).hasSize(3);
          assertThat(redis.spop("s", 2)).hasSize(2);
          assertThat(redis.objectEncoding("s")).isEqualTo("intset");
          assertThat(redis.rpush("l", "a", "b", "c")).isEqualTo(3);
          assertThat(redis.lrange("l", 0, -1)).containsExactly("a", "b", "c");
          assertThat(redis.lpos("l", "c")).isEqualTo(2);
          assertThat(redis.sort("l", SortArgs.Builder.alpha().desc()))
              .containsExactly("c", "b", "a");
          assertThat(redis.scan(ScanArgs.Builder.limit(100)).getKeys())
              .containsExactlyInAnyOrder("s", "l");
          assertThat(redis.configGet("maxmemory")).isEqualTo(Map.of("maxmemory", "0"));
          assertThat(redis.info("server")).contains("redis_version:");
          assertThat(redis.commandCount()).isPositive();
          assertThat(redis.memoryUsage("l")).isPositive();
        });
  }
}
