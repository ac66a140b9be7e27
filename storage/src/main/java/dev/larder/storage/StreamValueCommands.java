package dev.larder.storage;

import dev.larder.storage.memory.ChunkStore;
import dev.larder.storage.memory.GrowableMemory;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.rdb.RdbException;
import dev.larder.storage.type.StreamNodeCursor;

/**
 * {@link ValueCommands} for streams as well. A group's pending entries come before the consumers
 * that they belong to: they are kept for so long, 32 bytes each, outside of the Java heap. Used by
 * one thread.
 */
final class StreamValueCommands extends ValueCommands {
  /* An entry that is pending: its id, when and how often it was delivered. */
  private static final int SEQUENCE = 8;
  private static final int DELIVERED = 16;
  private static final int DELIVERIES = 24;
  private static final int PENDING_BYTES = 32;

  private final StreamNodeCursor cursor = new StreamNodeCursor();
  private final GrowableMemory group;
  private int groupLength;
  private final GrowableMemory consumer;
  private int consumerLength;
  private final GrowableMemory pending;
  private long pendingCount;
  private boolean hasEntries;

  StreamValueCommands(CommandFile out, ChunkStore chunks) {
    super(out, chunks);
    group = new GrowableMemory(chunks);
    consumer = new GrowableMemory(chunks);
    pending = new GrowableMemory(chunks);
  }

  @Override
  void close() {
    super.close();
    group.shrink();
    consumer.shrink();
    pending.shrink();
  }

  // ---- entries

  @Override
  public void beginStream(long nodes) {
    hasEntries = false;
  }

  @Override
  public void streamNode(long millis, long sequence, long listpack, int bytes) {
    cursor.open(listpack, millis, sequence);
    for (boolean more = cursor.first(); more; more = cursor.next()) {
      hasEntries = true;
      keyed(3 + 2L * cursor.fieldCount(), "XADD").id(cursor.millis(), cursor.sequence());
      cursor.rewind();
      while (cursor.nextPair()) {
        out.entry(cursor.field()).entry(cursor.value());
      }
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
    if (!hasEntries) {
      // An entry that goes as it comes leaves an empty stream.
      keyed(7, "XADD").words("MAXLEN", "0", "0-1", "x", "y");
    }
    keyed(7, "XSETID")
        .id(lastMillis, lastSequence)
        .words("ENTRIESADDED")
        .number(entriesAdded)
        .words("MAXDELETEDID")
        .id(deletedMillis, deletedSequence);
  }

  // ---- groups

  private CommandFile grouped(long arguments, String... words) {
    return keyed(arguments, words).bytes(group.address(), groupLength);
  }

  @Override
  public void group(long name, int nameLength, long lastMillis, long lastSequence, long entriesRead)
      throws RdbException {
    keep(group, name, nameLength, 0);
    groupLength = nameLength;
    pendingCount = 0;
    grouped(7, "XGROUP", "CREATE")
        .id(lastMillis, lastSequence)
        .words("ENTRIESREAD")
        .number(entriesRead);
  }

  @Override
  public void pending(long millis, long sequence, long deliveredAtMillis, long deliveries)
      throws RdbException {
    long used = pendingCount * PENDING_BYTES;
    if (!pending.ensure(used + PENDING_BYTES, used)) {
      throw RdbException.memoryExhausted();
    }
    long at = pending.address() + used;
    Memory.putLong(at, millis);
    Memory.putLong(at + SEQUENCE, sequence);
    Memory.putLong(at + DELIVERED, deliveredAtMillis);
    Memory.putLong(at + DELIVERIES, deliveries);
    pendingCount++;
  }

  @Override
  public void consumer(long name, int nameLength, long seenMillis, long activeMillis)
      throws RdbException {
    keep(consumer, name, nameLength, 0);
    consumerLength = nameLength;
    grouped(5, "XGROUP", "CREATECONSUMER").bytes(name, nameLength);
  }

  @Override
  public void consumerPending(long millis, long sequence) throws RdbException {
    long found = find(millis, sequence);
    grouped(12, "XCLAIM")
        .bytes(consumer.address(), consumerLength)
        .words("0")
        .id(millis, sequence)
        .words("TIME")
        .number(Memory.getLong(found + DELIVERED))
        .words("RETRYCOUNT")
        .number(Memory.getLong(found + DELIVERIES))
        .words("FORCE", "JUSTID");
  }

  @Override
  public void unownedPending(long millis, long sequence) throws RdbException {
    grouped(10, "XNACK")
        .words("FAIL", "IDS", "1")
        .id(millis, sequence)
        .words("RETRYCOUNT")
        .number(Memory.getLong(find(millis, sequence) + DELIVERIES))
        .words("FORCE");
  }

  /** The pending entry of this id; they are in order, as Larder writes them. */
  private long find(long millis, long sequence) throws RdbException {
    long low = 0;
    long high = pendingCount - 1;
    while (low <= high) {
      long middle = low + high >>> 1;
      long at = pending.address() + middle * PENDING_BYTES;
      int order = Long.compareUnsigned(Memory.getLong(at), millis);
      order = order != 0 ? order : Long.compareUnsigned(Memory.getLong(at + SEQUENCE), sequence);
      if (order == 0) {
        return at;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    throw RdbException.malformed("a consumer's entry that is not pending");
  }

  // ---- idempotent producers; how often they tried again is not kept

  @Override
  public void idempotence(long seconds, long entries) {
    keyed(6, "XCFGSET")
        .words("IDMP-DURATION")
        .number(seconds)
        .words("IDMP-MAXSIZE")
        .number(entries);
  }

  @Override
  public void produced(
      long producer, int producerLength, long name, int nameLength, long millis, long sequence) {
    keyed(5, "XIDMPRECORD")
        .bytes(producer, producerLength)
        .bytes(name, nameLength)
        .id(millis, sequence);
  }
}
