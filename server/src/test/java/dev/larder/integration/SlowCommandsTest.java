package dev.larder.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.DiagnosisOptions;
import dev.larder.config.Options;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.resps.Slowlog;
import redis.clients.jedis.util.SafeEncoder;

/** SLOWLOG, LATENCY, and the durations in INFO. */
@Timeout(60)
final class SlowCommandsTest {
  private final LarderServer server =
      LarderServer.start(
          new Config()
              .set(Options.PORT, 0L)
              .set(Options.ENABLE_DEBUG_COMMAND, "yes")
              .set(DiagnosisOptions.SLOWLOG_LOG_SLOWER_THAN, 0L));

  private Jedis jedis;

  @BeforeEach
  void connect() {
    jedis =
        new Jedis(
            "127.0.0.1",
            server.port(),
            DefaultJedisClientConfig.builder().timeoutMillis(20_000).build());
  }

  @AfterEach
  void close() {
    jedis.close();
    server.close();
  }

  private List<List<String>> logged() {
    return jedis.slowlogGet(100).stream().map(Slowlog::getArgs).toList();
  }

  @Test
  void everythingIsLoggedLatestFirst() {
    jedis.clientSetname("me");
    jedis.slowlogReset();
    jedis.set("a", "1");
    jedis.get("a");

    assertThat(logged())
        .containsExactly(
            List.of("GET", "a"), List.of("SET", "a", "1"), List.of("SLOWLOG", "RESET"));
    Slowlog first = jedis.slowlogGet(1).getFirst();
    assertThat(first.getClientName()).isEqualTo("me");
    assertThat(first.getClientIpPort().getHost()).isEqualTo("127.0.0.1");
    assertThat(first.getTimeStamp()).isPositive();
    assertThat(jedis.slowlogGet(0)).isEmpty();
    assertThat(jedis.slowlogGet(-1)).hasSizeGreaterThan(3);
  }

  @Test
  void pipelinesTransactionsAndJobsAreLogged() {
    jedis.set("long", "x".repeat(3_000_000));
    jedis.slowlogReset();
    try (Pipeline pipeline = jedis.pipelined()) {
      IntStream.range(0, 20).forEach(i -> pipeline.set("k" + i, "v"));
      pipeline.sync();
    }
    assertThat(logged())
        .hasSize(21)
        .contains(List.of("SET", "k0", "v"), List.of("SET", "k19", "v"));

    jedis.slowlogReset();
    try (Transaction transaction = jedis.multi()) {
      transaction.incr("n");
      transaction.exec();
    }
    assertThat(logged().getFirst()).containsExactly("INCR", "n");

    jedis.slowlogReset();
    jedis.get("long");
    assertThat(logged().getFirst()).containsExactly("GET", "long");
  }

  @Test
  void whatIsServedToABlockedClientIsLogged() throws Exception {
    Thread waiting =
        Thread.ofPlatform()
            .start(() -> {
              try (Jedis other = new Jedis("127.0.0.1", server.port())) {
                other.blpop(0, "l");
              }
            });
    while (!jedis.info("clients").contains("\nblocked_clients:1\r\n")) {
      Thread.onSpinWait();
    }
    jedis.slowlogReset();
    jedis.rpush("l", "a");
    waiting.join();
    assertThat(logged()).contains(List.of("BLPOP", "l", "0"), List.of("RPUSH", "l", "a"));
  }

  @Test
  void entriesAreShortened() {
    jedis.slowlogReset();
    String[] members = IntStream.range(3, 34).mapToObj(Integer::toString).toArray(String[]::new);
    jedis.sadd("s", members);
    assertThat(logged().getFirst()).hasSize(32).endsWith("31", "... (2 more arguments)");
    jedis.set("k", "A".repeat(129));
    assertThat(logged().getFirst())
        .containsExactly("SET", "k", "A".repeat(128) + "... (1 more bytes)");
    jedis.set("k", "A".repeat(128));
    assertThat(logged().getFirst()).containsExactly("SET", "k", "A".repeat(128));
    jedis.set("k", "A".repeat(100_000));
    assertThat(logged().getFirst()).containsExactly("SET", "k", "... (100000 more bytes)");
  }

  @Test
  void secretsAreNotLogged() {
    jedis.slowlogReset();
    try {
      jedis.auth("user", "secret");
    } catch (JedisDataException e) {
      assertThat(e).hasMessageStartingWith("WRONGPASS");
    }
    assertThat(logged().getFirst()).containsExactly("AUTH", "(redacted)", "(redacted)");
    try {
      jedis.sendCommand(Protocol.Command.HELLO, "3", "AUTH", "a", "b", "SETNAME", "x");
    } catch (JedisDataException e) {
      assertThat(e).hasMessageStartingWith("WRONGPASS");
    }
    assertThat(logged().getFirst())
        .containsExactly("HELLO", "3", "AUTH", "(redacted)", "(redacted)", "SETNAME", "x");
    jedis.configSet("timeout", "0", "requirepass", "");
    assertThat(logged().getFirst())
        .containsExactly("CONFIG", "SET", "timeout", "0", "requirepass", "(redacted)");
    jedis.aclSetUser("someone", "on", ">secret");
    assertThat(logged().getFirst())
        .containsExactly("ACL", "SETUSER", "(redacted)", "(redacted)", "(redacted)");
  }

  @Test
  void optionsTakeEffect() {
    jedis.configSet("slowlog-max-len", "3");
    jedis.slowlogReset();
    for (int i = 0; i < 10; i++) {
      jedis.ping();
    }
    assertThat(jedis.slowlogLen()).isEqualTo(3);
    jedis.configSet("slowlog-log-slower-than", "-1");
    jedis.slowlogReset();
    jedis.ping();
    assertThat(jedis.slowlogLen()).isZero();
    jedis.configSet("slowlog-log-slower-than", "40000");
    sleep("0.05");
    assertThat(logged()).containsExactly(List.of("DEBUG", "SLEEP", "0.05"));
  }

  private void sleep(String seconds) {
    jedis.sendCommand(() -> SafeEncoder.encode("DEBUG"), "SLEEP", seconds);
  }

  private Object latency(String... arguments) {
    Object reply = jedis.sendCommand(() -> SafeEncoder.encode("LATENCY"), arguments);
    return SafeEncoder.encodeObject(reply);
  }

  @Test
  void slowEventsAreNoted() {
    assertThat(latency("LATEST")).isEqualTo(List.of());
    assertThat(latency("DOCTOR").toString()).contains("latency-monitor-threshold");
    jedis.configSet("latency-monitor-threshold", "10");
    sleep("0.02");
    List<?> latest = (List<?>) ((List<?>) latency("LATEST")).getFirst();
    assertThat(latest.getFirst()).isEqualTo("command");
    assertThat((long) latest.get(2)).isGreaterThanOrEqualTo(20);
    assertThat((List<?>) latency("HISTORY", "command")).hasSize(1);
    assertThat((List<?>) latency("HISTORY", "x")).isEmpty();
    assertThat(latency("GRAPH", "command").toString()).startsWith("command - high ");
    assertThat(latency("DOCTOR").toString()).startsWith("command: 1 seconds");
    assertThat(latency("RESET", "x", "command")).isEqualTo(1L);
    assertThat(latency("LATEST")).isEqualTo(List.of());
  }

  @Test
  void durationsAreCounted() {
    jedis.configResetStat();
    jedis.set("a", "1");
    jedis.set("b", "1");
    jedis.clientId();
    assertThat(latency("HISTOGRAM", "set", "nothing").toString())
        .startsWith("[set, [calls, 2, histogram_usec, [")
        .endsWith(", 2]]]");
    assertThat(latency("HISTOGRAM", "client").toString()).startsWith("[client|id, [calls, 1");
    assertThat((List<?>) latency("HISTOGRAM", "nothing")).isEmpty();
    assertThat(jedis.info("latencystats")).contains("latency_percentiles_usec_set:p50=", ",p99.9=");
    assertThat(jedis.info("commandstats")).contains("cmdstat_set:calls=2,usec=");
    jedis.configSet("latency-tracking", "no");
    assertThat(jedis.info("latencystats")).doesNotContain("usec_set");
  }
}
