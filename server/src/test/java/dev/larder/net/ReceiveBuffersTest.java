package dev.larder.net;

import static dev.larder.net.ReceiveBuffers.LONG_BYTES;
import static dev.larder.net.ReceiveBuffers.SHORT_BYTES;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;

final class ReceiveBuffersTest {
  private final ReceiveBuffers buffers = new ReceiveBuffers(UnpooledByteBufAllocator.DEFAULT, true);

  private int nextBytes() {
    ByteBuf buffer = buffers.allocate();
    int bytes = buffer.writableBytes();
    buffer.release();
    return bytes;
  }

  private void stream(int bytes) {
    for (int received = 0; received < bytes; received += LONG_BYTES) {
      buffers.lastBytesRead(LONG_BYTES, LONG_BYTES);
    }
  }

  @Test
  void areShortWhileAClientStreams() {
    assertThat(nextBytes()).isEqualTo(LONG_BYTES);
    stream(4 << 20);
    assertThat(nextBytes()).isEqualTo(SHORT_BYTES);
    // A short request of another client in between does not change that.
    buffers.lastBytesRead(SHORT_BYTES, 100);
    assertThat(nextBytes()).isEqualTo(SHORT_BYTES);
    for (int i = 0; i < 5; i++) {
      buffers.lastBytesRead(SHORT_BYTES, 100);
    }
    assertThat(nextBytes()).isEqualTo(LONG_BYTES);
  }

  @Test
  void areLongForPipelinesOfLongRequests() {
    for (int i = 0; i < 1000; i++) {
      stream(256 << 10);
      buffers.lastBytesRead(LONG_BYTES, 4000);
      assertThat(nextBytes()).isEqualTo(LONG_BYTES);
    }
  }

  @Test
  void areShortWhereEachServesOneRead() {
    ReceiveBuffers single = new ReceiveBuffers(UnpooledByteBufAllocator.DEFAULT, false);
    ByteBuf buffer = single.allocate();
    assertThat(buffer.writableBytes()).isEqualTo(SHORT_BYTES);
    buffer.release();
  }
}
