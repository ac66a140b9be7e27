package dev.larder.storage;

import static java.util.Objects.requireNonNull;

import dev.larder.storage.memory.Memory;
import dev.larder.storage.rdb.ValueWriter;
import dev.larder.storage.table.KeyTable;
import dev.larder.storage.table.Record;
import dev.larder.storage.table.TableCursor;
import dev.larder.storage.table.TableRoot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a snapshot has to do with one shard, from the cut to its end. For the owner of the shard.
 *
 * <p>What is about to change and was not seen yet goes to the spool, from which the snapshot's
 * thread takes it:
 *
 * <pre>
 *   +----------+---------+--------+--------------------+
 *   | database | version | bytes  | entry or entries   |   ...
 *   +----------+---------+--------+--------------------+
 *     4          4         8
 * </pre>
 */
final class ShardSnapshot implements KeyTable.Watcher {
  static final int FRAME_BYTES = 16;

  final Snapshot whole;
  final Shard shard;
  final TableCursor cursor;
  private final List<SnapshotPart> parts = new ArrayList<>();
  private final @Nullable LongTable[] tables = new LongTable[TableRoot.MAX_WALK + 1];
  private int tableCount;
  private Spool spool;

  ShardSnapshot(Snapshot whole, Shard shard) {
    this.whole = whole;
    this.shard = shard;
    this.cursor = new TableCursor(shard.arena);
    this.spool = Spool.inChunks(shard.keyspace);
  }

  List<SnapshotPart> parts() {
    return parts;
  }

  /** Begins with all that is in the shard; the unit owns every shard. */
  void begin(SnapshotSizes sizes) {
    boolean parity = shard.keyspace.parity();
    for (int i = 0; i < shard.keyspace.databases(); i++) {
      ShardDatabase content = shard.database(i);
      if (content != null) {
        sizes.add(i, content.table.count(), content.expiry.count());
        if (content.table.count() == 0) {
          content.beginSnapshot(parity, null);
        } else {
          SnapshotPart part = new SnapshotPart(this, content, i);
          parts.add(part);
          content.beginSnapshot(parity, part);
        }
      }
    }
    shard.values.snapshot(this);
    shard.members.watcher(this);
    shard.leases().snapshot(true);
  }

  /** All was seen. */
  void end() {
    shard.values.snapshot(null);
    shard.members.watcher(null);
    shard.leases().snapshot(false);
  }

  /** Has the snapshot, if there is one, see an entry that is about to be changed. */
  static void changing(Shard shard, int database, long entry) {
    ShardDatabase content = shard.database(database);
    if (content != null && content.snapshot != null) {
      content.snapshot.changing(entry);
    }
  }

  /** See {@link Unit#prepare}. */
  static void prepare(Shard shard, int database, long hash, long key, int keyLength) {
    ShardDatabase content = shard.database(database);
    SnapshotPart part = content == null ? null : content.snapshot;
    if (part != null) {
      long slot = part.content.table.find(hash, key, keyLength);
      if (slot != 0) {
        part.home.prepare(part, shard.arena.address(part.content.table.reference(slot)));
      }
    }
  }

  // ---- seeing records

  /** Keeps what a record is before somebody else changes it. */
  void preserve(SnapshotPart part, long record) {
    part.content.table.see(shard.arena.reference(record));
    if (whole.isAborted()) {
      return;
    }
    RecordWriter writer = ownersWriter();
    if (Entry.isLarge(record)) {
      long bytes = shard.stringLength(record);
      whole.addWaiting(bytes);
      whole.begun(LongString.of(this, part.database, record, writer, bytes));
    } else if (!RecordWriter.isLargeTable(record) || !begin(part, record, writer)) {
      ValueWriter out = writer.out;
      out.output().advance(out.output().reserve(FRAME_BYTES) == 0 ? 0 : FRAME_BYTES);
      writer.write(shard, record);
      spool(part.database, out);
    }
  }

  /** The writer of the unit that owns the shard. */
  RecordWriter ownersWriter() {
    RecordWriter writer = shard.ownership.owner().codecs().recordWriter();
    writer.out.compresses(whole.isCompressing());
    return writer;
  }

  private void spool(int database, ValueWriter out) {
    long bytes = out.output().length();
    boolean isSound = !out.output().isExhausted();
    if (isSound) {
      long frame = out.output().address();
      Memory.putInt(frame, database);
      Memory.putInt(frame + 4, out.version());
      Memory.putLong(frame + 8, bytes - FRAME_BYTES);
    }
    whole.addWaiting(bytes);
    if (!LongEntry.move(out, spool)) {
      whole.fail(Snapshot.MEMORY_EXHAUSTED);
    }
  }

  /**
   * Sees a record in the walk of the snapshot's thread. What the writer has of the records before
   * goes before a long one.
   *
   * @return whether to go on; false when an entry was begun that has to be written first
   */
  boolean walk(SnapshotPart part, long record, RecordWriter writer) {
    part.content.table.see(shard.arena.reference(record));
    if (whole.isAborted()) {
      return true;
    }
    if (Entry.isLarge(record)) {
      whole.begun(LongString.of(this, part.database, record, writer, 0));
      return false;
    }
    if (RecordWriter.isLargeTable(record)) {
      if (begin(part, record, writer)) {
        return false;
      }
    } else if (RecordWriter.isLargeChain(record)) {
      begin(part, record);
      return false;
    }
    writer.write(shard, record);
    return true;
  }

  private boolean begin(SnapshotPart part, long record, RecordWriter writer) {
    int walk = 1;
    while (walk < tables.length && tables[walk] != null) {
      walk++;
    }
    if (walk == tables.length) {
      return false;
    }
    LongTable table = LongTable.of(this, part.database, record, walk, writer);
    tables[walk] = table;
    tableCount++;
    whole.begun(table);
    return true;
  }

  /** Leases a long chain; the unit may change it when it was written. */
  private void begin(SnapshotPart part, long record) {
    long key = Record.keyAddress(record);
    int length = Record.keyLength(record);
    long hash = shard.keyspace.hash(key, length);
    int number = -1;
    for (int i = 0; i < shard.keyspace.databases(); i++) {
      if (shard.database(i) == part.content) {
        number = i;
      }
    }
    Lease lease = shard.leases().take(number, hash, key, length, record, false, () -> {});
    whole.begun(new LongChain(this, part.database, lease));
  }

  /**
   * Before a command that may change it: begins with a record that is a long chain and was not
   * seen, so that it is leased.
   */
  private void prepare(SnapshotPart part, long record) {
    if (Record.parity(record) != part.content.table.parity()
        && RecordWriter.isLargeChain(record)
        && !whole.isAborted()) {
      part.content.table.see(shard.arena.reference(record));
      begin(part, record);
    }
  }

  // ---- tables being walked

  @Override
  public void changing(int walk, int reference) {
    requireNonNull(tables[walk], "a table is walked by nobody").preserve(reference);
  }

  /** The walk of a record's table, if there is one. */
  @Nullable LongTable walkOf(int reference) {
    if (tableCount > 0) {
      for (LongTable table : tables) {
        if (table != null && table.reference() == reference) {
          return table;
        }
      }
    }
    return null;
  }

  /** A record has moved; perhaps that of a table. */
  void moved(int from, int to) {
    LongTable table = walkOf(from);
    if (table != null) {
      table.moved(to);
    }
  }

  void forget(LongTable table) {
    tables[table.walk()] = null;
    tableCount--;
  }

  // ---- handing over

  /** Whether something is in the spool; racy. */
  boolean hasSpooled() {
    return spool.remaining() > 0;
  }

  /** What was preserved since the last call. */
  Spool takeSpool() {
    Spool taken = spool;
    spool = Spool.inChunks(shard.keyspace);
    return taken;
  }
}
