package dev.larder.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.uring.IoUringBufferRingAllocator;
import io.netty.channel.uring.IoUringBufferRingConfig;

/**
 * The buffers that the kernel receives into for one loop of io_uring.
 *
 * <p>A connection whose socket does not run dry fills 33 buffers before the kernel turns to others:
 * with fewer in the ring it would have them all, again and again, and nobody else would be read. So
 * the ring grows when it was exhausted, to {@link #MAX_BUFFERS}, and while one streams, the buffers
 * are short. Otherwise, where the kernel can fill a buffer by several reads, they are long: small
 * requests stay close together, and large ones arrive in one piece.
 */
final class ReceiveBuffers implements IoUringBufferRingAllocator {
  static final int LONG_BYTES = 64 * 1024;
  static final int SHORT_BYTES = 16 * 1024;

  private static final short MAX_BUFFERS = 64;

  /** How many long ones there are at first: 1 MiB. */
  private static final int FIRST_BUFFERS = 16;

  /** So much more was received by reads that filled their buffer than by others: one streams. */
  private static final int STREAM_BYTES = 1024 * 1024;

  /** A read that does not fill its buffer makes up for so much by those that do. */
  private static final int PAUSE_BYTES = 384 * 1024;

  private final ByteBufAllocator allocator;
  private final boolean shared;

  /** Bytes received without a pause. */
  private int streamed;

  /**
   * @param shared whether the kernel can fill a buffer by several reads
   */
  ReceiveBuffers(ByteBufAllocator allocator, boolean shared) {
    this.allocator = allocator;
    this.shared = shared;
  }

  IoUringBufferRingConfig ring(short bufferGroup) {
    return IoUringBufferRingConfig.builder()
        .bufferGroupId(bufferGroup)
        .bufferRingSize(MAX_BUFFERS)
        .batchSize(shared ? FIRST_BUFFERS : MAX_BUFFERS)
        .incremental(shared)
        .allocator(this)
        .build();
  }

  @Override
  public ByteBuf allocate() {
    int bytes = shared && streamed < STREAM_BYTES ? LONG_BYTES : SHORT_BYTES;
    return allocator.directBuffer(bytes, bytes);
  }

  @Override
  public void lastBytesRead(int attempted, int actual) {
    streamed =
        actual < attempted
            ? Math.max(0, streamed - PAUSE_BYTES)
            : Math.min(2 * STREAM_BYTES, streamed + actual);
  }
}
