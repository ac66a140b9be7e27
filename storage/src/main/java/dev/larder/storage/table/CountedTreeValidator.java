package dev.larder.storage.table;

import dev.larder.storage.memory.Memory;

/** Checks a counted tree against its invariants; a violation is an {@link AssertionError}. */
final class CountedTreeValidator {
  private final CountedTree tree;
  private final CountedNode leaves;
  private final CountedNode inners;
  private final int entryBytes;
  private long entries;
  private long leafCount;
  private long innerCount;
  private long previous;

  CountedTreeValidator(CountedTree tree) {
    this.tree = tree;
    this.leaves = tree.leaves;
    this.inners = tree.inners;
    this.entryBytes = (int) (leaves.entry(0, 1) - leaves.entry(0, 0));
  }

  void validate() {
    int height = tree.height();
    int node = CountedRoot.node(tree.root);
    if (height == 0) {
      require(node == 0 && tree.count() == 0 && tree.weight() == 0, "an empty tree is 0");
      require(tree.bytes() == 0, "an empty tree has no nodes");
      return;
    }
    long address = tree.arena.address(node);
    require(height == 1 || inners.count(address) > 1, "an inner root has two children");
    long weight = visit(address, height - 1, true, true);
    require(weight == tree.weight(), "weight: found " + weight + ", kept " + tree.weight());
    require(entries == tree.count(), "entries: found " + entries + ", kept " + tree.count());
    require(leafCount == CountedRoot.leaves(tree.root), "number of leaves");
    require(innerCount == CountedRoot.inners(tree.root), "number of inner nodes");
  }

  /** Checks the nodes below one, and returns its weight. */
  private long visit(long node, int level, boolean isFirst, boolean isLast) {
    CountedNode kind = tree.nodes(level);
    int count = kind.count(node);
    require(count > 0 && count <= kind.capacity, "count " + count + " at level " + level);
    if (level == 0) {
      return visitLeaf(node, count);
    }
    innerCount++;
    long sum = 0;
    for (int i = 0; i < count; i++) {
      long child = tree.childAddress(node, i);
      boolean childFirst = isFirst && i == 0;
      boolean childLast = isLast && i == count - 1;
      long weight = visit(child, level - 1, childFirst, childLast);
      require(weight == inners.weight(node, i), "weight of a child at level " + level);
      long first = tree.nodes(level - 1).entry(child, 0);
      require(Memory.equal(inners.entry(node, i), first, entryBytes), "SEPARATOR");
      boolean exempt = i == 0 || childLast || (isFirst && i == 1);
      require(exempt || !hasFew(node, i - 1, level) || !hasFew(node, i, level), "PAIR RULE");
      sum += weight;
    }
    return sum;
  }

  private boolean hasFew(long parent, int index, int level) {
    CountedNode kind = tree.nodes(level - 1);
    return kind.count(tree.childAddress(parent, index)) <= kind.few;
  }

  private long visitLeaf(long leaf, int count) {
    leafCount++;
    for (int i = 0; i < count; i++) {
      long entry = leaves.entry(leaf, i);
      require(previous == 0 || tree.compareEntries(previous, entry) <= 0, "order");
      previous = entry;
    }
    entries += count;
    return tree.leafWeight(leaf, 0, count);
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("counted tree: " + what);
    }
  }
}
