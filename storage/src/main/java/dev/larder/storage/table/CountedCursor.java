package dev.larder.storage.table;

import dev.larder.storage.memory.Arena;

/**
 * What reads a counted tree: the binding to one tree and the cursor, which is the path from the
 * root to an entry. {@link CountedTree} adds what changes it.
 */
abstract class CountedCursor {
  /** Far above what 2^32 entries can need. */
  static final int MAX_HEIGHT = 24;

  final CountedNode leaves;
  final CountedNode inners;
  private final int entryBytes;
  private final boolean weighed;

  @SuppressWarnings("NullAway.Init") // Nothing is asked of a tree that is not bound.
  Arena arena;

  long root;

  /**
   * The cursor: the node at each level (leaves are level 0) and the item there. The leaf is 0 when
   * the cursor is nowhere: after binding, and in an empty tree.
   *
   * <p>NORMAL CURSOR: between calls, the leaf's item exists, except at the end of the tree, which
   * is after the last entry of the last leaf.
   */
  final long[] path = new long[MAX_HEIGHT];

  final int[] slot = new int[MAX_HEIGHT];
  long offset;

  CountedCursor(int entryBytes, boolean weighed) {
    if (entryBytes < 8 || entryBytes > 48) {
      throw new IllegalArgumentException("entries of " + entryBytes + " bytes, not 8 to 48");
    }
    this.entryBytes = entryBytes;
    this.weighed = weighed;
    this.leaves = CountedNode.leaf(entryBytes);
    this.inners = CountedNode.inner(entryBytes);
  }

  /**
   * Points this object at a tree; the cursor is then nowhere.
   *
   * @param arena the arena of the tree's nodes
   * @param root the address of the tree's root; when the root is moved, bind again
   */
  public final void bind(Arena arena, long root) {
    this.arena = arena;
    this.root = root;
    path[0] = 0;
    offset = 0;
  }

  /** The arena of the tree that this object is bound to. */
  protected final Arena arena() {
    return arena;
  }

  /** How the entry at an address compares with the searched key: below 0 when it comes before. */
  protected abstract int compare(long entry);

  /**
   * The weight of the entry at an address, in the tree or about to be inserted: 0 to 2^31 - 1. Only
   * asked of a tree that was constructed as weighed.
   */
  protected int weight(long entry) {
    return 1;
  }

  /**
   * How two entries compare, for {@link CountedTree#validate}; a positional tree has no order to
   * check.
   */
  protected int compareEntries(long left, long right) {
    return -1;
  }

  /**
   * Of {@code count} entries side by side from an address, the number of those before the searched
   * key. A subclass may replace it by a search without calls.
   */
  protected int countBefore(long entries, int count) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (compare(entries + (long) middle * entryBytes) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The number of entries. */
  public final long count() {
    return CountedRoot.count(root);
  }

  /** The sum of the entries' weights. */
  public final long weight() {
    return CountedRoot.weight(root);
  }

  public final boolean isEmpty() {
    return CountedRoot.height(root) == 0;
  }

  /** The bytes that the tree's nodes take in the arena; the root is not among them. */
  public final long bytes() {
    return CountedRoot.leaves(root) * leaves.nodeBytes
        + CountedRoot.inners(root) * inners.nodeBytes;
  }

  /** The address of the cursor's entry, or 0 at the end. */
  public final long entry() {
    long leaf = path[0];
    return leaf == 0 || slot[0] >= leaves.count(leaf) ? 0 : leaves.entry(leaf, slot[0]);
  }

  /** The weight of all entries before the cursor. */
  public final long position() {
    if (path[0] == 0) {
      return 0;
    }
    long sum = leafWeight(path[0], 0, slot[0]);
    for (int level = height() - 1; level > 0; level--) {
      sum += inners.weight(path[level], 0, slot[level]);
    }
    return sum;
  }

  /** After {@link #seekPosition}: how far into the weight of the entry the position lies. */
  public final long offset() {
    return offset;
  }

  /**
   * Goes to the first entry that is not before the searched key, or to the end.
   *
   * @return whether that entry compares as equal
   */
  public final boolean seek() {
    int level = enter();
    if (level < 0) {
      return false;
    }
    long node = path[level];
    for (; level > 0; level--) {
      // By SEPARATOR, child i has an entry before the key exactly if item i is before it; the
      // sought entry is in the last such child, or is the first one after it.
      int index = countBefore(inners.entry(node, 1), inners.count(node) - 1);
      slot[level] = index;
      node = childAddress(node, index);
      path[level - 1] = node;
    }
    int count = leaves.count(node);
    slot[0] = countBefore(leaves.entry(node, 0), count);
    return (slot[0] < count || nextLeaf()) && compare(entry()) == 0;
  }

  /**
   * Goes to the entry that covers a position, or to the end when the position is not below {@link
   * #weight()}. Not negative.
   *
   * @return whether there is such an entry
   */
  public final boolean seekPosition(long position) {
    assert position >= 0 : "position " + position;
    if (position >= weight()) {
      seekEnd();
      return false;
    }
    int level = enter();
    long rest = position;
    long node = path[level];
    for (; level > 0; level--) {
      int index = 0;
      for (long weight; rest >= (weight = inners.weight(node, index)); index++) {
        rest -= weight;
      }
      slot[level] = index;
      node = childAddress(node, index);
      path[level - 1] = node;
    }
    int index = 0;
    if (weighed) {
      for (int weight; rest >= (weight = weight(leaves.entry(node, index))); index++) {
        rest -= weight;
      }
    } else {
      index = (int) rest;
      rest = 0;
    }
    slot[0] = index;
    offset = rest;
    return true;
  }

  /** Goes to the first entry; returns whether there is one. */
  public final boolean seekFirst() {
    int level = enter();
    if (level < 0) {
      return false;
    }
    slot[level] = 0;
    descendFirst(level);
    return true;
  }

  /** Goes to the last entry; returns whether there is one. */
  public final boolean seekLast() {
    int level = enter();
    if (level < 0) {
      return false;
    }
    slot[level] = nodes(level).count(path[level]) - 1;
    descendLast(level);
    return true;
  }

  /** Goes behind the last entry. */
  public final void seekEnd() {
    if (seekLast()) {
      slot[0]++;
    }
  }

  /** Goes to the next entry, or to the end; returns whether there is an entry. */
  public final boolean next() {
    long leaf = path[0];
    if (leaf == 0) {
      return false;
    }
    offset = 0;
    int count = leaves.count(leaf);
    return slot[0] < count && (++slot[0] < count || nextLeaf());
  }

  /** Goes to the entry before, from the end to the last; false, and nowhere else, at the first. */
  public final boolean previous() {
    if (path[0] == 0) {
      return false;
    }
    offset = 0;
    if (slot[0] > 0) {
      slot[0]--;
      return true;
    }
    int top = height() - 1;
    for (int level = 1; level <= top; level++) {
      if (slot[level] > 0) {
        slot[level]--;
        descendLast(level);
        return true;
      }
    }
    return false;
  }

  /** Goes from the end of a leaf to the first entry of the next; stays when there is none. */
  final boolean nextLeaf() {
    int top = height() - 1;
    for (int level = 1; level <= top; level++) {
      if (slot[level] + 1 < inners.count(path[level])) {
        slot[level]++;
        descendFirst(level);
        return true;
      }
    }
    return false;
  }

  /** Starts a path at the root; returns its level, or -1 when there is none. */
  private int enter() {
    offset = 0;
    int top = height() - 1;
    if (top < 0) {
      path[0] = 0;
    } else {
      path[top] = arena.address(CountedRoot.node(root));
    }
    return top;
  }

  /** Completes the path below the item at a level, to its first entry. */
  final void descendFirst(int level) {
    for (int i = level; i > 0; i--) {
      path[i - 1] = childAddress(path[i], slot[i]);
      slot[i - 1] = 0;
    }
  }

  /** Completes the path below the item at a level, to its last entry. */
  final void descendLast(int level) {
    for (int i = level; i > 0; i--) {
      long node = childAddress(path[i], slot[i]);
      path[i - 1] = node;
      slot[i - 1] = nodes(i - 1).count(node) - 1;
    }
  }

  final int height() {
    return CountedRoot.height(root);
  }

  final CountedNode nodes(int level) {
    return level == 0 ? leaves : inners;
  }

  final long childAddress(long parent, int index) {
    return arena.address(inners.child(parent, index));
  }

  final int weightOf(long entry) {
    return weighed ? weight(entry) : 1;
  }

  /** The weight of a leaf's entries from one to before another. */
  final long leafWeight(long leaf, int from, int to) {
    if (!weighed) {
      return to - from;
    }
    long sum = 0;
    for (int i = from; i < to; i++) {
      sum += weight(leaves.entry(leaf, i));
    }
    return sum;
  }
}
