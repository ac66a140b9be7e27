package dev.larder.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import dev.larder.dispatch.Client;
import dev.larder.dispatch.LoopContext;
import dev.larder.dispatch.Outcome;
import dev.larder.dispatch.Suspension;
import dev.larder.resp.Batch;
import dev.larder.resp.RequestDecoder;
import dev.larder.resp.Status;
import dev.larder.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection; everything happens on its event loop.
 *
 * <p>What a read brought is decoded and executed where it lies. Only the start of an incomplete
 * command is copied, into {@link #rest}, and completed there by as many bytes of the next read as
 * it needs. Replies gather in one buffer, which is sent when the read is over. Between reads of a
 * client that has nothing unfinished there is no buffer at all.
 *
 * <p>A client whose next command must wait is suspended: its batch and the buffers under it are
 * kept, what arrives is queued behind them, and beyond a bound no longer read.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter implements Client {
  private static final Logger log = LoggerFactory.getLogger(ClientConnection.class);

  /** The least number of bytes moved at once to complete a command of unknown length. */
  private static final int MIN_MOVED_BYTES = 64;

  /** How much is queued for a suspended client before its socket is no longer read. */
  private static final int MAX_QUEUED_BYTES = 64 * 1024;

  private final IoLoop io;
  private final LoopContext loop;
  private final ConnectionLimits limits;
  private final Channel channel;
  private final RequestDecoder decoder;
  private final ReplyOutput output;
  private final Session session;
  private final Runnable proceed = this::proceed;
  private final Runnable proceedFromShard = this::proceedFromShard;
  private final Runnable resumption = this::postFromShard;

  /** This connection's place in the list of its loop. */
  int position;

  /** The start of an incomplete command, readable from its first byte; null if there is none. */
  private @Nullable ByteBuf rest;

  private @Nullable Suspension suspension;

  /** Whether {@link #proceed} is in the loop's task queue. */
  private boolean proceedPosted;

  /** Input that a suspended client has yet to execute; the first may be the batch's own buffer. */
  private final ArrayDeque<ByteBuf> queued = new ArrayDeque<>(0);

  private int queuedBytes;

  /** Whether the peer has finished sending: close when all is answered. */
  private boolean inputEnded;

  /** Whether nothing more is executed: close when what is answered has been sent. */
  private boolean closing;

  /** When unread replies exceeded the soft limit; 0 if they do not. */
  private long overSoftLimitSince;

  ClientConnection(
      IoLoop io,
      Channel channel,
      ConnectionLimits limits,
      RequestDecoder decoder,
      long id,
      boolean authenticated) {
    this.io = io;
    this.loop = io.context();
    this.limits = limits;
    this.channel = channel;
    this.decoder = decoder;
    this.output = new ReplyOutput(channel, io);
    this.session =
        new Session(
            id, new ConnectionFacts(channel, this, loop.index()), loop.nowMillis(), authenticated);
    decoder.setAuthenticated(authenticated);
  }

  @Override
  public Session session() {
    return session;
  }

  @Override
  public Runnable resumption() {
    return resumption;
  }

  // ---- Channel events --------------------------------------------------------------------------

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    io.add(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      loop.stats().received(in.readableBytes());
      if (closing) {
        return;
      }
      if (suspension != null) {
        queueCopy(in);
      } else {
        accept(in);
      }
    } catch (Throwable t) {
      fail(t);
    } finally {
      in.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    output.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (suspension != null
        && suspension.reason() == Outcome.WAIT_FOR_PEER
        && ctx.channel().isWritable()) {
      // Not at once: this is called from the depths of a write.
      post(0);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      inputEnded = true;
      if (suspension == null) {
        closeAfterFlush();
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closing = true;
    io.remove(this);
    limits.closed(session);
    if (suspension != null) {
      suspension.abandon();
    }
    decoder.release();
    rest = released(rest);
    output.release();
    queued.forEach(ByteBuf::release);
    queued.clear();
    queuedBytes = 0;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      // The peer has gone: nothing to report, and nobody to report it to.
      log.debug("Client {} is gone: {}", session.id(), cause.getMessage());
      closing = true;
      ctx.close();
    } else {
      fail(cause);
    }
  }

  private void fail(Throwable cause) {
    log.error("Connection of client {} failed by a bug", session.id(), cause);
    loop.serverStats().bug();
    closing = true;
    channel.close();
  }

  // ---- Input -----------------------------------------------------------------------------------

  /** Executes what has arrived; keeps what of it is needed later. */
  private void accept(ByteBuf in) {
    while (rest != null && in.isReadable()) {
      if (!complete(rest, in)) {
        keep(in);
        return;
      }
    }
    if (in.isReadable()) {
      if (!drain(in)) {
        keep(in);
        return;
      }
      if (in.isReadable()) {
        begin(in);
      }
    }
    limits.checkQuery(this, rest == null ? 0 : rest.readableBytes());
  }

  /** Goes on with the command that {@link #rest} begins; false when the client is suspended. */
  private boolean complete(ByteBuf begun, ByteBuf in) {
    decoder.stream(in);
    int available = in.readableBytes();
    if (available == 0) {
      return true;
    }
    // No less than there is already, so that a command of any length is copied a few times only.
    int kept = begun.readableBytes();
    int moved = Math.max(Math.max(MIN_MOVED_BYTES, kept), decoder.bytesNeeded());
    moved = Math.min(moved, available);
    ByteBuf whole = begun;
    if (begun.writableBytes() < moved) {
      whole = channel.alloc().directBuffer(kept + Math.max(kept, moved));
      whole.writeBytes(begun);
      begun.release();
      rest = whole;
    }
    whole.writeBytes(in, moved);
    if (!drain(whole)) {
      return false;
    }
    int left = whole.readableBytes();
    if (left <= moved && decoder.largeBytesNeeded() == 0) {
      // The command that began in the rest is done: what is left is still in the input.
      in.readerIndex(in.readerIndex() - left);
      rest = released(whole);
    }
    return true;
  }

  /** Keeps the start of a command, with room for what is known to come. */
  private void begin(ByteBuf in) {
    int needed = Math.max(MIN_MOVED_BYTES, decoder.bytesNeeded());
    ByteBuf begun = channel.alloc().directBuffer(in.readableBytes() + needed);
    begun.writeBytes(in);
    rest = begun;
  }

  /**
   * Executes all complete commands of a buffer.
   *
   * @return false when the client is suspended or closing
   */
  private boolean drain(ByteBuf in) {
    for (; ; ) {
      Batch batch = loop.batch();
      Status status = decoder.decode(in, Addresses.ofMemory(in), batch);
      int commands = batch.commandCount();
      if (commands != 0) {
        output.attach(commands);
        Outcome outcome = loop.executor().execute(this);
        if (outcome != Outcome.DONE) {
          stop(outcome, status);
          return false;
        }
        batch.clear();
        decoder.setAuthenticated(session.isAuthenticated());
      }
      if (!goesOn(status)) {
        return false;
      }
      if (status == Status.NEED_INPUT) {
        return true;
      }
    }
  }

  /** Acts on what the decoder said behind the commands of a batch that is done. */
  private boolean goesOn(Status status) {
    if (status == Status.PROTOCOL_ERROR) {
      output.attach(1);
      String error = decoder.protocolError();
      loop.reply().raw(("-ERR " + error + "\r\n").getBytes(ISO_8859_1));
      loop.serverStats().errorReply("ERR");
      closeAfterFlush();
      return false;
    }
    return true;
  }

  /** The executor came to a stop in the loop's batch. */
  private void stop(Outcome outcome, Status status) {
    if (outcome == Outcome.CLOSE) {
      loop.batch().clear();
      closeAfterFlush();
    } else {
      suspension = loop.executor().suspend(outcome, status);
      if (!channel.isActive()) {
        // Nobody will tell again that the client has gone.
        suspension.abandon();
      }
      waitFor(outcome);
    }
  }

  private void waitFor(Outcome outcome) {
    if (outcome == Outcome.WAIT_FOR_JOB) {
      post(requireNonNull(suspension).pauseNanos());
    } else if (outcome == Outcome.WAIT_FOR_PEER && channel.isWritable()) {
      post(0);
    }
  }

  // ---- Suspension ------------------------------------------------------------------------------

  private void post(long pauseNanos) {
    if (!proceedPosted) {
      proceedPosted = true;
      io.executeNextTurn(proceed, pauseNanos);
    }
  }

  /** Any thread: the shard that the next command waits for may be free. */
  private void postFromShard() {
    try {
      io.execute(proceedFromShard);
    } catch (RejectedExecutionException e) {
      log.debug("The server is closing; client {} waits no more", session.id());
    }
  }

  private void proceedFromShard() {
    Suspension stopped = requireNonNull(suspension);
    assert stopped.reason() == Outcome.WAIT_FOR_SHARD : stopped.reason();
    if (closing) {
      // The wake-up is for whoever waits next.
      suspension = null;
      loop.executor().passOn(stopped);
    } else {
      resume(stopped);
    }
  }

  private void proceed() {
    proceedPosted = false;
    Suspension stopped = suspension;
    if (stopped != null
        && !closing
        && stopped.reason() != Outcome.WAIT_FOR_SHARD
        && (stopped.reason() == Outcome.WAIT_FOR_JOB || channel.isWritable())) {
      resume(stopped);
    }
  }

  private void resume(Suspension stopped) {
    try {
      output.attach(1);
      Outcome outcome = loop.executor().resume(this, stopped);
      if (outcome == Outcome.CLOSE) {
        suspension = null;
        closeAfterFlush();
      } else if (outcome == Outcome.DONE) {
        suspension = null;
        decoder.setAuthenticated(session.isAuthenticated());
        if (goesOn(stopped.decoded())) {
          catchUp();
        }
      } else {
        waitFor(outcome);
      }
    } catch (Throwable t) {
      fail(t);
    }
    output.flush();
  }

  /** Executes what has arrived while the client was suspended. */
  private void catchUp() {
    if (rest != null && !drain(rest)) {
      return;
    }
    if (rest != null && !rest.isReadable()) {
      rest = released(rest);
    }
    ByteBuf in;
    while (!closing && suspension == null && (in = queued.poll()) != null) {
      queuedBytes -= in.capacity();
      try {
        accept(in);
      } finally {
        in.release();
      }
    }
    if (suspension == null && !closing) {
      if (inputEnded) {
        closeAfterFlush();
      } else {
        channel.config().setAutoRead(true);
      }
    }
  }

  /** Keeps a buffer of which commands are suspended; it is the first to go on with. */
  private void keep(ByteBuf in) {
    if (!closing) {
      queued.addFirst(in.retain());
      addQueued(in.capacity());
    }
  }

  private void queueCopy(ByteBuf in) {
    ByteBuf copy = channel.alloc().directBuffer(in.readableBytes());
    queued.addLast(copy.writeBytes(in));
    addQueued(copy.capacity());
  }

  private void addQueued(int bytes) {
    queuedBytes += bytes;
    if (queuedBytes > MAX_QUEUED_BYTES) {
      channel.config().setAutoRead(false);
    }
  }

  // ---- Output ----------------------------------------------------------------------------------

  @Override
  public boolean sendReplies() {
    boolean taken = output.sendAndAttach();
    checkOutput(loop.nowMillis());
    return taken && !closing;
  }

  private void checkOutput(long nowMillis) {
    if (!closing) {
      overSoftLimitSince =
          limits.checkOutput(this, output.unsentBytes(), overSoftLimitSince, nowMillis);
    }
  }

  private void closeAfterFlush() {
    if (!closing) {
      closing = true;
      output.sendLast();
    }
  }

  /** Ends the connection without waiting for the peer; on the loop. */
  void closeNow() {
    closing = true;
    channel.close();
  }

  /** Once a second. */
  void check(long nowMillis) {
    if (suspension == null) {
      limits.checkIdle(this, nowMillis);
    }
    checkOutput(nowMillis);
  }

  /** Bytes of replies that the peer has not taken; racy from other threads. */
  long outputBytes() {
    return output.unsentBytes();
  }

  /** Bytes received and not executed; racy from other threads. */
  int queryBytes() {
    ByteBuf begun = rest;
    return queuedBytes + (begun == null ? 0 : begun.readableBytes());
  }

  int queryFreeBytes() {
    ByteBuf begun = rest;
    return begun == null ? 0 : begun.writableBytes();
  }

  private static @Nullable ByteBuf released(@Nullable ByteBuf buffer) {
    if (buffer != null) {
      buffer.release();
    }
    return null;
  }
}
