package dev.larder.net;

import dev.larder.metrics.Clock;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * On a listening socket: when a connection cannot be accepted, which will be so for a while since
 * files or memory have run out, says so now and then, and waits a moment before the next try.
 */
final class AcceptFailures extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(AcceptFailures.class);
  private static final long PAUSE_MILLIS = 250;

  private static final long NANOS_BETWEEN_WARNINGS = TimeUnit.SECONDS.toNanos(10);

  private long warnedNanos = Clock.nanos() - NANOS_BETWEEN_WARNINGS;
  private boolean isPaused;

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      ctx.fireExceptionCaught(cause);
      return;
    }
    long nanos = Clock.nanos();
    if (nanos - warnedNanos >= NANOS_BETWEEN_WARNINGS) {
      warnedNanos = nanos;
      log.warn("Cannot accept connections at the moment: {}", cause.getMessage());
    }
    if (!isPaused) {
      isPaused = true;
      ctx.channel().config().setAutoRead(false);
      ctx.executor().schedule(() -> resume(ctx), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void resume(ChannelHandlerContext ctx) {
    isPaused = false;
    ctx.channel().config().setAutoRead(true);
  }
}
