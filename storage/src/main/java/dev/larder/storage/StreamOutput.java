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
  /** What comes next; of groups, consumers and producers the one that a number tells. */
  private enum Phase {
    NODES,
    GROUPS,
    PENDING,
    CONSUMERS,
    OWNED,
    UNOWNED,
    PRODUCERS,
    AGED,
    END
  }

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
  private long root;
  private Phase phase = Phase.END;

  /** How much may still be written in this slice. */
  private long left;

  /** The directory of groups, 0 for none. */
  private int groups;

  private int group;
  private int consumer;
  private int producer;

  /** The block of the current group. */
  private long groupBlock;

  /** Begins with a stream, which stays as it is until it is written. */
  void begin(Arena newArena, long entry, ValueWriter newOut) {
    arena = newArena;
    out = newOut;
    boolean hasBlocks = (Record.encoding(entry) & StreamValue.BLOCKS) != 0;
    root = Record.valueAddress(entry);
    groups = hasBlocks ? StreamRoot.groups(root) : 0;
    type = hasBlocks ? typeOf() : RdbType.STREAM_LISTPACKS_2;
    out.type(type);
    if (hasBlocks) {
      nodes.bind(arena, StreamRoot.nodes(root));
      nodes.seekFirst();
      out.length(nodes.count() + (StreamRoot.tail(root) == 0 ? 0 : 1));
      phase = Phase.NODES;
    } else {
      writePacked(Record.valueLength(entry));
      writeState();
      phase = Phase.END;
    }
  }

  /** Goes on; returns whether the stream is written. */
  boolean write(long pieces) {
    left = pieces;
    while (phase != Phase.END && left > 0) {
      left--;
      next();
    }
    return phase == Phase.END;
  }

  private void next() {
    switch (phase) {
      case NODES -> writeNodes();
      case GROUPS -> writeGroup();
      case PENDING -> writePending();
      case CONSUMERS -> writeConsumer();
      case OWNED -> writeOwned();
      case UNOWNED -> writeUnowned();
      case PRODUCERS -> writeProducer();
      case AGED -> writeAged();
      case END -> {}
    }
  }

  private int typeOf() {
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

  private void writePacked(int bytes) {
    boolean hasNode = bytes > StreamRoot.HEADER_BYTES;
    out.length(hasNode ? 1 : 0);
    if (hasNode) {
      writeNode(StreamRoot.tailId(root), root + StreamRoot.HEADER_BYTES);
    }
  }

  private void writeNodes() {
    long entry = nodes.entry();
    if (entry != 0) {
      writeNode(entry, arena.address(StreamRoot.node(entry)));
      nodes.next();
      return;
    }
    if (StreamRoot.tail(root) != 0) {
      writeNode(StreamRoot.tailId(root), arena.address(StreamRoot.tail(root)));
    }
    writeState();
    group = 0;
    phase = Phase.GROUPS;
  }

  private void writeNode(long id, long listpack) {
    int bytes = Listpack.bytes(listpack);
    out.streamNodeKey(IdTree.millis(id), IdTree.sequence(id));
    out.string(listpack, bytes);
    left -= Pieces.of(bytes);
  }

  /** What the stream says of itself, and how many groups follow. */
  private void writeState() {
    out.length(StreamRoot.length(root));
    id(StreamRoot.last(root));
    id(StreamRoot.first(root));
    id(StreamRoot.maxDeleted(root));
    out.length(StreamRoot.added(root));
    out.length(NamedBlocks.count(arena, groups));
  }

  // ---- groups

  private void writeGroup() {
    if (group == NamedBlocks.count(arena, groups)) {
      writeIdempotency();
      return;
    }
    groupBlock = arena.address(NamedBlocks.get(arena, groups, group++));
    name(groupBlock, StreamGroupBlocks.GROUP_NAME);
    id(StreamGroupBlocks.last(groupBlock));
    out.length(StreamGroupBlocks.read(groupBlock));
    pending.bind(arena, StreamGroupBlocks.pending(groupBlock));
    pending.seekFirst();
    out.length(pending.count());
    phase = Phase.PENDING;
  }

  private void writePending() {
    long entry = pending.entry();
    if (entry != 0) {
      rawId(entry);
      out.millis(StreamGroupBlocks.deliveryTime(entry));
      out.length(StreamGroupBlocks.deliveryCount(entry));
      pending.next();
      return;
    }
    consumer = 0;
    out.length(NamedBlocks.count(arena, StreamGroupBlocks.consumers(groupBlock)));
    phase = Phase.CONSUMERS;
  }

  private void name(long block, int offset) {
    out.string(block + offset, NamedBlocks.nameLength(block));
  }

  private void writeConsumer() {
    int consumers = StreamGroupBlocks.consumers(groupBlock);
    if (consumer == NamedBlocks.count(arena, consumers)) {
      endConsumers();
      return;
    }
    long block = arena.address(NamedBlocks.get(arena, consumers, consumer++));
    name(block, StreamGroupBlocks.CONSUMER_NAME);
    out.millis(StreamGroupBlocks.seen(block));
    if (type >= RdbType.STREAM_LISTPACKS_3) {
      out.millis(StreamGroupBlocks.active(block));
    }
    owned.bind(arena, StreamGroupBlocks.owned(block));
    owned.seekFirst();
    out.length(owned.count());
    phase = Phase.OWNED;
  }

  private void writeOwned() {
    long id = owned.entry();
    if (id != 0) {
      rawId(id);
      owned.next();
    } else {
      phase = Phase.CONSUMERS;
    }
  }

  private void endConsumers() {
    if (type >= RdbType.STREAM_LISTPACKS_5) {
      out.length(StreamGroupBlocks.unowned(groupBlock));
      pending.seekFirst();
      phase = Phase.UNOWNED;
    } else {
      phase = Phase.GROUPS;
    }
  }

  private void writeUnowned() {
    long entry = pending.entry();
    if (entry == 0) {
      phase = Phase.GROUPS;
      return;
    }
    if (StreamGroupBlocks.owner(entry) == 0) {
      rawId(entry);
    }
    pending.next();
  }

  // ---- producers

  private void writeIdempotency() {
    phase = Phase.END;
    if (type < RdbType.STREAM_LISTPACKS_4) {
      return;
    }
    if (StreamRoot.idempotency(root) == 0) {
      writeNoProducers();
      return;
    }
    out.length(StreamProducerBlocks.duration(state()));
    out.length(StreamProducerBlocks.maxIds(state()));
    out.length(NamedBlocks.count(arena, StreamProducerBlocks.producers(state())));
    producer = 0;
    phase = Phase.PRODUCERS;
  }

  private long state() {
    return arena.address(StreamRoot.idempotency(root));
  }

  private void writeProducer() {
    int producers = StreamProducerBlocks.producers(state());
    if (producer == NamedBlocks.count(arena, producers)) {
      out.length(StreamProducerBlocks.added(state()));
      out.length(StreamProducerBlocks.duplicates(state()));
      phase = Phase.END;
      return;
    }
    long block = arena.address(NamedBlocks.get(arena, producers, producer++));
    name(block, StreamProducerBlocks.PRODUCER_NAME);
    nodes.bind(arena, StreamProducerBlocks.aged(block));
    nodes.seekFirst();
    out.length(nodes.count());
    phase = Phase.AGED;
  }

  private void writeAged() {
    long entry = nodes.entry();
    if (entry != 0) {
      name(arena.address(StreamRoot.node(entry)), StreamProducerBlocks.ID_NAME);
      id(entry);
      nodes.next();
    } else {
      phase = Phase.PRODUCERS;
    }
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
