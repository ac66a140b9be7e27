package dev.larder.storage.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random allocations, references and sweeps against a map of reference counts. */
@Tag("slow")
class ChunkStoreModelTest {
  private static final int STEPS = 6_000;

  private final long seed = Long.getLong("seed", System.identityHashCode(this) * 31L + 11);
  private final Random random = new Random(seed);
  private final ChunkStore store = ChunkStore.reserve(64L << 20);
  private final int chunks = (int) (store.reservedBytes() / ChunkStore.CHUNK_BYTES);

  /** References by chunk; the list repeats a chunk once per reference. */
  private final Map<Integer, Integer> counts = new HashMap<>();

  private final List<Integer> references = new ArrayList<>();

  @BeforeEach
  void printSeed() {
    System.getLogger("test").log(System.Logger.Level.INFO, "-Dseed=" + seed);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void chunksAreZeroAndNeverOverlap() {
    run(chunks);
  }

  @Test
  void theLimitHolds() {
    store.limitBytes(100L * ChunkStore.CHUNK_BYTES);
    run(100);
  }

  private void run(int limit) {
    for (int step = 0; step < STEPS; step++) {
      int dice = random.nextInt(20);
      boolean growing = step / 500 % 2 == 0;
      if (references.isEmpty() || dice < (growing ? 7 : 3)) {
        allocate(random.nextInt(4) == 0 ? 1 + random.nextInt(200) : 1 + random.nextInt(4), limit);
      } else if (dice < 9) {
        int chunk = references.get(random.nextInt(references.size()));
        store.retain(chunk);
        references.add(chunk);
        counts.merge(chunk, 1, Integer::sum);
      } else if (dice < 19) {
        for (int i = random.nextInt(100); i >= 0 && !references.isEmpty(); i--) {
          releaseRandom();
        }
      } else {
        int max = random.nextInt(300);
        assertThat(store.sweep(max)).isBetween(0, max);
      }
      check(step);
    }
    while (!references.isEmpty()) {
      releaseRandom();
    }
    store.sweep(Integer.MAX_VALUE);
    assertThat(store.dirtyBytes()).isZero();
    assertThat(store.allocatedBytes()).isZero();
    store.validate();
    // All is one free run again.
    store.limitBytes(Long.MAX_VALUE);
    assertThat(store.allocateRun(chunks - 1)).isEqualTo(1);
    assertThat(store.allocate()).isZero();
  }

  private void allocate(int count, int limit) {
    boolean whole = random.nextBoolean();
    int tail = whole ? random.nextInt(ChunkStore.CHUNK_BYTES) : 0;
    int first =
        whole
            ? store.allocateRunFor((long) count * ChunkStore.CHUNK_BYTES - tail)
            : store.allocateRun(count);
    if (counts.size() + count > limit) {
      assertThat(first).isZero();
    }
    if (first == 0) {
      // Within the limit only fragmentation may refuse, and never a single chunk.
      assertThat(count > 1 || counts.size() + count > Math.min(limit, chunks - 1)).isTrue();
      return;
    }
    for (int i = first; i < first + count; i++) {
      assertThat(counts.put(i, 1)).as("chunk %s was free", i).isNull();
      assertThat(store.isShared(i)).isFalse();
      references.add(i);
    }
    if (whole) {
      long end = store.address(first + count);
      long zeros = store.address(ChunkStore.HOLE);
      assertThat(Memory.equal(end - tail, zeros, tail)).isTrue();
    } else {
      assertZero(first, count);
    }
    Memory.fill(store.address(first), (long) count * ChunkStore.CHUNK_BYTES, (byte) 0xAB);
  }

  private void assertZero(int first, int count) {
    long address = store.address(first);
    long zeros = store.address(ChunkStore.HOLE);
    for (int i = 0; i < count; i++) {
      long at = address + (long) i * ChunkStore.CHUNK_BYTES;
      assertThat(Memory.equal(at, zeros, ChunkStore.CHUNK_BYTES)).isTrue();
    }
  }

  private void releaseRandom() {
    int index = random.nextInt(references.size());
    int chunk = references.get(index);
    references.set(index, references.getLast());
    references.removeLast();
    assertThat(store.isShared(chunk)).isEqualTo(counts.get(chunk) > 1);
    store.release(chunk);
    if (counts.merge(chunk, -1, Integer::sum) == 0) {
      counts.remove(chunk);
    }
  }

  private void check(int step) {
    assertThat(store.allocatedBytes()).isEqualTo((long) counts.size() * ChunkStore.CHUNK_BYTES);
    if (step % 40 == 0) {
      store.validate();
    }
  }
}
