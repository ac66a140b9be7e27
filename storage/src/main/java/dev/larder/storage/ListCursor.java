package dev.larder.storage;

import static dev.larder.storage.ListStructure.CHAIN;

import dev.larder.storage.table.ListNodes;
import dev.larder.storage.type.Listpack;
import dev.larder.storage.type.ListpackFilter;

/** What reads a key's list: a place in it that goes both ways. {@link ListValue} changes it. */
abstract class ListCursor extends CollectionValue {
  final ListNodes nodes = new ListNodes();
  boolean isChain;

  /** The cursor: the listpack that has the element, and its entry there, 0 for none. */
  long listpack;

  long element;

  /** How many nodes that are searched in vain may get a filter now. */
  int newFilters;

  ListCursor(Keyspace keyspace, Unit unit) {
    super(ValueType.LIST, keyspace, unit);
  }

  @Override
  void pointed() {
    element = 0;
    isChain = entry != 0 && (encoding() & CHAIN) != 0;
    if (isChain) {
      nodes.bind(arena(), value());
    }
  }

  /** The number of elements, 0 for a key that does not exist. */
  @Override
  public final long count() {
    return entry == 0 ? 0 : isChain ? nodes.weight() : Listpack.count(value());
  }

  /** Goes to the element at an index; false, and nowhere, when there is none. */
  public boolean seek(long index) {
    element = 0;
    if (index < 0 || index >= count()) {
      return false;
    }
    if (isChain) {
      nodes.seekPosition(index);
      listpack = nodeAddress();
      element = Listpack.seek(listpack, (int) nodes.offset());
    } else {
      listpack = value();
      element = Listpack.seek(listpack, (int) index);
    }
    return true;
  }

  /** Goes to the first or the last element; false, and nowhere, when there is none. */
  public boolean seekEnd(boolean atHead) {
    element = 0;
    if (entry == 0) {
      return false;
    }
    if (!isChain) {
      listpack = value();
    } else if (atHead ? nodes.seekFirst() : nodes.seekLast()) {
      listpack = nodeAddress();
    } else {
      return false;
    }
    element = atHead ? Listpack.first(listpack) : Listpack.last(listpack);
    return element != 0;
  }

  int node() {
    return ListNodes.node(nodes.entry());
  }

  long nodeAddress() {
    return arena().address(node());
  }

  /** Goes to the next element; false, and nowhere, at the end. */
  public boolean next() {
    element = Listpack.next(listpack, element);
    if (element == 0 && isChain && nodes.next()) {
      listpack = nodeAddress();
      element = Listpack.first(listpack);
    }
    return element != 0;
  }

  /** Goes to the element before; false, and nowhere, at the beginning. */
  public boolean previous() {
    element = Listpack.previous(listpack, element);
    if (element == 0 && isChain && nodes.previous()) {
      listpack = nodeAddress();
      element = Listpack.last(listpack);
    }
    return element != 0;
  }

  /** Whether the element at the cursor is kept as an integer. */
  public boolean isInteger() {
    return Listpack.isInteger(element);
  }

  public long integer() {
    return Listpack.integer(element);
  }

  /** The bytes of an element that is no integer; its length is {@link #length}. */
  public long address() {
    return Listpack.stringAddress(element);
  }

  /** Bytes of the element as text. */
  public int length() {
    return Listpack.textLength(element);
  }

  /** Writes {@link #length} bytes of text. */
  public void writeText(long target) {
    Listpack.writeText(element, target);
  }

  /** Whether the element is this text. */
  public boolean isText(long address, int length) {
    return Listpack.equalsText(element, address, length);
  }

  /** The index of the first element that is this text, -1 when there is none. */
  public long find(long address, int length) {
    return findFrom(0, address, length);
  }

  /** The same, of those from an index on. */
  public long findFrom(long index, long address, int length) {
    return seek(index) ? findOn(index, Long.MAX_VALUE, address, length) : -1;
  }

  /**
   * Goes to the first element that is this text, from the cursor on and before an index.
   *
   * @param index of the element at the cursor
   * @return its index; -1 when there is none, and the cursor is nowhere then
   */
  public long findOn(long index, long end, long address, int length) {
    long first = element;
    element = Listpack.find(listpack, first, address, length, 0);
    long base = element == 0 ? indexInNextNodes(end, address, length) : index + stepsFrom(first);
    if (base < end) {
      return base;
    }
    element = 0;
    return -1;
  }

  /**
   * As {@link #findOn} behind the node of the tree's cursor; but {@code end} when there is none.
   */
  private long indexInNextNodes(long end, long address, int length) {
    if (!isChain || !nodes.next()) {
      return end;
    }
    long base = nodes.position();
    long hash = ListpackFilter.hash(address, length);
    do {
      base += nodes.passFiltered(hash);
      if (nodes.entry() == 0 || base >= end) {
        return end;
      }
      listpack = nodeAddress();
      long first = Listpack.first(listpack);
      element = Listpack.find(listpack, first, address, length, 0);
      if (element != 0) {
        return base + stepsFrom(first);
      }
      base += ListNodes.elements(nodes.entry());
      if (newFilters > 0 && !ListNodes.isFiltered(nodes.entry())) {
        addFilter();
      }
    } while (nodes.next());
    return end;
  }

  /** Gives the node at the tree's cursor a filter, if that is worth it. */
  abstract void addFilter();

  /** How many entries the one at the cursor is behind another. */
  private int stepsFrom(long from) {
    int steps = 0;
    for (long at = from; at != element; at = Listpack.next(listpack, at)) {
      steps++;
    }
    return steps;
  }
}
