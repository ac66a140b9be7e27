package dev.larder.storage;

import static dev.larder.storage.ListStructure.CHAIN;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.HotPath;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.CountedTree;
import dev.larder.storage.table.HashFilter;
import dev.larder.storage.table.ListNodes;
import dev.larder.storage.type.Listpack;
import dev.larder.storage.type.ListpackFilter;

/*
 * A list is packed in its record while it is within list-max-listpack-size, and a chain of nodes
 * beyond. A node is a listpack of up to NODE_BYTES, or of one longer element, in a block of its
 * own. Blocks of nodes double while they fill from an end, and full nodes are exactly their block,
 * so a long list takes its elements' listpack entries and about one percent.
 *
 * Nodes are found by position through a counted tree: an index in the middle costs O(log n), an
 * edit there one move within a node.
 *
 * A list in which pivots are looked for gets filters of its nodes, six percent more memory, by and
 * by; other lists have none (FILTERED, ListNodes).
 *
 *   NO SMALL NEIGHBOURS: after a removal, a node that is less than a quarter full is joined with a
 *   neighbour if one node can hold both.
 */

/** A key's list. Indexes count from 0 at the head. */
@HotPath
public final class ListValue extends ListCursor {
  private static final int NODE_BYTES = ListLimits.NODE_BYTES;

  private static final int FIRST_NODE_BYTES = 256;

  /** Smaller nodes are searched before their filter would be. */
  private static final int LEAST_FILTERED_BYTES = 1024;

  /** The most filters that one search makes, each in a few microseconds. */
  private static final int NEW_FILTERS = 256;

  private final ListLimits limits;

  ListValue(Keyspace keyspace, Unit unit) {
    super(keyspace, unit);
    limits = new ListLimits(keyspace.limits());
  }

  // ---- adding
  // ----------------------------------------------------------------------------------------

  /**
   * Before elements are added: makes the list a chain if they would be too much for a packed one.
   *
   * @param bytes of all elements as text
   */
  public void expect(long bytes, int count) {
    if (entry == 0) {
      if (limits.exceedPacked(Listpack.EMPTY_BYTES + bytes, count)) {
        create(CHAIN, CountedTree.ROOT_BYTES);
        CountedTree.writeEmpty(value());
      } else {
        create(0, Listpack.EMPTY_BYTES);
        Listpack.writeEmpty(value());
      }
      pointed();
    } else if (!isChain && limits.exceedPacked(Listpack.bytes(value()) + bytes, count() + count)) {
      becomeChain();
    }
  }

  private void becomeChain() {
    int bytes = Listpack.bytes(value());
    int count = Listpack.count(value());
    int node = 0;
    if (count > 0) {
      node = allocate(bytes);
      Memory.copy(value(), arena().address(node), bytes);
    }
    resize(CountedTree.ROOT_BYTES);
    encoding(encoding() | CHAIN);
    CountedTree.writeEmpty(value());
    pointed();
    if (node != 0) {
      insertNode(node, count);
    }
  }

  /** Adds an element at an end; {@link #expect} has been told of it. */
  public void push(boolean atHead, long address, int length) {
    element = 0;
    if (isChain) {
      boolean isThere = atHead ? nodes.seekFirst() : nodes.seekLast();
      int bytes = Listpack.encodedBytes(address, length);
      if (isThere && fits(bytes)) {
        long lp = makeRoom(bytes);
        insertInto(lp, atHead ? lp + HEAD : Listpack.end(lp), address, length);
      } else {
        if (isThere) {
          trimNode();
        }
        if (!atHead) {
          nodes.next();
        }
        addNode(address, length, bytes);
      }
    } else {
      grow(Listpack.bytes(value()) + Listpack.encodedBytes(address, length));
      long lp = value();
      Listpack.insert(lp, atHead ? lp + HEAD : Listpack.end(lp), address, length);
    }
    tell().elementPushed(sequence(), shard, database, entry, atHead, address, length);
    signal();
  }

  /**
   * Adds all of a listpack at the tail of a list that is being built, unreported; false, and
   * nothing is added, if it does not suit.
   */
  boolean appendListpack(long source, int bytes, int count) {
    element = 0;
    boolean isWhole = entry == 0 && !limits.exceedPacked(bytes, count);
    if (!isWhole && !limits.allowNode(bytes, count)) {
      return false;
    }
    if (isWhole) {
      create(0, bytes);
      Memory.copy(source, value(), bytes);
      pointed();
      return true;
    }
    expect(bytes, count);
    if (!isChain) {
      return false;
    }
    if (nodes.seekLast()) {
      trimNode();
    }
    int node = allocate(bytes);
    Memory.copy(source, arena().address(node), bytes);
    nodes.seekEnd();
    insertNode(node, count);
    return true;
  }

  /** Where the first entry of a listpack is, or would be. */
  private static final int HEAD = Listpack.EMPTY_BYTES - 1;

  /** Whether the node at the tree's cursor may become longer by an entry. */
  private boolean fits(int bytes) {
    int size = keyspace.limits().listMaxListpackSize();
    return Listpack.bytes(nodeAddress()) + bytes <= NODE_BYTES
        && (size < 0 || ListNodes.elements(nodes.entry()) < Math.max(size, 1));
  }

  /** Gives the node at the tree's cursor a block with room for more; its address. */
  private long makeRoom(int bytes) {
    int node = node();
    long lp = arena().address(node);
    int needed = Listpack.bytes(lp) + bytes;
    int block = arena().blockBytesOf(node);
    return needed <= block ? lp : moveNode(Math.max(needed, Math.min(2 * block, NODE_BYTES)));
  }

  private long moveNode(int blockBytes) {
    Arena arena = arena();
    int node = node();
    int moved = allocate(blockBytes);
    Memory.copy(arena.address(node), arena.address(moved), Listpack.bytes(arena.address(node)));
    nodes.move(moved);
    arena.free(node);
    return arena.address(moved);
  }

  /** Gives back what the block of the node at the tree's cursor has too much. */
  private void trimNode() {
    int bytes = Listpack.bytes(nodeAddress());
    if (Arena.blockBytes(bytes) < arena().blockBytesOf(node())) {
      moveNode(bytes);
    }
  }

  private void insertInto(long lp, long at, long address, int length) {
    Listpack.insert(lp, at, address, length);
    nodes.addElements(1);
  }

  /** Adds a node of one element before the tree's cursor, which is then at it. */
  private void addNode(long address, int length, int bytes) {
    int needed = Listpack.EMPTY_BYTES + bytes;
    int node = allocate(Math.max(needed, FIRST_NODE_BYTES));
    long lp = arena().address(node);
    Listpack.writeEmpty(lp);
    Listpack.append(lp, address, length);
    insertNode(node, 1);
  }

  private void insertNode(int node, int count) {
    ListNodes.writeEntry(shard.scratch, node, count);
    if (!nodes.insert(shard.scratch)) {
      throw new IllegalStateException("no memory behind a collection's ROOM");
    }
  }

  /** Inserts an element before the one at an index; {@link #expect} has been told of it. */
  public void insert(long index, long address, int length) {
    assert index >= 0 && index < count();
    element = 0;
    int bytes = Listpack.encodedBytes(address, length);
    if (!isChain) {
      resize(Listpack.bytes(value()) + bytes);
      Listpack.insert(value(), Listpack.seek(value(), (int) index), address, length);
    } else {
      nodes.seekPosition(index);
      int offset = (int) nodes.offset();
      if (!fits(bytes) && offset > 0) {
        splitNode(offset);
        nodes.seekPosition(index);
        offset = 0;
      }
      if (fits(bytes)) {
        long lp = makeRoom(bytes);
        insertInto(lp, Listpack.seek(lp, offset), address, length);
      } else {
        addNode(address, length, bytes);
      }
    }
    tell().elementInserted(sequence(), shard, database, entry, index, address, length);
  }

  /** Leaves the first elements in the node at the tree's cursor, and the others in one behind. */
  private void splitNode(int offset) {
    long lp = nodeAddress();
    int count = ListNodes.elements(nodes.entry());
    long from = Listpack.seek(lp, offset);
    int tail = (int) (Listpack.end(lp) - from);
    int node = allocate(Listpack.EMPTY_BYTES + tail);
    long right = arena().address(node);
    Listpack.writeEmpty(right);
    Listpack.openGap(right, right + HEAD, tail, count - offset);
    Memory.copy(from, right + HEAD, tail);
    Listpack.delete(lp, from, count - offset);
    nodes.addElements(offset - count);
    trimNode();
    nodes.next();
    insertNode(node, count - offset);
  }

  /** Replaces the element at an index. */
  public void replace(long index, long address, int length) {
    boolean isThere = seek(index);
    assert isThere;
    int bytes = Listpack.encodedBytes(address, length);
    int growth = bytes - Listpack.entryBytes(element);
    long offset = element - listpack;
    if (!isChain) {
      int grown = Listpack.bytes(listpack) + growth;
      if (growth > 0) {
        resize(grown);
      }
      Listpack.replace(value(), value() + offset, address, length);
      if (growth < 0) {
        resize(grown);
      }
    } else if (growth <= 0 || Listpack.bytes(listpack) + growth <= NODE_BYTES) {
      long lp = growth > 0 ? makeRoom(growth) : listpack;
      Listpack.replace(lp, lp + offset, address, length);
      nodes.addElements(0);
    } else {
      replaceByNode(index, address, length, bytes);
    }
    element = 0;
    tell().elementReplaced(sequence(), shard, database, entry, index, address, length);
  }

  /** Replaces an element by one for which its node has no room. */
  private void replaceByNode(long index, long address, int length, int bytes) {
    int offset = (int) nodes.offset();
    if (offset > 0) {
      splitNode(offset);
      nodes.seekPosition(index);
    }
    addNode(address, length, bytes);
    nodes.next();
    removeFromNode(0, 1);
  }

  /**
   * The index of the first element that is this text, -1 when there is none; of a list in which one
   * is looked for in order to insert beside it. If ROOM is left, some of the nodes that are
   * searched get filters, so that the next search passes over them.
   */
  public long findPivot(long address, int length) {
    newFilters = hasRoom((long) NEW_FILTERS * NODE_BYTES) ? NEW_FILTERS : 0;
    long index = find(address, length);
    newFilters = 0;
    return index;
  }

  @Override
  void addFilter() {
    int bytes = Listpack.bytes(nodeAddress());
    if (bytes < LEAST_FILTERED_BYTES
        || bytes > NODE_BYTES
        || ListNodes.elements(nodes.entry()) > ListpackFilter.MOST_ENTRIES) {
      return;
    }
    newFilters--;
    if (arena().blockBytesOf(node()) - bytes < HashFilter.BYTES) {
      moveNode(bytes + HashFilter.BYTES);
    }
    ListpackFilter.write(nodes.filter(), nodeAddress());
    nodes.setFiltered();
  }

  // ---- removing
  // --------------------------------------------------------------------------------------

  /** Removes elements at an end; the key goes with the last one. */
  public void pop(boolean atHead, long count) {
    assert count > 0 && count <= count();
    tell().elementsPopped(sequence(), shard, database, entry, atHead, count);
    if (isChain && popFromEndNode(atHead, count)) {
      element = 0;
    } else {
      removeUnreported(atHead ? 0 : count() - count, count);
    }
  }

  /** Removes elements of the outermost node, if that keeps some: nothing else is looked at. */
  private boolean popFromEndNode(boolean atHead, long count) {
    if (atHead) {
      nodes.seekFirst();
    } else {
      nodes.seekLast();
    }
    int there = ListNodes.elements(nodes.entry());
    if (there <= count || nodes.count() == 1) {
      return false;
    }
    removeFromNode(atHead ? 0 : there - (int) count, (int) count);
    return true;
  }

  /** Removes elements from an index on; the key goes with the last one. */
  public void remove(long index, long count) {
    assert count > 0 && index >= 0 && index + count <= count();
    tell().elementsRemoved(sequence(), shard, database, entry, index, count);
    removeUnreported(index, count);
  }

  private void removeUnreported(long index, long count) {
    element = 0;
    if (count == count()) {
      removeEmpty();
      isChain = false;
      return;
    }
    if (!isChain) {
      long lp = value();
      Listpack.delete(lp, Listpack.seek(lp, (int) index), (int) count);
      resize(Listpack.bytes(lp));
      return;
    }
    nodes.seekPosition(index);
    int offset = (int) nodes.offset();
    for (long left = count; left > 0; offset = 0) {
      int here = (int) Math.min(left, ListNodes.elements(nodes.entry()) - offset);
      left -= here;
      removeFromNode(offset, here);
      if (left > 0 && offset > 0) {
        nodes.next();
      }
    }
    joinAt(index);
    packIfSmall();
  }

  /** Removes elements of the node at the tree's cursor; if all, the cursor is at the next node. */
  private void removeFromNode(int offset, int count) {
    int node = node();
    if (count == ListNodes.elements(nodes.entry())) {
      arena().free(node);
      nodes.remove();
      return;
    }
    long lp = arena().address(node);
    Listpack.delete(lp, Listpack.seek(lp, offset), count);
    nodes.addElements(-count);
    int bytes = Listpack.bytes(lp);
    if (bytes < arena().blockBytesOf(node) / 2 && bytes > FIRST_NODE_BYTES) {
      moveNode(bytes);
    }
  }

  /** Keeps NO SMALL NEIGHBOURS where elements before this index have gone. */
  private void joinAt(long index) {
    nodes.seekPosition(Math.min(index, nodes.weight() - 1));
    if (Listpack.bytes(nodeAddress()) >= NODE_BYTES / 4 && !nodes.previous()) {
      return;
    }
    int node = node();
    long lp = arena().address(node);
    int count = ListNodes.elements(nodes.entry());
    if (!nodes.next()) {
      return;
    }
    long right = nodeAddress();
    int joined = Listpack.bytes(lp) + Listpack.bytes(right) - Listpack.EMPTY_BYTES;
    int rightCount = ListNodes.elements(nodes.entry());
    boolean isSmall = Math.min(Listpack.bytes(lp), Listpack.bytes(right)) < NODE_BYTES / 4;
    int size = keyspace.limits().listMaxListpackSize();
    if (!isSmall || joined > NODE_BYTES || (size > 0 && count + rightCount > size)) {
      return;
    }
    int rightNode = node();
    nodes.remove();
    if (nodes.entry() == 0) {
      nodes.seekLast();
    } else {
      nodes.previous();
    }
    int tail = (int) (Listpack.end(right) - (right + HEAD));
    long left = makeRoom(tail);
    long at = Listpack.end(left);
    Listpack.openGap(left, at, tail, rightCount);
    Memory.copy(right + HEAD, at, tail);
    arena().free(rightNode);
    nodes.addElements(rightCount);
  }

  /** Makes a chain packed again when half of the limit would hold it, as Redis does. */
  private void packIfSmall() {
    if (nodes.count() != 1) {
      return;
    }
    nodes.seekFirst();
    int node = node();
    int bytes = Listpack.bytes(arena().address(node));
    if (limits.exceedPacked(2L * bytes, 2 * nodes.weight())) {
      return;
    }
    nodes.remove();
    encoding(encoding() & ~CHAIN);
    resize(bytes);
    Memory.copy(arena().address(node), value(), bytes);
    arena().free(node);
    pointed();
  }
}
