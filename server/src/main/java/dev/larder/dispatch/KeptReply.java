package dev.larder.dispatch;

import dev.larder.resp.AddressOf;
import dev.larder.resp.HotPath;
import dev.larder.resp.ReplyWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;

/** A buffer for replies that are first read here, one after the other, and what writes them. */
@HotPath
final class KeptReply {
  private static final int FIRST_BYTES = 4 * 1024;

  /** A buffer that has become larger is given back. */
  private static final int KEPT_BYTES = 256 * 1024;

  private final AddressOf addressOf;
  private final ByteBuf bytes = UnpooledByteBufAllocator.DEFAULT.directBuffer(FIRST_BYTES);
  private final ReplyWriter writer;

  KeptReply(AddressOf addressOf) {
    this.addressOf = addressOf;
    this.writer = new ReplyWriter(addressOf);
    writer.attach(bytes);
  }

  /** What writes behind what there is. */
  ReplyWriter writer() {
    return writer;
  }

  /** Where the first byte lies, until more is written. */
  long address() {
    return addressOf.addressOf(bytes);
  }

  int length() {
    return bytes.readableBytes();
  }

  /** Forgets what was written. */
  void clear() {
    bytes.clear();
    if (bytes.capacity() > KEPT_BYTES) {
      bytes.capacity(FIRST_BYTES);
      // It is elsewhere now, and the writer knows where it was.
      writer.attach(bytes);
    }
  }

  /** Nothing is written any more. */
  void close() {
    bytes.release();
  }
}
