package dev.larder.storage;

import static dev.larder.storage.ListStructure.CHAIN;

import dev.larder.storage.table.ListNodes;
import dev.larder.storage.type.Listpack;

/** What reads a key's list: a place in it that goes both ways. {@link ListValue} changes it. */
abstract class ListCursor extends CollectionValue {
  final ListNodes nodes = new ListNodes();
  boolean isChain;

  /** The cursor: the listpack that has the element, and its entry there, 0 for none. */
  long listpack;

  long element;

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
    if (!seek(index)) {
      return -1;
    }
    long found = Listpack.find(listpack, element, address, length, 0);
    // Of the first element of the current node.
    long base = isChain ? index - nodes.offset() : 0;
    while (found == 0) {
      if (!isChain) {
        return -1;
      }
      base += ListNodes.elements(nodes.entry());
      if (!nodes.next()) {
        return -1;
      }
      listpack = nodeAddress();
      found = Listpack.find(listpack, Listpack.first(listpack), address, length, 0);
    }
    return base + indexOf(listpack, found);
  }

  private static int indexOf(long lp, long entry) {
    int index = 0;
    for (long at = Listpack.first(lp); at != entry; at = Listpack.next(lp, at)) {
      index++;
    }
    return index;
  }
}
