package dev.larder.net;

import static java.util.Objects.requireNonNull;

import dev.larder.resp.HotPath;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * A copy of the start of a command whose end has yet to arrive. Holds no buffer while there is
 * none.
 */
@HotPath
final class PartialCommand {
  private final ByteBufAllocator allocator;
  private @Nullable ByteBuf buffer;

  PartialCommand(ByteBufAllocator allocator) {
    this.allocator = allocator;
  }

  boolean exists() {
    return buffer != null;
  }

  /** Readable from the command's first byte; there must be one. */
  ByteBuf buffer() {
    return requireNonNull(buffer);
  }

  /** Keeps what is left to read of a buffer, with room for what is known to come. */
  void begin(ByteBuf in, int needed) {
    buffer = allocator.directBuffer(in.readableBytes() + needed).writeBytes(in);
  }

  /** Moves bytes behind those that are there already. */
  ByteBuf append(ByteBuf in, int bytes) {
    ByteBuf whole = buffer();
    int kept = whole.readableBytes();
    if (whole.writableBytes() < bytes) {
      whole = allocator.directBuffer(kept + Math.max(kept, bytes)).writeBytes(whole);
      release();
      buffer = whole;
    }
    return whole.writeBytes(in, bytes);
  }

  void releaseIfRead() {
    if (buffer != null && !buffer.isReadable()) {
      release();
    }
  }

  void release() {
    if (buffer != null) {
      buffer.release();
      buffer = null;
    }
  }

  /** Racy from other threads. */
  int bytes() {
    ByteBuf begun = buffer;
    return begun == null ? 0 : begun.readableBytes();
  }

  /** Racy from other threads. */
  int freeBytes() {
    ByteBuf begun = buffer;
    return begun == null ? 0 : begun.writableBytes();
  }
}
