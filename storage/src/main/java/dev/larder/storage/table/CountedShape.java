package dev.larder.storage.table;

/**
 * What gives a counted tree its shape: where a full leaf finds room, and what becomes of nodes that
 * lose their entries. The rules stand in {@link CountedTree}.
 */
abstract class CountedShape extends CountedCursor {
  /** Nodes taken from the arena before a split begins, so that it cannot fail halfway. */
  private final int[] reserved = new int[MAX_HEIGHT + 1];

  private int reservedCount;

  /** A full leaf shares with a neighbour that has at least this much room; else it is split. */
  private final int shareRoom;

  CountedShape(int entryBytes, boolean weighed) {
    super(entryBytes, weighed);
    this.shareRoom = Math.max(2, leaves.capacity / 14);
  }

  /** Makes the empty tree a leaf without entries, with the cursor in it; false when exhausted. */
  final boolean plantRoot() {
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
  final void addAbove(long count, long weight) {
    CountedRoot.add(root, count, weight);
    for (int level = height() - 1; level > 0; level--) {
      inners.addWeight(path[level], slot[level], weight);
    }
  }

  /** Restores SEPARATOR above the path's node at a level, whose first entry has changed. */
  final void copyFirstUp(int level) {
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
  final boolean isFirst(int level) {
    for (int i = height() - 1; i > level; i--) {
      if (slot[i] != 0) {
        return false;
      }
    }
    return true;
  }

  final boolean isLast(int level) {
    for (int i = height() - 1; i > level; i--) {
      if (slot[i] != inners.count(path[i]) - 1) {
        return false;
      }
    }
    return true;
  }

  /** Whether the cursor, in a leaf of {@code count} entries, is at the very beginning or end. */
  final boolean isAtEnd(int count) {
    return (slot[0] == 0 && isFirst(0)) || (slot[0] == count && isLast(0));
  }

  // ---- filling
  // -----------------------------------------------------------------------------------

  /** Frees at least one entry's place in the full leaf of the cursor, which may move. */
  final boolean makeRoom() {
    int at = splitPoint(0, slot[0]);
    if (!isAtEnd(leaves.capacity) && share()) {
      return true;
    }
    if (!reserveForSplit()) {
      return false;
    }
    boolean follow = splitLeaf(at);
    if (at == leaves.capacity / 2) {
      spread(follow ? slot[1] - 1 : slot[1]);
    }
    return true;
  }

  /**
   * After a split in the middle: evens out the halves, children {@code left} and {@code left + 1},
   * with their neighbours, which are nearly full. So three full leaves become four.
   */
  private void spread(int left) {
    long parent = path[1];
    if (left > 0) {
      evenOut(parent, left - 1);
    }
    if (left + 2 < inners.count(parent)) {
      evenOut(parent, left + 1);
    }
  }

  /** Evens the cursor's leaf out with a neighbour, if one has enough room. */
  private boolean share() {
    if (height() == 1) {
      return false;
    }
    long parent = path[1];
    int index = slot[1];
    int leftRoom = index == 0 ? 0 : room(childAddress(parent, index - 1));
    int rightRoom = index + 1 == inners.count(parent) ? 0 : room(childAddress(parent, index + 1));
    if (Math.max(leftRoom, rightRoom) < shareRoom) {
      return false;
    }
    evenOut(parent, leftRoom > rightRoom ? index - 1 : index);
    return true;
  }

  private int room(long leaf) {
    return leaves.capacity - leaves.count(leaf);
  }

  /** Evens out two leaves, children {@code index} and {@code index + 1}; the cursor follows. */
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
    if (path[0] == left || path[0] == right) {
      int at = slot[0] + (path[0] == left ? 0 : oldLeft);
      // At the border the new entry is better off at the left: that changes no separator.
      boolean isRight = at > newLeft;
      path[0] = isRight ? right : left;
      slot[0] = isRight ? at - newLeft : at;
      slot[1] = isRight ? index + 1 : index;
    }
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

  /**
   * Splits the cursor's leaf before entry {@code at}; where one side stays empty, the cursor is
   * there.
   *
   * @return whether the cursor is in the right half
   */
  private boolean splitLeaf(int at) {
    long left = path[0];
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
    return follow;
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
      weight = inners.weight(right, 0, inners.count(right));
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
  final void dropEmpty(boolean isEdge) {
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
  final void mergeUp(int level) {
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
