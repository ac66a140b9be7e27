package dev.larder.net;

import static java.util.Objects.requireNonNull;

import dev.larder.dispatch.Client;
import dev.larder.dispatch.LoopContext;
import dev.larder.dispatch.Outcome;
import dev.larder.dispatch.Suspension;
import dev.larder.push.PushMessage;
import dev.larder.resp.Batch;
import dev.larder.resp.HotPath;
import dev.larder.resp.RequestDecoder;
import dev.larder.resp.Status;
import dev.larder.session.Connection;
import dev.larder.session.Session;
import dev.larder.session.User;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
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
@HotPath
final class ClientConnection extends ChannelInboundHandlerAdapter implements Client {
  private static final Logger log = LoggerFactory.getLogger(ClientConnection.class);

  /** The least number of bytes moved at once to complete a command of unknown length. */
  private static final int MIN_MOVED_BYTES = 64;

  private final IoLoop io;
  private final LoopContext loop;
  private final ConnectionLimits limits;
  private final Channel channel;
  private final RequestDecoder decoder;
  private final ReplyOutput output;
  private final Session session;
  private final Wakeups wakeups;
  private final InputQueue queue;
  private final TurnShare share;
  private final PartialCommand rest;

  /** This connection's place in the list of its loop. */
  int position;

  /** Whether the loop knows that there are messages for it. */
  boolean isPushed;

  private @Nullable Suspension suspension;

  /** Whether the peer has finished sending: close when all is answered. */
  private boolean inputEnded;

  /** Whether nothing more is executed: close when what is answered has been sent. */
  private boolean closing;

  ClientConnection(
      IoLoop io,
      Channel channel,
      ConnectionLimits limits,
      RequestDecoder decoder,
      long id,
      User defaultUser) {
    this.io = io;
    this.loop = io.context();
    this.limits = limits;
    this.channel = channel;
    this.decoder = decoder;
    this.wakeups = new Wakeups(io, this);
    this.share = new TurnShare(io, decoder);
    this.output = new ReplyOutput(channel, io, this::goOnWriting);
    this.queue = new InputQueue(channel);
    this.rest = new PartialCommand(channel.alloc());
    Connection facts =
        new ConnectionFacts(channel, this, loop.index(), output, queue, rest, decoder);
    this.session = new Session(id, facts, loop.nowMillis(), defaultUser);
    decoder.setAuthenticated(session.isAuthenticated());
  }

  @Override
  public Session session() {
    return session;
  }

  @Override
  public Runnable resumption() {
    return wakeups.resumption();
  }

  // ---- Channel events --------------------------------------------------------------------------

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    io.add(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    io.beginRead();
    try {
      loop.stats().received(in.readableBytes());
      if (isEnding()) {
        return;
      }
      if (suspension != null) {
        queue.addCopy(in);
      } else if (!queue.isEmpty() || !share.take(in)) {
        queue.addLast(in);
        wakeups.post(0);
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
    io.endRead(output);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    goOnWriting();
  }

  /** The peer has read, or what was to be durable first is. */
  private void goOnWriting() {
    if (suspension != null && suspension.reason() == Outcome.WAIT_FOR_PEER && output.takesMore()) {
      // Not at once: this is called from the depths of a write.
      wakeups.post(0);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      inputEnded = true;
      if (suspension == null && queue.isEmpty()) {
        closeAfterFlush();
      } else if (suspension != null && suspension.isWait()) {
        stopWaiting();
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end();
    io.remove(this);
    limits.closed(session);
    abandon();
    decoder.release();
    rest.release();
    output.release();
    queue.release();
    session.release();
  }

  private void abandon() {
    wakeups.cancel();
    if (suspension != null && loop.executor().abandon(suspension)) {
      suspension = null;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      // The peer has gone: nothing to report, and nobody to report it to.
      log.debug("Client {} is gone: {}", session.id(), cause.getMessage());
      closeNow();
    } else {
      fail(cause);
    }
  }

  void fail(Throwable cause) {
    loop.noteFailure("the connection of client " + session.id(), cause);
    closeNow();
  }

  // ---- Input -----------------------------------------------------------------------------------

  /** Executes what has arrived; keeps what of it is needed later. */
  private void accept(ByteBuf in) {
    while (rest.exists() && in.isReadable()) {
      if (!complete(in)) {
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
        rest.begin(in, Math.max(MIN_MOVED_BYTES, decoder.bytesNeeded()));
      }
    }
    limits.checkQuery(this, rest.bytes() + session.queuedBytes());
  }

  /** Goes on with the command that {@link #rest} begins; false when the client is suspended. */
  private boolean complete(ByteBuf in) {
    decoder.stream(in);
    int available = in.readableBytes();
    if (available == 0) {
      return true;
    }
    // No less than there is already, so that a command of any length is copied a few times only.
    int moved = Math.max(Math.max(MIN_MOVED_BYTES, rest.bytes()), decoder.bytesNeeded());
    moved = Math.min(moved, available);
    if (!drain(rest.append(in, moved))) {
      return false;
    }
    int left = rest.bytes();
    if (left <= moved && decoder.largeBytesNeeded() == 0) {
      // The command that began in the rest is done: what is left is still in the input.
      in.readerIndex(in.readerIndex() - left);
      rest.release();
    }
    return true;
  }

  /** Executes all complete commands of a buffer; false when the client is suspended or closing. */
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
      output.error(requireNonNull(decoder.protocolError()));
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
      if (channel.isActive()) {
        waitFor(outcome);
      } else {
        // Nobody will tell again that the client has gone.
        closing = true;
        abandon();
      }
    }
  }

  private void waitFor(Outcome outcome) {
    if (inputEnded && requireNonNull(suspension).isWait()) {
      stopWaiting();
    } else if (outcome == Outcome.WAIT_FOR_KEY) {
      rest.releaseIfRead();
      wakeups.timeOutAfter(requireNonNull(suspension).timeoutNanos());
    } else if (outcome == Outcome.WAIT_FOR_JOB || outcome == Outcome.WAIT_FOR_PAUSE) {
      wakeups.post(requireNonNull(suspension).pauseNanos());
    } else if (outcome == Outcome.WAIT_FOR_PEER && output.takesMore()) {
      wakeups.post(0);
    }
  }

  // ---- Suspension ------------------------------------------------------------------------------

  private boolean isEnding() {
    return closing || session.isCloseRequested();
  }

  /** The peer has ended its input, perhaps for good: what came for it would be lost. */
  private void stopWaiting() {
    closeAfterFlush();
    abandon();
  }

  void timeOut() {
    Suspension stopped = suspension;
    if (stopped != null && !isEnding() && loop.executor().timeOut(stopped)) {
      resume(stopped);
    }
  }

  /** Somebody else has woken the client: a shard may be free, or the wait for a key is over. */
  void proceedWoken() {
    Suspension stopped = requireNonNull(suspension);
    wakeups.cancelTimeout();
    if (isEnding()) {
      suspension = null;
      loop.executor().leave(stopped);
    } else {
      resume(stopped);
    }
  }

  /** A job's next step is due, or the peer has read, or it is the client's turn again. */
  void proceed() {
    Suspension stopped = suspension;
    if (!isEnding() && (stopped == null || stopped.isDue(output.takesMore()))) {
      resume(stopped);
    }
  }

  private void resume(@Nullable Suspension stopped) {
    try {
      if (stopped == null) {
        acceptQueued();
      } else {
        output.attach(1);
        resumed(stopped, loop.executor().resume(this, stopped));
      }
    } catch (Throwable t) {
      fail(t);
    }
    output.flush();
  }

  private void resumed(Suspension stopped, Outcome outcome) {
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
  }

  /** Executes what has arrived while the client was suspended. */
  private void catchUp() {
    if (rest.exists() && !drain(rest.buffer())) {
      return;
    }
    rest.releaseIfRead();
    acceptQueued();
  }

  private void acceptQueued() {
    while (!isEnding() && suspension == null && !queue.isEmpty()) {
      if (!share.take(queue.first())) {
        wakeups.post(0);
        return;
      }
      ByteBuf in = queue.poll();
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
    if (closing) {
      return;
    }
    if (suspension != null && suspension.reason() == Outcome.WAIT_FOR_KEY) {
      // That may take long, and its batch does not need what was read with it.
      queue.addFirstCopy(in);
    } else {
      queue.addFirst(in);
    }
  }

  // ---- Output ----------------------------------------------------------------------------------

  @Override
  public long holdUntilDurable(long sequence) {
    return output.holdUntilDurable(sequence);
  }

  @Override
  public void endReply() {
    output.appendDeferred();
  }

  /** A message from elsewhere; it leaves with {@link #flushPushed}, or with the next reply. */
  void push(PushMessage message, long sequence) {
    if (!closing) {
      boolean isInReply = suspension != null && suspension.isInReply();
      output.push(message, session.protocol(), sequence, isInReply);
      io.pushed().add(this);
    }
  }

  /** Sends messages, unless replies are being written, which follow; about how many bytes. */
  int flushPushed() {
    int bytes = output.flushMessages();
    checkOutput(loop.nowMillis());
    return bytes;
  }

  @Override
  public boolean sendReplies() {
    boolean taken = output.sendAndAttach();
    checkOutput(loop.nowMillis());
    return taken && !closing;
  }

  @Override
  public ByteBuf newBuffer(int bytes) {
    return channel.alloc().directBuffer(bytes);
  }

  @Override
  public void append(ByteBuf reply) {
    output.append(reply);
  }

  private void checkOutput(long nowMillis) {
    if (!closing) {
      output.checkLimits(limits, this, nowMillis);
    }
  }

  private void closeAfterFlush() {
    if (!closing) {
      end();
      output.sendLast();
    }
  }

  /** From now on the client gets no messages, and does not count among those who do. */
  private void end() {
    closing = true;
    session.end();
  }

  /** Ends the connection without waiting for the peer; on the loop. */
  void closeNow() {
    end();
    channel.close();
  }

  /** Once a second. */
  void check(long nowMillis) {
    if (suspension == null) {
      limits.checkIdle(this, nowMillis);
    }
    checkOutput(nowMillis);
  }
}
