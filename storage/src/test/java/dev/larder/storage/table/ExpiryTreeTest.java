package dev.larder.storage.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.memory.Arena;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExpiryTreeTest {
  private static final long NOW = 1_700_000_000_000L;

  private final Arena arena = Objects.requireNonNull(Arena.reserve(16L << 20));
  private final ExpiryTree tree = new ExpiryTree(arena);

  @AfterEach
  void close() {
    arena.close();
  }

  @Test
  void emptyTreeTakesNothing() {
    assertThat(tree.bytes()).isZero();
    assertThat(tree.firstDeadline()).isEqualTo(Long.MAX_VALUE);
    assertThat(tree.remove(NOW, 1)).isFalse();
    assertThat(tree.contains(NOW, 1)).isFalse();
    assertThat(tree.clearStep(1)).isTrue();
    tree.clear();
    tree.validate();
  }

  @Test
  void ascendingDeadlinesFillTheirLeaves() {
    int count = 50_000;
    for (int i = 0; i < count; i++) {
      assertThat(tree.insert(NOW + i / 3, i)).isTrue();
    }
    tree.validate();
    assertThat(tree.bytes()).isLessThan(count * 87L / 10);
  }

  @Test
  void randomDeadlinesTakeAtMostTwelveBytes() {
    int count = 50_000;
    Random random = new Random(1);
    for (int i = 0; i < count; i++) {
      assertThat(tree.insert(NOW + random.nextInt(86_400_000), i)).isTrue();
    }
    tree.validate();
    assertThat(tree.bytes()).isLessThan(count * 12L);
  }

  @Test
  void descendingDeadlinesTakeAtMostTwelveBytes() {
    int count = 50_000;
    for (int i = 0; i < count; i++) {
      assertThat(tree.insert(NOW - i, i)).isTrue();
    }
    tree.validate();
    assertThat(tree.bytes()).isLessThan(count * 12L);
  }

  @Test
  void rewritingDeadlinesLeavesNoResidue() {
    int count = 10_000;
    Random random = new Random(2);
    long[] deadlines = new long[count];
    for (int i = 0; i < count; i++) {
      deadlines[i] = NOW + i;
      assertThat(tree.insert(deadlines[i], i)).isTrue();
    }
    for (int round = 0; round < 200_000; round++) {
      int i = random.nextInt(count);
      assertThat(tree.remove(deadlines[i], i)).isTrue();
      deadlines[i] = NOW + count + round;
      assertThat(tree.insert(deadlines[i], i)).isTrue();
    }
    tree.validate();
    assertThat(tree.count()).isEqualTo(count);
    assertThat(tree.bytes()).isLessThan(count * 14L);
  }

  @Test
  void memoryFallsWithRandomRemovals() {
    int count = 20_000;
    for (int i = 0; i < count; i++) {
      assertThat(tree.insert(NOW, i)).isTrue();
    }
    Random random = new Random(3);
    for (int i = 0; i < count; i++) {
      if (random.nextInt(20) != 0) {
        assertThat(tree.remove(NOW, i)).isTrue();
      }
    }
    tree.validate();
    assertThat(tree.bytes()).isLessThan(tree.count() * 16);
  }

  @Test
  void clearInStepsKeepsAValidTree() {
    for (int i = 0; i < 20_000; i++) {
      assertThat(tree.insert(NOW + i, i)).isTrue();
    }
    int steps = 0;
    while (!tree.clearStep(10)) {
      tree.validate();
      assertThat(tree.insert(NOW + 30_000 + steps, steps)).isTrue();
      steps++;
    }
    assertThat(steps).isGreaterThan(20);
    assertThat(tree.count()).isZero();
    assertThat(arena.usedBytes()).isZero();
  }

  @Test
  void exhaustionLeavesTheTreeAsItWas() {
    Arena small = Objects.requireNonNull(Arena.reserve(4 * 64 * 1024));
    ExpiryTree full = new ExpiryTree(small);
    Random random = new Random(4);
    int refused = 0;
    long accepted = 0;
    while (refused < 100) {
      long bytes = full.bytes();
      long deadline = NOW + random.nextInt(1_000_000);
      int reference = (int) accepted;
      if (full.insert(deadline, reference)) {
        accepted++;
      } else {
        refused++;
        assertThat(full.contains(deadline, reference)).isFalse();
        assertThat(full.bytes()).isEqualTo(bytes);
      }
      assertThat(full.count()).isEqualTo(accepted);
      assertThat(small.usedBytes()).isEqualTo(full.bytes());
    }
    full.validate();
    while (full.count() > 0) {
      assertThat(full.remove(full.firstDeadline(), full.firstRef())).isTrue();
    }
    assertThat(full.insert(NOW, 1)).isTrue();
    full.clear();
    assertThat(small.usedBytes()).isZero();
    small.close();
  }
}
