package dev.larder.net;

import static java.util.Objects.requireNonNull;

import dev.larder.resp.HotPath;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/*
 * Problem. A command of many small arguments may be a hundred megabytes long. It has to lie in one
 * piece when it is executed, and nobody knows before how long it gets: doubling its buffer when it
 * is full copies tens of megabytes while the loop's other clients wait.
 *
 * Idea. A long buffer has a successor of twice its size as soon as it is half full, and whatever is
 * added to the one, two or three times as much is copied to the other. So when it is full the
 * successor has nearly all, and when the command ends earlier it lies in the first one.
 */

/**
 * A copy of the start of a command whose end has yet to arrive. Holds no buffer while there is
 * none. To add bytes takes time in proportion to their number, not to what is there already.
 */
@HotPath
final class PartialCommand {
  /** Buffers below this size are copied at once. */
  private static final int LONG_BYTES = 512 * 1024;

  /** What is copied for each byte that is added: two would do, if all came in one size. */
  private static final int COPIED_PER_BYTE = 3;

  private final ByteBufAllocator allocator;
  private @Nullable ByteBuf buffer;

  /** Has the first bytes of the buffer, as far as they were copied; null if there is none. */
  private @Nullable ByteBuf successor;

  /** The buffer's reader index when copying began. */
  private int successorStart;

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
    adjustSuccessor(whole);
    if (whole.writableBytes() < bytes) {
      whole = enlarge(whole, bytes);
    }
    whole.writeBytes(in, bytes);
    if (whole.capacity() >= LONG_BYTES && whole.writerIndex() > whole.capacity() / 2) {
      copySome(whole, COPIED_PER_BYTE * bytes);
    }
    return whole;
  }

  /** The decoder may have taken bytes off either end since the last call. */
  private void adjustSuccessor(ByteBuf whole) {
    if (successor == null) {
      return;
    }
    if (successorStart != whole.readerIndex()) {
      releaseSuccessor();
    } else if (successor.readableBytes() > whole.readableBytes()) {
      successor.writerIndex(successor.readerIndex() + whole.readableBytes());
    }
  }

  private ByteBuf enlarge(ByteBuf whole, int bytes) {
    int kept = whole.readableBytes();
    ByteBuf larger = successor;
    if (larger == null) {
      larger = allocator.directBuffer(kept + Math.max(kept, bytes));
    }
    successor = null;
    int copied = larger.readableBytes();
    larger.writeBytes(whole, whole.readerIndex() + copied, kept - copied);
    release();
    buffer = larger;
    return larger;
  }

  private void copySome(ByteBuf whole, int bytes) {
    ByteBuf target = successor;
    if (target == null) {
      successorStart = whole.readerIndex();
      target = allocator.directBuffer(2 * whole.capacity());
      successor = target;
    }
    int copied = target.readableBytes();
    int length = Math.min(bytes, whole.readableBytes() - copied);
    target.writeBytes(whole, whole.readerIndex() + copied, length);
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
    releaseSuccessor();
  }

  private void releaseSuccessor() {
    if (successor != null) {
      successor.release();
      successor = null;
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
