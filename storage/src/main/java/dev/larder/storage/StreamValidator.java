package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.table.IdTree;
import dev.larder.storage.table.TimedIdTree;
import dev.larder.storage.type.Listpack;
import dev.larder.storage.type.NamedBlocks;
import dev.larder.storage.type.StreamGroupBlocks;
import dev.larder.storage.type.StreamNode;
import dev.larder.storage.type.StreamNodeCursor;
import dev.larder.storage.type.StreamProducerBlocks;
import dev.larder.storage.type.StreamRoot;

/** Checks a stream against its invariants; a violation is an {@link AssertionError}. */
final class StreamValidator {
  private final Arena arena;
  private final long root;
  private final StreamBlocks trees = new StreamBlocks();
  private final StreamNodeCursor cursor = new StreamNodeCursor();
  private final StreamId first = new StreamId();
  private final StreamId last = new StreamId();
  private long entries;

  StreamValidator(Arena arena, long root) {
    this.arena = arena;
    this.root = root;
  }

  void validate(boolean hasBlocks) {
    long id = StreamRoot.tailId(root);
    if (!hasBlocks) {
      if (StreamRoot.length(root) > 0) {
        node(root + StreamRoot.HEADER_BYTES, IdTree.millis(id), IdTree.sequence(id));
      }
    } else {
      trees.nodes.bind(arena, StreamRoot.nodes(root));
      trees.nodes.validate();
      for (boolean more = trees.nodes.seekFirst(); more; more = trees.nodes.next()) {
        long entry = trees.nodes.entry();
        block(StreamRoot.node(entry), IdTree.millis(entry), IdTree.sequence(entry));
      }
      require(trees.nodes.isEmpty() || StreamRoot.tail(root) != 0, "TAIL");
      if (StreamRoot.tail(root) != 0) {
        block(StreamRoot.tail(root), IdTree.millis(id), IdTree.sequence(id));
      }
      groups(StreamRoot.groups(root));
      if (StreamRoot.idempotency(root) != 0) {
        producers(StreamProducerBlocks.producers(arena.address(StreamRoot.idempotency(root))));
      }
    }
    require(entries == StreamRoot.length(root), "length");
    require(
        StreamId.compareAt(StreamRoot.first(root), first.millis(), first.sequence()) == 0, "first");
    require(StreamId.compareAt(StreamRoot.last(root), last.millis(), last.sequence()) >= 0, "last");
  }

  private void block(int reference, long millis, long sequence) {
    long lp = arena.address(reference);
    require(StreamNode.blockBytes(lp) <= arena.blockBytesOf(reference), "COUNTS");
    node(lp, millis, sequence);
  }

  private void node(long lp, long millis, long sequence) {
    require(Listpack.validate(lp, Listpack.bytes(lp)), "a node is a listpack");
    cursor.open(lp, millis, sequence);
    int live = 0;
    for (boolean more = cursor.first(); more; more = cursor.next()) {
      require(last.compareTo(cursor.millis(), cursor.sequence()) < 0, "entries are in order");
      last.set(cursor.millis(), cursor.sequence());
      if (entries + live == 0) {
        first.set(last);
      }
      live++;
      while (cursor.nextPair()) {
        require(Listpack.textLength(cursor.value()) >= 0, "a value");
      }
    }
    require(live == StreamNode.live(lp) && live > 0, "live entries of a node");
    for (boolean more = cursor.last(); more; more = cursor.previous()) {
      live--;
    }
    require(live == 0, "as many entries backwards");
    entries += StreamNode.live(lp);
  }

  private void groups(int directory) {
    names(directory, StreamGroupBlocks.GROUP_NAME);
    for (int i = 0; i < NamedBlocks.count(arena, directory); i++) {
      group(arena.address(NamedBlocks.get(arena, directory, i)));
    }
  }

  private void names(int directory, int nameOffset) {
    for (int i = 0; i < NamedBlocks.count(arena, directory); i++) {
      long block = arena.address(NamedBlocks.get(arena, directory, i));
      int found =
          NamedBlocks.find(
              arena, directory, nameOffset, block + nameOffset, NamedBlocks.nameLength(block));
      require(found == i, "names are in order");
    }
  }

  private void group(long group) {
    trees.pending.bind(arena, StreamGroupBlocks.pending(group));
    trees.pending.validate();
    long unowned = 0;
    for (boolean more = trees.pending.seekFirst(); more; more = trees.pending.next()) {
      unowned += StreamGroupBlocks.owner(trees.pending.entry()) == 0 ? 1 : 0;
    }
    require(unowned == StreamGroupBlocks.unowned(group), "pending entries without an owner");
    int directory = StreamGroupBlocks.consumers(group);
    names(directory, StreamGroupBlocks.CONSUMER_NAME);
    long owned = 0;
    for (int i = 0; i < NamedBlocks.count(arena, directory); i++) {
      owned += consumer(NamedBlocks.get(arena, directory, i));
    }
    require(owned + unowned == trees.pending.count(), "OWNED");
    timed(group);
  }

  private long consumer(int consumer) {
    trees.ids.bind(arena, StreamGroupBlocks.owned(arena.address(consumer)));
    trees.ids.validate();
    for (boolean more = trees.ids.seekFirst(); more; more = trees.ids.next()) {
      long id = trees.ids.entry();
      require(trees.pending.seek(IdTree.millis(id), IdTree.sequence(id)), "OWNED");
      require(StreamGroupBlocks.owner(trees.pending.entry()) == consumer, "OWNED");
    }
    return trees.ids.count();
  }

  private void timed(long group) {
    trees.timed.bind(arena, StreamGroupBlocks.timed(group));
    trees.timed.validate();
    long expected = StreamGroupBlocks.isTimed(group) ? trees.pending.count() : 0;
    require(trees.timed.count() == expected, "TIMED");
    for (boolean more = trees.timed.seekFirst(); more; more = trees.timed.next()) {
      long entry = trees.timed.entry();
      require(trees.pending.seek(TimedIdTree.millis(entry), TimedIdTree.sequence(entry)), "TIMED");
      require(
          StreamGroupBlocks.deliveryTime(trees.pending.entry()) == TimedIdTree.time(entry),
          "TIMED");
    }
  }

  private void producers(int directory) {
    names(directory, StreamProducerBlocks.PRODUCER_NAME);
    for (int i = 0; i < NamedBlocks.count(arena, directory); i++) {
      long producer = arena.address(NamedBlocks.get(arena, directory, i));
      trees.ids.bind(arena, StreamProducerBlocks.known(producer));
      trees.ids.validate();
      trees.nodes.bind(arena, StreamProducerBlocks.aged(producer));
      trees.nodes.validate();
      require(trees.ids.count() == trees.nodes.count(), "a producer's ids by hash and by age");
      for (boolean more = trees.nodes.seekFirst(); more; more = trees.nodes.next()) {
        int id = StreamRoot.node(trees.nodes.entry());
        long hash = StreamProducerBlocks.hash(arena.address(id));
        require(trees.ids.seek(hash, Integer.toUnsignedLong(id)), "an id by age is known");
      }
    }
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("stream: " + what);
    }
  }
}
