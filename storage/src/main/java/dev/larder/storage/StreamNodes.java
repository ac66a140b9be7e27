package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.IdTree;
import dev.larder.storage.type.Listpack;
import dev.larder.storage.type.StreamNode;
import dev.larder.storage.type.StreamRoot;

/**
 * The nodes of the stream that a view points at: where they lie, and how they come and go. Keeps
 * TAIL ({@link StreamRoot}); the counts and ids of the stream are its caller's business.
 *
 * <p>A stream begins packed: with one node, inside its record. It goes on with blocks when it gets
 * a second node, a long one, or anything but entries, and stays so.
 */
final class StreamNodes {
  /** A longer listpack than this is a block of its own. */
  private static final int MAX_PACKED_BYTES = 4096;

  /** What a tail has room for at once when the node before it was filled, beside its limit. */
  private static final int TAIL_RESERVE_BYTES = 256;

  /** No tail gets more room than this beforehand. */
  static final int MAX_TAIL_ROOM_BYTES = 4096;

  private final StreamValue stream;

  /** Its cursor is the node that is being looked at, if that is not the tail. */
  private final IdTree tree = new IdTree(StreamRoot.NODE_ENTRY_BYTES);

  StreamNodes(StreamValue stream) {
    this.stream = stream;
  }

  boolean hasBlocks() {
    return (stream.encoding() & StreamValue.BLOCKS) != 0;
  }

  /** The number of nodes. */
  long count() {
    return tail() == 0 ? 0 : 1 + (hasBlocks() ? tree().count() : 0);
  }

  /** The tree of all nodes but the tail, with its cursor nowhere; the stream has blocks. */
  IdTree tree() {
    tree.bind(stream.arena(), StreamRoot.nodes(stream.value()));
    return tree;
  }

  /** The tree as it was bound before, with its cursor. */
  IdTree treeAtCursor() {
    return tree;
  }

  /** Whether there are nodes before the tail. */
  boolean hasTree() {
    return hasBlocks() && !tree().isEmpty();
  }

  /** The tail's listpack, or 0. */
  long tail() {
    if (!hasBlocks()) {
      return stream.valueBytes() == StreamRoot.HEADER_BYTES
          ? 0
          : stream.value() + StreamRoot.HEADER_BYTES;
    }
    int reference = StreamRoot.tail(stream.value());
    return reference == 0 ? 0 : stream.arena().address(reference);
  }

  /** The listpack of an entry in the tree. */
  long node(long entry) {
    return stream.arena().address(StreamRoot.node(entry));
  }

  // ---- growing

  /** How much the tail's listpack may grow to. */
  private int capacity() {
    return hasBlocks()
        ? stream.arena().blockBytesOf(StreamRoot.tail(stream.value()))
        : stream.valueBytes() - StreamRoot.HEADER_BYTES;
  }

  boolean tailHolds(long bytes) {
    return bytes <= capacity();
  }

  /** Makes the tail hold so many bytes; returns where it lies then. */
  long growTail(long bytes) {
    long old = capacity();
    if (!hasBlocks()) {
      if (bytes <= MAX_PACKED_BYTES) {
        int room = (int) Math.max(bytes, Math.min(old + old / 4, MAX_PACKED_BYTES));
        stream.resize(StreamRoot.HEADER_BYTES + room);
        return tail();
      }
      expand(bytes);
      return tail();
    }
    long room = Math.max(bytes, Math.min(old + old / 2, MAX_TAIL_ROOM_BYTES));
    int reference = StreamRoot.tail(stream.value());
    moveTail(reference, stream.allocate((int) room));
    return tail();
  }

  private void moveTail(int from, int to) {
    long source = stream.arena().address(from);
    Memory.copy(source, stream.arena().address(to), Listpack.bytes(source));
    stream.arena().free(from);
    StreamRoot.tail(stream.value(), to);
  }

  /**
   * Opens a new tail behind the one there is; the listpack is undefined.
   *
   * @param bytes how many it needs to hold
   * @param nodeBytes about where nodes are full, for a stream that has filled one
   * @return where it lies
   */
  long openTail(long bytes, int nodeBytes, long millis, long sequence) {
    boolean isFirst = tail() == 0;
    if (!hasBlocks() && isFirst && bytes <= MAX_PACKED_BYTES) {
      stream.resize(StreamRoot.HEADER_BYTES + (int) bytes);
    } else {
      if (!hasBlocks()) {
        expand(0);
      }
      if (!isFirst) {
        closeTail();
      }
      long room = isFirst ? bytes : Math.max(bytes, nodeBytes + TAIL_RESERVE_BYTES);
      int reference = stream.allocate((int) room);
      StreamRoot.tail(stream.value(), reference);
    }
    IdTree.putId(StreamRoot.tailId(stream.value()), millis, sequence);
    return tail();
  }

  /** Makes a copy of a listpack, with live entries behind all others, the tail. */
  void adopt(long millis, long sequence, long listpack) {
    long lp = openTail(StreamNode.blockBytes(listpack), 0, millis, sequence);
    Memory.copy(listpack, lp, Listpack.bytes(listpack));
  }

  /** Gives the tail's unused bytes back, and puts it into the tree. */
  private void closeTail() {
    int reference = StreamRoot.tail(stream.value());
    int used = StreamNode.blockBytes(stream.arena().address(reference));
    if (!Arena.sameBlock(used, stream.arena().blockBytesOf(reference))) {
      moveTail(reference, stream.allocate(used));
    }
    long root = stream.value();
    tree().seekEnd();
    StreamValue.granted(tree.insert(StreamRoot.tailId(root)));
    StreamRoot.tail(root, 0);
  }

  /**
   * Turns a packed stream into one with blocks.
   *
   * @param tailBytes what a tail should have room for; no less than its own bytes is taken
   */
  void expand(long tailBytes) {
    int reference = 0;
    long packed = tail();
    if (packed != 0) {
      reference = stream.allocate((int) Math.max(tailBytes, StreamNode.blockBytes(packed)));
      Memory.copy(packed, stream.arena().address(reference), Listpack.bytes(packed));
    }
    stream.resize(StreamRoot.BYTES);
    stream.encoding(stream.encoding() | StreamValue.BLOCKS);
    StreamRoot.writeBlocks(stream.value());
    StreamRoot.tail(stream.value(), reference);
  }

  // ---- shrinking

  /** Removes the tail; the node before it becomes the tail. */
  void removeTail() {
    if (!hasBlocks()) {
      stream.resize(StreamRoot.HEADER_BYTES);
      return;
    }
    long root = stream.value();
    stream.arena().free(StreamRoot.tail(root));
    StreamRoot.tail(root, 0);
    if (tree().seekLast()) {
      Memory.copy(tree.entry(), StreamRoot.tailId(root), StreamRoot.NODE_ENTRY_BYTES);
      tree.remove();
    }
  }

  /** Removes the node at the tree's cursor, which is then at the next one. */
  void removeAtCursor() {
    stream.arena().free(StreamRoot.node(tree.entry()));
    tree.remove();
  }
}
