package dev.larder.storage.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.memory.VirtualMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CountedTreeTest {
  private static final int COUNT = 20_000;

  private final Random random = new Random(1);
  private final Arena arena = Objects.requireNonNull(Arena.reserve(64L << 20));

  @AfterEach
  void close() {
    arena.close();
  }

  private NumberTree tree(int entryBytes, boolean weighed) {
    NumberTree tree = new NumberTree(entryBytes, weighed);
    tree.bind(arena, tree.rootAddress);
    return tree;
  }

  private static void insert(NumberTree tree, long key) {
    tree.seek(key);
    assertThat(tree.insert(key, 1)).isTrue();
  }

  /** The share of the nodes' bytes that the entries themselves take. */
  private static double fill(NumberTree tree) {
    return (double) tree.count() * tree.entryBytes / tree.bytes();
  }

  @Test
  void emptyTreeTakesNothing() {
    NumberTree tree = tree(12, false);
    assertThat(tree.isEmpty()).isTrue();
    assertThat(tree.bytes() + tree.count() + tree.weight() + tree.position()).isZero();
    assertThat(tree.entry()).isZero();
    assertThat(tree.clearStep(1, null)).isTrue();
    tree.seekEnd();
    tree.validate();
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 12, 16, 24, 32, 48})
  void ascendingKeysFillTheirLeaves(int entryBytes) {
    NumberTree tree = tree(entryBytes, false);
    for (int i = 0; i < COUNT; i++) {
      insert(tree, i);
    }
    tree.validate();
    assertThat(fill(tree)).isGreaterThan(0.91);
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 12, 16, 24, 32, 48})
  void descendingKeysFillTheirLeaves(int entryBytes) {
    NumberTree tree = tree(entryBytes, false);
    for (int i = 0; i < COUNT; i++) {
      insert(tree, -i);
    }
    tree.validate();
    assertThat(fill(tree)).isGreaterThan(0.91);
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 12, 16, 24, 32, 48})
  void randomKeysFillMostOfTheirLeaves(int entryBytes) {
    NumberTree tree = tree(entryBytes, false);
    for (int i = 0; i < COUNT; i++) {
      insert(tree, random.nextLong());
    }
    tree.validate();
    long leafBytes = CountedRoot.leaves(tree.rootAddress) * tree.leaves.nodeBytes;
    assertThat((double) COUNT * entryBytes / leafBytes).isGreaterThan(0.82);
    assertThat(fill(tree)).isGreaterThan(0.76);
  }

  /** As ids come that several clients make from their clocks. */
  @Test
  void almostAscendingKeysFillMostOfTheirLeaves() {
    NumberTree tree = tree(12, false);
    for (int i = 0; i < COUNT; i++) {
      insert(tree, i - random.nextInt(10));
    }
    tree.validate();
    assertThat(fill(tree)).isGreaterThan(0.76);
  }

  @Test
  void pushesAtBothEndsFillTheirLeaves() {
    NumberTree tree = tree(12, true);
    for (int i = 0; i < COUNT; i++) {
      if (i % 2 == 0) {
        tree.seekFirst();
      } else {
        tree.seekEnd();
      }
      assertThat(tree.insert(0, i)).isTrue();
    }
    tree.validate();
    assertThat(tree.weight()).isEqualTo((long) COUNT * (COUNT - 1) / 2);
    assertThat(fill(tree)).isGreaterThan(0.91);
  }

  @Test
  void queueMovesNothingBetweenLeavesAndLeavesNoResidue() {
    NumberTree tree = tree(12, false);
    for (int i = 0; i < 200; i++) {
      insert(tree, random.nextInt(200));
    }
    for (int i = 200; i < COUNT; i++) {
      tree.seekFirst();
      long leaf = tree.path[0];
      tree.next();
      long secondLeaf = tree.path[0];
      int count = tree.leaves.count(secondLeaf);
      tree.seekFirst();
      tree.remove();
      assertThat(tree.path[0]).isEqualTo(secondLeaf);
      assertThat(tree.leaves.count(secondLeaf)).isEqualTo(leaf == secondLeaf ? count - 1 : count);
      tree.seekEnd();
      assertThat(tree.insert(i, 1)).isTrue();
    }
    tree.validate();
    assertThat(tree.count()).isEqualTo(200);
    assertThat(tree.bytes()).isLessThan(200 * 12 * 2);
  }

  @Test
  void memoryFallsWithRandomRemovals() {
    NumberTree tree = tree(12, false);
    for (int i = 0; i < COUNT; i++) {
      insert(tree, i);
    }
    for (int i = 0; i < COUNT; i++) {
      if (random.nextInt(20) != 0) {
        assertThat(tree.seek(i)).isTrue();
        tree.remove();
      }
    }
    tree.validate();
    assertThat(fill(tree)).isGreaterThan(0.5);
  }

  @Test
  void clearInStepsShowsEachEntryOnce() {
    NumberTree tree = tree(16, true);
    for (int i = 0; i < COUNT; i++) {
      insert(tree, i);
    }
    List<Long> seen = new ArrayList<>();
    int steps = 0;
    while (!tree.clearStep(10, entry -> seen.add(Memory.getLong(entry)))) {
      tree.validate();
      assertThat(tree.keyAtCursor()).isEqualTo(seen.size());
      steps++;
    }
    assertThat(steps).isBetween(COUNT / 31 / 13, COUNT / 31 / 8);
    assertThat(seen).hasSize(COUNT).isSorted();
    assertThat(arena.usedBytes()).isZero();
    tree.validate();
  }

  @Test
  void rootMayMove() {
    NumberTree tree = tree(12, false);
    for (int i = 0; i < 1_000; i++) {
      insert(tree, i);
    }
    long moved = VirtualMemory.allocateForever(CountedTree.ROOT_BYTES, 8);
    Memory.copy(tree.rootAddress, moved, CountedTree.ROOT_BYTES);
    CountedTree.writeEmpty(tree.rootAddress);
    tree.bind(arena, moved);
    assertThat(tree.seek(500)).isTrue();
    assertThat(tree.position()).isEqualTo(500);
    tree.remove();
    tree.validate();
    tree.bind(arena, tree.rootAddress);
    assertThat(tree.isEmpty()).isTrue();
  }

  @Test
  void largeWeights() {
    NumberTree tree = tree(12, true);
    tree.insert(1, Integer.MAX_VALUE);
    tree.seekEnd();
    tree.insert(2, Integer.MAX_VALUE);
    assertThat(tree.weight()).isEqualTo(2L * Integer.MAX_VALUE);
    assertThat(tree.seekPosition(Integer.MAX_VALUE)).isTrue();
    assertThat(tree.keyAtCursor()).isEqualTo(2);
    assertThat(tree.seekPosition(tree.weight() - 1)).isTrue();
    assertThat(tree.offset()).isEqualTo(Integer.MAX_VALUE - 1);
    assertThatThrownBy(() -> tree.insert(3, 3)).isInstanceOf(AssertionError.class);
  }

  @Test
  void entriesHaveEightToFortyEightBytes() {
    assertThatThrownBy(() -> new NumberTree(7, false)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new NumberTree(49, false))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 12, 48})
  void exhaustionLeavesTheTreeAsItWas(int entryBytes) {
    Arena small = Objects.requireNonNull(Arena.reserve(6 * 64 * 1024));
    NumberTree tree = new NumberTree(entryBytes, true);
    tree.bind(small, tree.rootAddress);
    int refused = 0;
    long accepted = 0;
    while (refused < 100) {
      long bytes = tree.bytes();
      long key = random.nextInt(1_000_000) * 2L;
      tree.seek(key);
      long entry = tree.entry();
      if (tree.insert(key, 1)) {
        accepted++;
      } else {
        refused++;
        assertThat(tree.entry()).isEqualTo(entry);
        assertThat(tree.bytes()).isEqualTo(bytes);
        tree.validate();
      }
      assertThat(tree.count()).isEqualTo(accepted);
      assertThat(small.usedBytes()).isEqualTo(tree.bytes());
    }
    while (tree.seekLast()) {
      tree.remove();
    }
    assertThat(small.usedBytes()).isZero();
    tree.insert(1, 1);
    assertThat(tree.clearStep(Integer.MAX_VALUE, null)).isTrue();
    small.close();
  }
}
