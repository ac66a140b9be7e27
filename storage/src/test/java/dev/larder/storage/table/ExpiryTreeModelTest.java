package dev.larder.storage.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.memory.Arena;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random operations against a sorted set on the heap, with the structure checked as it goes. */
@Tag("slow")
class ExpiryTreeModelTest {
  private record Pair(long deadline, int reference) {}

  private static final Comparator<Pair> ORDER =
      Comparator.comparingLong(Pair::deadline)
          .thenComparing(Pair::reference, Integer::compareUnsigned);

  private final long seed = Long.getLong("seed", System.identityHashCode(this) * 31L + 7);
  private final Random random = new Random(seed);
  private final Arena arena = Objects.requireNonNull(Arena.reserve(64L << 20));
  private final ExpiryTree tree = new ExpiryTree(arena);
  private final TreeSet<Pair> model = new TreeSet<>(ORDER);

  /** Draws deadlines; each test has its own. */
  private interface Deadlines {
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

  @Test
  void randomDeadlinesWithinAnHour() {
    run(step -> 1_700_000_000_000L + random.nextInt(3_600_000), 30_000);
  }

  @Test
  void fewDistinctDeadlines() {
    run(step -> 1_700_000_000_000L + random.nextInt(3), 30_000);
  }

  @Test
  void ascendingDeadlines() {
    run(step -> 1_700_000_000_000L + step * 3L, 30_000);
  }

  @Test
  void descendingDeadlines() {
    run(step -> 1_700_000_000_000L - step * 3L, 30_000);
  }

  @Test
  void deadlinesOverTheWholeRange() {
    run(step -> random.nextLong() >>> 1 + random.nextInt(60), 30_000);
  }

  @Test
  void deadlinesAroundTheWidthOfAWindow() {
    run(step -> (long) random.nextInt(40) * ((1L << 31) - 7) + random.nextInt(20), 30_000);
  }

  @Test
  void extremeDeadlines() {
    long[] all = {0, 1, (1L << 32) - 1, 1L << 32, Long.MAX_VALUE - 1, Long.MAX_VALUE};
    run(step -> all[random.nextInt(all.length)], 10_000);
  }

  /** Four levels of nodes, emptied in random order: inner nodes merge on every level. */
  @Test
  void tallTreeFallsApartInAnyOrder() {
    List<Pair> live = new ArrayList<>();
    for (int i = 0; i < 60_000; i++) {
      insert(random.nextInt(1_000), live);
    }
    tree.validate();
    while (!live.isEmpty()) {
      Pair pair = takeRandom(live);
      assertThat(tree.remove(pair.deadline(), pair.reference())).isTrue();
      if (live.size() % 500 == 0) {
        tree.validate();
      }
    }
    assertThat(tree.bytes()).isZero();
    assertThat(arena.usedBytes()).isZero();
  }

  /** Grows and shrinks in phases, so that the tree passes through all its heights. */
  private void run(Deadlines deadlines, int steps) {
    List<Pair> live = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      boolean growing = step / 5_000 % 2 == 0;
      int dice = random.nextInt(10);
      if (live.isEmpty() || dice < (growing ? 6 : 2)) {
        insert(deadlines.next(step), live);
      } else if (dice < 7) {
        Pair pair = takeRandom(live);
        assertThat(tree.remove(pair.deadline(), pair.reference())).isTrue();
        model.remove(pair);
      } else if (dice < 9) {
        replace(live);
      } else if (random.nextBoolean()) {
        popFirst(live);
      } else {
        removeAbsent(deadlines.next(step));
      }
      check(step);
    }
    while (!model.isEmpty()) {
      assertThat(tree.firstRef()).isEqualTo(model.getFirst().reference());
      model.pollFirst();
      tree.popFirst();
      check(model.size());
    }
    assertThat(tree.bytes()).isZero();
    assertThat(arena.usedBytes()).isZero();
  }

  private void insert(long deadline, List<Pair> live) {
    Pair pair = new Pair(deadline, random.nextInt());
    if (model.add(pair)) {
      assertThat(tree.insert(pair.deadline(), pair.reference())).isTrue();
      live.add(pair);
    }
  }

  private void replace(List<Pair> live) {
    Pair old = takeRandom(live);
    Pair moved = new Pair(old.deadline(), random.nextInt());
    if (model.contains(moved)) {
      moved = old;
    }
    assertThat(tree.replaceRef(old.deadline(), old.reference(), moved.reference())).isTrue();
    model.remove(old);
    model.add(moved);
    live.add(moved);
  }

  private void popFirst(List<Pair> live) {
    // The list is unordered: finding the pair is linear, so pops are rare in the mix.
    live.remove(model.pollFirst());
    tree.popFirst();
  }

  private void removeAbsent(long deadline) {
    Pair pair = new Pair(deadline, random.nextInt());
    assertThat(tree.contains(pair.deadline(), pair.reference())).isEqualTo(model.contains(pair));
    if (!model.contains(pair)) {
      assertThat(tree.remove(pair.deadline(), pair.reference())).isFalse();
    }
  }

  private Pair takeRandom(List<Pair> live) {
    int index = random.nextInt(live.size());
    Pair pair = live.get(index);
    live.set(index, live.getLast());
    live.removeLast();
    return pair;
  }

  private void check(int step) {
    assertThat(tree.count()).isEqualTo(model.size());
    assertThat(tree.firstDeadline())
        .isEqualTo(model.isEmpty() ? Long.MAX_VALUE : model.getFirst().deadline());
    assertThat(arena.usedBytes()).isEqualTo(tree.bytes());
    if (step % 16 == 0 || model.size() < 200) {
      tree.validate();
    }
    if (step % 2_000 == 0) {
      for (Pair pair : model) {
        assertThat(tree.contains(pair.deadline(), pair.reference())).isTrue();
      }
    }
  }
}
