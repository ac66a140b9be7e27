package dev.larder.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.RecvByteBufAllocator;
import org.junit.jupiter.api.Test;

final class SharedReceiveBufferTest {
  /** Memory is exhausted now and then. */
  private static final class Failing extends AbstractByteBufAllocator {
    private boolean fails;

    Failing() {
      super(true);
    }

    @Override
    protected ByteBuf newHeapBuffer(int bytes, int maxBytes) {
      return newDirectBuffer(bytes, maxBytes);
    }

    @Override
    protected ByteBuf newDirectBuffer(int bytes, int maxBytes) {
      if (fails) {
        throw new OutOfMemoryError("for a test");
      }
      return Unpooled.directBuffer(bytes, maxBytes);
    }

    @Override
    public boolean isDirectBufferPooled() {
      return false;
    }
  }

  private final Failing memory = new Failing();
  private final SharedReceiveBuffer shared = new SharedReceiveBuffer(memory);
  private final RecvByteBufAllocator.Handle handle = shared.newHandle();

  @Test
  void readsGoOnWhenThereIsMemoryAgain() {
    ByteBuf kept = handle.allocate(memory);
    memory.fails = true;
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> handle.allocate(memory)).isInstanceOf(OutOfMemoryError.class);
    }
    assertThat(kept.refCnt()).isEqualTo(2);
    memory.fails = false;
    ByteBuf next = handle.allocate(memory);
    assertThat(next).isNotSameAs(kept);
    assertThat(kept.release()).isTrue();
    next.release();
    assertThat(handle.allocate(memory)).isSameAs(next);
    next.release();
    shared.release();
    assertThat(next.refCnt()).isZero();
  }
}
