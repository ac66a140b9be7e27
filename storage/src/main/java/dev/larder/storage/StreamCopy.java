package dev.larder.storage;

import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.CountedTree;
import dev.larder.storage.table.IdTree;
import dev.larder.storage.type.NamedBlocks;
import dev.larder.storage.type.StreamGroupBlocks;
import dev.larder.storage.type.StreamProducerBlocks;
import dev.larder.storage.type.StreamRoot;

/** Copies streams: nodes, then groups with what is pending in them, then producers. */
final class StreamCopy extends ValueCopy {
  /** What comes next; of groups, consumers and producers the one that a number tells. */
  private enum Phase {
    NODES,
    TAIL,
    GROUPS,
    PENDING,
    TIMED,
    CONSUMERS,
    OWNED,
    STATE,
    PRODUCERS,
    AGED,
    END
  }

  /** What an entry of a tree costs at most with its share of the nodes. */
  private static final int TREE_ENTRY_BYTES = 64;

  private final StreamBlocks source = new StreamBlocks();
  private final StreamBlocks target = new StreamBlocks();
  private Phase phase = Phase.END;
  private long root;
  private long copy;
  private int group;
  private int consumer;
  private int producer;

  /** The block of the current group, and what was made of it. */
  private long groupBlock;

  private long copiedGroup;

  /** What was made of the current consumer: a reference. */
  private int copiedConsumer;

  private long copiedProducer;

  @Override
  void begin(long newRoot, long newCopy) {
    root = newRoot;
    copy = newCopy;
    StreamRoot.tail(copy, 0);
    StreamRoot.groups(copy, 0);
    StreamRoot.idempotency(copy, 0);
    open(source.nodes, StreamRoot.nodes(root), target.nodes, StreamRoot.nodes(copy));
    phase = Phase.NODES;
  }

  /** Begins to copy a tree. */
  private void open(CountedTree tree, long treeRoot, CountedTree copiedTree, long copyRoot) {
    CountedTree.writeEmpty(copyRoot);
    tree.bind(from, treeRoot);
    tree.seekFirst();
    copiedTree.bind(to, copyRoot);
  }

  @Override
  boolean next() {
    switch (phase) {
      case NODES -> {
        if (!copyListed()) {
          phase = Phase.TAIL;
        }
      }
      case TAIL -> copyTail();
      case GROUPS -> openGroup();
      case PENDING -> {
        if (!copyEntry(source.pending, target.pending)) {
          open(
              source.timed,
              StreamGroupBlocks.timed(groupBlock),
              target.timed,
              StreamGroupBlocks.timed(copiedGroup));
          phase = Phase.TIMED;
        }
      }
      case TIMED -> {
        if (!copyEntry(source.timed, target.timed)) {
          consumer = 0;
          phase = Phase.CONSUMERS;
        }
      }
      case CONSUMERS -> openConsumer();
      case OWNED -> copyOwned();
      case STATE -> copyState();
      case PRODUCERS -> openProducer();
      case AGED -> copyAged();
      case END -> {}
    }
    return phase != Phase.END;
  }

  /** Copies a block; 0 when there is no room. */
  private int copyBlock(int reference) {
    int bytes = from.blockBytesOf(reference);
    if (!isGranted(bytes)) {
      return 0;
    }
    int made = to.allocate(bytes);
    granted(made != 0);
    Memory.copy(from.address(reference), to.address(made), bytes);
    return made;
  }

  /** Copies the entry at a tree's cursor, if there is one; false at the end. */
  private boolean copyEntry(CountedTree tree, CountedTree copiedTree) {
    long entry = tree.entry();
    if (entry != 0 && isGranted(TREE_ENTRY_BYTES)) {
      append(copiedTree, entry);
      tree.next();
    }
    return entry != 0;
  }

  private static void append(CountedTree tree, long entry) {
    tree.seekEnd();
    granted(tree.insert(entry));
  }

  private int add(int directory, int reference) {
    int grown = NamedBlocks.insert(to, directory, NamedBlocks.count(to, directory), reference);
    granted(grown != 0);
    return grown;
  }

  // ---- entries

  /** Copies an entry of a tree of ids and references, with the block that it refers to. */
  private boolean copyListed() {
    long entry = source.nodes.entry();
    if (entry == 0) {
      return false;
    }
    int node = copyBlock(StreamRoot.node(entry));
    if (node != 0) {
      append(target.nodes, entry);
      StreamRoot.node(target.nodes.entry(), node);
      target.nodes.changed(0);
      source.nodes.next();
    }
    return true;
  }

  private void copyTail() {
    if (StreamRoot.tail(root) != 0) {
      int tail = copyBlock(StreamRoot.tail(root));
      if (tail == 0) {
        return;
      }
      StreamRoot.tail(copy, tail);
    }
    group = 0;
    phase = Phase.GROUPS;
  }

  // ---- groups

  private void openGroup() {
    if (group == NamedBlocks.count(from, StreamRoot.groups(root))) {
      phase = Phase.STATE;
      return;
    }
    int reference = NamedBlocks.get(from, StreamRoot.groups(root), group);
    int made = copyBlock(reference);
    if (made == 0) {
      return;
    }
    groupBlock = from.address(reference);
    copiedGroup = to.address(made);
    StreamGroupBlocks.consumers(copiedGroup, 0);
    CountedTree.writeEmpty(StreamGroupBlocks.timed(copiedGroup));
    open(
        source.pending,
        StreamGroupBlocks.pending(groupBlock),
        target.pending,
        StreamGroupBlocks.pending(copiedGroup));
    StreamRoot.groups(copy, add(StreamRoot.groups(copy), made));
    group++;
    phase = Phase.PENDING;
  }

  private void openConsumer() {
    int directory = StreamGroupBlocks.consumers(groupBlock);
    if (consumer == NamedBlocks.count(from, directory)) {
      phase = Phase.GROUPS;
      return;
    }
    int reference = NamedBlocks.get(from, directory, consumer);
    copiedConsumer = copyBlock(reference);
    if (copiedConsumer == 0) {
      return;
    }
    open(
        source.ids,
        StreamGroupBlocks.owned(from.address(reference)),
        target.ids,
        StreamGroupBlocks.owned(to.address(copiedConsumer)));
    StreamGroupBlocks.consumers(
        copiedGroup, add(StreamGroupBlocks.consumers(copiedGroup), copiedConsumer));
    consumer++;
    phase = Phase.OWNED;
  }

  /** Copies an id that a consumer owns, and gives the consumer the pending entry of the copy. */
  private void copyOwned() {
    long id = source.ids.entry();
    if (id == 0) {
      phase = Phase.CONSUMERS;
    } else if (isGranted(TREE_ENTRY_BYTES)) {
      append(target.ids, id);
      boolean found = target.pending.seek(IdTree.millis(id), IdTree.sequence(id));
      assert found : "OWNED";
      StreamGroupBlocks.owner(target.pending.entry(), copiedConsumer);
      target.pending.changed(0);
      source.ids.next();
    }
  }

  // ---- producers

  private void copyState() {
    int reference = StreamRoot.idempotency(root);
    if (reference == 0) {
      phase = Phase.END;
      return;
    }
    int state = copyBlock(reference);
    if (state != 0) {
      StreamProducerBlocks.producers(to.address(state), 0);
      StreamRoot.idempotency(copy, state);
      producer = 0;
      phase = Phase.PRODUCERS;
    }
  }

  private void openProducer() {
    int directory = StreamProducerBlocks.producers(from.address(StreamRoot.idempotency(root)));
    if (producer == NamedBlocks.count(from, directory)) {
      phase = Phase.END;
      return;
    }
    int reference = NamedBlocks.get(from, directory, producer);
    int made = copyBlock(reference);
    if (made == 0) {
      return;
    }
    copiedProducer = to.address(made);
    CountedTree.writeEmpty(StreamProducerBlocks.known(copiedProducer));
    open(
        source.nodes,
        StreamProducerBlocks.aged(from.address(reference)),
        target.nodes,
        StreamProducerBlocks.aged(copiedProducer));
    long state = to.address(StreamRoot.idempotency(copy));
    StreamProducerBlocks.producers(state, add(StreamProducerBlocks.producers(state), made));
    producer++;
    phase = Phase.AGED;
  }

  /** Copies an idempotent id, and makes it known to the producer of the copy. */
  private void copyAged() {
    long before = target.nodes.count();
    if (!copyListed()) {
      phase = Phase.PRODUCERS;
    } else if (target.nodes.count() > before) {
      StreamProducers.addKnown(
          target.ids, to, copiedProducer, StreamRoot.node(target.nodes.entry()));
    }
  }
}
