package dev.larder.storage.table;

import dev.larder.storage.memory.Arena;
import org.jspecify.annotations.Nullable;

/*
 * Problem. Sorted sets, lists and streams need an order in which an entry is found by key or by
 * position, its rank told, and neighbours visited both ways; with a million entries as with ten,
 * and at a few bytes an entry.
 *
 * Idea. A B+ tree of small entries of one size, whose inner nodes know for each child its first
 * entry and its weight: the number of entries below it, or what the subclass counts instead.
 *
 *       root: [ node, height, count, weight ]                in memory of the owner (CountedRoot)
 *                         |
 *             [ a 93 | k 61 | t 70 ]                         inner nodes: 50 children
 *              /        |         \                          of 12 bytes an entry (CountedNode)
 *      [a b c d ...] [k l m ...] [t u v ...]                 leaves: 42 entries of 12 bytes
 *
 * Filling. A full leaf that is to take one more entry at its end, at the end of the tree, stays
 * full and gets a neighbour for the new entry; likewise at the beginning. Elsewhere a full leaf
 * shares with a neighbour, and is split only when its neighbours are nearly full as well.
 *
 * Emptying. Nodes only merge, they never borrow; a node goes when its last entry goes. A removal at
 * either end of the tree moves nothing between nodes, so that queues stay cheap.
 *
 *   PAIR RULE: of two neighbours below one parent at least one has more than `few` items, unless
 *   one of them is the first or the last node of its level.
 *   NO EMPTY NODE: every node has an item; an inner root has at least two; an empty tree has none.
 *   WEIGHT BOUND: the weights of all entries of a tree sum up to less than 2^32.
 *   SEPARATOR (CountedNode), NORMAL CURSOR (CountedCursor).
 *
 * Concurrency. None: one object per thread and role, pointed at any tree whose shard is owned.
 *
 * Cost. Finding, inserting, removing: one descent, and a move of at most a leaf's bytes. position()
 * and seekPosition() add up weights, at most a node's at each level; a weighed leaf is added up
 * entry by entry. Nothing is allocated on the heap after construction.
 */

/**
 * An ordered sequence of entries of fixed size in an arena, with a cursor. A subclass says how
 * entries compare with the key that it currently searches for, and what they weigh.
 *
 * <p>All methods but {@code bind} and the static ones need a bound tree. The cursor is valid until
 * the tree is changed through another object, or the root is moved. Not thread-safe: for the owner
 * of the tree's shard.
 */
public abstract class CountedTree extends CountedCursor {
  /** The size of a tree's root. */
  public static final int ROOT_BYTES = CountedRoot.BYTES;

  /** The most that the entries of one tree may weigh together; the caller sees to it. */
  public static final long MAX_WEIGHT = (1L << 32) - 1;

  /** Nodes taken from the arena before a split begins, so that it cannot fail halfway. */
  private final int[] reserved = new int[MAX_HEIGHT + 1];

  private int reservedCount;

  /** A full leaf shares with a neighbour that has at least this much room; else it is split. */
  private final int shareRoom;

  /**
   * A tree whose entries all weigh 1.
   *
   * @param entryBytes the size of an entry, 8 to 48
   */
  protected CountedTree(int entryBytes) {
    this(entryBytes, false);
  }

  /**
   * A tree.
   *
   * @param entryBytes the size of an entry, 8 to 48
   * @param weighed whether entries weigh what {@link #weight(long)} says; else all weigh 1
   */
  protected CountedTree(int entryBytes, boolean weighed) {
    super(entryBytes, weighed);
    this.shareRoom = Math.max(2, leaves.capacity / 8);
  }

  /** Makes {@link #ROOT_BYTES} at an address the root of an empty tree. */
  public static void writeEmpty(long root) {
    CountedRoot.init(root);
  }

  /**
   * Inserts a copy of an entry before the cursor, which is then at the new entry. In an empty tree
   * the cursor may be nowhere.
   *
   * @param source the address of the entry, outside the tree
   * @return false when the arena is exhausted; the tree and the cursor are as they were
   */
  public final boolean insert(long source) {
    int weight = weightOf(source);
    if (height() == 0) {
      if (!plantRoot()) {
        return false;
      }
    } else {
      assert path[0] != 0 : "insert without a cursor";
      if (leaves.count(path[0]) == leaves.capacity && !makeRoom()) {
        return false;
      }
    }
    leaves.open(path[0], slot[0]);
    leaves.setEntry(path[0], slot[0], source);
    addAbove(1, weight);
    if (slot[0] == 0) {
      copyFirstUp(0);
    }
    offset = 0;
    return true;
  }

  /**
   * Removes the entry at the cursor, which is then at the following entry. Never needs memory. The
   * entry is asked for its weight, but not compared.
   */
  public final void remove() {
    assert entry() != 0 : "remove without an entry";
    long leaf = path[0];
    addAbove(-1, -weightOf(entry()));
    leaves.remove(leaf, slot[0]);
    offset = 0;
    int count = leaves.count(leaf);
    if (count == 0) {
      dropEmpty(isFirst(0) || isLast(0));
    } else {
      if (slot[0] == 0) {
        copyFirstUp(0);
      }
      if (count <= leaves.few && !isAtEnd(count)) {
        mergeUp(0);
      }
    }
    if (path[0] != 0 && slot[0] == leaves.count(path[0])) {
      nextLeaf();
    }
  }

  /**
   * Tells the tree that the caller has changed the entry at the cursor in place, its weight
   * perhaps, its order not. In a weighed tree the leaf's entries are all asked for their weights.
   */
  public final void changed() {
    long leaf = path[0];
    long weight = leafWeight(leaf, 0, leaves.count(leaf));
    changed(weight - (height() == 1 ? weight() : inners.weight(path[1], slot[1])));
  }

  /** The same as {@link #changed()}, when the caller knows by how much the weight has grown. */
  public final void changed(long weightChange) {
    assert entry() != 0 : "changed without an entry";
    if (weightChange != 0) {
      addAbove(0, weightChange);
    }
    if (slot[0] == 0) {
      copyFirstUp(0);
    }
  }

  /**
   * Frees about {@code maxNodes} nodes from the beginning, at least one; the tree stays usable in
   * between. The cursor is then at the first entry.
   *
   * @param visitor sees each entry before it goes; it must not touch the tree
   * @return whether the tree is empty now
   */
  public final boolean clearStep(int maxNodes, @Nullable EntryVisitor visitor) {
    long stop = nodeCount() - maxNodes;
    boolean more = seekFirst();
    while (more) {
      long leaf = path[0];
      int entries = leaves.count(leaf);
      // Weighed first: a visitor may free what an entry refers to.
      long weight = leafWeight(leaf, 0, entries);
      for (int i = 0; visitor != null && i < entries; i++) {
        visitor.visit(leaves.entry(leaf, i));
      }
      addAbove(-entries, -weight);
      dropEmpty(true);
      more = path[0] != 0 && nodeCount() > stop;
    }
    return isEmpty();
  }

  /** Checks every invariant of the structure, for tests: O(n). */
  public final void validate() {
    new CountedTreeValidator(this).validate();
  }

  private long nodeCount() {
    return CountedRoot.leaves(root) + CountedRoot.inners(root);
  }

  private boolean plantRoot() {
    int leaf = arena.allocate(leaves.nodeBytes);
    if (leaf == 0) {
      return false;
    }
    CountedRoot.addLeaves(root, 1);
    CountedRoot.set(root, leaf, 1);
    path[0] = arena.address(leaf);
    slot[0] = 0;
    leaves.count(path[0], 0);
    return true;
  }

  /** Changes the count and the weights of everything on the path. */
  private void addAbove(long count, long weight) {
    CountedRoot.add(root, count, weight);
    for (int level = height() - 1; level > 0; level--) {
      inners.addWeight(path[level], slot[level], weight);
    }
  }

  /** Restores SEPARATOR above the path's node at a level, whose first entry has changed. */
  private void copyFirstUp(int level) {
    long first = nodes(level).entry(path[level], 0);
    int top = height() - 1;
    for (int i = level + 1; i <= top; i++) {
      inners.setEntry(path[i], slot[i], first);
      if (slot[i] != 0) {
        return;
      }
    }
  }

  /** Whether the path's node at a level is the first one of the level. */
  private boolean isFirst(int level) {
    for (int i = height() - 1; i > level; i--) {
      if (slot[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private boolean isLast(int level) {
    for (int i = height() - 1; i > level; i--) {
      if (slot[i] != inners.count(path[i]) - 1) {
        return false;
      }
    }
    return true;
  }

  /** Whether the cursor, in a leaf of {@code count} entries, is at the very beginning or end. */
  private boolean isAtEnd(int count) {
    return (slot[0] == 0 && isFirst(0)) || (slot[0] == count && isLast(0));
  }

  // ---- filling
  // -----------------------------------------------------------------------------------

  /** Frees at least one entry's place in the full leaf of the cursor, which may move. */
  private boolean makeRoom() {
    return (!isAtEnd(leaves.capacity) && height() > 1 && share())
        || (reserveForSplit() && splitLeaf());
  }

  /** Evens the cursor's leaf out with a neighbour, if one has enough room. */
  private boolean share() {
    long parent = path[1];
    int index = slot[1];
    int leftRoom = index == 0 ? 0 : room(childAddress(parent, index - 1));
    int rightRoom =
        index + 1 == inners.count(parent) ? 0 : room(childAddress(parent, index + 1));
    if (Math.max(leftRoom, rightRoom) < shareRoom) {
      return false;
    }
    evenOut(parent, leftRoom > rightRoom ? index - 1 : index);
    return true;
  }

  private int room(long leaf) {
    return leaves.capacity - leaves.count(leaf);
  }

  /** Evens out children {@code index} and {@code index + 1}, one of which is the cursor's leaf. */
  private void evenOut(long parent, int index) {
    long left = childAddress(parent, index);
    long right = childAddress(parent, index + 1);
    int oldLeft = leaves.count(left);
    int newLeft = (oldLeft + leaves.count(right)) / 2;
    long moved =
        newLeft < oldLeft
            ? leafWeight(left, newLeft, oldLeft)
            : -leafWeight(right, 0, newLeft - oldLeft);
    leaves.distribute(left, right, newLeft);
    inners.addWeight(parent, index, -moved);
    inners.addWeight(parent, index + 1, moved);
    inners.setEntry(parent, index + 1, leaves.entry(right, 0));
    int at = slot[0] + (slot[1] == index ? 0 : oldLeft);
    boolean isRight = at > newLeft;
    path[0] = isRight ? right : left;
    slot[0] = isRight ? at - newLeft : at;
    slot[1] = isRight ? index + 1 : index;
  }

  /** Takes from the arena all nodes that a split of the leaf may need, or none. */
  private boolean reserveForSplit() {
    int height = height();
    int level = 1;
    while (level < height && inners.count(path[level]) == inners.capacity) {
      level++;
    }
    // Each full node above gets a neighbour; when all are full, a new root as well. The first
    // one reserved is the leaf's neighbour.
    int needed = level == height ? level + 1 : level;
    assert reservedCount == 0 && height < MAX_HEIGHT;
    while (reservedCount < needed) {
      int node = arena.allocate(nodes(reservedCount).nodeBytes);
      if (node == 0) {
        while (reservedCount > 0) {
          arena.free(reserved[--reservedCount]);
        }
        return false;
      }
      reserved[reservedCount++] = node;
    }
    return true;
  }

  /** Where to split: before the new item at the edges of the tree, else in the middle. */
  private int splitPoint(int level, int at) {
    int middle = nodes(level).capacity / 2;
    boolean uneven = at < middle ? isFirst(level) : isLast(level);
    return uneven ? at : middle;
  }

  /** Splits the cursor's leaf; where one side stays empty, the cursor is there. */
  private boolean splitLeaf() {
    long left = path[0];
    int at = splitPoint(0, slot[0]);
    long moved = leafWeight(left, at, leaves.capacity);
    int rightReference = reserved[0];
    long right = arena.address(rightReference);
    leaves.split(left, right, at);
    CountedRoot.addLeaves(root, 1);
    boolean follow = slot[0] > at || at == leaves.capacity;
    if (follow) {
      path[0] = right;
      slot[0] -= at;
    }
    addSibling(rightReference, moved, follow);
    return true;
  }

  /**
   * Hangs a node in, right of the path's node of its level, from which it took some weight; splits
   * full parents upwards.
   *
   * @param follow whether the path leads through the new node
   */
  private void addSibling(int child, long weight, boolean follow) {
    int height = height();
    for (int level = 1; level < height; level++) {
      long node = path[level];
      int at = slot[level] + 1;
      long first = nodes(level - 1).entry(arena.address(child), 0);
      inners.addWeight(node, slot[level], -weight);
      slot[level] += follow ? 1 : 0;
      if (inners.count(node) < inners.capacity) {
        inners.insert(node, at, first, child, weight);
        reservedCount = 0;
        return;
      }
      int rightReference = reserved[level];
      long right = arena.address(rightReference);
      int middle = splitPoint(level, at);
      inners.split(node, right, middle);
      CountedRoot.addInners(root, 1);
      if (at < middle) {
        inners.insert(node, at, first, child, weight);
      } else {
        inners.insert(right, at - middle, first, child, weight);
      }
      follow = slot[level] >= middle;
      if (follow) {
        path[level] = right;
        slot[level] -= middle;
      }
      child = rightReference;
      weight = inners.weightBefore(right, inners.count(right));
    }
    addRoot(child, weight, follow);
    reservedCount = 0;
  }

  private void addRoot(int child, long weight, boolean follow) {
    int height = height();
    int oldRoot = CountedRoot.node(root);
    int newRoot = reserved[height];
    long node = arena.address(newRoot);
    CountedNode below = nodes(height - 1);
    inners.count(node, 0);
    inners.insert(node, 0, below.entry(arena.address(oldRoot), 0), oldRoot, weight() - weight);
    inners.insert(node, 1, below.entry(arena.address(child), 0), child, weight);
    path[height] = node;
    slot[height] = follow ? 1 : 0;
    CountedRoot.addInners(root, 1);
    CountedRoot.set(root, newRoot, height + 1);
  }

  // ---- emptying
  // ----------------------------------------------------------------------------------

  /**
   * Frees the cursor's leaf, and what becomes empty above it; goes to the next entry.
   *
   * @param isEdge whether the leaf is the first or the last: then nothing is merged
   */
  private void dropEmpty(boolean isEdge) {
    int top = height() - 1;
    int level = 0;
    while (level < top) {
      free(inners.child(path[level + 1], slot[level + 1]), level);
      level++;
      inners.remove(path[level], slot[level]);
      if (inners.count(path[level]) > 0) {
        break;
      }
    }
    if (level == 0) {
      free(CountedRoot.node(root), 0);
      CountedRoot.set(root, 0, 0);
      path[0] = 0;
      return;
    }
    if (slot[level] == 0) {
      copyFirstUp(level);
    }
    if (slot[level] < inners.count(path[level])) {
      descendFirst(level);
    } else {
      slot[level]--;
      descendLast(level);
      slot[0]++;
    }
    if (isEdge) {
      collapseRoot();
    } else {
      mergeUp(level);
    }
  }

  /** Restores the invariants from a level upwards, after its node on the path has lost items. */
  private void mergeUp(int level) {
    for (int top = height() - 1; level < top && mergeAround(level); level++) {
      // A merge has taken a child from the parent, which may have few now.
    }
    collapseRoot();
  }

  private void collapseRoot() {
    int height = height();
    int node = CountedRoot.node(root);
    while (height > 1 && inners.count(arena.address(node)) == 1) {
      int child = inners.child(arena.address(node), 0);
      height--;
      free(node, height);
      node = child;
    }
    CountedRoot.set(root, node, height);
  }

  /** Merges the path's node, if it has few items, with its neighbours, as long as that helps. */
  private boolean mergeAround(int level) {
    CountedNode kind = nodes(level);
    boolean merged = false;
    while (kind.count(path[level]) <= kind.few) {
      int index = slot[level + 1];
      long parent = path[level + 1];
      if ((index + 1 == inners.count(parent) || !merge(parent, index, level))
          && (index == 0 || !merge(parent, index - 1, level))) {
        break;
      }
      merged = true;
    }
    return merged;
  }

  /**
   * Merges children {@code index} and {@code index + 1} of a parent, which are at {@code level}, if
   * together they leave some room in one node; then, downwards, the two that became neighbours. The
   * path follows.
   */
  private boolean merge(long parent, int index, int level) {
    CountedNode kind = nodes(level);
    int rightReference = inners.child(parent, index + 1);
    long left = childAddress(parent, index);
    long right = arena.address(rightReference);
    int leftCount = kind.count(left);
    if (leftCount + kind.count(right) > 2 * kind.few) {
      return false;
    }
    kind.merge(left, right);
    inners.addWeight(parent, index, inners.weight(parent, index + 1));
    inners.remove(parent, index + 1);
    free(rightReference, level);
    if (path[level + 1] == parent && slot[level + 1] > index) {
      if (path[level] == right) {
        path[level] = left;
        slot[level] += leftCount;
      }
      slot[level + 1]--;
    }
    if (level > 0) {
      merge(left, leftCount - 1, level - 1);
    }
    return true;
  }

  private void free(int node, int level) {
    arena.free(node);
    if (level == 0) {
      CountedRoot.addLeaves(root, -1);
    } else {
      CountedRoot.addInners(root, -1);
    }
  }
}
