package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.table.BlockMove;
import dev.larder.storage.table.CountedTree;
import dev.larder.storage.table.ListNodes;
import dev.larder.storage.type.Listpack;
import dev.larder.storage.type.ListpackFilter;

/**
 * Lists: a listpack in the record, or a chain of nodes.
 *
 * <pre>
 *   packed:  value part = listpack
 *   chain:   value part = root of a {@link ListNodes}, each node a block with a listpack
 * </pre>
 */
final class ListStructure extends Structure {
  /** Encoding bit: the list is a chain, which Redis calls a quicklist. */
  static final int CHAIN = 4;

  private final ListNodes nodes = new ListNodes();
  private final long scratch;

  /**
   * @param scratch memory for an entry, for the life of the shard
   */
  ListStructure(long scratch) {
    this.scratch = scratch;
  }

  @Override
  boolean ownsBlocks(int encoding) {
    return (encoding & CHAIN) != 0;
  }

  @Override
  boolean freeSome(Arena arena, long root, int encoding, int limit) {
    nodes.bind(arena, root);
    // A leaf of the tree has up to 62 nodes.
    int leaves = Math.max(1, limit / 64);
    return nodes.clearStep(leaves, entry -> arena.free(ListNodes.node(entry)));
  }

  @Override
  ValueCopy newCopy() {
    return new ListCopy(scratch);
  }

  @Override
  boolean moveSome(Arena arena, long root, int encoding, BlockMove move) {
    nodes.bind(arena, root);
    move.leaf(
        nodes,
        entry -> {
          int node = ListNodes.node(entry);
          int moved = move.move(arena, node);
          ListNodes.moved(entry, moved);
          return moved != node;
        });
    return move.part() > 0;
  }

  @Override
  long blockBytes(Arena arena, long root, int encoding) {
    nodes.bind(arena, root);
    long bytes = nodes.bytes();
    for (boolean more = nodes.seekFirst(); more; more = nodes.next()) {
      bytes += arena.blockBytesOf(ListNodes.node(nodes.entry()));
    }
    return bytes;
  }

  @Override
  String encodingName(long value, int encoding) {
    return (encoding & CHAIN) != 0 ? "quicklist" : "listpack";
  }

  @Override
  long pieces(Arena arena, long root, int encoding) {
    return (encoding & CHAIN) == 0 ? Listpack.count(root) : CountedTree.rootWeight(root);
  }

  @Override
  void validate(Arena arena, long value, int encoding) {
    if ((encoding & CHAIN) == 0) {
      require(Listpack.count(value) > 0 && Listpack.validate(value, Listpack.bytes(value)));
      return;
    }
    nodes.bind(arena, value);
    nodes.validate();
    require(!nodes.isEmpty());
    for (boolean more = nodes.seekFirst(); more; more = nodes.next()) {
      long node = arena.address(ListNodes.node(nodes.entry()));
      int bytes = Listpack.bytes(node);
      require(bytes <= arena.blockBytesOf(ListNodes.node(nodes.entry())));
      require(Listpack.validate(node, bytes));
      require(Listpack.count(node) == ListNodes.elements(nodes.entry()));
      require(Listpack.count(node) > 0);
      if (ListNodes.isFiltered(nodes.entry())) {
        require(node + bytes <= nodes.filter());
        require(ListpackFilter.covers(nodes.filter(), node));
      }
    }
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw new AssertionError("a list is damaged");
    }
  }
}
