package dev.larder.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import dev.larder.dispatch.LoopContext;
import dev.larder.push.PushMessage;
import dev.larder.resp.HotPath;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.UnixChannel;
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

  /** A peer whose replies wait for the disk gets so many bytes ahead of it, and a piece. */
  private static final int MAX_HELD_BYTES = 256 * 1024;

  /** Longer replies are not copied into the buffer. */
  private static final int MAX_COPIED_BYTES = 16 * 1024;

  /** About what a reply to a command of a pipeline takes. */
  private static final int BYTES_A_COMMAND = 48;

  private final Channel channel;

  /** The channel's, if bytes can be sent past it. */
  private final @Nullable FileDescriptor socket;

  private final IoLoop io;
  private final LoopContext loop;
  private final Runnable onTaken;

  /** Replies not yet handed to the channel; null between reads. */
  private @Nullable ByteBuf buffer;

  /** A message that nothing was before, and nothing has followed yet; others send it, too. */
  private @Nullable ByteBuf lone;

  /** Messages that came in the middle of a reply; null if none ever did. */
  private @Nullable HeldReplies deferred;

  /** Whether the channel has replies that were not flushed. */
  private boolean unflushed;

  /**
   * Whether the channel may have bytes that the kernel has not got; others may see an old value.
   */
  private boolean inChannel;

  /** What replies may show has to be durable up to this sequence first; 0 for nothing. */
  private long shownSequence;

  /** Replies that wait for that; null if none ever did. */
  private @Nullable HeldReplies held;

  /** Whether the loop knows that there are some. */
  private boolean isListed;

  /** Whether the channel is to be closed behind them. */
  private boolean endsBehindHeld;

  /** Size of the last replies, for the first guess at the next buffer. */
  private int lastBytes;

  /** When unread replies exceeded the soft limit; 0 if they do not. */
  private long overSoftLimitSince;

  /**
   * @param onTaken run when replies that waited were sent, so that others may follow
   */
  ReplyOutput(Channel channel, IoLoop io, Runnable onTaken) {
    this.channel = channel;
    boolean isEncrypted = channel.pipeline().get(TlsHandler.class) != null;
    this.socket = channel instanceof UnixChannel unix && !isEncrypted ? unix.fd() : null;
    this.io = io;
    this.onTaken = onTaken;
    this.loop = io.context();
  }

  /** Attaches the loop's reply writer, with room for the replies of so many commands. */
  void attach(int commands) {
    ByteBuf attached = buffer;
    if (attached == null) {
      sendLone();
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
    return io.sentPiece(bytes) && takesMore();
  }

  /** Whether the peer, and the disk, keep up with the replies. */
  boolean takesMore() {
    return channel.isWritable() && heldBytes() < MAX_HELD_BYTES;
  }

  /** Appends a reply that was written elsewhere, which this takes over; stays attached. */
  void append(ByteBuf reply) {
    if (reply.readableBytes() > MAX_COPIED_BYTES) {
      write();
      send(reply);
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
    flushWritten();
  }

  /**
   * Sends what there is, unless replies are being written: they will be sent with it. Behind
   * nothing else that waits, it goes to the kernel at once: for bytes of which many get the same,
   * the way through the channel takes longer than all that is left to do.
   *
   * @return about how many bytes that were
   */
  int flushMessages() {
    if (isAttached()) {
      return 0;
    }
    int bytes = bufferedBytes();
    ByteBuf only = lone == null ? buffer : lone;
    if (only != null && only.hasMemoryAddress() && !mustHold() && isNextInSocket()) {
      lone = null;
      buffer = null;
      sendPastChannel(only);
    } else {
      flush();
    }
    return bytes;
  }

  /** Whether the socket is open, and gets next what is given to it now. */
  private boolean isNextInSocket() {
    if (inChannel) {
      ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
      inChannel = outbound == null || outbound.totalPendingWriteBytes() != 0;
    }
    return !inChannel && socket != null && socket.isOpen();
  }

  private void sendPastChannel(ByteBuf bytes) {
    int sent = SocketSend.send(requireNonNull(socket), bytes);
    loop.stats().sent(sent);
    if (sent < bytes.readableBytes()) {
      // The peer is slow, or has gone: the channel finds out.
      write(bytes.retainedDuplicate().skipBytes(sent));
      flushWritten();
    }
    bytes.release();
  }

  private void flushWritten() {
    if (unflushed) {
      unflushed = false;
      channel.flush();
    }
  }

  private void write() {
    sendLone();
    ByteBuf replies = takeBuffer();
    if (replies == null) {
      return;
    }
    int bytes = replies.readableBytes();
    if (bytes == 0) {
      replies.release();
      return;
    }
    lastBytes = bytes;
    send(replies);
  }

  /** Takes the buffer away; the loop's writer forgets it, as another one may be the same object. */
  private @Nullable ByteBuf takeBuffer() {
    ByteBuf taken = buffer;
    if (isAttached()) {
      loop.reply().attach(Unpooled.EMPTY_BUFFER);
    }
    buffer = null;
    return taken;
  }

  private void send(ByteBuf replies) {
    if (mustHold()) {
      hold(replies);
    } else {
      write(replies);
    }
  }

  private void write(ByteBuf replies) {
    loop.stats().sent(replies.readableBytes());
    inChannel = true;
    channel.write(replies, channel.voidPromise());
    unflushed = true;
  }

  /** Sends what there is and then closes the channel. */
  void sendLast() {
    channel.config().setAutoRead(false);
    sendLone();
    ByteBuf replies = takeBuffer();
    ByteBuf last = replies == null ? Unpooled.EMPTY_BUFFER : replies;
    if (mustHold()) {
      hold(last);
      endsBehindHeld = true;
      flushWritten();
    } else {
      end(last);
    }
  }

  private void end(ByteBuf last) {
    unflushed = false;
    inChannel = true;
    loop.stats().sent(last.readableBytes());
    channel.writeAndFlush(last).addListener(ChannelFutureListener.CLOSE);
  }

  // ---- messages --------------------------------------------------------------------------------

  /**
   * Puts a message behind the replies so far.
   *
   * @param isInReply whether the last of them is not complete
   */
  void push(PushMessage message, int protocol, long sequence, boolean isInReply) {
    ByteBuf encoded = message.encoded(protocol);
    if (encoded == null) {
      return;
    }
    holdUntilDurable(sequence);
    if (isInReply) {
      defer(encoded);
    } else {
      appendDeferred();
      appendShared(encoded);
    }
  }

  private void defer(ByteBuf encoded) {
    if (deferred == null) {
      deferred = new HeldReplies();
    }
    deferred.add(encoded.retainedDuplicate(), 0);
  }

  /** Appends the messages that have come while a reply was being written. */
  void appendDeferred() {
    HeldReplies waiting = deferred;
    if (waiting != null) {
      for (ByteBuf next = waiting.poll(0); next != null; next = waiting.poll(0)) {
        appendShared(next);
        next.release();
      }
    }
  }

  /**
   * Appends bytes that others send as well; many short ones are worth a copy, a lone one is not.
   */
  private void appendShared(ByteBuf shared) {
    int bytes = shared.readableBytes();
    if (buffer == null && lone == null) {
      lone = shared.retain();
      return;
    }
    boolean isAttached = isAttached();
    if (bytes > MAX_COPIED_BYTES) {
      write();
      send(shared.retainedDuplicate());
    } else {
      if (buffer == null) {
        ByteBuf first = requireNonNull(lone);
        int room = 2 * (first.readableBytes() + bytes);
        buffer = channel.alloc().directBuffer(Math.clamp(room, MIN_BYTES, MAX_FIRST_BYTES));
        buffer.writeBytes(first, first.readerIndex(), first.readableBytes());
        first.release();
        lone = null;
      }
      buffer.writeBytes(shared, shared.readerIndex(), bytes);
    }
    if (isAttached) {
      attach(1);
    }
  }

  private void sendLone() {
    ByteBuf message = lone;
    if (message != null) {
      lone = null;
      send(message.retainedDuplicate());
      message.release();
    }
  }

  /** Whether the loop's reply writer writes to this. */
  private boolean isAttached() {
    return buffer != null && loop.reply().buffer() == buffer;
  }

  // ---- replies that wait for the disk ----------------------------------------------------------

  /** What is in the buffer, and all that follows, waits until this sequence is durable. */
  long holdUntilDurable(long sequence) {
    shownSequence = Math.max(shownSequence, sequence);
    return shownSequence;
  }

  /** Whether what follows must not leave yet. */
  private boolean mustHold() {
    if (shownSequence != 0 && !isHolding() && io.heldOutputs().isDurable(shownSequence)) {
      shownSequence = 0;
    }
    return shownSequence != 0;
  }

  /** Keeps replies that must not leave yet. */
  private void hold(ByteBuf replies) {
    HeldReplies waiting = held;
    if (waiting == null) {
      waiting = new HeldReplies();
      held = waiting;
    }
    waiting.add(replies, shownSequence);
    if (!isListed) {
      isListed = true;
      io.heldOutputs().add(this, waiting.firstSequence());
    }
  }

  /** Whether replies wait. */
  boolean isHolding() {
    return held != null && !held.isEmpty();
  }

  /** The sequence that the first one waits for; there is one. */
  long firstHeld() {
    return requireNonNull(held).firstSequence();
  }

  /** The loop will ask {@link #isHolding} no more. */
  void unlisted() {
    isListed = false;
  }

  /** Sends those that wait for no more than this. */
  void sendHeld(long durable) {
    HeldReplies waiting = requireNonNull(held);
    for (ByteBuf next = waiting.poll(durable); next != null; next = waiting.poll(durable)) {
      write(next);
    }
    if (waiting.isEmpty() && endsBehindHeld) {
      endsBehindHeld = false;
      end(Unpooled.EMPTY_BUFFER);
    }
    flushWritten();
    onTaken.run();
  }

  /** Bytes that the channel has not got. */
  private int bufferedBytes() {
    ByteBuf replies = buffer;
    ByteBuf message = lone;
    return (replies == null ? 0 : replies.readableBytes())
        + (message == null ? 0 : message.readableBytes());
  }

  private int deferredBytes() {
    HeldReplies waiting = deferred;
    return waiting == null ? 0 : waiting.bytes();
  }

  private int heldBytes() {
    HeldReplies waiting = held;
    return waiting == null ? 0 : waiting.bytes();
  }

  /** Replies an error of the protocol. */
  void error(String message) {
    attach(1);
    loop.reply().raw(("-ERR " + message + "\r\n").getBytes(ISO_8859_1));
    loop.serverStats().errorReply("ERR");
  }

  /** Closes a connection whose peer does not read its replies. */
  void checkLimits(ConnectionLimits limits, ClientConnection connection, long nowMillis) {
    long bytes = unsentBytes();
    overSoftLimitSince =
        bytes == 0 ? 0 : limits.checkOutput(connection, bytes, overSoftLimitSince, nowMillis);
  }

  /** The channel has closed. */
  void release() {
    ByteBuf unsent = takeBuffer();
    if (unsent != null) {
      unsent.release();
    }
    if (lone != null) {
      lone.release();
      lone = null;
    }
    if (deferred != null) {
      deferred.release();
    }
    if (held != null) {
      endsBehindHeld = false;
      held.release();
    }
  }

  /** Bytes that the peer has not taken; racy from other threads. */
  long unsentBytes() {
    ChannelOutboundBuffer outbound = inChannel ? channel.unsafe().outboundBuffer() : null;
    return heldBytes()
        + deferredBytes()
        + bufferedBytes()
        + (outbound == null ? 0 : outbound.totalPendingWriteBytes());
  }
}
