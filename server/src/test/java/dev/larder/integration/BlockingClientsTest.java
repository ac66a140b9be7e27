package dev.larder.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.ConfigException;
import dev.larder.config.Options;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.UnblockType;

/** Waiting for elements as programs do it: every command, by two clients, in both protocols. */
@Tag("slow")
final class BlockingClientsTest {
  private static final int PATIENCE_SECONDS = 30;
  private static final double SHORT_SECONDS = 0.03;
  private static final String KEY = "awaited";
  private static final Pattern BLOCKED = Pattern.compile("blocked_clients:(\\d+)");

  private static LarderServer server;
  private static RedisClient lettuce2;
  private static RedisClient lettuce3;

  private final List<BlockingClient> open = new ArrayList<>();
  private Jedis jedis;

  /** Who connects. */
  enum Library {
    JEDIS,
    LETTUCE;

    BlockingClient connect(boolean isResp3) {
      return this == JEDIS
          ? new BlockingJedis(server.port(), isResp3)
          : new BlockingLettuce(isResp3 ? lettuce3 : lettuce2);
    }
  }

  static Stream<Arguments> all() {
    return Stream.of(Library.values())
        .flatMap(library ->
            Stream.of(Waiting.values())
                .flatMap(command ->
                    Stream.of(false, true)
                        .map(isResp3 -> Arguments.of(library, command, isResp3))));
  }

  /** Those that wait for a key that does not exist. */
  static Stream<Arguments> allButReadersOfGroups() {
    return all().filter(arguments -> arguments.get()[1] != Waiting.XREADGROUP);
  }

  @BeforeAll
  static void start() throws ConfigException {
    server = LarderServer.start(new Config().set(Options.PORT, 0L));
    lettuce2 = BlockingLettuce.client(server.port(), false);
    lettuce3 = BlockingLettuce.client(server.port(), true);
  }

  @AfterAll
  static void stop() {
    lettuce2.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    lettuce3.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    server.close();
  }

  @BeforeEach
  void open() {
    jedis = new Jedis("127.0.0.1", server.port());
    jedis.flushAll();
  }

  @AfterEach
  void close() {
    open.forEach(BlockingClient::close);
    awaitBlocked(0);
    jedis.close();
  }

  private BlockingClient connect(Library library, boolean isResp3) {
    BlockingClient client = library.connect(isResp3);
    open.add(client);
    return client;
  }

  /** Returns when so many clients wait. */
  private void awaitBlocked(int count) {
    long blocked = -1;
    while (blocked != count) {
      Matcher matcher = BLOCKED.matcher(jedis.info("clients"));
      blocked = matcher.find() ? Long.parseLong(matcher.group(1)) : -1;
    }
  }

  private static @Nullable String result(CompletableFuture<@Nullable String> wait)
      throws Exception {
    return wait.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @MethodSource("all")
  void areServedInTheOrderOfTheirArrival(Library library, Waiting command, boolean isResp3)
      throws Exception {
    command.prepare(jedis, KEY);
    List<CompletableFuture<@Nullable String>> waits = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      // Whoever comes, in whatever protocol, has its place.
      BlockingClient client =
          connect(i == 1 ? Library.LETTUCE : library, i == 1 ? !isResp3 : isResp3);
      waits.add(client.await(command, KEY, 0));
      awaitBlocked(i + 1);
    }
    for (int i = 0; i < 3; i++) {
      String element = "element" + i;
      command.give(jedis, KEY, element);
      String expected = command == Waiting.XREAD ? "element0" : element;
      assertThat(result(waits.get(i))).isEqualTo(expected);
    }
    if (!command.isOnStream()) {
      assertThat(jedis.exists(KEY)).isFalse();
    }
    if (command == Waiting.BLMOVE) {
      assertThat(jedis.lrange(Waiting.target(KEY), 0, -1))
          .containsExactly("element0", "element1", "element2");
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void replyNothingWhenTheirTimeIsOver(Library library, Waiting command, boolean isResp3)
      throws Exception {
    command.prepare(jedis, KEY);
    BlockingClient client = connect(library, isResp3);
    assertThat(result(client.await(command, KEY, SHORT_SECONDS))).isNull();
    assertThat(result(client.await(command, KEY, SHORT_SECONDS))).isNull();
  }

  @ParameterizedTest
  @MethodSource("all")
  void areUnblockedAsIfTheirTimeWereOver(Library library, Waiting command, boolean isResp3)
      throws Exception {
    command.prepare(jedis, KEY);
    BlockingClient client = connect(library, isResp3);
    CompletableFuture<@Nullable String> wait = client.await(command, KEY, 0);
    awaitBlocked(1);
    assertThat(jedis.clientUnblock(client.id())).isEqualTo(1);
    assertThat(result(wait)).isNull();
    assertThat(jedis.clientUnblock(client.id())).isZero();
  }

  @ParameterizedTest
  @MethodSource("all")
  void areUnblockedByAnError(Library library, Waiting command, boolean isResp3) {
    command.prepare(jedis, KEY);
    BlockingClient client = connect(library, isResp3);
    CompletableFuture<@Nullable String> wait = client.await(command, KEY, 0);
    awaitBlocked(1);
    assertThat(jedis.clientUnblock(client.id(), UnblockType.ERROR)).isEqualTo(1);
    assertThat(wait)
        .failsWithin(Duration.ofSeconds(PATIENCE_SECONDS))
        .withThrowableThat()
        .withMessageContaining("UNBLOCKED client unblocked via CLIENT UNBLOCK");
  }

  @ParameterizedTest
  @MethodSource("allButReadersOfGroups")
  void areServedFromAKeyThatIsRenamed(Library library, Waiting command, boolean isResp3)
      throws Exception {
    BlockingClient client = connect(library, isResp3);
    CompletableFuture<@Nullable String> wait = client.await(command, KEY, 0);
    awaitBlocked(1);
    command.give(jedis, "other", "renamed");
    jedis.rename("other", KEY);
    assertThat(result(wait)).isEqualTo("renamed");
  }

  @ParameterizedTest
  @MethodSource("all")
  void loseNothingWhenTheyGo(Library library, Waiting command, boolean isResp3) throws Exception {
    command.prepare(jedis, KEY);
    BlockingClient gone = connect(library, isResp3);
    CompletableFuture<@Nullable String> wait = gone.await(command, KEY, 0);
    awaitBlocked(1);
    BlockingClient next = connect(library, isResp3);
    CompletableFuture<@Nullable String> nextWait = next.await(command, KEY, 0);
    awaitBlocked(2);
    gone.close();
    awaitBlocked(1);
    command.give(jedis, KEY, "kept");
    assertThat(result(nextWait)).isEqualTo("kept");
    assertThat(wait).failsWithin(Duration.ofSeconds(PATIENCE_SECONDS));
  }
}
