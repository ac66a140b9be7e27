package dev.larder.pubsub;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.larder.push.PushEncoding;
import dev.larder.push.PushMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** What subscribers get. */
final class Messages {
  private static final byte[] MESSAGE = "message".getBytes(US_ASCII);
  private static final byte[] PATTERN_MESSAGE = "pmessage".getBytes(US_ASCII);
  private static final byte[] SHARD_MESSAGE = "smessage".getBytes(US_ASCII);

  private Messages() {}

  /** A message on a channel. */
  static PushMessage message(ByteBufAllocator allocator, byte[] channel, byte[] text) {
    return encode(allocator, MESSAGE, channel, text);
  }

  /** A message on a channel that matches a pattern. */
  static PushMessage ofPattern(
      ByteBufAllocator allocator, byte[] pattern, byte[] channel, byte[] text) {
    return encode(allocator, PATTERN_MESSAGE, pattern, channel, text);
  }

  /** A message on a shard channel. */
  static PushMessage ofShard(ByteBufAllocator allocator, byte[] channel, byte[] text) {
    return encode(allocator, SHARD_MESSAGE, channel, text);
  }

  private static PushMessage encode(ByteBufAllocator allocator, byte[]... parts) {
    long bytes = PushEncoding.MAX_FRAME_BYTES;
    for (byte[] part : parts) {
      bytes += PushEncoding.MAX_FRAME_BYTES + part.length;
    }
    ByteBuf out = allocator.directBuffer(Math.toIntExact(bytes));
    PushEncoding.header(out, '>', parts.length);
    for (byte[] part : parts) {
      PushEncoding.bulk(out, part);
    }
    return PushMessage.of(out);
  }
}
