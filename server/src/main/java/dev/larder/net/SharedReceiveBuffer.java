package dev.larder.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * One receive buffer for all connections of an event loop, for transports that read when they are
 * told to (epoll, NIO): the bytes of one read are used up before the next read begins. Who wants to
 * keep them simply does not release the buffer; the loop then gets another one.
 *
 * <p>Not for io_uring, where several reads are under way at the same time.
 */
final class SharedReceiveBuffer implements RecvByteBufAllocator {
  private static final int BYTES = 64 * 1024;

  /** So many full buffers of one connection are read before others get their turn. */
  private static final int MAX_READS = 4;

  private final ByteBufAllocator allocator;
  private ByteBuf buffer;

  SharedReceiveBuffer(ByteBufAllocator allocator) {
    this.allocator = allocator;
    buffer = allocator.directBuffer(BYTES, BYTES);
  }

  /** The loop has ended. */
  void release() {
    buffer.release();
  }

  private ByteBuf next() {
    if (buffer.refCnt() != 1) {
      // Throws where memory is exhausted: then this one stays, and the next read tries again.
      ByteBuf another = allocator.directBuffer(BYTES, BYTES);
      buffer.release();
      buffer = another;
    }
    return buffer.clear().retain();
  }

  // Netty marks this type deprecated in favour of the extended handle, which is what it returns.
  @SuppressWarnings("deprecation")
  @Override
  public Handle newHandle() {
    return new SharedHandle();
  }

  private final class SharedHandle implements ExtendedHandle {
    private int attempted;
    private int last;
    private int reads;

    @Override
    public ByteBuf allocate(ByteBufAllocator unused) {
      return next();
    }

    @Override
    public int guess() {
      return BYTES;
    }

    @Override
    public void reset(ChannelConfig config) {
      reads = 0;
    }

    @Override
    public void incMessagesRead(int count) {
      reads += count;
    }

    @Override
    public void lastBytesRead(int bytes) {
      last = bytes;
    }

    @Override
    public int lastBytesRead() {
      return last;
    }

    @Override
    public void attemptedBytesRead(int bytes) {
      attempted = bytes;
    }

    @Override
    public int attemptedBytesRead() {
      return attempted;
    }

    @Override
    public boolean continueReading() {
      return last == attempted && reads < MAX_READS;
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
      return reads < MAX_READS && maybeMoreData.get();
    }

    @Override
    public void readComplete() {}
  }
}
