package dev.larder.net;

import dev.larder.resp.HotPath;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Decrypts and encrypts what goes over one connection whose handshake is done. Used on the
 * connection's loop.
 */
@HotPath
final class TlsCodec {
  /** So much is encrypted into one buffer. */
  static final int MAX_PIECE_BYTES = 4 * TlsRecords.MAX_PLAIN_BYTES;

  /** So much is decrypted into one buffer, unless a record is longer. */
  private static final int MAX_DECRYPTED_BYTES = 64 * 1024;

  private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

  private final SSLEngine engine;
  private final ByteBufAllocator allocator;

  /** What a record takes besides what it has inside, at most. */
  private final int overheadBytes;

  /** The least room that the engine encrypts into. */
  private final int minRoomBytes;

  /** The start of a record; null if there is none. */
  private @Nullable ByteBuf partial;

  /** Whether the engine has something to say, be there replies or not. */
  private boolean hasAnswer;

  private boolean inputEnded;

  TlsCodec(SSLEngine engine, ByteBufAllocator allocator) {
    this.engine = engine;
    this.allocator = allocator;
    int packetBytes = engine.getSession().getPacketBufferSize();
    this.overheadBytes = packetBytes - TlsRecords.MAX_PLAIN_BYTES;
    // The JDK's own wants room for the longest record, however short the next one is.
    this.minRoomBytes = engine instanceof ReferenceCountedOpenSslEngine ? 0 : packetBytes;
  }

  /** Bytes of a record that is not complete; racy from other threads. */
  int partialBytes() {
    ByteBuf begun = partial;
    return begun == null ? 0 : begun.capacity();
  }

  void release() {
    if (partial != null) {
      partial.release();
      partial = null;
    }
  }

  // ---- Input -----------------------------------------------------------------------------------

  /**
   * Whether there is a record to {@link #decrypt}; if not, what is left of the input is kept.
   *
   * @throws SSLException if what came is no record
   */
  boolean hasRecord(ByteBuf in) throws SSLException {
    ByteBuf begun = partial;
    if (begun != null) {
      return complete(begun, in);
    }
    if (!in.isReadable()) {
      return false;
    }
    if (TlsRecords.startsWithWhole(in)) {
      return true;
    }
    begun = allocator.directBuffer(Math.max(in.readableBytes(), TlsRecords.HEADER_BYTES));
    partial = begun;
    return complete(begun, in);
  }

  /** Moves bytes behind those that a record begins with, as far as they are its own. */
  private static boolean complete(ByteBuf begun, ByteBuf in) throws SSLException {
    move(in, begun, TlsRecords.HEADER_BYTES - begun.readableBytes());
    int length = TlsRecords.length(begun, 0);
    if (length == 0) {
      return false;
    }
    move(in, begun, length - begun.readableBytes());
    return begun.readableBytes() == length;
  }

  private static void move(ByteBuf from, ByteBuf to, int wanted) {
    int bytes = Math.min(wanted, from.readableBytes());
    if (bytes > 0) {
      to.ensureWritable(wanted);
      to.writeBytes(from, bytes);
    }
  }

  /** Decrypts records, of which there is one at least, into a buffer of the caller's. */
  ByteBuf decrypt(ByteBuf in) throws SSLException {
    ByteBuf begun = partial;
    if (begun == null) {
      return decrypt(in, wholeBytes(in));
    }
    partial = null;
    try {
      return decrypt(begun, begun.readableBytes());
    } finally {
      begun.release();
    }
  }

  /** The length of the whole records that come first, about as many as are decrypted together. */
  private static int wholeBytes(ByteBuf in) throws SSLException {
    int start = in.readerIndex();
    int end = start;
    for (; ; ) {
      int length = TlsRecords.length(in, end);
      if (length == 0 || end + length > in.writerIndex()) {
        return end - start;
      }
      if (end > start && end + length - start > MAX_DECRYPTED_BYTES) {
        return end - start;
      }
      end += length;
    }
  }

  private ByteBuf decrypt(ByteBuf in, int bytes) throws SSLException {
    ByteBuf plain = allocator.directBuffer(bytes);
    try {
      ByteBuffer source = in.internalNioBuffer(in.readerIndex(), bytes);
      ByteBuffer target = plain.internalNioBuffer(0, bytes);
      int start = target.position();
      while (source.hasRemaining() && !inputEnded) {
        unwrap(source, target);
      }
      in.skipBytes(bytes);
      return plain.writerIndex(target.position() - start);
    } catch (SSLException | RuntimeException e) {
      plain.release();
      throw e;
    }
  }

  private void unwrap(ByteBuffer source, ByteBuffer target) throws SSLException {
    SSLEngineResult result = engine.unwrap(source, target);
    HandshakeStatus status = result.getHandshakeStatus();
    if (result.getStatus() == Status.CLOSED) {
      inputEnded = true;
    } else if (result.getStatus() != Status.OK
        || result.bytesConsumed() == 0
        || status == HandshakeStatus.NEED_TASK) {
      // A task would be that of another handshake, which nobody needs.
      throw new SSLException("a record could not be decrypted");
    }
    if (status == HandshakeStatus.NEED_WRAP) {
      hasAnswer = true;
    }
  }

  /** Whether the peer has said that nothing will follow. */
  boolean isInputEnded() {
    return inputEnded;
  }

  // ---- Output ----------------------------------------------------------------------------------

  /** Whether there is an {@link #answer} to what was decrypted. */
  boolean hasAnswer() {
    return hasAnswer;
  }

  /** What the engine has to say, in a buffer of the caller's. */
  ByteBuf answer() throws SSLException {
    hasAnswer = false;
    ByteBuf out = allocator.directBuffer(TlsRecords.MAX_BYTES);
    try {
      SSLEngineResult result;
      do {
        result = wrap(NOTHING.duplicate(), out);
      } while (result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
          && result.bytesProduced() > 0);
      return out;
    } catch (SSLException | RuntimeException e) {
      out.release();
      throw e;
    }
  }

  /** What tells the peer that nothing will follow, perhaps nothing; in a buffer of the caller's. */
  ByteBuf farewell() {
    engine.closeOutbound();
    try {
      return engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
          ? answer()
          : Unpooled.EMPTY_BUFFER;
    } catch (SSLException e) {
      // It was broken before.
      return Unpooled.EMPTY_BUFFER;
    }
  }

  /**
   * Encrypts bytes into a buffer of the caller's.
   *
   * @param bytes at most {@link #MAX_PIECE_BYTES}, taken off the buffer
   */
  ByteBuf encrypt(ByteBuf plain, int bytes) throws SSLException {
    if (bytes == 0) {
      return Unpooled.EMPTY_BUFFER;
    }
    // Not the internal one: others may be sending the same bytes.
    ByteBuffer source = plain.nioBuffer(plain.readerIndex(), bytes);
    plain.skipBytes(bytes);
    int records = (bytes + TlsRecords.MAX_PLAIN_BYTES - 1) / TlsRecords.MAX_PLAIN_BYTES;
    ByteBuf out = allocator.directBuffer(bytes + records * overheadBytes + minRoomBytes);
    try {
      while (source.hasRemaining()) {
        SSLEngineResult result = wrap(source, out);
        if (result.getStatus() == Status.BUFFER_OVERFLOW) {
          // The engine had something of its own to say first.
          out.capacity(out.capacity() + source.remaining() + TlsRecords.MAX_BYTES);
        } else if (result.getStatus() != Status.OK
            || (result.bytesConsumed() == 0 && result.bytesProduced() == 0)) {
          throw new SSLException("nothing can be encrypted any more");
        }
      }
    } catch (SSLException | RuntimeException e) {
      out.release();
      throw e;
    }
    return out.readableBytes() < out.capacity() / 2 ? fitting(out) : out;
  }

  /** A copy without the room that only the engine needed. */
  private ByteBuf fitting(ByteBuf out) {
    try {
      return allocator.directBuffer(out.readableBytes()).writeBytes(out);
    } finally {
      out.release();
    }
  }

  private SSLEngineResult wrap(ByteBuffer source, ByteBuf out) throws SSLException {
    int index = out.writerIndex();
    ByteBuffer target = out.internalNioBuffer(index, out.capacity() - index);
    SSLEngineResult result = engine.wrap(source, target);
    out.writerIndex(index + result.bytesProduced());
    return result;
  }
}
