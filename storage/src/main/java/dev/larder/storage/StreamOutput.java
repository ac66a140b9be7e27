package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.rdb.RdbType;
import dev.larder.storage.rdb.ValueWriter;
import dev.larder.storage.table.IdTree;
import dev.larder.storage.table.Record;
import dev.larder.storage.type.Listpack;
import dev.larder.storage.type.NamedBlocks;
import dev.larder.storage.type.StreamGroupBlocks;
import dev.larder.storage.type.StreamProducerBlocks;
import dev.larder.storage.type.StreamRoot;

/**
 * Writes streams in RDB, in the lowest form that holds what they have: redis-server 7.0's, which
 * knows no time when a consumer was last active; a later one for what is known of producers, and
 * for pending entries without an owner.
 */
final class StreamOutput {
  /* What Redis remembers of producers unless told otherwise. */
  private static final int DEFAULT_SECONDS = 100;
  private static final int DEFAULT_IDS = 100;

  private final IdTree nodes = new IdTree(StreamRoot.NODE_ENTRY_BYTES);
  private final IdTree pending = new IdTree(StreamGroupBlocks.PENDING_BYTES);
  private final IdTree owned = new IdTree(IdTree.ID_BYTES);

  @SuppressWarnings("NullAway.Init") // Set by every write.
  private Arena arena;

  @SuppressWarnings("NullAway.Init")
  private ValueWriter out;

  private int type;

  void write(Arena newArena, long entry, ValueWriter newOut) {
    arena = newArena;
    out = newOut;
    boolean hasBlocks = (Record.encoding(entry) & StreamValue.BLOCKS) != 0;
    long root = Record.valueAddress(entry);
    type = hasBlocks ? typeFor(root) : RdbType.STREAM_LISTPACKS_2;
    out.type(type);
    if (hasBlocks) {
      writeNodes(root);
    } else {
      writePacked(root, Record.valueLength(entry));
    }
    out.length(StreamRoot.length(root));
    id(StreamRoot.last(root));
    id(StreamRoot.first(root));
    id(StreamRoot.maxDeleted(root));
    out.length(StreamRoot.added(root));
    int groups = hasBlocks ? StreamRoot.groups(root) : 0;
    int count = NamedBlocks.count(arena, groups);
    out.length(count);
    for (int i = 0; i < count; i++) {
      writeGroup(arena.address(NamedBlocks.get(arena, groups, i)));
    }
    if (type >= RdbType.STREAM_LISTPACKS_4) {
      writeProducers(StreamRoot.idempotency(root));
    }
  }

  private int typeFor(long root) {
    int groups = StreamRoot.groups(root);
    for (int i = NamedBlocks.count(arena, groups) - 1; i >= 0; i--) {
      if (StreamGroupBlocks.unowned(arena.address(NamedBlocks.get(arena, groups, i))) > 0) {
        return RdbType.STREAM_LISTPACKS_5;
      }
    }
    return StreamRoot.idempotency(root) != 0
        ? RdbType.STREAM_LISTPACKS_4
        : RdbType.STREAM_LISTPACKS_2;
  }

  private void id(long address) {
    out.length(IdTree.millis(address));
    out.length(IdTree.sequence(address));
  }

  private void rawId(long address) {
    out.streamId(IdTree.millis(address), IdTree.sequence(address));
  }

  // ---- entries

  private void writePacked(long root, int bytes) {
    boolean hasNode = bytes > StreamRoot.HEADER_BYTES;
    out.length(hasNode ? 1 : 0);
    if (hasNode) {
      writeNode(StreamRoot.tailId(root), root + StreamRoot.HEADER_BYTES);
    }
  }

  private void writeNodes(long root) {
    nodes.bind(arena, StreamRoot.nodes(root));
    int tail = StreamRoot.tail(root);
    out.length(nodes.count() + (tail == 0 ? 0 : 1));
    for (boolean more = nodes.seekFirst(); more; more = nodes.next()) {
      writeNode(nodes.entry(), arena.address(StreamRoot.node(nodes.entry())));
    }
    if (tail != 0) {
      writeNode(StreamRoot.tailId(root), arena.address(tail));
    }
  }

  private void writeNode(long id, long listpack) {
    out.streamNodeKey(IdTree.millis(id), IdTree.sequence(id));
    out.string(listpack, Listpack.bytes(listpack));
  }

  // ---- groups

  private void writeGroup(long group) {
    name(group, StreamGroupBlocks.GROUP_NAME);
    id(StreamGroupBlocks.last(group));
    out.length(StreamGroupBlocks.read(group));
    pending.bind(arena, StreamGroupBlocks.pending(group));
    out.length(pending.count());
    for (boolean more = pending.seekFirst(); more; more = pending.next()) {
      rawId(pending.entry());
      out.millis(StreamGroupBlocks.deliveryTime(pending.entry()));
      out.length(StreamGroupBlocks.deliveryCount(pending.entry()));
    }
    int consumers = StreamGroupBlocks.consumers(group);
    int count = NamedBlocks.count(arena, consumers);
    out.length(count);
    for (int i = 0; i < count; i++) {
      writeConsumer(arena.address(NamedBlocks.get(arena, consumers, i)));
    }
    if (type >= RdbType.STREAM_LISTPACKS_5) {
      writeUnowned(group);
    }
  }

  private void name(long block, int offset) {
    out.string(block + offset, NamedBlocks.nameLength(block));
  }

  private void writeConsumer(long consumer) {
    name(consumer, StreamGroupBlocks.CONSUMER_NAME);
    out.millis(StreamGroupBlocks.seen(consumer));
    if (type >= RdbType.STREAM_LISTPACKS_3) {
      out.millis(StreamGroupBlocks.active(consumer));
    }
    owned.bind(arena, StreamGroupBlocks.owned(consumer));
    out.length(owned.count());
    for (boolean more = owned.seekFirst(); more; more = owned.next()) {
      rawId(owned.entry());
    }
  }

  private void writeUnowned(long group) {
    out.length(StreamGroupBlocks.unowned(group));
    for (boolean more = pending.seekFirst(); more; more = pending.next()) {
      if (StreamGroupBlocks.owner(pending.entry()) == 0) {
        rawId(pending.entry());
      }
    }
  }

  // ---- producers

  private void writeProducers(int reference) {
    if (reference == 0) {
      writeNoProducers();
      return;
    }
    long state = arena.address(reference);
    out.length(StreamProducerBlocks.duration(state));
    out.length(StreamProducerBlocks.maxIds(state));
    int producers = StreamProducerBlocks.producers(state);
    int count = NamedBlocks.count(arena, producers);
    out.length(count);
    for (int i = 0; i < count; i++) {
      long producer = arena.address(NamedBlocks.get(arena, producers, i));
      name(producer, StreamProducerBlocks.PRODUCER_NAME);
      nodes.bind(arena, StreamProducerBlocks.aged(producer));
      out.length(nodes.count());
      for (boolean more = nodes.seekFirst(); more; more = nodes.next()) {
        name(arena.address(StreamRoot.node(nodes.entry())), StreamProducerBlocks.ID_NAME);
        id(nodes.entry());
      }
    }
    out.length(StreamProducerBlocks.added(state));
    out.length(StreamProducerBlocks.duplicates(state));
  }

  /** No producers, no counts. */
  private void writeNoProducers() {
    out.length(DEFAULT_SECONDS);
    out.length(DEFAULT_IDS);
    out.length(0);
    out.length(0);
    out.length(0);
  }
}
