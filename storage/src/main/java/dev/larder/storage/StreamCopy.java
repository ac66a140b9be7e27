package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.CountedTree;
import dev.larder.storage.table.IdTree;
import dev.larder.storage.type.NamedBlocks;
import dev.larder.storage.type.StreamGroupBlocks;
import dev.larder.storage.type.StreamProducerBlocks;
import dev.larder.storage.type.StreamRoot;

/** Copies all blocks of a stream into an arena, which has room for them: ROOM. */
final class StreamCopy {
  private final Arena from;
  private final Arena to;
  private final StreamBlocks source = new StreamBlocks();
  private final StreamBlocks target = new StreamBlocks();

  StreamCopy(Arena from, Arena to) {
    this.from = from;
    this.to = to;
  }

  /**
   * Copies.
   *
   * @param root of the stream
   * @param copy a byte-wise copy of it, which refers to the new blocks afterwards
   */
  void copy(long root, long copy) {
    copyNodes(StreamRoot.nodes(root), StreamRoot.nodes(copy));
    if (StreamRoot.tail(root) != 0) {
      StreamRoot.tail(copy, copyBlock(StreamRoot.tail(root)));
    }
    StreamRoot.groups(copy, copyGroups(StreamRoot.groups(root)));
    int reference = StreamRoot.idempotency(root);
    if (reference != 0) {
      int state = copyBlock(reference);
      StreamRoot.idempotency(copy, state);
      int producers = StreamProducerBlocks.producers(from.address(reference));
      StreamProducerBlocks.producers(to.address(state), copyProducers(producers));
    }
  }

  private int copyBlock(int reference) {
    int bytes = from.blockBytesOf(reference);
    int copy = to.allocate(bytes);
    StreamValue.granted(copy != 0);
    Memory.copy(from.address(reference), to.address(copy), bytes);
    return copy;
  }

  /** Copies a tree of ids and references, and what those refer to. */
  private void copyNodes(long root, long copy) {
    source.nodes.bind(from, root);
    CountedTree.writeEmpty(copy);
    target.nodes.bind(to, copy);
    for (boolean more = source.nodes.seekFirst(); more; more = source.nodes.next()) {
      long entry = source.nodes.entry();
      append(target.nodes, entry);
      StreamRoot.node(target.nodes.entry(), copyBlock(StreamRoot.node(entry)));
      target.nodes.changed(0);
    }
  }

  private void copyTree(CountedTree tree, long root, CountedTree copied, long copy) {
    tree.bind(from, root);
    CountedTree.writeEmpty(copy);
    copied.bind(to, copy);
    for (boolean more = tree.seekFirst(); more; more = tree.next()) {
      append(copied, tree.entry());
    }
  }

  private static void append(CountedTree tree, long entry) {
    tree.seekEnd();
    StreamValue.granted(tree.insert(entry));
  }

  private static int add(Arena arena, int directory, int reference) {
    int count = NamedBlocks.count(arena, directory);
    int grown = NamedBlocks.insert(arena, directory, count, reference);
    StreamValue.granted(grown != 0);
    return grown;
  }

  private int copyGroups(int directory) {
    int copies = 0;
    for (int i = 0; i < NamedBlocks.count(from, directory); i++) {
      int group = NamedBlocks.get(from, directory, i);
      long block = from.address(group);
      int copy = copyBlock(group);
      long copied = to.address(copy);
      copyTree(
          source.pending,
          StreamGroupBlocks.pending(block),
          target.pending,
          StreamGroupBlocks.pending(copied));
      copyTree(
          source.timed,
          StreamGroupBlocks.timed(block),
          target.timed,
          StreamGroupBlocks.timed(copied));
      int consumers = copyConsumers(StreamGroupBlocks.consumers(block));
      StreamGroupBlocks.consumers(copied, consumers);
      copies = add(to, copies, copy);
    }
    return copies;
  }

  /** Copies consumers, and gives them the pending entries of the target that are theirs. */
  private int copyConsumers(int directory) {
    int copies = 0;
    for (int i = 0; i < NamedBlocks.count(from, directory); i++) {
      int consumer = NamedBlocks.get(from, directory, i);
      int copy = copyBlock(consumer);
      copyTree(
          source.ids,
          StreamGroupBlocks.owned(from.address(consumer)),
          target.ids,
          StreamGroupBlocks.owned(to.address(copy)));
      for (boolean more = target.ids.seekFirst(); more; more = target.ids.next()) {
        long id = target.ids.entry();
        boolean found = target.pending.seek(IdTree.millis(id), IdTree.sequence(id));
        assert found : "OWNED";
        StreamGroupBlocks.owner(target.pending.entry(), copy);
        target.pending.changed(0);
      }
      copies = add(to, copies, copy);
    }
    return copies;
  }

  private int copyProducers(int directory) {
    int copies = 0;
    for (int i = 0; i < NamedBlocks.count(from, directory); i++) {
      int producer = NamedBlocks.get(from, directory, i);
      int copy = copyBlock(producer);
      long copied = to.address(copy);
      copyNodes(
          StreamProducerBlocks.aged(from.address(producer)), StreamProducerBlocks.aged(copied));
      CountedTree.writeEmpty(StreamProducerBlocks.known(copied));
      for (boolean more = target.nodes.seekFirst(); more; more = target.nodes.next()) {
        addKnown(copied, StreamRoot.node(target.nodes.entry()));
      }
      copies = add(to, copies, copy);
    }
    return copies;
  }

  private void addKnown(long producer, int id) {
    StreamProducers.addKnown(target.ids, to, producer, id);
  }
}
