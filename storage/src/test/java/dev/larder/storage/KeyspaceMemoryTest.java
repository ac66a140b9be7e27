package dev.larder.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.table.KeyTable;
import org.junit.jupiter.api.Test;

/** What is told of a keyspace's memory beside the bytes of its blocks. */
final class KeyspaceMemoryTest {
  private static final long NOW = 1_000;
  private static final long TOLERANCE = 4 << 20;

  private static long segmentBytes(TestKeyspace keys) {
    long[] segments = {0};
    keys.keyspace
        .memory()
        .forEachBlockSize((size, blocks, pageBytes) -> {
          if (size == KeyTable.SEGMENT_BYTES) {
            segments[0] = blocks;
          }
        });
    return segments[0] * KeyTable.SEGMENT_BYTES;
  }

  private static void assertIndexCountsByKeys(TestKeyspace keys) {
    long real = segmentBytes(keys);
    long usual = keys.keyspace.size(0) * KeyTable.BYTES_PER_ENTRY;
    assertThat(keys.keyspace.memory().indexCorrection()).isEqualTo(usual - real);
  }

  @Test
  void indexCountsByTheNumberOfKeys() {
    try (TestKeyspace keys = new TestKeyspace(4, Journal.NONE)) {
      assertIndexCountsByKeys(keys);
      for (int i = 0; i < 20_000; i++) {
        keys.set(0, "key:" + i, new byte[10], -1, NOW);
        if (i % 500 == 0) {
          assertThat(Math.abs(keys.keyspace.memory().indexCorrection())).isLessThan(TOLERANCE);
        }
      }
      assertIndexCountsByKeys(keys);
      for (int i = 0; i < 19_000; i++) {
        keys.remove(0, "key:" + i, NOW);
      }
      assertIndexCountsByKeys(keys);
      keys.withAllShards(() -> keys.keyspace.flush(keys.unit, 0));
      while (!keys.keyspace.reclaimFlushed(keys.unit, NOW, 1_000_000)) {
        // Goes on.
      }
      keys.housekeep(NOW);
      assertIndexCountsByKeys(keys);
      assertThat(keys.keyspace.memory().indexCorrection()).isZero();
    }
  }

  @Test
  void keysWhoseValuesAreFreedLaterAreCounted() {
    try (TestKeyspace keys = new TestKeyspace(4, Journal.NONE)) {
      for (int i = 0; i < 100; i++) {
        keys.set(0, "key:" + i, new byte[10], -1, NOW);
      }
      keys.remove(0, "key:7", NOW);
      assertThat(keys.keyspace.memory().keysToFree()).isZero();
      keys.withAllShards(() -> keys.keyspace.flush(keys.unit, 0));
      KeyspaceMemory memory = keys.keyspace.memory();
      assertThat(memory.keysToFree() + memory.keysFreed()).isEqualTo(99);
      while (!keys.keyspace.reclaimFlushed(keys.unit, NOW, 1_000_000)) {
        // Goes on.
      }
      keys.housekeep(NOW);
      assertThat(memory.keysToFree()).isZero();
      assertThat(memory.keysFreed()).isEqualTo(99);
    }
  }
}
