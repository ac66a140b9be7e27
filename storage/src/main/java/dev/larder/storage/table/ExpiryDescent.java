package dev.larder.storage.table;

import dev.larder.storage.memory.Arena;

/** The nodes of an expiry tree, the ways down through them, and their moving to other blocks. */
abstract class ExpiryDescent {
  /** Far above what 2^32 records can need. */
  static final int MAX_HEIGHT = 24;

  final Arena arena;

  int root;

  /** Levels of nodes; 0 when empty, 1 when the root is a leaf. */
  int height;

  /** The address of the leftmost leaf, when there is one. */
  long firstLeaf;

  /** Of the last descent: the node at each level (leaves are level 0) and the child taken there. */
  final long[] path = new long[MAX_HEIGHT];

  final int[] slot = new int[MAX_HEIGHT];
  boolean onRightEdge;

  /** Of {@link #moveLeaf}: the pair from which on it goes on. */
  private long nextDeadline;

  private int nextReference;

  ExpiryDescent(Arena arena) {
    this.arena = arena;
  }

  final long descend(long expireAt, int ref) {
    long node = arena.address(root);
    boolean rightmost = true;
    for (int level = height - 1; level > 0; level--) {
      int index = ExpiryInner.childIndex(node, expireAt, ref);
      path[level] = node;
      slot[level] = index;
      rightmost &= index == ExpiryInner.count(node) - 1;
      node = arena.address(ExpiryInner.child(node, index));
    }
    path[0] = node;
    onRightEdge = rightmost;
    return node;
  }

  final long descendLeft() {
    long node = arena.address(root);
    for (int level = height - 1; level > 0; level--) {
      path[level] = node;
      slot[level] = 0;
      node = arena.address(ExpiryInner.child(node, 0));
    }
    path[0] = node;
    onRightEdge = false;
    return node;
  }

  /** {@link #sample} takes what comes after so many that did not do. */
  private static final int MAX_DRAWS = 64;

  /**
   * The reference of a pair chosen by random bits, each as likely as any other; the tree is not
   * empty. Nodes are full to different degrees, so a place is drawn of as many as a full one has,
   * and everything begins anew if there is nothing.
   */
  public final int sample(long random) {
    assert height > 0;
    long bits = random;
    for (int draws = 0; ; draws++) {
      long node = arena.address(root);
      int level = height - 1;
      for (; level > 0; level--) {
        int count = ExpiryInner.count(node);
        bits = next(bits);
        int index = index(bits, level == height - 1 ? count : ExpiryInner.CAPACITY);
        if (index >= count && draws < MAX_DRAWS) {
          break;
        }
        node = arena.address(ExpiryInner.child(node, index % count));
      }
      if (level == 0) {
        int count = ExpiryLeaf.count(node);
        bits = next(bits);
        int index = index(bits, height == 1 ? count : ExpiryLeaf.CAPACITY);
        if (index < count || draws >= MAX_DRAWS) {
          return ExpiryLeaf.reference(node, index % count);
        }
      }
    }
  }

  private static long next(long bits) {
    return bits * 0x5851_F42D_4C95_7F2DL + 0x1405_7B7E_F767_814FL;
  }

  private static int index(long bits, int bound) {
    return (int) ((bits >>> 32) * bound >>> 32);
  }

  final long childAddress(long parent, int index) {
    return arena.address(ExpiryInner.child(parent, index));
  }

  /** Has {@link #moveLeaf} begin with the first leaf. */
  public final void rewind() {
    nextDeadline = 0;
    nextReference = 0;
  }

  /**
   * Moves the nodes above a leaf that are to be moved, and that leaf: {@link Arena#isEvacuating}.
   * Goes from leaf to leaf, also if the tree changes between two calls.
   *
   * @return how many were moved; negative, and back at the first leaf, when that was the last leaf
   */
  public final int moveLeaf() {
    if (height == 0) {
      rewind();
      return -1;
    }
    descend(nextDeadline, nextReference);
    int moved = 0;
    for (int level = height - 1; level >= 0; level--) {
      moved += moveNode(level) ? 1 : 0;
    }
    for (int level = 1; level < height; level++) {
      int next = slot[level] + 1;
      if (next < ExpiryInner.count(path[level])) {
        nextDeadline = ExpiryInner.deadline(path[level], next);
        nextReference = ExpiryInner.reference(path[level], next);
        return moved;
      }
    }
    rewind();
    return -1 - moved;
  }

  private boolean moveNode(int level) {
    int node = arena.reference(path[level]);
    int copy = arena.isEvacuating(node) ? arena.copyOf(node) : 0;
    if (copy == 0) {
      return false;
    }
    if (level == height - 1) {
      root = copy;
    } else {
      ExpiryInner.child(path[level + 1], slot[level + 1], copy);
    }
    if (path[level] == firstLeaf) {
      firstLeaf = arena.address(copy);
    }
    path[level] = arena.address(copy);
    arena.free(node);
    return true;
  }
}
