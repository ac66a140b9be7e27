package dev.larder.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.dispatch.LoopContext;
import dev.larder.resp.HotPath;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The replies of one connection on their way to its channel: one buffer that takes what a read
 * brought about, sent when the read is over or when it has become long. Used on the connection's
 * loop.
 */
@HotPath
final class ReplyOutput {
  private static final int MIN_BYTES = 256;
  private static final int MAX_FIRST_BYTES = 64 * 1024;

  /** Longer replies are not copied into the buffer. */
  private static final int MAX_COPIED_BYTES = 16 * 1024;

  /** About what a reply to a command of a pipeline takes. */
  private static final int BYTES_A_COMMAND = 48;

  private final Channel channel;
  private final IoLoop io;
  private final LoopContext loop;

  /** Replies not yet handed to the channel; null between reads. */
  private @Nullable ByteBuf buffer;

  /** Whether the channel has replies that were not flushed. */
  private boolean unflushed;

  /** Size of the last replies, for the first guess at the next buffer. */
  private int lastBytes;

  /** When unread replies exceeded the soft limit; 0 if they do not. */
  private long overSoftLimitSince;

  ReplyOutput(Channel channel, IoLoop io) {
    this.channel = channel;
    this.io = io;
    this.loop = io.context();
  }

  /** Attaches the loop's reply writer, with room for the replies of so many commands. */
  void attach(int commands) {
    ByteBuf attached = buffer;
    if (attached == null) {
      int expected = Math.max(lastBytes, commands * BYTES_A_COMMAND);
      attached = channel.alloc().directBuffer(Math.clamp(expected, MIN_BYTES, MAX_FIRST_BYTES));
      buffer = attached;
    }
    loop.reply().attach(attached);
  }

  /**
   * Sends what there is and attaches an empty buffer.
   *
   * @return whether the peer keeps up, and the loop
   */
  boolean sendAndAttach() {
    int bytes = buffer == null ? 0 : buffer.readableBytes();
    flush();
    attach(1);
    return io.sentPiece(bytes) && channel.isWritable();
  }

  /** Appends a reply that was written elsewhere, which this takes over; stays attached. */
  void append(ByteBuf reply) {
    if (reply.readableBytes() > MAX_COPIED_BYTES) {
      write();
      loop.stats().sent(reply.readableBytes());
      channel.write(reply, channel.voidPromise());
      unflushed = true;
      attach(1);
    } else {
      attach(1);
      loop.reply().buffer().writeBytes(reply);
      reply.release();
      attach(1);
    }
  }

  /** Sends what there is. */
  void flush() {
    write();
    if (unflushed) {
      unflushed = false;
      channel.flush();
    }
  }

  private void write() {
    ByteBuf replies = buffer;
    if (replies == null) {
      return;
    }
    buffer = null;
    int bytes = replies.readableBytes();
    if (bytes == 0) {
      replies.release();
      return;
    }
    lastBytes = bytes;
    loop.stats().sent(bytes);
    channel.write(replies, channel.voidPromise());
    unflushed = true;
  }

  /** Sends what there is and then closes the channel. */
  void sendLast() {
    channel.config().setAutoRead(false);
    ByteBuf replies = buffer;
    buffer = null;
    unflushed = false;
    ByteBuf last = replies == null ? Unpooled.EMPTY_BUFFER : replies;
    loop.stats().sent(last.readableBytes());
    channel.writeAndFlush(last).addListener(ChannelFutureListener.CLOSE);
  }

  /** Replies an error of the protocol. */
  void error(String message) {
    attach(1);
    loop.reply().raw(("-ERR " + message + "\r\n").getBytes(ISO_8859_1));
    loop.serverStats().errorReply("ERR");
  }

  /** Closes a connection whose peer does not read its replies. */
  void checkLimits(ConnectionLimits limits, ClientConnection connection, long nowMillis) {
    overSoftLimitSince =
        limits.checkOutput(connection, unsentBytes(), overSoftLimitSince, nowMillis);
  }

  /** The channel has closed. */
  void release() {
    if (buffer != null) {
      buffer.release();
      buffer = null;
    }
  }

  /** Bytes that the peer has not taken; racy from other threads. */
  long unsentBytes() {
    ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
    return outbound == null ? 0 : outbound.totalPendingWriteBytes();
  }
}
