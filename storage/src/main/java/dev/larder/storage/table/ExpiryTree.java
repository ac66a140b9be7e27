package dev.larder.storage.table;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.HotPath;

/*
 * Problem. Keys with a deadline have to go promptly, in the order of their deadlines, at a cost of
 * a few bytes a key; a deadline that is rewritten must leave nothing behind; and a million keys may
 * share one millisecond.
 *
 * Idea. A B+ tree of pairs (deadline, reference of the record), which are unique, so that any pair
 * is found and removed in O(log n) however many deadlines are equal. Nodes of 512 bytes in the
 * shard's arena; a leaf holds deadlines as 4-byte distances from its base.
 *
 *                      [ . | k1 | k2 ]                     inner nodes: 31 children (ExpiryInner)
 *                     /      |        \
 *      [p p p ......]  [p p p p ....]  [p p .........]     leaves: 62 pairs (ExpiryLeaf)
 *
 * Filling. A full leaf at the right edge of the tree that is to take a higher pair stays full and
 * gets an empty neighbour: ascending deadlines cost 8.5 bytes each. Elsewhere a full leaf first
 * shares with a neighbour and is split only when both are nearly full, which keeps random deadlines
 * at about 10 to 11 bytes.
 *
 * Emptying. Nodes only merge, they never borrow; a node goes when its last entry goes. So a run of
 * deletions at the left edge, which is what expiry does, moves no entries between nodes.
 *
 *   PAIR RULE: of two neighbours below one parent at least one is more than FEW full, unless no
 *   leaf window could hold both (they are weeks apart).
 *   NO EMPTY NODE: every node has an entry; an inner root has at least two; an empty tree has none.
 *
 * Concurrency. None: one object per shard and database, used by the shard's owner.
 *
 * Cost. insert and remove: one descent, one move of at most 488 bytes; nothing is allocated on the
 * heap. Memory: bytes() exactly, 0 when empty.
 */

/**
 * The deadlines of one database in one shard, in order. Deadlines are milliseconds since the epoch,
 * not negative; references are opaque and compared unsigned. Not thread-safe: the shard's owner
 * only.
 */
@HotPath
public final class ExpiryTree extends ExpiryDescent {
  /** What a pair takes on average with deadlines in random order, for estimates. */
  public static final int BYTES_PER_ENTRY = 12;

  /** A node with no more than these entries looks for a neighbour to merge with. */
  static final int FEW_ENTRIES = 27;

  static final int FEW_CHILDREN = 13;

  /** A full leaf shares with a neighbour that has at least this much room; else it is split. */
  private static final int SHARE_ROOM = 8;

  /** The start of 2020 and about 139 years: between them a deadline counts in the sum as it is. */
  private static final long SUM_BASE_MILLIS = 1_577_836_800_000L;

  private static final long SUM_LIMIT_MILLIS = 1L << 42;

  private long count;
  private long summedMillis;
  private long nodes;

  /** Nodes taken from the arena before a split begins, so that it cannot fail halfway. */
  private final int[] reserved = new int[MAX_HEIGHT + 1];

  private int reservedCount;

  public ExpiryTree(Arena arena) {
    super(arena);
  }

  /** The number of pairs. */
  public long count() {
    return count;
  }

  /**
   * The sum of all deadlines. One after 2159 counts as then, so that the sum of any number of pairs
   * that fits in memory is exact to a millisecond a pair.
   */
  public double sumOfDeadlines() {
    return (double) SUM_BASE_MILLIS * count + summedMillis;
  }

  static long summed(long deadline) {
    return Math.clamp(deadline - SUM_BASE_MILLIS, 0, SUM_LIMIT_MILLIS);
  }

  /** The bytes that the tree's nodes take in the arena. */
  public long bytes() {
    return nodes * ExpiryLeaf.NODE_BYTES;
  }

  /** The earliest deadline, or {@link Long#MAX_VALUE} when the tree is empty. */
  public long firstDeadline() {
    return height == 0 ? Long.MAX_VALUE : ExpiryLeaf.deadline(firstLeaf, 0);
  }

  /** The reference of the first pair; the tree is not empty. */
  public int firstRef() {
    assert height > 0;
    return ExpiryLeaf.reference(firstLeaf, 0);
  }

  public boolean contains(long expireAt, int ref) {
    return height > 0 && ExpiryLeaf.find(descend(expireAt, ref), expireAt, ref) >= 0;
  }

  /**
   * Inserts a pair, which must be absent.
   *
   * @return false when the arena is exhausted; the tree is as it was
   */
  public boolean insert(long expireAt, int ref) {
    assert expireAt >= 0 : "negative deadline " + expireAt;
    if (height == 0 && !plantRoot()) {
      return false;
    }
    boolean isolated = false;
    while (true) {
      long leaf = descend(expireAt, ref);
      if (!ExpiryLeaf.admit(leaf, expireAt)) {
        // Too far from the leaf's entries for one window: a leaf of its own beside them.
        isolated = true;
        boolean below = expireAt < ExpiryLeaf.deadline(leaf, 0);
        if (!splitLeaf(below ? 0 : ExpiryLeaf.count(leaf), expireAt, ref)) {
          return false;
        }
      } else if (ExpiryLeaf.count(leaf) == ExpiryLeaf.CAPACITY) {
        if (!makeRoom(leaf, expireAt, ref)) {
          return false;
        }
      } else {
        ExpiryLeaf.insert(leaf, expireAt, ref);
        count++;
        summedMillis += summed(expireAt);
        if (isolated) {
          shrink();
        }
        return true;
      }
    }
  }

  /**
   * Removes a pair; never needs memory.
   *
   * @return whether it was there
   */
  public boolean remove(long expireAt, int ref) {
    if (height == 0) {
      return false;
    }
    long leaf = descend(expireAt, ref);
    int index = ExpiryLeaf.find(leaf, expireAt, ref);
    if (index < 0) {
      return false;
    }
    ExpiryLeaf.remove(leaf, index);
    count--;
    summedMillis -= summed(expireAt);
    if (ExpiryLeaf.count(leaf) <= FEW_ENTRIES) {
      shrink();
    }
    return true;
  }

  /** Removes the first pair; the tree is not empty. */
  public void popFirst() {
    assert height > 0;
    long leaf = firstLeaf;
    summedMillis -= summed(ExpiryLeaf.deadline(leaf, 0));
    ExpiryLeaf.remove(leaf, 0);
    count--;
    if (ExpiryLeaf.count(leaf) <= FEW_ENTRIES) {
      descendLeft();
      shrink();
    }
  }

  /**
   * Gives a pair's record its new reference, after the record has moved. Needs memory only where
   * pairs of one deadline fill more than a leaf.
   *
   * @return false when the arena is exhausted; the tree is as it was
   */
  public boolean replaceRef(long expireAt, int oldRef, int newRef) {
    long leaf = descend(expireAt, oldRef);
    int index = ExpiryLeaf.find(leaf, expireAt, oldRef);
    assert index >= 0 : "no pair " + expireAt + ", " + oldRef;
    if (oldRef == newRef || ExpiryLeaf.replaceInPlace(leaf, index, newRef)) {
      return true;
    }
    if (descend(expireAt, newRef) == leaf) {
      ExpiryLeaf.remove(leaf, index);
      ExpiryLeaf.insert(leaf, expireAt, newRef);
      return true;
    }
    if (!insert(expireAt, newRef)) {
      return false;
    }
    boolean removed = remove(expireAt, oldRef);
    assert removed;
    return true;
  }

  /** Removes all pairs at once; in bounded steps by {@link #clearStep}. */
  public void clear() {
    while (!clearStep(Integer.MAX_VALUE)) {
      // Each step makes progress.
    }
  }

  /**
   * Removes about {@code maxNodes} nodes from the left; the tree stays usable in between.
   *
   * @return whether it is empty now
   */
  public boolean clearStep(int maxNodes) {
    for (int i = 0; i < maxNodes && height > 0; i++) {
      descendLeft();
      int entries = ExpiryLeaf.count(firstLeaf);
      for (int entry = 0; entry < entries; entry++) {
        summedMillis -= summed(ExpiryLeaf.deadline(firstLeaf, entry));
      }
      count -= entries;
      ExpiryLeaf.removeAll(firstLeaf);
      shrink();
    }
    return height == 0;
  }

  /** Checks every invariant of the structure, for tests: O(n). */
  public void validate() {
    new ExpiryTreeValidator(arena).validate(root, height, count, summedMillis, nodes, firstLeaf);
  }

  private boolean plantRoot() {
    int leaf = arena.allocate(ExpiryLeaf.NODE_BYTES);
    if (leaf == 0) {
      return false;
    }
    nodes++;
    root = leaf;
    height = 1;
    firstLeaf = arena.address(leaf);
    ExpiryLeaf.init(firstLeaf);
    return true;
  }

  /** Frees at least one entry's place for the pair, below the path of the last descent. */
  private boolean makeRoom(long leaf, long expireAt, int ref) {
    if (onRightEdge && ExpiryLeaf.isAboveAll(leaf, expireAt, ref)) {
      return splitLeaf(ExpiryLeaf.CAPACITY, expireAt, ref);
    }
    if (height > 1) {
      long parent = path[1];
      int index = slot[1];
      if ((index + 1 < ExpiryInner.count(parent) && share(parent, index))
          || (index > 0 && share(parent, index - 1))) {
        return true;
      }
    }
    return splitLeaf(ExpiryLeaf.CAPACITY / 2, expireAt, ref);
  }

  /** Evens out children {@code index} and {@code index + 1} if that makes enough room. */
  private boolean share(long parent, int index) {
    long left = childAddress(parent, index);
    long right = childAddress(parent, index + 1);
    int room = 2 * ExpiryLeaf.CAPACITY - ExpiryLeaf.count(left) - ExpiryLeaf.count(right);
    if (room < SHARE_ROOM || !ExpiryLeaf.compatible(left, right)) {
      return false;
    }
    ExpiryLeaf.evenOut(left, right);
    ExpiryInner.separator(
        parent, index + 1, ExpiryLeaf.deadline(right, 0), ExpiryLeaf.reference(right, 0));
    return true;
  }

  /**
   * Splits the leaf of the last descent before entry {@code at}. Where one side stays empty, the
   * next descent for the pair ends there.
   */
  private boolean splitLeaf(int at, long expireAt, int ref) {
    if (!reserveForSplit()) {
      return false;
    }
    int rightRef = takeReserved();
    long right = arena.address(rightRef);
    ExpiryLeaf.split(path[0], right, at);
    if (ExpiryLeaf.count(right) == 0) {
      addSibling(expireAt, ref, rightRef);
    } else {
      addSibling(ExpiryLeaf.deadline(right, 0), ExpiryLeaf.reference(right, 0), rightRef);
    }
    return true;
  }

  /** Takes from the arena all nodes that a split of the leaf may need, or none. */
  private boolean reserveForSplit() {
    int level = 1;
    while (level < height && ExpiryInner.count(path[level]) == ExpiryInner.CAPACITY) {
      level++;
    }
    int needed = level == height ? level + 1 : level;
    assert reservedCount == 0 && height < MAX_HEIGHT;
    while (reservedCount < needed) {
      int ref = arena.allocate(ExpiryLeaf.NODE_BYTES);
      if (ref == 0) {
        while (reservedCount > 0) {
          arena.free(reserved[--reservedCount]);
        }
        return false;
      }
      reserved[reservedCount++] = ref;
    }
    return true;
  }

  private int takeReserved() {
    nodes++;
    return reserved[--reservedCount];
  }

  /** Hangs a node in, right of the path's node at its level; splits full parents upwards. */
  private void addSibling(long expireAt, int ref, int child) {
    for (int level = 1; level < height; level++) {
      long node = path[level];
      int at = slot[level] + 1;
      if (ExpiryInner.count(node) < ExpiryInner.CAPACITY) {
        ExpiryInner.insert(node, at, expireAt, ref, child);
        return;
      }
      int rightRef = takeReserved();
      long right = arena.address(rightRef);
      int middle = onRightEdge ? ExpiryInner.CAPACITY : ExpiryInner.CAPACITY / 2 + 1;
      ExpiryInner.split(node, right, middle);
      if (at < middle || (at == middle && !onRightEdge)) {
        ExpiryInner.insert(node, at, expireAt, ref, child);
      } else {
        ExpiryInner.insert(right, at - middle, expireAt, ref, child);
      }
      expireAt = ExpiryInner.deadline(right, 0);
      ref = ExpiryInner.reference(right, 0);
      child = rightRef;
    }
    int rootRef = takeReserved();
    long node = arena.address(rootRef);
    ExpiryInner.init(node);
    ExpiryInner.insert(node, 0, 0, 0, root);
    ExpiryInner.insert(node, 1, expireAt, ref, child);
    root = rootRef;
    height++;
  }

  /** Restores the invariants along the path, after its leaf has lost entries. */
  private void shrink() {
    for (int level = 0; level < height - 1; level++) {
      long parent = path[level + 1];
      int index = slot[level + 1];
      if (nodeCount(path[level], level) == 0) {
        free(ExpiryInner.child(parent, index));
        ExpiryInner.remove(parent, index);
      } else if (!mergeAround(parent, index, level)) {
        if (level == 0) {
          return;
        }
        break;
      }
    }
    while (height > 1 && ExpiryInner.count(arena.address(root)) == 1) {
      int child = ExpiryInner.child(arena.address(root), 0);
      free(root);
      root = child;
      height--;
    }
    if (nodeCount(arena.address(root), height - 1) == 0) {
      assert height == 1;
      free(root);
      root = 0;
      height = 0;
      firstLeaf = 0;
    } else {
      firstLeaf = descendLeft();
    }
  }

  private static int nodeCount(long node, int level) {
    return level == 0 ? ExpiryLeaf.count(node) : ExpiryInner.count(node);
  }

  /** Merges a child that has few entries with its neighbours, as long as that helps. */
  private boolean mergeAround(long parent, int index, int level) {
    int few = level == 0 ? FEW_ENTRIES : FEW_CHILDREN;
    int at = index;
    boolean merged = false;
    while (nodeCount(childAddress(parent, at), level) <= few) {
      if (at + 1 < ExpiryInner.count(parent) && merge(parent, at, level)) {
        merged = true;
      } else if (at > 0 && merge(parent, at - 1, level)) {
        merged = true;
        at--;
      } else {
        break;
      }
    }
    return merged;
  }

  /**
   * Merges children {@code index} and {@code index + 1} of a parent, which are at {@code level}, if
   * together they leave some room in one node; then, downwards, the two that became neighbours.
   */
  private boolean merge(long parent, int index, int level) {
    int leftRef = ExpiryInner.child(parent, index);
    int rightRef = ExpiryInner.child(parent, index + 1);
    long left = arena.address(leftRef);
    long right = arena.address(rightRef);
    int leftCount = nodeCount(left, level);
    int together = leftCount + nodeCount(right, level);
    if (level == 0) {
      if (together > 2 * FEW_ENTRIES || !ExpiryLeaf.compatible(left, right)) {
        return false;
      }
      ExpiryLeaf.merge(left, right);
    } else {
      if (together > 2 * FEW_CHILDREN) {
        return false;
      }
      ExpiryInner.merge(
          left,
          right,
          ExpiryInner.deadline(parent, index + 1),
          ExpiryInner.reference(parent, index + 1));
      boolean unused = merge(left, leftCount - 1, level - 1);
    }
    free(rightRef);
    ExpiryInner.remove(parent, index + 1);
    return true;
  }

  private void free(int node) {
    arena.free(node);
    nodes--;
  }
}
