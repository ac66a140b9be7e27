package dev.larder.storage.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.memory.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random operations beside a plain list, with the structure and the cursor checked as it goes. */
@Tag("slow")
class CountedTreeModelTest {
  private record Item(long key, int weight) {}

  private final long seed = Long.getLong("seed", System.identityHashCode(this) * 31L + 7);
  private final Random random = new Random(seed);
  private final Arena arena = Objects.requireNonNull(Arena.reserve(64L << 20));
  private final List<Item> model = new ArrayList<>();
  private NumberTree tree = new NumberTree(12, false);

  /** Draws keys; each test has its own. */
  private interface Keys {
    long next(int step);
  }

  @BeforeEach
  void printSeed() {
    System.getLogger("test").log(System.Logger.Level.INFO, "-Dseed=" + seed);
  }

  @AfterEach
  void close() {
    arena.close();
  }

  @ParameterizedTest
  @CsvSource({"8,false", "8,true", "12,false", "12,true", "16,true", "24,false", "48,true"})
  void randomKeys(int entryBytes, boolean weighed) {
    runByKey(entryBytes, weighed, step -> random.nextInt(1 << 20), 8_000);
  }

  @Test
  void ascendingKeys() {
    runByKey(12, false, step -> step, 8_000);
  }

  @Test
  void descendingKeys() {
    runByKey(16, true, step -> -step, 8_000);
  }

  /** Equal keys everywhere: a search ends at the first of them. */
  @Test
  void fewDistinctKeys() {
    runByKey(12, true, step -> random.nextInt(5), 8_000);
  }

  /** Most keys near the end, as ids that come almost in order. */
  @Test
  void almostAscendingKeys() {
    runByKey(24, true, step -> step - random.nextInt(20), 8_000);
  }

  @ParameterizedTest
  @CsvSource({"8,true", "12,false", "12,true", "48,true"})
  void randomPositions(int entryBytes, boolean weighed) {
    runByPosition(entryBytes, weighed, 2, 8_000);
  }

  /** Mostly at the two ends, as lists and queues are used. */
  @ParameterizedTest
  @CsvSource({"12,true", "16,false"})
  void positionsAtTheEnds(int entryBytes, boolean weighed) {
    runByPosition(entryBytes, weighed, 20, 20_000);
  }

  /** Three and more levels, emptied in random order: inner nodes merge on every level. */
  @ParameterizedTest
  @CsvSource({"12,false", "48,true"})
  void tallTreeFallsApartInAnyOrder(int entryBytes, boolean weighed) {
    start(entryBytes, weighed);
    List<Long> keys = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      long key = random.nextLong();
      tree.seek(key);
      assertThat(tree.insert(key, random.nextInt(4))).isTrue();
      keys.add(key);
    }
    tree.validate();
    while (!keys.isEmpty()) {
      int index = random.nextInt(keys.size());
      assertThat(tree.seek(keys.get(index))).isTrue();
      tree.remove();
      keys.set(index, keys.getLast());
      keys.removeLast();
      if (keys.size() % 100 == 0) {
        tree.validate();
        assertThat(arena.usedBytes()).isEqualTo(tree.bytes());
      }
    }
    assertThat(tree.bytes()).isZero();
  }

  /** Cuts ranges out, and now and then clears in steps. */
  @ParameterizedTest
  @CsvSource({"12,true", "48,false"})
  void rangesGoAway(int entryBytes, boolean weighed) {
    start(entryBytes, weighed);
    for (int round = 0; round < 40; round++) {
      while (model.size() < 3_000) {
        insertByKey(random.nextInt(1 << 16));
      }
      int from = random.nextInt(model.size());
      int entries = Math.min(random.nextInt(2_000), model.size() - from);
      seekIndex(from);
      for (int i = 0; i < entries; i++) {
        tree.remove();
        model.remove(from);
        check(from);
      }
      tree.validate();
      int nodes = 1 + random.nextInt(10);
      int before = model.size();
      boolean empty = tree.clearStep(nodes, entry -> model.removeFirst());
      tree.validate();
      assertThat(empty).isEqualTo(model.isEmpty());
      assertThat(model.size()).isLessThan(before);
      check(0);
    }
  }

  private void start(int entryBytes, boolean weighed) {
    tree = new NumberTree(entryBytes, weighed);
    tree.bind(arena, tree.rootAddress);
  }

  /** Grows and shrinks in phases, so that the tree passes through all its heights. */
  private void runByKey(int entryBytes, boolean weighed, Keys keys, int steps) {
    start(entryBytes, weighed);
    for (int step = 0; step < steps; step++) {
      boolean growing = step / 2_000 % 2 == 0;
      int dice = random.nextInt(10);
      if (model.isEmpty() || dice < (growing ? 7 : 2)) {
        insertByKey(keys.next(step));
      } else if (dice < 9) {
        removeByKey(model.get(random.nextInt(model.size())).key());
      } else {
        seekAbsent(keys.next(step));
      }
      validateSometimes(step);
    }
    empty();
  }

  private void runByPosition(int entryBytes, boolean weighed, int endBias, int steps) {
    start(entryBytes, weighed);
    long key = 0;
    for (int step = 0; step < steps; step++) {
      boolean growing = step / 2_500 % 2 == 0;
      int dice = random.nextInt(10);
      int index = index(endBias);
      if (model.isEmpty() || dice < (growing ? 6 : 2)) {
        // Keys must ascend for validate(): so they are all alike here.
        seekIndex(index);
        insertAt(index, key);
      } else if (dice < 8) {
        removeAt(Math.min(index, model.size() - 1));
      } else {
        changeAt(Math.min(index, model.size() - 1));
      }
      validateSometimes(step);
    }
    empty();
  }

  private int index(int endBias) {
    int draw = random.nextInt(endBias + 1);
    return draw == 0 ? random.nextInt(model.size() + 1) : draw % 2 == 0 ? model.size() : 0;
  }

  private void empty() {
    while (!model.isEmpty()) {
      removeAt(random.nextInt(model.size()));
      validateSometimes(model.size());
    }
    assertThat(tree.isEmpty()).isTrue();
    assertThat(tree.seekFirst() || tree.seekLast() || tree.seek(0) || tree.next()).isFalse();
    assertThat(tree.previous() || tree.seekPosition(0)).isFalse();
    assertThat(tree.bytes()).isZero();
    assertThat(arena.usedBytes()).isZero();
  }

  private void insertByKey(long key) {
    int index = firstNotBefore(key);
    boolean found = index < model.size() && model.get(index).key() == key;
    assertThat(tree.seek(key)).isEqualTo(found);
    check(index);
    insertAt(index, key);
  }

  private void insertAt(int index, long key) {
    int weight = random.nextInt(20) == 0 ? 1 << 16 : random.nextInt(6);
    assertThat(tree.insert(key, weight)).isTrue();
    assertThat(tree.keyAtCursor()).isEqualTo(key);
    model.add(index, new Item(key, tree.weightAtCursor()));
    check(index);
  }

  private void removeByKey(long key) {
    assertThat(tree.seek(key)).isTrue();
    int index = firstNotBefore(key);
    check(index);
    tree.remove();
    model.remove(index);
    check(index);
  }

  private void removeAt(int index) {
    seekIndex(index);
    check(index);
    tree.remove();
    model.remove(index);
    check(index);
  }

  private void changeAt(int index) {
    seekIndex(index);
    int before = tree.weightAtCursor();
    tree.write(tree.entry(), model.get(index).key(), random.nextInt(9));
    int weight = tree.weightAtCursor();
    if (random.nextBoolean()) {
      tree.changed();
    } else {
      tree.changed(weight - before);
    }
    model.set(index, new Item(model.get(index).key(), weight));
    check(index);
  }

  private void seekAbsent(long key) {
    int index = firstNotBefore(key);
    boolean found = index < model.size() && model.get(index).key() == key;
    assertThat(tree.seek(key)).isEqualTo(found);
    check(index);
  }

  private int firstNotBefore(long key) {
    int index = 0;
    while (index < model.size() && model.get(index).key() < key) {
      index++;
    }
    return index;
  }

  /** Goes to an index on a way of the tree's own; entries without weight are found by walking. */
  private void seekIndex(int index) {
    if (index == model.size()) {
      tree.seekEnd();
    } else if (index == 0) {
      assertThat(tree.seekFirst()).isTrue();
    } else if (index == model.size() - 1) {
      assertThat(tree.seekLast()).isTrue();
    } else {
      int covering = index;
      while (covering < model.size() && model.get(covering).weight() == 0) {
        covering++;
      }
      int weight = covering == model.size() ? 0 : model.get(covering).weight();
      int inside = weight == 0 ? 0 : random.nextInt(weight);
      assertThat(tree.seekPosition(position(covering) + inside)).isEqualTo(weight > 0);
      assertThat(tree.offset()).isEqualTo(inside);
      for (int i = covering; i > index; i--) {
        assertThat(tree.previous()).isTrue();
        assertThat(tree.offset()).isZero();
      }
    }
  }

  private long position(int index) {
    long sum = 0;
    for (int i = 0; i < index; i++) {
      sum += model.get(i).weight();
    }
    return sum;
  }

  /** The cursor is at the model's index, and its surroundings are the model's. */
  private void check(int index) {
    assertThat(tree.count()).isEqualTo(model.size());
    assertThat(tree.position()).isEqualTo(position(index));
    if (index == model.size()) {
      assertThat(tree.entry()).isZero();
    } else {
      assertThat(tree.keyAtCursor()).isEqualTo(model.get(index).key());
      assertThat(tree.weightAtCursor()).isEqualTo(model.get(index).weight());
    }
  }

  private void validateSometimes(int step) {
    assertThat(arena.usedBytes()).isEqualTo(tree.bytes());
    if (step % 16 == 0 || model.size() < 200) {
      tree.validate();
    }
    if (step % 200 == 0) {
      assertThat(tree.weight()).isEqualTo(position(model.size()));
      walk();
    }
  }

  /** Both ways through the whole tree. */
  private void walk() {
    boolean there = tree.seekFirst();
    for (Item item : model) {
      assertThat(there).isTrue();
      assertThat(new Item(tree.keyAtCursor(), tree.weightAtCursor())).isEqualTo(item);
      there = tree.next();
    }
    assertThat(there || tree.next()).isFalse();
    assertThat(tree.entry()).isZero();
    for (Item item : model.reversed()) {
      assertThat(tree.previous()).isTrue();
      assertThat(new Item(tree.keyAtCursor(), tree.weightAtCursor())).isEqualTo(item);
    }
    assertThat(tree.previous()).isFalse();
    if (!model.isEmpty()) {
      check(0);
    }
  }
}
