package dev.larder.storage;

import dev.larder.storage.StreamModel.Group;
import dev.larder.storage.StreamModel.Id;
import dev.larder.storage.StreamModel.Pending;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Builds streams from nothing but the effects on them. */
final class StreamMirror implements Journal {
  private final Map<String, StreamModel> streams = new HashMap<>();

  StreamModel stream(String key) {
    return streams.getOrDefault(key, new StreamModel());
  }

  private StreamModel of(long entry) {
    String key = text(Entry.keyAddress(entry), Entry.keyLength(entry));
    return streams.computeIfAbsent(key, k -> new StreamModel());
  }

  static String text(long address, int length) {
    return new String(Bytes.toArray(address, length), StandardCharsets.ISO_8859_1);
  }

  static List<String> texts(StreamFields fields) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < fields.fieldCount(); i++) {
      texts.add(text(fields.fieldAddress(i), fields.fieldLength(i)));
      texts.add(text(fields.valueAddress(i), fields.valueLength(i)));
    }
    return texts;
  }

  private Group group(long entry, StreamGroup group) {
    String name = text(group.nameAddress(), group.nameLength());
    return of(entry).groups.computeIfAbsent(name, n -> new Group());
  }

  private static String consumer(StreamGroup group, int consumer) {
    return consumer == 0
        ? ""
        : text(group.consumerName(consumer), group.consumerNameLength(consumer));
  }

  @Override
  public void removed(long sequence, Shard shard, int database, long entry, Removal reason) {
    streams.remove(text(Entry.keyAddress(entry), Entry.keyLength(entry)));
  }

  @Override
  public void entryAdded(
      long sequence,
      Shard shard,
      int database,
      long entry,
      long idMillis,
      long idSequence,
      StreamFields fields) {
    of(entry).add(new Id(idMillis, idSequence), texts(fields));
  }

  @Override
  public void entryDeleted(
      long sequence, Shard shard, int database, long entry, long idMillis, long idSequence) {
    if (!of(entry).delete(new Id(idMillis, idSequence))) {
      throw new AssertionError("no such entry");
    }
  }

  @Override
  public void entriesTrimmed(
      long sequence, Shard shard, int database, long entry, long idMillis, long idSequence) {
    of(entry).entries.headMap(new Id(idMillis, idSequence)).clear();
  }

  @Override
  public void streamStateChanged(
      long sequence,
      Shard shard,
      int database,
      long entry,
      StreamId last,
      long entriesAdded,
      StreamId maxDeleted) {
    StreamModel stream = of(entry);
    stream.last = new Id(last.millis(), last.sequence());
    stream.added = entriesAdded;
    stream.maxDeleted = new Id(maxDeleted.millis(), maxDeleted.sequence());
  }

  @Override
  public void groupStored(
      long sequence,
      Shard shard,
      int database,
      long entry,
      StreamGroup group,
      boolean isNew,
      long idMillis,
      long idSequence,
      long entriesRead) {
    Group model = group(entry, group);
    model.last = new Id(idMillis, idSequence);
    model.read = entriesRead;
  }

  @Override
  public void groupRemoved(
      long sequence, Shard shard, int database, long entry, StreamGroup group) {
    of(entry).groups.remove(text(group.nameAddress(), group.nameLength()));
  }

  @Override
  public void consumerCreated(
      long sequence, Shard shard, int database, long entry, StreamGroup group, int consumer) {
    group(entry, group).consumers.add(consumer(group, consumer));
  }

  @Override
  public void consumerRemoved(
      long sequence, Shard shard, int database, long entry, StreamGroup group, int consumer) {
    Group model = group(entry, group);
    String name = consumer(group, consumer);
    model.consumers.remove(name);
    model.pending.values().removeIf(pending -> pending.owner().equals(name));
  }

  @Override
  public void pendingStored(
      long sequence,
      Shard shard,
      int database,
      long entry,
      StreamGroup group,
      int consumer,
      long idMillis,
      long idSequence,
      long deliveryMillis,
      long deliveryCount) {
    group(entry, group)
        .pending
        .put(
            new Id(idMillis, idSequence),
            new Pending(consumer(group, consumer), deliveryMillis, deliveryCount));
  }

  @Override
  public void pendingRemoved(
      long sequence,
      Shard shard,
      int database,
      long entry,
      StreamGroup group,
      long idMillis,
      long idSequence) {
    Objects.requireNonNull(
        group(entry, group).pending.remove(new Id(idMillis, idSequence)), "not pending");
  }
}
