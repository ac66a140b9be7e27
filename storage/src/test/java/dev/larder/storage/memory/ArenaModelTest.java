package dev.larder.storage.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Random allocation and freeing: blocks never overlap, content stays, accounting is exact. */
final class ArenaModelTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());

  private record Block(int reference, int bytes, byte mark) {}

  private final Random random = new Random(SEED);
  private final Arena arena = newArena(1L << 30);
  private final List<Block> live = new ArrayList<>();

  private static Arena newArena(long bytes) {
    Arena arena = Arena.reserve(bytes);
    if (arena == null) {
      throw new IllegalStateException("no address space for the test");
    }
    return arena;
  }

  @AfterEach
  void close() {
    arena.close();
  }

  @Test
  void keepsBlocksApart() {
    for (int i = 0; i < 60_000; i++) {
      if (live.size() < 2_000 && random.nextInt(3) > 0) {
        allocate(randomSize());
      } else if (!live.isEmpty()) {
        freeOne();
      }
      if (i % 10_000 == 0) {
        arena.validate();
        returnPages();
      }
    }
    while (!live.isEmpty()) {
      freeOne();
    }
    arena.validate();
    assertThat(arena.usedBytes()).isZero();
  }

  private int randomSize() {
    return switch (random.nextInt(20)) {
      case 0 -> 1 + random.nextInt(300_000);
      case 1, 2, 3 -> 1 + random.nextInt(33_000);
      default -> 1 + random.nextInt(300);
    };
  }

  private void allocate(int bytes) {
    int reference = arena.allocate(bytes);
    assertThat(reference).isNotZero();
    assertThat(arena.blockBytesOf(reference)).isEqualTo(Arena.blockBytes(bytes));
    assertThat(Arena.blockBytes(bytes)).isGreaterThanOrEqualTo(bytes);
    byte mark = (byte) random.nextInt();
    Memory.fill(arena.address(reference), bytes, mark);
    live.add(new Block(reference, bytes, mark));
  }

  private void freeOne() {
    int index = random.nextInt(live.size());
    Block block = live.set(index, live.getLast());
    live.removeLast();
    long address = arena.address(block.reference());
    assertThat(Memory.getByte(address)).as("seed %d", SEED).isEqualTo(block.mark());
    assertThat(Memory.getByte(address + block.bytes() - 1)).isEqualTo(block.mark());
    arena.free(block.reference());
  }

  private void returnPages() {
    while (arena.takeDirtyPages()) {
      arena.decommitTaken();
      arena.restoreTaken();
    }
    assertThat(arena.dirtyPages()).isZero();
  }

  @Test
  void saysWhenItIsExhausted() {
    Arena small = newArena(1 << 20);
    int count = 0;
    while (small.allocate(1000) != 0) {
      count++;
    }
    assertThat(count).isBetween(15 * 60, 16 * 66);
    assertThat(small.allocate(100_000)).isZero();
    small.close();
  }

  @Test
  void theCheckerSeesAnAccessToAFreedBlock() {
    int reference = arena.allocate(100);
    int neighbour = arena.allocate(100);
    arena.free(reference);
    assertThatThrownBy(() -> Memory.getByte(arena.address(reference)))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> Memory.fill(arena.address(neighbour), 500, (byte) 0))
        .isInstanceOf(AssertionError.class);
  }
}
