package dev.larder.storage;

import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.CountedTree;
import dev.larder.storage.table.ListNodes;
import dev.larder.storage.type.Listpack;

/** Copies long lists, node by node. */
final class ListCopy extends ValueCopy {
  private final ListNodes nodes = new ListNodes();
  private final ListNodes copied = new ListNodes();
  private final long scratch;

  /**
   * @param scratch memory for an entry, which others may use in between
   */
  ListCopy(long scratch) {
    this.scratch = scratch;
  }

  @Override
  void begin(long root, long copy) {
    CountedTree.writeEmpty(copy);
    nodes.bind(from, root);
    nodes.seekFirst();
    copied.bind(to, copy);
  }

  @Override
  boolean next() {
    long entry = nodes.entry();
    if (entry == 0) {
      return false;
    }
    long source = from.address(ListNodes.node(entry));
    int bytes = Listpack.bytes(source);
    if (!isGranted(bytes)) {
      return true;
    }
    int node = to.allocate(bytes);
    granted(node != 0);
    Memory.copy(source, to.address(node), bytes);
    ListNodes.writeEntry(scratch, node, ListNodes.elements(entry));
    copied.seekEnd();
    granted(copied.insert(scratch));
    return nodes.next();
  }
}
