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
  static PushMessage message(ByteBufAllocator allocator, byte[] channel, Text text) {
    return encode(allocator, text, MESSAGE, channel);
  }

  /** A message on a channel that matches a pattern. */
  static PushMessage ofPattern(
      ByteBufAllocator allocator, byte[] pattern, byte[] channel, Text text) {
    return encode(allocator, text, PATTERN_MESSAGE, pattern, channel);
  }

  /** A message on a shard channel. */
  static PushMessage ofShard(ByteBufAllocator allocator, byte[] channel, Text text) {
    return encode(allocator, text, SHARD_MESSAGE, channel);
  }

  private static PushMessage encode(ByteBufAllocator allocator, Text text, byte[]... parts) {
    long bytes = 2 * PushEncoding.MAX_FRAME_BYTES + text.length();
    for (byte[] part : parts) {
      bytes += PushEncoding.MAX_FRAME_BYTES + part.length;
    }
    ByteBuf out = allocator.directBuffer(Math.toIntExact(bytes));
    PushEncoding.header(out, '>', parts.length + 1);
    for (byte[] part : parts) {
      PushEncoding.bulk(out, part);
    }
    PushEncoding.header(out, '$', text.length());
    text.writeTo(out);
    out.writeByte('\r').writeByte('\n');
    return PushMessage.of(out);
  }
}
