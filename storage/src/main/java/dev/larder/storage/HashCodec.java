package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.rdb.RdbException;
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

  @SuppressWarnings("NullAway.Init") // Set by beginWriting.
  private Arena arena;

  @SuppressWarnings("NullAway.Init")
  private ValueWriter out;

  private long root;
  private long earliest;

  /** Where the next home bucket to be written begins in hash space. */
  private long position;

  /** Whether there is such a bucket. */
  private boolean hasMore;

  HashCodec(HashValue hash) {
    this.hash = hash;
    this.build = new CollectionBuild(hash);
    this.written = new FieldTable(hash.arena(), new KeyTable(hash.arena(), 0, 0), 0);
  }

  // ---- writing

  @Override
  public void beginWriting(Shard shard, long entry, ValueWriter newOut) {
    arena = shard.arena;
    out = newOut;
    hasMore = false;
    int encoding = Record.encoding(entry);
    long value = Record.valueAddress(entry);
    earliest = HashStructure.earliest(value, encoding);
    if (encoding == 0) {
      out.type(RdbType.HASH_LISTPACK);
      out.string(value, Listpack.bytes(value));
      return;
    }
    writeHead(value, encoding, out);
    if (HashStructure.isTable(encoding)) {
      root = value;
      position = 0;
      hasMore = true;
    } else {
      writePacked(value, encoding);
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

  @Override
  public boolean write(long pieces) {
    long left = pieces;
    if (hasMore) {
      written.bind(arena, root);
    }
    while (hasMore && left > 0) {
      position = written.walk(position);
      hasMore = position != 0;
      left--;
      for (int i = 0; i < written.gatheredCount(); i++) {
        long record = written.gathered(i);
        writeField(record, earliest, out);
        left -= Pieces.of(Record.bytes(record));
      }
    }
    return !hasMore;
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

  private void writePacked(long value, int encoding) {
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
  public boolean listpack(long address, int bytes, long count) throws RdbException {
    build.requireRoom(bytes);
    return hash.take(address, bytes);
  }

  @Override
  public void field(long field, int fieldLength, long value, int valueLength, long deadlineMillis)
      throws RdbException {
    build.requireRoom((long) fieldLength + valueLength);
    if (!isCreated) {
      isCreated = true;
      hash.expect(expectedFields);
    }
    hash.set(field, fieldLength, value, valueLength, deadlineMillis);
  }

  @Override
  public void pause() {
    build.pause();
  }

  @Override
  public void resume() {
    build.resume();
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
