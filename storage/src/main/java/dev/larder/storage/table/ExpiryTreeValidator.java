package dev.larder.storage.table;

import dev.larder.storage.memory.Arena;
import org.jspecify.annotations.Nullable;

/** Checks an expiry tree against its invariants; a violation is an {@link AssertionError}. */
final class ExpiryTreeValidator {
  private record Pair(long deadline, int reference) {
    boolean isBelow(Pair other) {
      return deadline < other.deadline
          || (deadline == other.deadline
              && Integer.compareUnsigned(reference, other.reference) < 0);
    }
  }

  private final Arena arena;
  private long pairs;
  private long summedMillis;
  private long nodes;
  private long leftmostLeaf;
  private @Nullable Pair previous;

  ExpiryTreeValidator(Arena arena) {
    this.arena = arena;
  }

  void validate(int root, int height, long count, long sum, long nodeCount, long firstLeaf) {
    if (height == 0) {
      require(root == 0 && count == 0 && nodeCount == 0 && firstLeaf == 0, "an empty tree is 0");
      require(sum == 0, "an empty tree's deadlines sum up to 0");
      return;
    }
    if (height > 1) {
      require(ExpiryInner.count(arena.address(root)) > 1, "an inner root has two children");
    }
    visit(arena.address(root), height - 1, null, null);
    require(pairs == count, "pairs: found " + pairs + ", counted " + count);
    require(summedMillis == sum, "sum: found " + summedMillis + ", kept " + sum);
    require(nodes == nodeCount, "nodes: found " + nodes + ", counted " + nodeCount);
    require(leftmostLeaf == firstLeaf, "the first leaf is the leftmost");
  }

  private void visit(long node, int level, @Nullable Pair from, @Nullable Pair to) {
    nodes++;
    if (level == 0) {
      visitLeaf(node, from, to);
      return;
    }
    int count = ExpiryInner.count(node);
    require(count > 0 && count <= ExpiryInner.CAPACITY, "inner count " + count);
    for (int i = 0; i < count; i++) {
      Pair childFrom = i == 0 ? from : separator(node, i);
      Pair childTo = i + 1 == count ? to : separator(node, i + 1);
      require(childFrom == null || childTo == null || childFrom.isBelow(childTo), "SEPARATOR");
      visit(arena.address(ExpiryInner.child(node, i)), level - 1, childFrom, childTo);
      if (i > 0) {
        checkPairRule(
            arena.address(ExpiryInner.child(node, i - 1)),
            arena.address(ExpiryInner.child(node, i)),
            level - 1);
      }
    }
  }

  private static Pair separator(long node, int index) {
    return new Pair(ExpiryInner.deadline(node, index), ExpiryInner.reference(node, index));
  }

  private void visitLeaf(long leaf, @Nullable Pair from, @Nullable Pair to) {
    if (leftmostLeaf == 0) {
      leftmostLeaf = leaf;
    }
    int count = ExpiryLeaf.count(leaf);
    require(count > 0 && count <= ExpiryLeaf.CAPACITY, "leaf count " + count);
    for (int i = 0; i < count; i++) {
      Pair pair = new Pair(ExpiryLeaf.deadline(leaf, i), ExpiryLeaf.reference(leaf, i));
      require(ExpiryLeaf.covers(leaf, pair.deadline()), "WINDOW");
      require(previous == null || previous.isBelow(pair), "order at " + pair);
      require(from == null || !pair.isBelow(from), "SEPARATOR below " + pair);
      require(to == null || pair.isBelow(to), "SEPARATOR above " + pair);
      previous = pair;
      summedMillis += ExpiryTree.summed(pair.deadline());
    }
    pairs += count;
  }

  private static void checkPairRule(long left, long right, int level) {
    if (level == 0) {
      require(
          ExpiryLeaf.count(left) > ExpiryTree.FEW_ENTRIES
              || ExpiryLeaf.count(right) > ExpiryTree.FEW_ENTRIES
              || !ExpiryLeaf.compatible(left, right),
          "PAIR RULE of leaves");
    } else {
      require(
          ExpiryInner.count(left) > ExpiryTree.FEW_CHILDREN
              || ExpiryInner.count(right) > ExpiryTree.FEW_CHILDREN,
          "PAIR RULE of inner nodes");
    }
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("expiry tree: " + what);
    }
  }
}
