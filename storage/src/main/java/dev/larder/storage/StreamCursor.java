package dev.larder.storage;

import dev.larder.storage.table.IdTree;
import dev.larder.storage.type.Listpack;
import dev.larder.storage.type.StreamNode;
import dev.larder.storage.type.StreamNodeCursor;
import dev.larder.storage.type.StreamRoot;

/**
 * Reads the entries of the stream that a view points at, in both directions. Goes nowhere when it
 * finds nothing; valid until the stream's next change. Changes of its groups do it no harm.
 */
public final class StreamCursor {
  private final StreamValue stream;
  private final StreamNodes nodes;
  private final StreamNodeCursor node = new StreamNodeCursor();
  private boolean onTail;

  StreamCursor(StreamValue stream, StreamNodes nodes) {
    this.stream = stream;
    this.nodes = nodes;
  }

  // ---- entries

  public long millis() {
    return node.millis();
  }

  public long sequence() {
    return node.sequence();
  }

  /** Goes to the first entry; false without one. */
  public boolean first() {
    return firstNode() && node.first();
  }

  /** Goes to the last entry; false without one. */
  public boolean last() {
    return openTail() && node.last();
  }

  /** Goes to the first entry whose id is not below this one; false without one. */
  public boolean seek(long millis, long sequence) {
    if (!stream.exists() || StreamId.compareAt(StreamRoot.last(root()), millis, sequence) < 0) {
      return false;
    }
    boolean inTail = isInTail(millis, sequence);
    if (inTail || !nodes.hasTree()) {
      return openTail() && seekInTail(millis, sequence, inTail);
    }
    IdTree tree = nodes.tree();
    if (!tree.seekBack(millis, sequence)) {
      tree.seekFirst();
    }
    openAtCursor(tree);
    return node.seek(millis, sequence) || (nextNode() && node.first());
  }

  /** Walks the tail from the end that is nearer to the id. */
  private boolean seekInTail(long millis, long sequence, boolean isInside) {
    if (isInside) {
      long first = IdTree.millis(StreamRoot.tailId(root()));
      long span = IdTree.millis(StreamRoot.last(root())) - first;
      if (Long.compareUnsigned(millis - first, span >>> 1) > 0) {
        return node.seekFromEnd(millis, sequence);
      }
    }
    return node.seek(millis, sequence);
  }

  /** Goes to the last entry whose id is not above this one; false without one. */
  public boolean seekBack(long millis, long sequence) {
    if (!stream.exists() || StreamId.compareAt(StreamRoot.first(root()), millis, sequence) > 0) {
      return false;
    }
    if (isInTail(millis, sequence)) {
      if (!openTail()) {
        return false;
      }
    } else {
      if (!nodes.hasTree() || !nodes.tree().seekBack(millis, sequence)) {
        return false;
      }
      openAtCursor(nodes.treeAtCursor());
    }
    return node.seekBack(millis, sequence) || (previousNode() && node.last());
  }

  /** Goes to the entry with this id; false without one. */
  public boolean find(long millis, long sequence) {
    // Trimmed ids are often asked for, and even the first entry may lie behind thousands of fields.
    return stream.exists()
        && StreamId.compareAt(StreamRoot.first(root()), millis, sequence) <= 0
        && seek(millis, sequence)
        && node.millis() == millis
        && node.sequence() == sequence;
  }

  public boolean next() {
    return node.next() || (nextNode() && node.first());
  }

  public boolean previous() {
    return node.previous() || (previousNode() && node.last());
  }

  /**
   * Counts entries of the node that has the first one behind an id. The cursor is then nowhere in
   * particular.
   *
   * @param after the id; afterwards that of the last entry counted
   * @param to the highest id that counts
   * @return 0 when there is no entry between both
   */
  public long countNode(StreamId after, StreamId to) {
    if (after.isMax()) {
      return 0;
    }
    // No entry has the lowest id, so that what follows the highest sequence is the next one.
    long sequence = after.sequence() + 1;
    long millis = sequence == 0 ? after.millis() + 1 : after.millis();
    if (!seek(millis, sequence) || to.compareTo(node.millis(), node.sequence()) < 0) {
      return 0;
    }
    millis = node.millis();
    sequence = node.sequence();
    boolean isWhole = node.last() && to.compareTo(node.millis(), node.sequence()) >= 0;
    after.set(node.millis(), node.sequence());
    if (isWhole && node.first() && node.millis() == millis && node.sequence() == sequence) {
      return StreamNode.live(node.node());
    }
    long count = 0;
    for (boolean more = node.seek(millis, sequence);
        more && to.compareTo(node.millis(), node.sequence()) >= 0;
        more = node.next()) {
      after.set(node.millis(), node.sequence());
      count++;
    }
    return count;
  }

  private long root() {
    return stream.value();
  }

  private boolean isInTail(long millis, long sequence) {
    return StreamId.compareAt(StreamRoot.tailId(root()), millis, sequence) <= 0;
  }

  // ---- nodes

  /** Goes to the first node, and no entry of it. */
  boolean firstNode() {
    if (!stream.exists()) {
      return false;
    }
    if (nodes.hasTree()) {
      nodes.tree().seekFirst();
      openAtCursor(nodes.treeAtCursor());
      return true;
    }
    return openTail();
  }

  private boolean nextNode() {
    if (onTail) {
      return false;
    }
    IdTree tree = nodes.treeAtCursor();
    if (tree.next()) {
      openAtCursor(tree);
      return true;
    }
    return openTail();
  }

  private boolean previousNode() {
    if (onTail && !nodes.hasTree()) {
      return false;
    }
    IdTree tree = onTail ? nodes.tree() : nodes.treeAtCursor();
    if (onTail ? !tree.seekLast() : !tree.previous()) {
      return false;
    }
    openAtCursor(tree);
    return true;
  }

  private boolean openTail() {
    long tail = stream.exists() ? nodes.tail() : 0;
    if (tail == 0) {
      return false;
    }
    long id = StreamRoot.tailId(root());
    node.open(tail, IdTree.millis(id), IdTree.sequence(id));
    onTail = true;
    return true;
  }

  private void openAtCursor(IdTree tree) {
    long entry = tree.entry();
    node.open(nodes.node(entry), IdTree.millis(entry), IdTree.sequence(entry));
    onTail = false;
  }

  /** The node that the cursor is in. */
  StreamNodeCursor node() {
    return node;
  }

  /** Removes the node that the cursor is in; goes to the next one, if there is one. */
  boolean removeNode() {
    if (onTail) {
      nodes.removeTail();
      return false;
    }
    IdTree tree = nodes.treeAtCursor();
    nodes.removeAtCursor();
    if (tree.entry() != 0) {
      openAtCursor(tree);
      return true;
    }
    return openTail();
  }

  /** Goes to the next node, if there is one, and no entry of it. */
  boolean skipNode() {
    return nextNode();
  }

  // ---- fields and values

  /** The number of field and value pairs. */
  public int fieldCount() {
    return node.fieldCount();
  }

  /** Starts the walk through the entry's pairs anew. */
  public void rewind() {
    node.rewind();
  }

  /** Goes to the next pair of the entry; false when all have been seen. */
  public boolean nextPair() {
    return node.nextPair();
  }

  public int fieldLength() {
    return Listpack.textLength(node.field());
  }

  /** Writes the field, of {@link #fieldLength} bytes. */
  public void copyField(long target) {
    Listpack.writeText(node.field(), target);
  }

  public int valueLength() {
    return Listpack.textLength(node.value());
  }

  /** Writes the value, of {@link #valueLength} bytes. */
  public void copyValue(long target) {
    Listpack.writeText(node.value(), target);
  }
}
