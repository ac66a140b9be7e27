package dev.larder.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.Journal;
import dev.larder.storage.Keyspace;
import dev.larder.storage.StorageOptions;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MemoryUseTest {
  private static final long LARGE_BYTES = 1 << 20;

  private final Keyspace keyspace = Keyspace.open(new StorageOptions(4, 1, 1L << 24), Journal.NONE);
  private final MemoryUse memory = new MemoryUse(keyspace);

  @AfterEach
  void close() {
    keyspace.close();
  }

  @Test
  void withoutLimitThereIsNoExcess() {
    memory.count(() -> 1 << 20);
    memory.refresh();

    assertThat(memory.excessBytes()).isZero();
    assertThat(memory.isExceeded()).isFalse();
  }

  @Test
  void dataCountAtOnceAndTheRestWhenAsked() {
    AtomicLong buffers = new AtomicLong();
    memory.count(buffers::get);
    memory.count(() -> 5);
    memory.refresh();
    long empty = memory.usedBytes();

    long large = keyspace.allocateLarge(LARGE_BYTES);
    buffers.set(100);
    assertThat(memory.usedBytes()).isEqualTo(empty + LARGE_BYTES);
    memory.refresh();
    assertThat(memory.usedBytes()).isEqualTo(empty + LARGE_BYTES + 100);
    assertThat(memory.otherBytes()).isEqualTo(105);
    keyspace.releaseLarge(large, LARGE_BYTES);
    assertThat(memory.usedBytes()).isEqualTo(empty + 100);
  }

  @Test
  void excessIsWhatIsBeyondTheLimit() {
    memory.count(() -> 1000);
    memory.refresh();
    long used = memory.usedBytes();

    memory.limit(used);
    assertThat(memory.isExceeded()).isFalse();
    memory.limit(used - 1);
    assertThat(memory.isExceeded()).isTrue();
    assertThat(memory.excessBytes()).isEqualTo(1);
  }

  @Test
  void peakStays() {
    AtomicLong buffers = new AtomicLong(1000);
    memory.count(buffers::get);
    memory.refresh();
    long peak = memory.usedBytes();
    buffers.set(0);
    memory.refresh();

    assertThat(memory.peakBytes()).isEqualTo(peak);
    assertThat(memory.peakMillis()).isPositive();
  }
}
