package dev.larder.storage.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class ChunkStoreTest {
  private static final int CHUNK = ChunkStore.CHUNK_BYTES;

  private final ChunkStore store = ChunkStore.reserve(256L << 20);

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void aRunIsContiguousMemoryAndASequenceOfIds() {
    int first = store.allocateRun(20);
    assertThat(store.address(first + 19)).isEqualTo(store.address(first) + 19L * CHUNK);
    assertThat(store.chunkAt(store.address(first) + 5L * CHUNK + 17)).isEqualTo(first + 5);
    assertThat(store.contains(store.address(first))).isTrue();
    assertThat(store.contains(store.address(0) - 1)).isFalse();
    store.releaseRun(first, 20);
    assertThat(store.allocatedBytes()).isZero();
    assertThat(store.dirtyBytes()).isEqualTo(20L * CHUNK);
    store.validate();
  }

  @Test
  void aHoleIsSharedAndNeverCounted() {
    store.retain(ChunkStore.HOLE);
    store.release(ChunkStore.HOLE);
    store.release(ChunkStore.HOLE);
    assertThat(store.isShared(ChunkStore.HOLE)).isTrue();
    assertThat(store.allocatedBytes()).isZero();
    store.validate();
  }

  @Test
  void dirtyChunksAreCleanedWhenNothingElseIsLeft() {
    int all = (int) (store.reservedBytes() / CHUNK) - 1;
    int first = store.allocateRun(all);
    assertThat(first).isNotZero();
    assertThat(store.allocate()).isZero();
    Memory.fill(store.address(first), (long) all * CHUNK, (byte) 1);
    store.releaseRun(first, all);
    int again = store.allocateRun(40);
    assertThat(again).isNotZero();
    assertThat(Memory.equal(store.address(again), store.address(0), CHUNK)).isTrue();
    assertThat(Memory.equal(store.address(again + 39), store.address(0), CHUNK)).isTrue();
    assertThat(store.dirtyBytes()).isEqualTo((all - 40L) * CHUNK);
    store.releaseRun(again, 40);
    store.validate();
  }

  @Test
  void whoWritesAllOfARunGetsWhatOthersHaveFreed() {
    int first = store.allocateRun(40);
    Memory.fill(store.address(first), 40L * CHUNK, (byte) 1);
    store.releaseRun(first, 40);
    for (int tail : new int[] {0, 1, 4095, 4096, 5000, CHUNK - 1}) {
      long bytes = 40L * CHUNK - tail;
      assertThat(store.allocateRunFor(bytes)).isEqualTo(first);
      assertThat(store.dirtyBytes()).isZero();
      long end = store.address(first) + bytes;
      assertThat(Memory.getByte(end - 1)).isEqualTo((byte) 1);
      assertThat(Memory.equal(end, store.address(ChunkStore.HOLE), tail)).isTrue();
      Memory.fill(end, tail, (byte) 1);
      store.releaseRun(first, 40);
      store.validate();
    }
    store.sweep(10);
    assertThat(store.allocateRunFor(CHUNK)).isEqualTo(first + 10);
    assertThat(store.allocate()).isEqualTo(first);
    store.validate();
  }

  @Test
  void idsStoredInMemoryAreRetainedAndReleasedTogether() {
    int run = store.allocateRun(1000);
    int single = store.allocate();
    long ids = store.address(single);
    for (int i = 0; i < 1000; i++) {
      Memory.putInt(ids + i * 4L, i % 7 == 0 ? ChunkStore.HOLE : run + i);
    }
    store.retainAll(ids, 1000);
    assertThat(store.isShared(run + 1)).isTrue();
    assertThat(store.isShared(run + 7)).isFalse();
    store.releaseAll(ids, 1000);
    assertThat(store.allocatedBytes()).isEqualTo(1001L * CHUNK);
    store.releaseAll(ids, 1000);
    assertThat(store.allocatedBytes()).isEqualTo(144L * CHUNK);
    store.validate();
  }

  /** Threads pass chunks on to each other while two sweep; contents and counts stay right. */
  @Test
  void threadsShareOneStore() throws Exception {
    long seed = Long.getLong("seed", 42);
    AtomicBoolean done = new AtomicBoolean();
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      List<Future<Void>> sweepers = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        sweepers.add(threads.submit(() -> sweepUntil(done)));
      }
      List<Callable<Void>> owners = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        long own = seed + i;
        owners.add(() -> ownAndCheck(own));
      }
      for (Future<Void> owner : threads.invokeAll(owners)) {
        owner.get();
      }
      done.set(true);
      for (Future<Void> sweeper : sweepers) {
        sweeper.get();
      }
    }
    store.validate();
    assertThat(store.allocatedBytes()).isZero();
  }

  private Void sweepUntil(AtomicBoolean done) {
    while (!done.get()) {
      if (store.sweep(64) == 0) {
        Thread.onSpinWait();
      }
    }
    return null;
  }

  private Void ownAndCheck(long seed) {
    Random random = new Random(seed);
    int[] owned = new int[30];
    int[] counts = new int[30];
    for (int step = 0; step < 20_000; step++) {
      int i = random.nextInt(owned.length);
      if (owned[i] == 0) {
        int count = 1 + random.nextInt(5);
        int first = store.allocateRun(count);
        if (first != 0) {
          for (int k = 0; k < count; k++) {
            long at = store.address(first + k) + random.nextInt(CHUNK / 8) * 8L;
            assertThat(Memory.getLong(at)).isZero();
            assertThat(Memory.getLong(store.address(first + k))).isZero();
            Memory.putLong(at, -1);
            Memory.putLong(store.address(first + k), seed << 20 | i);
          }
          owned[i] = first;
          counts[i] = count;
        }
      } else if (random.nextInt(3) == 0) {
        // A reader pins for a moment.
        store.retain(owned[i]);
        assertThat(store.isShared(owned[i])).isTrue();
        store.release(owned[i]);
      } else {
        assertThat(Memory.getLong(store.address(owned[i]))).isEqualTo(seed << 20 | i);
        store.releaseRun(owned[i], counts[i]);
        owned[i] = 0;
      }
    }
    for (int i = 0; i < owned.length; i++) {
      if (owned[i] != 0) {
        store.releaseRun(owned[i], counts[i]);
      }
    }
    return null;
  }

  /** Two holders of one reference each release at the same time: the chunk goes exactly once. */
  @Test
  void lastReferencesRace() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (int round = 0; round < 5_000; round++) {
        int chunk = store.allocate();
        store.retain(chunk);
        Future<?> other = threads.submit(() -> store.release(chunk));
        store.release(chunk);
        other.get();
        assertThat(store.allocatedBytes()).isZero();
      }
    }
    store.sweep(Integer.MAX_VALUE);
    store.validate();
  }
}
