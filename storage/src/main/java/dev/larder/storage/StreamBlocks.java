package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.table.BlockMove;
import dev.larder.storage.table.CountedTree;
import dev.larder.storage.table.EntryVisitor;
import dev.larder.storage.table.IdTree;
import dev.larder.storage.table.TimedIdTree;
import dev.larder.storage.type.NamedBlocks;
import dev.larder.storage.type.StreamGroupBlocks;
import dev.larder.storage.type.StreamProducerBlocks;
import dev.larder.storage.type.StreamRoot;
import org.jspecify.annotations.Nullable;

/**
 * Frees and counts the blocks of streams, whichever. Freeing keeps its progress in what is being
 * freed; a limit is about how many blocks go at once.
 */
final class StreamBlocks {
  /** About how many references a leaf of a tree has. */
  private static final int REFERENCES_PER_LEAF = 48;

  private static final int LEAF_BYTES = 512;

  final IdTree nodes = new IdTree(StreamRoot.NODE_ENTRY_BYTES);
  final IdTree pending = new IdTree(StreamGroupBlocks.PENDING_BYTES);
  final IdTree ids = new IdTree(IdTree.ID_BYTES);
  final TimedIdTree timed = new TimedIdTree();

  /** How many blocks may still be freed. */
  private int left;

  // ---- freeing

  /** Frees blocks of a stream; returns whether none is left. */
  boolean freeStream(Arena arena, long root, int limit) {
    left = limit;
    if (!freeNodes(arena, StreamRoot.nodes(root))) {
      return false;
    }
    if (StreamRoot.tail(root) != 0) {
      arena.free(StreamRoot.tail(root));
      StreamRoot.tail(root, 0);
    }
    for (int directory; (directory = StreamRoot.groups(root)) != 0; ) {
      int last = NamedBlocks.count(arena, directory) - 1;
      if (!freeGroup(arena, NamedBlocks.get(arena, directory, last))) {
        return false;
      }
      StreamRoot.groups(root, NamedBlocks.remove(arena, directory, last));
    }
    int reference = StreamRoot.idempotency(root);
    if (reference != 0) {
      if (!freeProducers(arena, arena.address(reference), left)) {
        return false;
      }
      arena.free(reference);
      StreamRoot.idempotency(root, 0);
    }
    return true;
  }

  /** Frees blocks of a group, at last its own; returns whether none is left. */
  boolean freeGroup(Arena arena, int group, int limit) {
    left = limit;
    return freeGroup(arena, group);
  }

  private boolean freeGroup(Arena arena, int group) {
    long block = arena.address(group);
    for (int directory; (directory = StreamGroupBlocks.consumers(block)) != 0; ) {
      int last = NamedBlocks.count(arena, directory) - 1;
      int consumer = NamedBlocks.get(arena, directory, last);
      ids.bind(arena, StreamGroupBlocks.owned(arena.address(consumer)));
      if (!freeTree(ids)) {
        return false;
      }
      arena.free(consumer);
      StreamGroupBlocks.consumers(block, NamedBlocks.remove(arena, directory, last));
    }
    pending.bind(arena, StreamGroupBlocks.pending(block));
    timed.bind(arena, StreamGroupBlocks.timed(block));
    if (!freeTree(pending) || !freeTree(timed)) {
      return false;
    }
    arena.free(group);
    return true;
  }

  /** Frees all producers, or some of their blocks; returns whether none is left. */
  boolean freeProducers(Arena arena, long state, int limit) {
    left = limit;
    for (int directory; (directory = StreamProducerBlocks.producers(state)) != 0; ) {
      int last = NamedBlocks.count(arena, directory) - 1;
      int producer = NamedBlocks.get(arena, directory, last);
      long block = arena.address(producer);
      ids.bind(arena, StreamProducerBlocks.known(block));
      if (!freeTree(ids) || !freeNodes(arena, StreamProducerBlocks.aged(block))) {
        return false;
      }
      arena.free(producer);
      StreamProducerBlocks.producers(state, NamedBlocks.remove(arena, directory, last));
    }
    return true;
  }

  /** Frees a tree of ids and references, and what those refer to. */
  private boolean freeNodes(Arena arena, long root) {
    nodes.bind(arena, root);
    return freeTree(nodes, left / REFERENCES_PER_LEAF, entry -> arena.free(StreamRoot.node(entry)));
  }

  private boolean freeTree(CountedTree tree) {
    return freeTree(tree, left, null);
  }

  private boolean freeTree(CountedTree tree, int limit, @Nullable EntryVisitor visitor) {
    long before = tree.bytes();
    boolean isGone = tree.clearStep(Math.max(1, limit), visitor);
    long freed = (before - tree.bytes()) / LEAF_BYTES;
    left -= (int) Math.min(left, visitor == null ? freed : freed * REFERENCES_PER_LEAF);
    return isGone;
  }

  // ---- moving

  /**
   * Moves the nodes of a stream, and then of each group what is pending; other blocks are few.
   *
   * @return whether that was all
   */
  boolean moveSome(Arena arena, long root, BlockMove move) {
    if (move.part() == 0) {
      StreamRoot.tail(root, move.move(arena, StreamRoot.tail(root)));
      nodes.bind(arena, StreamRoot.nodes(root));
      move.leaf(nodes, entry -> moveNode(arena, entry, move));
      return false;
    }
    int directory = StreamRoot.groups(root);
    int group = (move.part() - 1) / 2;
    if (group >= NamedBlocks.count(arena, directory)) {
      return true;
    }
    long block = arena.address(NamedBlocks.get(arena, directory, group));
    boolean isTimed = move.part() % 2 == 0;
    CountedTree tree = isTimed ? timed : pending;
    tree.bind(arena, isTimed ? StreamGroupBlocks.timed(block) : StreamGroupBlocks.pending(block));
    move.leaf(tree, entry -> false);
    return false;
  }

  private static boolean moveNode(Arena arena, long entry, BlockMove move) {
    int node = StreamRoot.node(entry);
    int moved = move.move(arena, node);
    StreamRoot.node(entry, moved);
    return moved != node;
  }

  // ---- counting

  /** What a stream has beside its entries: groups, consumers, what is pending, producers, ids. */
  long pieces(Arena arena, long root) {
    int groups = StreamRoot.groups(root);
    long pieces = 0;
    for (int i = NamedBlocks.count(arena, groups) - 1; i >= 0; i--) {
      long group = arena.address(NamedBlocks.get(arena, groups, i));
      pieces += 1 + NamedBlocks.count(arena, StreamGroupBlocks.consumers(group));
      pieces += CountedTree.rootWeight(StreamGroupBlocks.pending(group));
    }
    int reference = StreamRoot.idempotency(root);
    int producers = reference == 0 ? 0 : StreamProducerBlocks.producers(arena.address(reference));
    for (int i = NamedBlocks.count(arena, producers) - 1; i >= 0; i--) {
      long producer = arena.address(NamedBlocks.get(arena, producers, i));
      pieces += 1 + CountedTree.rootWeight(StreamProducerBlocks.aged(producer));
    }
    return pieces;
  }

  /** The bytes of all blocks of a stream. */
  long bytes(Arena arena, long root) {
    long bytes = listedBytes(arena, StreamRoot.nodes(root));
    if (StreamRoot.tail(root) != 0) {
      bytes += arena.blockBytesOf(StreamRoot.tail(root));
    }
    int directory = StreamRoot.groups(root);
    for (int i = NamedBlocks.count(arena, directory) - 1; i >= 0; i--) {
      bytes += groupBytes(arena, NamedBlocks.get(arena, directory, i));
    }
    bytes += directory == 0 ? 0 : arena.blockBytesOf(directory);
    int reference = StreamRoot.idempotency(root);
    return reference == 0 ? bytes : bytes + producerBytes(arena, reference);
  }

  private long groupBytes(Arena arena, int group) {
    long block = arena.address(group);
    pending.bind(arena, StreamGroupBlocks.pending(block));
    timed.bind(arena, StreamGroupBlocks.timed(block));
    long bytes = arena.blockBytesOf(group) + pending.bytes() + timed.bytes();
    int directory = StreamGroupBlocks.consumers(block);
    for (int i = NamedBlocks.count(arena, directory) - 1; i >= 0; i--) {
      int consumer = NamedBlocks.get(arena, directory, i);
      ids.bind(arena, StreamGroupBlocks.owned(arena.address(consumer)));
      bytes += arena.blockBytesOf(consumer) + ids.bytes();
    }
    return bytes + (directory == 0 ? 0 : arena.blockBytesOf(directory));
  }

  private long producerBytes(Arena arena, int reference) {
    long bytes = arena.blockBytesOf(reference);
    int directory = StreamProducerBlocks.producers(arena.address(reference));
    for (int i = NamedBlocks.count(arena, directory) - 1; i >= 0; i--) {
      int producer = NamedBlocks.get(arena, directory, i);
      ids.bind(arena, StreamProducerBlocks.known(arena.address(producer)));
      bytes += arena.blockBytesOf(producer) + ids.bytes();
      bytes += listedBytes(arena, StreamProducerBlocks.aged(arena.address(producer)));
    }
    return bytes + (directory == 0 ? 0 : arena.blockBytesOf(directory));
  }

  /** The bytes of a tree of ids and references, and of what those refer to. */
  private long listedBytes(Arena arena, long root) {
    nodes.bind(arena, root);
    long bytes = nodes.bytes();
    for (boolean more = nodes.seekFirst(); more; more = nodes.next()) {
      bytes += arena.blockBytesOf(StreamRoot.node(nodes.entry()));
    }
    return bytes;
  }
}
