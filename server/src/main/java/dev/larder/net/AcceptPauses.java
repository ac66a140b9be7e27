package dev.larder.net;

import dev.larder.metrics.Clock;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * On a listening socket: leaves connections to the kernel for a moment when one cannot be accepted,
 * which will be so for a while since files or memory have run out, and says so now and then; or
 * when more than enough have come for now.
 */
final class AcceptPauses extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(AcceptPauses.class);
  private static final long FAILED_MILLIS = 250;
  private static final long CROWDED_MILLIS = 2;

  private static final long NANOS_BETWEEN_WARNINGS = TimeUnit.SECONDS.toNanos(10);

  private final BooleanSupplier isCrowded;
  private long warnedNanos = Clock.nanos() - NANOS_BETWEEN_WARNINGS;
  private boolean isPaused;

  /**
   * @param isCrowded whether those that were accepted last should be dealt with first
   */
  AcceptPauses(BooleanSupplier isCrowded) {
    this.isCrowded = isCrowded;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object connection) {
    ctx.fireChannelRead(connection);
    if (isCrowded.getAsBoolean()) {
      pause(ctx, CROWDED_MILLIS);
    }
  }

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
    pause(ctx, FAILED_MILLIS);
  }

  private void pause(ChannelHandlerContext ctx, long millis) {
    if (!isPaused) {
      isPaused = true;
      ctx.channel().config().setAutoRead(false);
      ctx.executor().schedule(() -> resume(ctx), millis, TimeUnit.MILLISECONDS);
    }
  }

  private void resume(ChannelHandlerContext ctx) {
    isPaused = false;
    if (isCrowded.getAsBoolean()) {
      pause(ctx, CROWDED_MILLIS);
    } else {
      ctx.channel().config().setAutoRead(true);
    }
  }
}
