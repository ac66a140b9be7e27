package dev.larder.integration;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.ConfigException;
import dev.larder.config.Options;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.args.ListDirection;
import redis.clients.jedis.args.UnblockType;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.XReadGroupParams;

/** Errors count in INFO's statistics wherever they are found: also in jobs and by who waits. */
final class FailureCountsTest {
  private static final int PATIENCE_SECONDS = 30;

  /** Long enough for its command to become a job. */
  private static final byte[] LONG_VALUE = new byte[2 << 20];

  private static final byte[] KEY = "key".getBytes(US_ASCII);

  private static LarderServer server;

  private Jedis jedis;
  private Jedis waiting;

  @BeforeAll
  static void start() throws ConfigException {
    server = LarderServer.start(new Config().set(Options.PORT, 0L));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Jedis connect() {
    return new Jedis(
        "127.0.0.1",
        server.port(),
        DefaultJedisClientConfig.builder().timeoutMillis(PATIENCE_SECONDS * 1000).build());
  }

  @BeforeEach
  void open() {
    jedis = connect();
    waiting = connect();
    jedis.flushAll();
    jedis.configResetStat();
  }

  @AfterEach
  void close() {
    jedis.configSet("proto-max-bulk-len", "536870912");
    jedis.close();
    waiting.close();
  }

  private void checkCounted(String command, String code) {
    assertThat(info("commandstats", "cmdstat_" + command + ":.*failed_calls=(\\d+)")).isEqualTo(1);
    assertThat(info("errorstats", "errorstat_" + code + ":count=(\\d+)")).isEqualTo(1);
    assertThat(info("stats", "total_error_replies:(\\d+)")).isEqualTo(1);
  }

  private long info(String section, String regex) {
    Matcher matcher = Pattern.compile(regex).matcher(jedis.info(section));
    return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
  }

  @Test
  void ofAPayloadThatAJobFindsBroken() {
    byte[] payload = LONG_VALUE.clone();
    Arrays.fill(payload, (byte) 1);
    assertThatThrownBy(() -> jedis.restore(KEY, 0, payload))
        .isInstanceOf(JedisDataException.class)
        .hasMessage("ERR DUMP payload version or checksum are wrong");
    checkCounted("restore", "ERR");
    assertThat(jedis.ping()).isEqualTo("PONG");
  }

  @Test
  void ofAWriteThatAJobFindsTooLong() {
    jedis.set(KEY, LONG_VALUE);
    jedis.configSet("proto-max-bulk-len", Integer.toString(LONG_VALUE.length + 10));
    assertThatThrownBy(() -> jedis.append(KEY, LONG_VALUE)).isInstanceOf(JedisDataException.class);
    checkCounted("append", "ERR");
    assertThat(jedis.strlen(KEY)).isEqualTo(LONG_VALUE.length);
  }

  @Test
  void ofAClientThatIsUnblockedByAnError() throws Exception {
    long id = waiting.clientId();
    CompletableFuture<Void> wait = block(client -> client.blpop(0, "list"));
    jedis.clientUnblock(id, UnblockType.ERROR);
    assertThat(wait).failsWithin(PATIENCE_SECONDS, TimeUnit.SECONDS);
    checkCounted("blpop", "UNBLOCKED");
  }

  @Test
  void ofAMoveToAKeyOfAnotherTypeThatHasWaited() throws Exception {
    jedis.set("string", "x");
    CompletableFuture<Void> wait =
        block(client -> client.blmove("list", "string", ListDirection.LEFT, ListDirection.LEFT, 0));
    jedis.rpush("list", "a");
    assertThat(wait).failsWithin(PATIENCE_SECONDS, TimeUnit.SECONDS);
    checkCounted("blmove", "WRONGTYPE");
    assertThat(jedis.lrange("list", 0, -1)).containsExactly("a");
  }

  @Test
  void ofAReaderWhoseGroupIsGone() throws Exception {
    jedis.xgroupCreate("stream", "group", StreamEntryID.LAST_ENTRY, true);
    CompletableFuture<Void> wait =
        block(client ->
            client.xreadGroup(
                "group",
                "me",
                XReadGroupParams.xReadGroupParams().block(0),
                Map.of("stream", StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY)));
    jedis.xgroupDestroy("stream", "group");
    assertThat(wait).failsWithin(PATIENCE_SECONDS, TimeUnit.SECONDS);
    checkCounted("xreadgroup", "NOGROUP");
  }

  /** Has the other client wait for something; returns when it does. */
  private CompletableFuture<Void> block(Consumer<Jedis> command) {
    CompletableFuture<Void> wait = CompletableFuture.runAsync(() -> command.accept(waiting));
    while (info("clients", "blocked_clients:(\\d+)") == 0 && !wait.isDone()) {
      Thread.onSpinWait();
    }
    return wait;
  }
}
