package dev.larder.storage.rdb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.storage.type.Intset;
import dev.larder.storage.type.Listpack;
import java.util.StringJoiner;

/** Writes events down as text, a word each. */
final class RecordingSink implements ValueSink {
  private final StringJoiner events = new StringJoiner(" ");

  /** Whether listpacks and intsets are taken as they are. */
  private final boolean takesPacked;

  RecordingSink(boolean takesPacked) {
    this.takesPacked = takesPacked;
  }

  @Override
  public String toString() {
    return events.toString();
  }

  private static String text(long address, int length) {
    return new String(NativeBytes.read(address, length), ISO_8859_1);
  }

  private static String id(long millis, long sequence) {
    return Long.toUnsignedString(millis) + "-" + Long.toUnsignedString(sequence);
  }

  private static String optional(long number) {
    return number == -1 ? "?" : Long.toString(number);
  }

  @Override
  public void string(RdbString source) throws RdbException {
    try (NativeBytes memory = new NativeBytes((int) source.length() + 1)) {
      source.copyTo(memory.address());
      events.add("string:" + text(memory.address(), (int) source.length()));
    }
  }

  @Override
  public boolean listpack(long address, int bytes, long count) {
    if (takesPacked) {
      events.add("listpack(" + count + ")");
      for (long at = Listpack.first(address); at != 0; at = Listpack.next(address, at)) {
        byte[] text = new byte[Listpack.textLength(at)];
        try (NativeBytes memory = new NativeBytes(text.length + 1)) {
          Listpack.writeText(at, memory.address());
          events.add(text(memory.address(), text.length));
        }
      }
    }
    return takesPacked;
  }

  @Override
  public boolean intset(long address, int bytes) {
    if (takesPacked) {
      events.add("intset(" + Intset.count(address) + ")");
    }
    return takesPacked;
  }

  @Override
  public void element(long address, int length) {
    events.add(text(address, length));
  }

  @Override
  public void end() {
    events.add("end");
  }

  @Override
  public void beginList(long count) {
    events.add("list(" + optional(count) + ")");
  }

  @Override
  public void beginSet(long count) {
    events.add("set(" + count + ")");
  }

  @Override
  public void beginSortedSet(long count) {
    events.add("zset(" + count + ")");
  }

  @Override
  public void scored(long member, int length, double score) {
    events.add(text(member, length) + "=" + score);
  }

  @Override
  public void beginHash(long count) {
    events.add("hash(" + count + ")");
  }

  @Override
  public void field(long field, int fieldLength, long value, int valueLength, long deadlineMillis) {
    String deadline = deadlineMillis == -1 ? "" : "@" + deadlineMillis;
    events.add(text(field, fieldLength) + "=" + text(value, valueLength) + deadline);
  }

  @Override
  public void beginStream(long nodes) {
    events.add("stream(" + nodes + ")");
  }

  @Override
  public void streamNode(long millis, long sequence, long listpack, int bytes) {
    events.add(id(millis, sequence) + "(" + Listpack.count(listpack) + ")");
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
    events.add("length:" + length);
    events.add("last:" + id(lastMillis, lastSequence));
    events.add("first:" + id(firstMillis, firstSequence));
    events.add("deleted:" + id(deletedMillis, deletedSequence));
    events.add("added:" + entriesAdded);
  }

  @Override
  public void group(
      long name, int nameLength, long lastMillis, long lastSequence, long entriesRead) {
    events.add("group:" + text(name, nameLength));
    events.add("last:" + id(lastMillis, lastSequence));
    events.add("read:" + optional(entriesRead));
  }

  @Override
  public void pending(long millis, long sequence, long deliveredAtMillis, long deliveries) {
    events.add(id(millis, sequence) + "x" + deliveries + "@" + deliveredAtMillis);
  }

  @Override
  public void consumer(long name, int nameLength, long seenMillis, long activeMillis) {
    events.add("consumer:" + text(name, nameLength));
    events.add("seen:" + seenMillis);
    events.add("active:" + optional(activeMillis));
  }

  @Override
  public void consumerPending(long millis, long sequence) {
    events.add(id(millis, sequence));
  }

  @Override
  public void unownedPending(long millis, long sequence) {
    events.add("unowned:" + id(millis, sequence));
  }

  @Override
  public void idempotence(long seconds, long entries) {
    events.add("idempotence:" + seconds + "," + entries);
  }

  @Override
  public void produced(
      long producer, int producerLength, long name, int nameLength, long millis, long sequence) {
    String names = text(producer, producerLength) + ":" + text(name, nameLength);
    events.add(names + "->" + id(millis, sequence));
  }

  @Override
  public void idempotenceCounts(long added, long duplicates) {
    events.add("added:" + added + " duplicates:" + duplicates);
  }
}
