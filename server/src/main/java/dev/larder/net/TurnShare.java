package dev.larder.net;

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

  private final IoLoop io;
  private final RequestDecoder decoder;
  private long turn = -1;
  private int left;

  TurnShare(IoLoop io, RequestDecoder decoder) {
    this.io = io;
    this.decoder = decoder;
  }

  /**
   * Takes a buffer's bytes out of the share, unless a large argument consumes them all, for which
   * they are merely copied.
   *
   * @return false when the share of this turn is used up
   */
  boolean take(ByteBuf in) {
    int bytes = in.readableBytes();
    if (bytes <= decoder.largeBytesNeeded()) {
      return true;
    }
    if (turn != io.turn()) {
      turn = io.turn();
      left = BYTES;
    }
    if (left <= 0) {
      return false;
    }
    left -= bytes;
    return true;
  }
}
