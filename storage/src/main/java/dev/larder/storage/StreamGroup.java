package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.type.NamedBlocks;
import dev.larder.storage.type.StreamGroupBlocks;

/**
 * One consumer group of a stream: a flyweight that {@link StreamGroups} points at a group. A
 * consumer is named by a number other than 0, which is its own until it is removed.
 */
public final class StreamGroup {
  private final StreamValue stream;
  private final StreamPending pending;
  private final StreamId scratch = new StreamId();

  /** The group's reference. */
  private int reference;

  StreamGroup(StreamValue stream) {
    this.stream = stream;
    this.pending = new StreamPending(stream, this);
  }

  void point(int newReference) {
    reference = newReference;
  }

  /** What {@link StreamGroups#reselect} finds the group by as long as it exists. */
  public int reference() {
    return reference;
  }

  long block() {
    return arena().address(reference);
  }

  private Arena arena() {
    return stream.arena();
  }

  public long nameAddress() {
    return block() + StreamGroupBlocks.GROUP_NAME;
  }

  public int nameLength() {
    return NamedBlocks.nameLength(block());
  }

  /** The pending entries. */
  public StreamPending pending() {
    return pending;
  }

  // ---- position

  /** The highest id that was delivered. */
  public void lastId(StreamId out) {
    out.read(StreamGroupBlocks.last(block()));
  }

  /** How many entries the group has read, -1 for unknown. */
  public long entriesRead() {
    return StreamGroupBlocks.read(block());
  }

  /** Sets and reports what the group has read. */
  public void position(long millis, long sequence, long entriesRead) {
    position(millis, sequence, entriesRead, false);
  }

  void position(long millis, long sequence, long entriesRead, boolean isNew) {
    scratch.set(millis, sequence);
    scratch.write(StreamGroupBlocks.last(block()));
    StreamGroupBlocks.read(block(), entriesRead);
    stream
        .journal()
        .groupStored(
            stream.sequence(),
            stream.shard,
            stream.database,
            stream.entry,
            this,
            isNew,
            millis,
            sequence,
            entriesRead);
  }

  // ---- consumers

  public int consumerCount() {
    return NamedBlocks.count(arena(), StreamGroupBlocks.consumers(block()));
  }

  /** A consumer by its place in the order of names. */
  public int consumerAt(int index) {
    return NamedBlocks.get(arena(), StreamGroupBlocks.consumers(block()), index);
  }

  /** The consumer of this name, 0 for none. */
  public int consumer(long name, int length) {
    int index = indexOf(name, length);
    return index < 0 ? 0 : consumerAt(index);
  }

  private int indexOf(long name, int length) {
    return NamedBlocks.find(
        arena(),
        StreamGroupBlocks.consumers(block()),
        StreamGroupBlocks.CONSUMER_NAME,
        name,
        length);
  }

  public long consumerName(int consumer) {
    return arena().address(consumer) + StreamGroupBlocks.CONSUMER_NAME;
  }

  public int consumerNameLength(int consumer) {
    return NamedBlocks.nameLength(arena().address(consumer));
  }

  /** When it last tried to do anything, in milliseconds since the epoch. */
  public long seenMillis(int consumer) {
    return StreamGroupBlocks.seen(arena().address(consumer));
  }

  /** When it last got an entry, in milliseconds since the epoch, -1 for never. */
  public long activeMillis(int consumer) {
    return StreamGroupBlocks.active(arena().address(consumer));
  }

  /** It tries to do something now; not an effect. */
  public void seen(int consumer, long nowMillis) {
    StreamGroupBlocks.seen(arena().address(consumer), nowMillis);
  }

  /** It got an entry now; not an effect. */
  public void active(int consumer, long nowMillis) {
    StreamGroupBlocks.active(arena().address(consumer), nowMillis);
  }

  /** Adds a consumer with a name that none has. */
  public int createConsumer(long name, int length, long nowMillis) {
    int index = -1 - indexOf(name, length);
    int consumer = stream.allocate(NamedBlocks.blockBytes(StreamGroupBlocks.CONSUMER_NAME, length));
    long address = arena().address(consumer);
    StreamGroupBlocks.initConsumer(address);
    NamedBlocks.writeName(address, StreamGroupBlocks.CONSUMER_NAME, name, length);
    StreamGroupBlocks.seen(address, nowMillis);
    int directory =
        NamedBlocks.insert(arena(), StreamGroupBlocks.consumers(block()), index, consumer);
    StreamValue.granted(directory != 0);
    StreamGroupBlocks.consumers(block(), directory);
    stream
        .journal()
        .consumerCreated(
            stream.sequence(), stream.shard, stream.database, stream.entry, this, consumer);
    return consumer;
  }

  /** Removes a consumer with its pending entries. */
  public void removeConsumer(int consumer) {
    stream
        .journal()
        .consumerRemoved(
            stream.sequence(), stream.shard, stream.database, stream.entry, this, consumer);
    pending.removeSome(consumer, Long.MAX_VALUE);
    int index = indexOf(consumerName(consumer), consumerNameLength(consumer));
    int directory = NamedBlocks.remove(arena(), StreamGroupBlocks.consumers(block()), index);
    StreamGroupBlocks.consumers(block(), directory);
    arena().free(consumer);
  }
}
