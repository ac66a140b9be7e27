package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.rdb.RdbException;
import dev.larder.storage.rdb.RdbType;
import dev.larder.storage.rdb.ValueSink;
import dev.larder.storage.rdb.ValueWriter;
import dev.larder.storage.table.KeyTable;
import dev.larder.storage.table.Record;
import dev.larder.storage.table.TableCursor;
import dev.larder.storage.type.Intset;
import dev.larder.storage.type.Listpack;
import org.jspecify.annotations.Nullable;

/**
 * Sets in RDB: intsets go as they are, all others member by member, since redis-server 7.0 knows no
 * sets that are listpacks.
 */
final class SetCodec implements ValueCodec, ValueSink {
  private final CollectionBuild build;
  private final SetValue set;

  /** For writing alone, so that nothing that others use is touched by it. */
  private final KeyTable members;

  private final TableCursor cursor;
  private long expectedMembers;

  /** Whether no member comes twice. */
  private boolean isChecked;

  @SuppressWarnings("NullAway.Init") // Set by beginWriting.
  private ValueWriter out;

  @SuppressWarnings("NullAway.Init")
  private Arena arena;

  private long root;

  /** Where the next segment to be written begins in hash space. */
  private long position;

  /** Whether there is such a segment. */
  private boolean hasMore;

  SetCodec(SetValue set) {
    this.set = set;
    this.build = new CollectionBuild(set);
    this.members = new KeyTable(set.arena(), 0, 0);
    this.cursor = new TableCursor(set.arena());
  }

  // ---- writing

  @Override
  public void beginWriting(Shard shard, long entry, ValueWriter newOut) {
    out = newOut;
    hasMore = false;
    int encoding = Record.encoding(entry);
    long value = Record.valueAddress(entry);
    if (encoding == SetStructure.INTEGERS) {
      out.type(RdbType.SET_INTSET);
      out.string(value, Intset.bytes(value));
      return;
    }
    writeHead(value, encoding, out);
    if ((encoding & SetStructure.TABLE) == 0) {
      for (long at = Listpack.first(value); at != 0; at = Listpack.next(value, at)) {
        out.entry(at);
      }
      return;
    }
    arena = shard.arena;
    root = value;
    position = 0;
    cursor.end();
    hasMore = true;
  }

  /** Writes what comes before the members of a set that is no intset. */
  static void writeHead(long value, int encoding, ValueWriter out) {
    out.type(RdbType.SET);
    out.length(SetStructure.count(value, encoding));
  }

  /** Writes a member of a table. */
  static void writeMember(long record, ValueWriter out) {
    out.string(Record.keyAddress(record), Record.keyLength(record));
  }

  @Override
  public boolean write(long pieces) {
    long left = pieces;
    while (left > 0) {
      long record = cursor.next();
      if (record != 0) {
        writeMember(record, out);
        left -= Pieces.of(Record.keyLength(record));
      } else if (hasMore) {
        members.load(arena, root);
        position = cursor.segment(members, arena, position);
        hasMore = position != 0;
      } else {
        return true;
      }
    }
    return false;
  }

  // ---- building

  @Override
  public @Nullable ValueSink begin(RestoreTarget target, long bytes) {
    isChecked = bytes > 0;
    return build.begin(target, bytes) ? this : null;
  }

  @Override
  public void beginSet(long count) {
    expectedMembers = count;
    if (count <= set.keyspace.limits().setMaxListpackEntries()) {
      build.expectPacked(count, Listpack.SHORT_FRAME_BYTES);
    }
  }

  @Override
  public boolean intset(long address, int bytes) throws RdbException {
    build.requireRoom(bytes);
    return set.take(address, bytes);
  }

  @Override
  public void element(long address, int length) throws RdbException {
    build.requireRoom(length);
    if (!set.exists()) {
      set.expect(address, length, (int) Math.min(expectedMembers, Integer.MAX_VALUE));
    }
    if (isChecked) {
      set.addNew(address, length);
    } else {
      set.add(address, length);
    }
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
