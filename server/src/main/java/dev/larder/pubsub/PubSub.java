package dev.larder.pubsub;

import dev.larder.push.Outbox;
import dev.larder.push.PushMessage;
import dev.larder.resp.ByteString;
import dev.larder.session.Session;
import dev.larder.session.Subscription;
import dev.larder.session.Subscriptions;
import dev.larder.session.Subscriptions.Kind;
import io.netty.buffer.ByteBufAllocator;
import java.util.Collection;

/**
 * The channels of a server, and who listens to them. Any thread publishes; a client subscribes on
 * its own loop. A message goes to whoever is subscribed at the moment it is published, unless it
 * has unsubscribed before the message arrives.
 */
public final class PubSub {
  private final Channels channels = new Channels();
  private final Channels shardChannels = new Channels();
  private final Patterns patterns = new Patterns();

  /** Subscribes a client, if it is not yet. */
  public void subscribe(Session session, Kind kind, byte[] name) {
    Subscriptions all = session.subscriptions();
    if (all == null) {
      all = new Subscriptions(session, this::leave);
      session.subscriptions(all);
    }
    Subscription added = all.add(kind, ByteString.of(name));
    if (added != null) {
      switch (kind) {
        case CHANNEL -> channels.add(added);
        case PATTERN -> patterns.add(added);
        case SHARD_CHANNEL -> shardChannels.add(added);
      }
    }
  }

  /** Ends a client's subscription, if it has it. */
  public void unsubscribe(Session session, Kind kind, byte[] name) {
    Subscriptions all = session.subscriptions();
    if (all != null) {
      all.remove(kind, ByteString.of(name));
    }
  }

  private void leave(Kind kind, Subscription ended) {
    switch (kind) {
      case CHANNEL -> channels.remove(ended);
      case PATTERN -> patterns.remove(ended);
      case SHARD_CHANNEL -> shardChannels.remove(ended);
    }
  }

  /** Whether anybody listens to what {@link #publish} sends. */
  public boolean hasSubscribers() {
    return channels.count() > 0 || patterns.count() > 0;
  }

  /** Sends a message to those who listen to a channel, or to a pattern of it; to how many. */
  public int publish(Outbox outbox, ByteBufAllocator allocator, byte[] channel, byte[] text) {
    int[] receivers = {0};
    Audience audience = channels.find(ByteString.of(channel));
    if (audience != null) {
      receivers[0] = send(audience, Messages.message(allocator, channel, text), outbox);
    }
    if (patterns.count() > 0) {
      patterns.matching(
          channel,
          pattern -> {
            PushMessage message = Messages.ofPattern(allocator, pattern.name(), channel, text);
            receivers[0] += send(pattern.audience(), message, outbox);
          });
    }
    return receivers[0];
  }

  /** Sends a message to those who listen to a shard channel; to how many. */
  public int publishToShard(
      Outbox outbox, ByteBufAllocator allocator, byte[] channel, byte[] text) {
    Audience audience = shardChannels.find(ByteString.of(channel));
    return audience == null
        ? 0
        : send(audience, Messages.ofShard(allocator, channel, text), outbox);
  }

  private static int send(Audience audience, PushMessage message, Outbox outbox) {
    try {
      return audience.send(message, outbox);
    } finally {
      message.release();
    }
  }

  /** How many channels somebody listens to. */
  public int channelCount() {
    return channels.count();
  }

  /** How many shard channels somebody listens to. */
  public int shardChannelCount() {
    return shardChannels.count();
  }

  /** How many different patterns there are. */
  public int patternCount() {
    return patterns.count();
  }

  /** The names of channels, or shard channels, that somebody listens to. */
  public Collection<ByteString> names(boolean isShard) {
    return (isShard ? shardChannels : channels).names();
  }

  /** How many clients listen to a channel, or a shard channel, by its name. */
  public int subscribers(boolean isShard, byte[] name) {
    Audience audience = (isShard ? shardChannels : channels).find(ByteString.of(name));
    return audience == null ? 0 : audience.count();
  }
}
