package dev.larder.storage;

import dev.larder.storage.rdb.RdbException;
import dev.larder.storage.rdb.ValueSink;
import dev.larder.storage.rdb.ValueWriter;
import dev.larder.storage.table.IdTree;
import dev.larder.storage.type.StreamNode;
import dev.larder.storage.type.StreamRoot;
import org.jspecify.annotations.Nullable;

/** Streams in RDB: their nodes come and go as they are. {@link StreamOutput} writes them. */
final class StreamCodec implements ValueCodec, ValueSink {
  private final CollectionBuild build;
  private final StreamValue stream;
  private final StreamOutput output = new StreamOutput();
  private final StreamId id = new StreamId();

  /** The group that came last. */
  private int group;

  /** The consumer whose entries come. */
  private int consumer;

  StreamCodec(StreamValue stream) {
    this.stream = stream;
    this.build = new CollectionBuild(stream);
  }

  @Override
  public void beginWriting(Shard shard, long entry, ValueWriter out) {
    output.begin(shard.arena, entry, out);
  }

  @Override
  public boolean write(long pieces) {
    return output.write(pieces);
  }

  @Override
  public @Nullable ValueSink begin(RestoreTarget target, long bytes) {
    return build.begin(target, bytes) ? this : null;
  }

  @Override
  public void beginStream(long nodes) {
    stream.create();
  }

  @Override
  public void streamNode(long millis, long sequence, long listpack, int bytes) throws RdbException {
    build.requireRoom(bytes);
    if (StreamNode.live(listpack) > 0) {
      stream.adopt(millis, sequence, listpack);
    }
  }

  @Override
  public void streamState(
      long length,
      long lastMillis,
      long lastSequence,
      long firstMillis,
      long firstSequence,
      long deletedMillis,
      long deletedSequence,
      long entriesAdded) {
    long root = stream.value();
    StreamRoot.length(root, length);
    IdTree.putId(StreamRoot.last(root), lastMillis, lastSequence);
    IdTree.putId(StreamRoot.first(root), firstMillis, firstSequence);
    IdTree.putId(StreamRoot.maxDeleted(root), deletedMillis, deletedSequence);
    StreamRoot.added(root, entriesAdded);
  }

  @Override
  public void group(long name, int nameLength, long lastMillis, long lastSequence, long entriesRead)
      throws RdbException {
    build.requireRoom(nameLength);
    stream.groups().create(name, nameLength, lastMillis, lastSequence, entriesRead);
  }

  @Override
  public void pause() {
    build.pause();
    group = group().reference();
  }

  @Override
  public void resume() {
    build.resume();
    group().point(group);
  }

  private StreamGroup group() {
    return stream.groups().group();
  }

  @Override
  public void pending(long millis, long sequence, long deliveredAtMillis, long deliveries)
      throws RdbException {
    build.requireRoom(0);
    group().pending().put(millis, sequence, 0, deliveredAtMillis, deliveries);
  }

  @Override
  public void consumer(long name, int nameLength, long seenMillis, long activeMillis)
      throws RdbException {
    build.requireRoom(nameLength);
    consumer = group().createConsumer(name, nameLength, seenMillis);
    group().active(consumer, activeMillis);
  }

  @Override
  public void consumerPending(long millis, long sequence) throws RdbException {
    build.requireRoom(0);
    StreamPending pending = group().pending();
    boolean isThere = pending.find(millis, sequence);
    assert isThere : "was checked";
    pending.assign(consumer, pending.deliveryMillis(), pending.deliveryCount());
  }

  @Override
  public void unownedPending(long millis, long sequence) {
    // No consumer came for it, so it is that already.
  }

  @Override
  public void idempotence(long seconds, long entries) {
    stream.producers().configure(seconds, entries);
  }

  @Override
  public void produced(
      long producer, int producerLength, long name, int nameLength, long millis, long sequence)
      throws RdbException {
    build.requireRoom((long) producerLength + nameLength);
    id.set(millis, sequence);
    long now = stream.unit.nowMillis();
    stream.producers().record(producer, producerLength, name, nameLength, id, now);
  }

  @Override
  public void idempotenceCounts(long added, long duplicates) {
    stream.producers().counts(added, duplicates);
  }

  @Override
  public long install() {
    return build.install();
  }

  @Override
  public void abandon() {
    build.abandon();
  }
}
