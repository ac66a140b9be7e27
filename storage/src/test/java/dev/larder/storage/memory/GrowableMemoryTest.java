package dev.larder.storage.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GrowableMemoryTest {
  private final ChunkStore chunks = ChunkStore.reserve(64L << 20);
  private final GrowableMemory memory = new GrowableMemory(chunks);

  @AfterEach
  void close() {
    memory.shrink();
    assertThat(chunks.allocatedBytes()).isZero();
    chunks.validate();
    chunks.close();
  }

  @Test
  void contentStaysWhileItGrows() {
    long size = 1;
    assertThat(memory.ensure(size, 0)).isTrue();
    Memory.putByte(memory.address(), (byte) 1);
    while (size < 20 << 20) {
      long used = size;
      size = size * 3 + 1;
      assertThat(memory.ensure(size, used)).isTrue();
      assertThat(memory.capacity()).isGreaterThanOrEqualTo(size);
      assertThat(Memory.getByte(memory.address() + used - 1)).isEqualTo((byte) used);
      Memory.putByte(memory.address() + size - 1, (byte) size);
    }
  }

  @Test
  void shortContentTakesNoChunk() {
    assertThat(memory.ensure(GrowableMemory.KEPT_BYTES, 0)).isTrue();
    assertThat(chunks.allocatedBytes()).isZero();
    assertThat(memory.ensure(GrowableMemory.KEPT_BYTES + 1, 0)).isTrue();
    assertThat(chunks.allocatedBytes()).isEqualTo(ChunkStore.CHUNK_BYTES);
    memory.shrink();
    assertThat(chunks.allocatedBytes()).isZero();
    assertThat(memory.ensure(1, 0)).isTrue();
    assertThat(memory.capacity()).isEqualTo(GrowableMemory.KEPT_BYTES);
  }

  @Test
  void takesWhatTheLimitLeavesOrNothing() {
    chunks.limitBytes(5L * ChunkStore.CHUNK_BYTES);
    assertThat(memory.ensure(2L * ChunkStore.CHUNK_BYTES, 0)).isTrue();
    assertThat(memory.ensure(3L * ChunkStore.CHUNK_BYTES, 0)).isTrue();
    assertThat(memory.capacity()).isEqualTo(3L * ChunkStore.CHUNK_BYTES);
    long address = memory.address();
    assertThat(memory.ensure(4L * ChunkStore.CHUNK_BYTES, 0)).isFalse();
    assertThat(memory.ensure(Long.MAX_VALUE, 0)).isFalse();
    assertThat(memory.address()).isEqualTo(address);
  }
}
