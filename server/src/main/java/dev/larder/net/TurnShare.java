package dev.larder.net;

import dev.larder.metrics.Clock;
import dev.larder.resp.HotPath;
import dev.larder.resp.RequestDecoder;
import io.netty.buffer.ByteBuf;

/**
 * What one client may have executed in a turn of its loop. Where the kernel delivers more at once,
 * the rest waits until others have been served.
 */
@HotPath
final class TurnShare {
  /** Some thousands of short commands: two milliseconds or so. */
  private static final int BYTES = 384 * 1024;

  /**
   * For how long parts of a large argument are copied. That is a megabyte and more where memory is
   * at hand, and far less where each page of it has to be had from the system, or by that from the
   * host of a virtual machine.
   */
  private static final long COPY_NANOS = 500_000;

  private final IoLoop io;
  private final RequestDecoder decoder;
  private long turn = -1;
  private int left;

  /** When the first part of a large argument was taken. */
  private long copyingSince;

  private boolean copies;

  TurnShare(IoLoop io, RequestDecoder decoder) {
    this.io = io;
    this.decoder = decoder;
  }

  /**
   * Takes a buffer's bytes out of the share; those of a large argument that consumes them all, for
   * which they are merely copied, count by time.
   *
   * @return false when the share of this turn is used up
   */
  boolean take(ByteBuf in) {
    if (turn != io.turn()) {
      turn = io.turn();
      left = BYTES;
      copies = false;
    }
    int bytes = in.readableBytes();
    if (bytes <= decoder.largeBytesNeeded()) {
      return takeCopy();
    }
    if (left <= 0) {
      return false;
    }
    left -= bytes;
    return true;
  }

  private boolean takeCopy() {
    long nanos = Clock.nanos();
    if (!copies) {
      copies = true;
      copyingSince = nanos;
    }
    return nanos - copyingSince < COPY_NANOS;
  }
}
