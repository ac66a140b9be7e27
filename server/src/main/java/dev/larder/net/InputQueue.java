package dev.larder.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayDeque;

/**
 * Input that a suspended client has yet to execute; the first buffer may be the one that the
 * suspended batch points into. Beyond a bound the socket is no longer read. Used on the loop.
 */
final class InputQueue {
  private static final int MAX_BYTES = 64 * 1024;

  private final Channel channel;
  private final ArrayDeque<ByteBuf> buffers = new ArrayDeque<>(0);
  private int bytes;

  InputQueue(Channel channel) {
    this.channel = channel;
  }

  /** Keeps a buffer; it is the first to go on with. */
  void addFirst(ByteBuf in) {
    buffers.addFirst(in.retain());
    count(in);
  }

  /** Keeps what is left to read of a buffer, but not the buffer; it is the first to go on with. */
  void addFirstCopy(ByteBuf in) {
    if (in.isReadable()) {
      ByteBuf copy = copy(in);
      buffers.addFirst(copy);
      count(copy);
    }
  }

  /** Keeps a buffer behind all that is there. */
  void addLast(ByteBuf in) {
    buffers.addLast(in.retain());
    count(in);
  }

  /** Keeps what is left to read of a buffer, behind all that is there. */
  void addCopy(ByteBuf in) {
    ByteBuf copy = copy(in);
    buffers.addLast(copy);
    count(copy);
  }

  private ByteBuf copy(ByteBuf in) {
    return channel.alloc().directBuffer(in.readableBytes()).writeBytes(in);
  }

  private void count(ByteBuf added) {
    bytes += added.capacity();
    if (bytes > MAX_BYTES) {
      channel.config().setAutoRead(false);
    }
  }

  boolean isEmpty() {
    return buffers.isEmpty();
  }

  /** The buffer to go on with; there must be one. */
  ByteBuf first() {
    return buffers.getFirst();
  }

  /** Takes the buffer to go on with out; the caller releases it. */
  ByteBuf poll() {
    ByteBuf first = buffers.removeFirst();
    bytes -= first.capacity();
    return first;
  }

  /** Racy from other threads. */
  int bytes() {
    return bytes;
  }

  /** The channel has closed. */
  void release() {
    buffers.forEach(ByteBuf::release);
    buffers.clear();
    bytes = 0;
  }
}
