package dev.larder.storage;

import dev.larder.storage.rdb.RdbType;
import dev.larder.storage.rdb.ValueSink;
import dev.larder.storage.rdb.ValueWriter;
import dev.larder.storage.table.FieldTable;
import dev.larder.storage.table.KeyTable;
import dev.larder.storage.table.Record;
import dev.larder.storage.type.Listpack;
import dev.larder.storage.type.PackedFields;
import org.jspecify.annotations.Nullable;

/**
 * Hashes in RDB. Fields that are past their deadline and were not reclaimed yet go with the others:
 * they are past it wherever they come.
 */
final class HashCodec implements ValueCodec, ValueSink {
  private static final long NO_DEADLINE = HashCursor.NO_DEADLINE;

  private final CollectionBuild build;
  private final HashValue hash;

  /** For writing alone, so that nothing that others use is touched by it. */
  private final FieldTable written;

  /** Whether the hash that is being built was created. */
  private boolean isCreated;

  private long expectedFields;

  HashCodec(HashValue hash) {
    this.hash = hash;
    this.build = new CollectionBuild(hash);
    this.written = new FieldTable(hash.arena(), new KeyTable(hash.arena(), 0, 0), 0);
  }

  // ---- writing

  @Override
  public void write(Shard shard, long entry, ValueWriter out) {
    int encoding = Record.encoding(entry);
    long value = Record.valueAddress(entry);
    long earliest = HashStructure.earliest(value, encoding);
    if (encoding == 0) {
      out.type(RdbType.HASH_LISTPACK);
      out.string(value, Listpack.bytes(value));
      return;
    }
    writeHead(value, encoding, out);
    if (HashStructure.isTable(encoding)) {
      writeTable(shard, value, earliest, out);
    } else {
      writePacked(value, encoding, earliest, out);
    }
  }

  /** Writes what comes before the fields of a hash that is not written as it is packed. */
  static void writeHead(long value, int encoding, ValueWriter out) {
    long earliest = HashStructure.earliest(value, encoding);
    if (earliest >= 0) {
      out.type(RdbType.HASH_METADATA);
      out.millis(earliest);
    } else {
      out.type(RdbType.HASH);
    }
    out.length(HashStructure.count(value, encoding));
  }

  private void writeTable(Shard shard, long root, long earliest, ValueWriter out) {
    FieldTable table = written;
    table.bind(shard.arena, root);
    long position = 0;
    do {
      position = table.walk(position);
      for (int i = 0; i < table.gatheredCount(); i++) {
        writeField(table.gathered(i), earliest, out);
      }
    } while (position != 0);
  }

  /**
   * Writes a field of a table.
   *
   * @param earliest the least deadline in the hash, -1 for none
   */
  static void writeField(long record, long earliest, ValueWriter out) {
    if (earliest >= 0) {
      out.fieldDeadline(Record.deadline(record), earliest);
    }
    out.string(Record.keyAddress(record), Record.keyLength(record));
    out.string(Record.valueAddress(record), Record.valueLength(record));
  }

  private static void writePacked(long value, int encoding, long earliest, ValueWriter out) {
    int width = HashStructure.width(encoding);
    long field = Listpack.first(HashStructure.listpack(value, encoding));
    for (; field != 0; field = PackedFields.next(field, width)) {
      if (earliest >= 0) {
        long stored = PackedFields.deadline(field);
        out.fieldDeadline(stored == 0 ? NO_DEADLINE : stored, earliest);
      }
      out.entry(field);
      out.entry(PackedFields.value(field));
    }
  }

  // ---- building

  @Override
  public @Nullable ValueSink begin(RestoreTarget target, long bytes) {
    isCreated = false;
    return build.begin(target, bytes) ? this : null;
  }

  @Override
  public void beginHash(long count) {
    expectedFields = count;
  }

  @Override
  public boolean listpack(long address, int bytes, long count) {
    return hash.take(address, bytes);
  }

  @Override
  public void field(long field, int fieldLength, long value, int valueLength, long deadlineMillis) {
    if (!isCreated) {
      isCreated = true;
      hash.expect(expectedFields);
    }
    hash.set(field, fieldLength, value, valueLength, deadlineMillis);
  }

  @Override
  public long finish() {
    return build.finish();
  }

  @Override
  public void abandon() {
    build.abandon();
  }
}
