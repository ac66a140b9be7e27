package dev.larder.storage.table;

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
 * shares with a neighbour. Only when its neighbours are nearly full as well is it split: three full
 * leaves become four. So leaves are 85 % full after random inserts, 100 % after pushes.
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
public abstract class CountedTree extends CountedShape {
  /** The size of a tree's root. */
  public static final int ROOT_BYTES = CountedRoot.BYTES;

  /** The most that the entries of one tree may weigh together; the caller sees to it. */
  public static final long MAX_WEIGHT = (1L << 32) - 1;

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
  }

  private int moved;

  /** Makes {@link #ROOT_BYTES} at an address the root of an empty tree. */
  public static void writeEmpty(long root) {
    CountedRoot.init(root);
  }

  /** How many entries the tree behind a root has. */
  public static long rootCount(long root) {
    return CountedRoot.count(root);
  }

  /** The sum of the weights of the tree behind a root. */
  public static long rootWeight(long root) {
    return CountedRoot.weight(root);
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
    assert entry() != 0 : "changed without an entry";
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

  /** Looks at entries, and may change what they refer to, but neither order nor weight. */
  @FunctionalInterface
  public interface EntryMover {
    /** Whether the entry has been changed in its place. */
    boolean move(long entry);
  }

  /**
   * Moves the nodes above a position that are to be moved: {@link Arena#isEvacuating}.
   *
   * @param position the weight of the entries before it; any
   * @param mover sees the entries of the leaf there, with the cursor at them
   * @return the position behind that leaf, or 0 when there is none
   */
  public final long moveLeaf(long position, EntryMover mover) {
    moved = 0;
    if (!seekPosition(position)) {
      return 0;
    }
    for (int level = height() - 1; level >= 0; level--) {
      moveNode(level);
    }
    long leaf = path[0];
    int entries = leaves.count(leaf);
    for (slot[0] = 0; slot[0] < entries; slot[0]++) {
      if (mover.move(leaves.entry(leaf, slot[0])) && slot[0] == 0) {
        copyFirstUp(0);
      }
    }
    slot[0] = 0;
    offset = 0;
    long behind = position() + leafWeight(leaf, 0, entries);
    return behind < weight() ? behind : 0;
  }

  private void moveNode(int level) {
    int node = arena.reference(path[level]);
    int copy = arena.isEvacuating(node) ? arena.copyOf(node) : 0;
    if (copy == 0) {
      return;
    }
    if (level == height() - 1) {
      CountedRoot.set(root, copy, height());
    } else {
      inners.setChild(path[level + 1], slot[level + 1], copy);
    }
    path[level] = arena.address(copy);
    arena.free(node);
    moved++;
  }

  /** How many nodes {@link #moveLeaf} has moved. */
  public final int movedNodes() {
    return moved;
  }

  /** Checks every invariant of the structure, for tests: O(n). */
  public final void validate() {
    new CountedTreeValidator(this).validate();
  }

  private long nodeCount() {
    return CountedRoot.leaves(root) + CountedRoot.inners(root);
  }
}
