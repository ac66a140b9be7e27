package dev.larder.storage;

import dev.larder.storage.table.IdTree;
import dev.larder.storage.type.Listpack;
import dev.larder.storage.type.StreamNode;
import dev.larder.storage.type.StreamRoot;

/** Writes a new entry behind the last one of the stream that a view points at. */
final class StreamAppender {
  private final StreamValue stream;
  private final StreamNodes nodes;
  private final CollectionLimits limits;

  StreamAppender(StreamValue stream, StreamNodes nodes, CollectionLimits limits) {
    this.stream = stream;
    this.nodes = nodes;
    this.limits = limits;
  }

  /** Whether an entry can be kept at all: it has to fit into one listpack. */
  static boolean fits(StreamFields fields) {
    long most = StreamNode.mostMasterBytes(fields.textCount(), fields.textBytes());
    return most * 2 < Listpack.MAX_BYTES;
  }

  /** Writes the entry; the stream exists, the id is above all others, the entry fits. */
  void append(long millis, long sequence, StreamFields fields) {
    long lp = nodes.tail();
    long textBytes = fields.textBytes();
    if (lp == 0 || isFull(lp, textBytes)) {
      lp = openNode(millis, sequence, fields);
      writeEntry(lp, 0, 0, fields, true);
      return;
    }
    boolean same = hasMasterFields(lp, fields);
    long tailId = StreamRoot.tailId(stream.value());
    long millisDelta = millis - IdTree.millis(tailId);
    long sequenceDelta = sequence - IdTree.sequence(tailId);
    long needed = Listpack.bytes(lp) + StreamNode.mostEntryBytes(fields.textCount(), textBytes);
    if (!nodes.tailHolds(needed)) {
      needed = Listpack.bytes(lp) + entryBytes(fields, millisDelta, sequenceDelta, same);
      if (!nodes.tailHolds(needed)) {
        lp = nodes.growTail(needed);
      }
    }
    writeEntry(lp, millisDelta, sequenceDelta, fields, same);
  }

  private boolean isFull(long lp, long textBytes) {
    int maxBytes = limits.streamNodeMaxBytes();
    if (Listpack.bytes(lp) + textBytes >= (maxBytes == 0 ? Listpack.MAX_BYTES / 2 : maxBytes)) {
      return true;
    }
    int maxEntries = limits.streamNodeMaxEntries();
    return maxEntries != 0 && StreamNode.live(lp) + StreamNode.deleted(lp) >= maxEntries;
  }

  private static boolean hasMasterFields(long lp, StreamFields fields) {
    int count = fields.fieldCount();
    if (!StreamNode.hasFieldCount(lp, count)) {
      return false;
    }
    long field = StreamNode.firstMasterField(lp);
    for (int i = 0; i < count; i++) {
      if (!Listpack.equalsText(field, fields.fieldAddress(i), fields.fieldLength(i))) {
        return false;
      }
      field += Listpack.entryBytes(field);
    }
    return true;
  }

  private long openNode(long millis, long sequence, StreamFields fields) {
    int count = fields.fieldCount();
    long needed = 0;
    for (int i = 0; i < count; i++) {
      needed += Listpack.encodedBytes(fields.fieldAddress(i), fields.fieldLength(i));
    }
    needed += StreamNode.mostMasterBytes(0, 0) + entryBytes(fields, 0, 0, true);
    int nodeBytes = limits.streamNodeMaxBytes();
    nodeBytes = nodeBytes == 0 ? StreamNodes.MAX_TAIL_ROOM_BYTES : nodeBytes;
    long lp =
        nodes.openTail(
            needed, Math.min(nodeBytes, StreamNodes.MAX_TAIL_ROOM_BYTES), millis, sequence);
    long at = StreamNode.beginNode(lp, count);
    for (int i = 0; i < count; i++) {
      at = Listpack.writeEntry(at, fields.fieldAddress(i), fields.fieldLength(i));
    }
    StreamNode.endMaster(lp, at, count);
    return lp;
  }

  /** Exactly what an entry adds to a node, and what COUNTS may take at most. */
  private static long entryBytes(
      StreamFields fields, long millisDelta, long sequenceDelta, boolean same) {
    long bytes = StreamNode.frameBytes(millisDelta, sequenceDelta, fields.fieldCount(), same);
    for (int i = 0; i < fields.fieldCount(); i++) {
      if (!same) {
        bytes += Listpack.encodedBytes(fields.fieldAddress(i), fields.fieldLength(i));
      }
      bytes += Listpack.encodedBytes(fields.valueAddress(i), fields.valueLength(i));
    }
    return bytes;
  }

  private static void writeEntry(
      long lp, long millisDelta, long sequenceDelta, StreamFields fields, boolean same) {
    int count = fields.fieldCount();
    long at = StreamNode.beginEntry(lp, millisDelta, sequenceDelta, same ? -1 : count);
    for (int i = 0; i < count; i++) {
      if (!same) {
        at = Listpack.writeEntry(at, fields.fieldAddress(i), fields.fieldLength(i));
      }
      at = Listpack.writeEntry(at, fields.valueAddress(i), fields.valueLength(i));
    }
    StreamNode.endEntry(lp, at, same ? count : 2 * count, !same);
  }
}
