package dev.larder.integration;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.Consumer;
import io.lettuce.core.LMPopArgs;
import io.lettuce.core.LMoveArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.Value;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.ZPopArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.protocol.ProtocolVersion;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Lettuce, which waits without a thread. */
final class BlockingLettuce implements BlockingClient {
  private static final int MILLIS_PER_SECOND = 1000;

  private final StatefulRedisConnection<String, String> connection;
  private final RedisAsyncCommands<String, String> commands;
  private final long id;

  BlockingLettuce(RedisClient client) {
    connection = client.connect();
    commands = connection.async();
    id = connection.sync().clientId();
  }

  /** A client without connections; the caller shuts it down. */
  static RedisClient client(int port, boolean isResp3) {
    RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", port));
    client.setOptions(
        ClientOptions.builder()
            .autoReconnect(false)
            .protocolVersion(isResp3 ? ProtocolVersion.RESP3 : ProtocolVersion.RESP2)
            .build());
    return client;
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public CompletableFuture<@Nullable String> await(
      Waiting command, String key, double timeoutSeconds) {
    return element(command, key, timeoutSeconds).toCompletableFuture();
  }

  private CompletionStage<@Nullable String> element(Waiting command, String key, double timeout) {
    XReadArgs block =
        XReadArgs.Builder.block(Duration.ofMillis((long) (timeout * MILLIS_PER_SECOND)));
    return switch (command) {
      case BLPOP -> commands.blpop(timeout, key).thenApply(BlockingLettuce::value);
      case BRPOP -> commands.brpop(timeout, key).thenApply(BlockingLettuce::value);
      case BLMOVE ->
          commands.blmove(key, Waiting.target(key), LMoveArgs.Builder.leftRight(), timeout);
      case BLMPOP ->
          commands
              .blmpop(timeout, LMPopArgs.Builder.left(), key)
              .thenApply(popped -> first(value(popped)));
      case BZPOPMIN -> commands.bzpopmin(timeout, key).thenApply(popped -> value(value(popped)));
      case BZMPOP ->
          commands
              .bzmpop(timeout, ZPopArgs.Builder.min(), key)
              .thenApply(popped -> value(value(popped)));
      case XREAD ->
          commands.xread(block, StreamOffset.latest(key)).thenApply(BlockingLettuce::entry);
      case XREADGROUP ->
          commands
              .xreadgroup(
                  Consumer.from(Waiting.GROUP, "consumer" + id),
                  block,
                  StreamOffset.lastConsumed(key))
              .thenApply(BlockingLettuce::entry);
    };
  }

  private static <T> @Nullable T value(@Nullable Value<T> popped) {
    return popped == null ? null : popped.getValueOrElse(null);
  }

  private static <T> @Nullable T first(@Nullable List<T> elements) {
    return elements == null ? null : elements.getFirst();
  }

  private static @Nullable String entry(@Nullable List<StreamMessage<String, String>> messages) {
    return messages == null || messages.isEmpty()
        ? null
        : messages.getFirst().getBody().get(Waiting.FIELD);
  }

  @Override
  public void close() {
    connection.close();
  }
}
