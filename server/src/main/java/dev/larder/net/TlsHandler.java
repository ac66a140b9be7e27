package dev.larder.net;

import static java.util.Objects.requireNonNull;

import dev.larder.net.TlsHandshake.State;
import dev.larder.net.TlsHandshake.Step;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Problem. A handshake takes about a millisecond of computing, and Netty's own handler has
 * BoringSSL do it on the event loop: a thousand new clients would stop all others for a second. It
 * also keeps the buffer that a record began in until the record is complete, which may be the
 * buffer that a whole loop receives into.
 *
 * Idea. Until the handshake is done there is no client: what arrives is given to another thread,
 * step by step, and only one that is through gets its handler, behind this one. From then on all is
 * done on the loop: what a read brought is decrypted into one buffer, as far as it is whole
 * records, and what is written is encrypted at once, so that it counts as unread output like that
 * of other connections. Only the start of a record is kept, in a copy of its own.
 */

/** Encrypts a connection. Everything happens on its event loop but the steps of the handshake. */
final class TlsHandler extends ChannelDuplexHandler {
  private static final Logger log = LoggerFactory.getLogger(TlsHandler.class);

  /** About what BoringSSL keeps for a connection between requests, as measured. */
  private static final int ENGINE_BYTES = 6 * 1024;

  private static final long HANDSHAKE_MILLIS = 10_000;

  /** For how long a peer may keep us from closing the connection as one should. */
  private static final long FAREWELL_MILLIS = 1_000;

  /** So much more is received while a step of the handshake is under way. */
  private static final int MAX_WAITING_BYTES = 64 * 1024;

  private final TlsThreads threads;
  private final TlsHandshake handshake;
  private final Welcome welcome;
  private @Nullable ScheduledFuture<?> timeout;

  /** What the handshake has yet to read. */
  private @Nullable ByteBuf waiting;

  /** Whether a step is under way. */
  private boolean stepping;

  /** Whether nobody waits for the outcome of a step any more. Read by its thread. */
  private volatile boolean abandoned;

  private @Nullable TlsCodec codec;
  private boolean closed;

  /** Whether whoever follows was told that the peer has finished. */
  private boolean inputEnded;

  /** What happens to a connection. */
  interface Welcome {
    /** The handshake is done: adds the handlers that follow. */
    void opened(TlsHandler handler);

    /** There will be no handlers. */
    void failed();
  }

  TlsHandler(TlsThreads threads, Welcome welcome) {
    this.threads = threads;
    this.handshake = threads.newHandshake();
    this.welcome = welcome;
  }

  /** What this takes, with the start of a record that is not complete; racy from other threads. */
  int memoryBytes() {
    TlsCodec open = codec;
    return ENGINE_BYTES + (open == null ? 0 : open.partialBytes());
  }

  /** What the peer's certificate says who it is; null without one, or before the handshake. */
  @Nullable String certifiedName() {
    SSLEngine engine = handshake.engine();
    if (engine == null) {
      return null;
    }
    try {
      Certificate[] chain = engine.getSession().getPeerCertificates();
      return chain[0] instanceof X509Certificate certificate ? commonName(certificate) : null;
    } catch (SSLPeerUnverifiedException | InvalidNameException e) {
      return null;
    }
  }

  private static @Nullable String commonName(X509Certificate certificate)
      throws InvalidNameException {
    LdapName subject = new LdapName(certificate.getSubjectX500Principal().getName());
    for (Rdn part : subject.getRdns()) {
      if (part.getType().equalsIgnoreCase("CN") && part.getValue() instanceof String name) {
        return name;
      }
    }
    return null;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    timeout =
        ctx.executor()
            .schedule(
                () -> refuse(ctx, new IOException("the handshake took too long")),
                HANDSHAKE_MILLIS,
                TimeUnit.MILLISECONDS);
  }

  /** Those who follow become active with the end of the handshake. */
  @Override
  public void channelActive(ChannelHandlerContext ctx) {}

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      TlsCodec open = codec;
      if (closed || inputEnded) {
        return;
      }
      if (open == null) {
        await(ctx, in);
      } else {
        decrypt(ctx, open, in);
      }
    } catch (SSLException | RuntimeException e) {
      refuse(ctx, e);
    } finally {
      in.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (codec != null) {
      ctx.fireChannelReadComplete();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (!(event instanceof ChannelInputShutdownEvent)) {
      ctx.fireUserEventTriggered(event);
    } else if (codec == null) {
      refuse(ctx, null);
    } else {
      endInput(ctx);
    }
  }

  private void endInput(ChannelHandlerContext ctx) {
    if (!inputEnded) {
      inputEnded = true;
      ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (codec == null) {
      refuse(ctx, cause instanceof IOException ? null : cause);
    } else {
      ctx.fireExceptionCaught(cause);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closed = true;
    endTimeout();
    if (stepping) {
      abandoned = true;
    } else {
      handshake.release();
    }
    if (waiting != null) {
      waiting.release();
      waiting = null;
    }
    if (codec == null) {
      welcome.failed();
    } else {
      codec.release();
      ctx.fireChannelInactive();
    }
  }

  // ---- Handshake -------------------------------------------------------------------------------

  private void await(ChannelHandlerContext ctx, ByteBuf in) throws SSLException {
    ByteBuf all = waiting;
    if (all == null) {
      if (!stepping && !TlsRecords.canBeHello(in) && handshake.engine() == null) {
        throw new SSLException("it does not speak TLS");
      }
      all = ctx.alloc().directBuffer(in.readableBytes());
      waiting = all;
    }
    all.writeBytes(in);
    if (all.readableBytes() > MAX_WAITING_BYTES) {
      ctx.channel().config().setAutoRead(false);
    }
    stepIfWhole(ctx);
  }

  private void stepIfWhole(ChannelHandlerContext ctx) throws SSLException {
    ByteBuf input = waiting;
    if (!stepping && input != null && TlsRecords.startsWithWhole(input)) {
      waiting = null;
      stepping = true;
      threads.execute(() -> step(ctx, input));
    }
  }

  /** On a thread for handshakes. */
  private void step(ChannelHandlerContext ctx, ByteBuf input) {
    if (abandoned) {
      input.release();
      handshake.release();
      return;
    }
    Step step = handshake.step(input);
    try {
      ctx.executor().execute(() -> stepped(ctx, step));
    } catch (RejectedExecutionException e) {
      log.debug("The server is closing; a handshake will not be done");
      step.release();
      handshake.release();
    }
  }

  private void stepped(ChannelHandlerContext ctx, Step step) {
    stepping = false;
    if (closed) {
      step.release();
      if (abandoned) {
        handshake.release();
      }
      return;
    }
    try {
      addWaiting(step.rest());
      if (step.output().isReadable()) {
        ctx.writeAndFlush(step.output(), ctx.voidPromise());
      } else {
        step.output().release();
      }
      if (step.state() == State.FAILED) {
        refuse(ctx, step.failure());
      } else {
        ctx.channel().config().setAutoRead(true);
        if (step.state() == State.DONE) {
          open(ctx);
        } else {
          stepIfWhole(ctx);
        }
      }
    } catch (SSLException | RuntimeException e) {
      refuse(ctx, e);
    }
  }

  /** Puts what a step has not read before what has come since. */
  private void addWaiting(ByteBuf rest) {
    if (!rest.isReadable()) {
      rest.release();
      return;
    }
    ByteBuf since = waiting;
    if (since != null) {
      rest.writeBytes(since);
      since.release();
    }
    waiting = rest;
  }

  private void open(ChannelHandlerContext ctx) throws SSLException {
    endTimeout();
    SSLEngine engine = requireNonNull(handshake.engine());
    TlsCodec open = new TlsCodec(engine, ctx.alloc());
    codec = open;
    welcome.opened(this);
    ctx.fireChannelActive();
    ByteBuf input = waiting;
    if (input != null) {
      waiting = null;
      try {
        decrypt(ctx, open, input);
      } finally {
        input.release();
      }
      ctx.fireChannelReadComplete();
    }
  }

  private void endTimeout() {
    if (timeout != null) {
      timeout.cancel(false);
      timeout = null;
    }
  }

  /**
   * Ends a connection that does not keep to the protocol, or cannot be trusted.
   *
   * @param cause null if there is nothing to say about it
   */
  private void refuse(ChannelHandlerContext ctx, @Nullable Throwable cause) {
    if (closed) {
      return;
    }
    closed = true;
    if (cause != null) {
      String client = Addresses.text(ctx.channel().remoteAddress(), null);
      threads.failed(client, reason(cause));
      log.trace("TLS with {} has failed", client, cause);
    }
    ByteBuf alert = codec == null ? ctx.alloc().buffer(0) : codec.farewell();
    ctx.writeAndFlush(alert).addListener(ChannelFutureListener.CLOSE);
  }

  /** The message of what was first. */
  private static @Nullable String reason(Throwable cause) {
    Throwable first = cause;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    return first.getMessage();
  }

  // ---- Open ------------------------------------------------------------------------------------

  private void decrypt(ChannelHandlerContext ctx, TlsCodec open, ByteBuf in) throws SSLException {
    while (!closed && open.hasRecord(in)) {
      ByteBuf plain = open.decrypt(in);
      if (open.hasAnswer()) {
        ctx.writeAndFlush(open.answer(), ctx.voidPromise());
      }
      if (plain.isReadable()) {
        ctx.fireChannelRead(plain);
      } else {
        plain.release();
      }
      if (open.isInputEnded()) {
        endInput(ctx);
        return;
      }
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise)
      throws SSLException {
    ByteBuf plain = (ByteBuf) message;
    TlsCodec open = codec;
    try {
      if (closed || open == null) {
        promise.tryFailure(new ClosedChannelException());
        return;
      }
      int left = plain.readableBytes();
      while (left > TlsCodec.MAX_PIECE_BYTES) {
        ctx.write(open.encrypt(plain, TlsCodec.MAX_PIECE_BYTES), ctx.voidPromise());
        left -= TlsCodec.MAX_PIECE_BYTES;
      }
      ctx.write(open.encrypt(plain, left), promise);
    } finally {
      plain.release();
    }
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    TlsCodec open = codec;
    boolean isSilent = closed || open == null || !ctx.channel().isWritable();
    closed = true;
    if (isSilent || open == null) {
      ctx.close(promise);
      return;
    }
    Runnable end = () -> ctx.close(promise);
    ScheduledFuture<?> latest =
        ctx.executor().schedule(end, FAREWELL_MILLIS, TimeUnit.MILLISECONDS);
    ctx.writeAndFlush(open.farewell())
        .addListener(unused -> {
          latest.cancel(false);
          end.run();
        });
  }
}
