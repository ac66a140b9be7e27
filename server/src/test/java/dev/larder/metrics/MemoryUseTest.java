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
  void tenacityIsTime() {
    memory.evictionTenacity(0);
    assertThat(memory.evictionNanos()).isZero();
    memory.evictionTenacity(10);
    assertThat(memory.evictionNanos()).isEqualTo(500_000);
    memory.evictionTenacity(11);
    assertThat(memory.evictionNanos()).isEqualTo(575_000);
    memory.evictionTenacity(99);
    assertThat(memory.evictionNanos()).isBetween(100_000_000_000L, 200_000_000_000L);
    memory.evictionTenacity(100);
    assertThat(memory.evictionNanos()).isGreaterThan(1L << 60);
  }

  @Test
  void timeOfExcessIsCountedFromItsDiscoveryToItsEnd() {
    memory.count(() -> 1000);
    memory.refresh();
    assertThat(memory.exceededTime().totalNanos()).isZero();
    memory.limit(1);
    assertThat(memory.noteExceeded()).isTrue();
    memory.refresh();
    assertThat(memory.exceededTime().currentNanos()).isPositive();
    memory.limit(0);
    assertThat(memory.noteExceeded()).isFalse();
    assertThat(memory.exceededTime().currentNanos()).isZero();
    assertThat(memory.exceededTime().totalNanos()).isPositive();
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
