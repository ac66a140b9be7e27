package dev.larder.net;

import dev.larder.tls.TlsContexts;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The handshake of one connection: what takes a millisecond or so, and is done on any thread, one
 * at a time.
 */
final class TlsHandshake {
  private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

  private final TlsContexts contexts;
  private final ByteBufAllocator allocator;
  private @Nullable SSLEngine engine;

  /** How far it has come. */
  enum State {
    NEEDS_INPUT,
    DONE,
    FAILED
  }

  /**
   * What a step has brought about; its buffers belong to who gets it.
   *
   * @param output to be sent, perhaps empty
   * @param rest of the input
   * @param failure why it failed, if it did
   */
  record Step(State state, ByteBuf output, ByteBuf rest, @Nullable Exception failure) {
    void release() {
      output.release();
      rest.release();
    }
  }

  TlsHandshake(TlsContexts contexts, ByteBufAllocator allocator) {
    this.contexts = contexts;
    this.allocator = allocator;
  }

  /** The engine of the connection, once the handshake is done. */
  @Nullable SSLEngine engine() {
    return engine;
  }

  /** Gives back what the engine holds. */
  void release() {
    ReferenceCountUtil.release(engine);
    engine = null;
  }

  /** Goes as far as input leads, which it takes over. */
  Step step(ByteBuf input) {
    ByteBuf output = allocator.directBuffer(TlsRecords.MAX_BYTES);
    ByteBuf scratch = allocator.directBuffer(TlsRecords.MAX_BYTES);
    try {
      return new Step(advance(begun(), input, output, scratch), output, input, null);
    } catch (SSLException | RuntimeException e) {
      tellPeer(output);
      return new Step(State.FAILED, output, input, e);
    } finally {
      scratch.release();
    }
  }

  private SSLEngine begun() throws SSLException {
    SSLEngine made = engine;
    if (made == null) {
      made = contexts.newEngine(allocator);
      engine = made;
      made.beginHandshake();
    }
    return made;
  }

  private static State advance(SSLEngine engine, ByteBuf input, ByteBuf output, ByteBuf scratch)
      throws SSLException {
    for (; ; ) {
      HandshakeStatus status = engine.getHandshakeStatus();
      switch (status) {
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          if (!TlsRecords.startsWithWhole(input)) {
            return State.NEEDS_INPUT;
          }
          unwrap(engine, input, scratch);
        }
        case NEED_WRAP -> wrap(engine, output);
        case NEED_TASK -> {
          for (Runnable task = engine.getDelegatedTask();
              task != null;
              task = engine.getDelegatedTask()) {
            task.run();
          }
        }
        case NOT_HANDSHAKING, FINISHED -> {
          if (engine instanceof ReferenceCountedOpenSslEngine) {
            // Tickets with which the client may come again.
            wrap(engine, output);
          }
          return State.DONE;
        }
      }
    }
  }

  private static void unwrap(SSLEngine engine, ByteBuf input, ByteBuf scratch) throws SSLException {
    int length = TlsRecords.length(input, input.readerIndex());
    ByteBuffer source = input.internalNioBuffer(input.readerIndex(), length);
    ByteBuffer target = scratch.internalNioBuffer(0, scratch.capacity());
    SSLEngineResult result = engine.unwrap(source, target);
    input.skipBytes(result.bytesConsumed());
    if (result.getStatus() != Status.OK) {
      throw new SSLException("the peer has ended the handshake");
    }
    if (result.bytesProduced() != 0) {
      throw new SSLException("data came before the handshake was done");
    }
    if (engine.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP) {
      if (result.bytesConsumed() == 0) {
        throw new SSLException("the handshake does not go on");
      }
      // BoringSSL's engine notices that it is done only when it is asked for more.
      engine.unwrap(NOTHING.duplicate(), target);
    }
  }

  private static void wrap(SSLEngine engine, ByteBuf output) throws SSLException {
    output.ensureWritable(TlsRecords.MAX_BYTES);
    ByteBuffer target = output.internalNioBuffer(output.writerIndex(), output.writableBytes());
    int start = target.position();
    SSLEngineResult result;
    try {
      result = engine.wrap(NOTHING.duplicate(), target);
    } finally {
      // Also what it has written of an alert before it threw.
      output.writerIndex(output.writerIndex() + target.position() - start);
    }
    if (result.getStatus() == Status.CLOSED) {
      throw new SSLException("the handshake has failed");
    }
    if (result.bytesProduced() == 0 && result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
      throw new SSLException("the handshake does not go on");
    }
  }

  /** Appends the alert that tells the peer why it failed, if there is one. */
  private void tellPeer(ByteBuf output) {
    SSLEngine failed = engine;
    if (failed == null) {
      return;
    }
    try {
      failed.closeOutbound();
      while (failed.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && !failed.isOutboundDone()) {
        wrap(failed, output);
      }
    } catch (SSLException e) {
      // The first failure counts.
    }
  }
}
