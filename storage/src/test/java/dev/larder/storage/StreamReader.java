package dev.larder.storage;

import dev.larder.storage.StreamModel.Group;
import dev.larder.storage.StreamModel.Id;
import dev.larder.storage.StreamModel.Pending;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads streams into plain Java objects. */
final class StreamReader {
  private static final int TEXT_BYTES = 1 << 16;

  private StreamReader() {}

  static List<String> texts(StreamCursor cursor) {
    List<String> texts = new ArrayList<>();
    ByteBuffer buffer = ByteBuffer.allocateDirect(TEXT_BYTES);
    long address = Bytes.addressOf(buffer);
    while (cursor.nextPair()) {
      cursor.copyField(address);
      texts.add(StreamMirror.text(address, cursor.fieldLength()));
      cursor.copyValue(address);
      texts.add(StreamMirror.text(address, cursor.valueLength()));
    }
    // Its memory must not go before it was read.
    Reference.reachabilityFence(buffer);
    return texts;
  }

  /** The whole stream as a model. */
  static StreamModel read(StreamValue stream) {
    StreamModel read = new StreamModel();
    StreamCursor cursor = stream.cursor();
    for (boolean more = cursor.first(); more; more = cursor.next()) {
      read.entries.put(new Id(cursor.millis(), cursor.sequence()), texts(cursor));
    }
    StreamId id = new StreamId();
    stream.lastId(id);
    read.last = new Id(id.millis(), id.sequence());
    stream.maxDeletedId(id);
    read.maxDeleted = new Id(id.millis(), id.sequence());
    read.added = stream.entriesAdded();
    for (int i = 0; i < stream.groups().count(); i++) {
      stream.groups().select(i);
      readGroup(stream.groups().group(), read.groups);
    }
    return read;
  }

  private static void readGroup(StreamGroup group, Map<String, Group> groups) {
    Group read = new Group();
    groups.put(StreamMirror.text(group.nameAddress(), group.nameLength()), read);
    StreamId id = new StreamId();
    group.lastId(id);
    read.last = new Id(id.millis(), id.sequence());
    read.read = group.entriesRead();
    for (int i = 0; i < group.consumerCount(); i++) {
      read.consumers.add(name(group, group.consumerAt(i)));
    }
    StreamPending pending = group.pending();
    for (boolean more = pending.first(); more; more = pending.next()) {
      read.pending.put(
          new Id(pending.millis(), pending.sequence()),
          new Pending(
              name(group, pending.owner()), pending.deliveryMillis(), pending.deliveryCount()));
    }
  }

  private static String name(StreamGroup group, int consumer) {
    return consumer == 0
        ? ""
        : StreamMirror.text(group.consumerName(consumer), group.consumerNameLength(consumer));
  }
}
