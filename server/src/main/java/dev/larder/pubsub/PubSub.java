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
import java.util.concurrent.atomic.AtomicLong;

/**
 * The channels of a server, and who listens to them. Any thread publishes; a client subscribes on
 * its own loop. A message goes to whoever is subscribed at the moment it is published, unless it
 * has unsubscribed before the message arrives.
 */
public final class PubSub {
  private static final long CHANNEL_BYTES = 224;
  private static final long PATTERN_BYTES = 560;

  /** Two fifths of the heap. */
  private static final long MAX_HEAP_BYTES = Runtime.getRuntime().maxMemory() / 5 * 2;

  private final Channels channels = new Channels();
  private final Channels shardChannels = new Channels();
  private final Patterns patterns = new Patterns();
  private final AtomicLong heapBytes = new AtomicLong();

  /**
   * Whether there is memory for more subscriptions, which are on the heap.
   *
   * @param count of them
   * @param bytes of their names
   */
  public boolean hasRoomFor(Kind kind, int count, long bytes) {
    return heapBytes.get() + cost(kind, count, bytes) <= MAX_HEAP_BYTES;
  }

  /** About what subscriptions take on the heap. */
  private static long cost(Kind kind, int count, long bytes) {
    return kind == Kind.PATTERN
        ? PATTERN_BYTES * count + 3 * bytes
        : CHANNEL_BYTES * count + 2 * bytes;
  }

  /** Subscribes a client, if it is not yet. */
  public void subscribe(Session session, Kind kind, byte[] name) {
    Subscriptions all = session.subscriptions();
    if (all == null) {
      all = new Subscriptions(session, this::leave);
      session.subscriptions(all);
    }
    Subscription added = all.add(kind, ByteString.of(name));
    if (added != null) {
      heapBytes.addAndGet(cost(kind, 1, name.length));
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
    heapBytes.addAndGet(-cost(kind, 1, ended.name().length()));
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
  public int publish(Outbox outbox, ByteBufAllocator allocator, byte[] channel, Text text) {
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
  public int publishToShard(Outbox outbox, ByteBufAllocator allocator, byte[] channel, Text text) {
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
