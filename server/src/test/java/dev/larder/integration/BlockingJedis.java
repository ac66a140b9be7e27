package dev.larder.integration;

import static redis.clients.jedis.params.XReadGroupParams.xReadGroupParams;
import static redis.clients.jedis.params.XReadParams.xReadParams;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.args.ListDirection;
import redis.clients.jedis.args.SortedSetOption;
import redis.clients.jedis.resps.StreamEntry;
import redis.clients.jedis.resps.Tuple;
import redis.clients.jedis.util.KeyValue;

/** Jedis, which waits on a thread of its own. */
final class BlockingJedis implements BlockingClient {
  private static final int MILLIS_PER_SECOND = 1000;

  private static final Executor THREADS = task -> Thread.ofPlatform().daemon().start(task);

  private final Jedis jedis;
  private final long id;

  BlockingJedis(int port, boolean isResp3) {
    RedisProtocol protocol = isResp3 ? RedisProtocol.RESP3 : RedisProtocol.RESP2;
    jedis =
        new Jedis("127.0.0.1", port, DefaultJedisClientConfig.builder().protocol(protocol).build());
    id = jedis.clientId();
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public CompletableFuture<@Nullable String> await(
      Waiting command, String key, double timeoutSeconds) {
    return CompletableFuture.supplyAsync(() -> element(command, key, timeoutSeconds), THREADS);
  }

  private @Nullable String element(Waiting command, String key, double timeout) {
    return switch (command) {
      case BLPOP -> value(jedis.blpop(timeout, key));
      case BRPOP -> value(jedis.brpop(timeout, key));
      case BLMOVE ->
          jedis.blmove(key, Waiting.target(key), ListDirection.LEFT, ListDirection.RIGHT, timeout);
      case BLMPOP -> first(value(jedis.blmpop(timeout, ListDirection.LEFT, key)));
      case BZPOPMIN -> name(value(jedis.bzpopmin(timeout, key)));
      case BZMPOP -> name(first(value(jedis.bzmpop(timeout, SortedSetOption.MIN, key))));
      case XREAD ->
          entry(
              jedis.xreadAsMap(
                  xReadParams().block((int) (timeout * MILLIS_PER_SECOND)),
                  Map.of(key, StreamEntryID.XREAD_NEW_ENTRY)));
      case XREADGROUP ->
          entry(
              jedis.xreadGroupAsMap(
                  Waiting.GROUP,
                  "consumer" + id,
                  xReadGroupParams().block((int) (timeout * MILLIS_PER_SECOND)),
                  Map.of(key, StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY)));
    };
  }

  private static <T> @Nullable T value(@Nullable KeyValue<String, T> popped) {
    return popped == null ? null : popped.getValue();
  }

  private static <T> @Nullable T first(@Nullable List<T> elements) {
    return elements == null ? null : elements.getFirst();
  }

  private static @Nullable String name(@Nullable Tuple member) {
    return member == null ? null : member.getElement();
  }

  private static @Nullable String entry(@Nullable Map<String, List<StreamEntry>> streams) {
    return streams == null
        ? null
        : streams.values().iterator().next().getFirst().getFields().get(Waiting.FIELD);
  }

  @Override
  public void close() {
    jedis.disconnect();
  }
}
