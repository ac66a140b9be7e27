package dev.larder.storage;

import dev.larder.storage.rdb.RdbException;
import dev.larder.storage.rdb.RdbType;
import dev.larder.storage.rdb.ValueSink;
import dev.larder.storage.rdb.ValueWriter;
import dev.larder.storage.table.KeyTable;
import dev.larder.storage.table.Record;
import dev.larder.storage.type.Listpack;
import dev.larder.storage.type.PackedScores;
import org.jspecify.annotations.Nullable;

/**
 * Sorted sets in RDB, member by member, the highest score first as Redis does: the scores of a
 * packed set are kept in another form than Redis's.
 */
final class SortedSetCodec implements ValueCodec, ValueSink {
  private final CollectionBuild build;
  private final SortedSetValue set;

  /** For writing alone, so that nothing that others use is touched by it. */
  private final ScoreTable table = new ScoreTable();

  private final KeyTable members;

  /** Whether the sorted set that is being built was created. */
  private boolean isCreated;

  private long expectedMembers;

  @SuppressWarnings("NullAway.Init") // Set by beginWriting.
  private ValueWriter out;

  /** Whether there are members that were not written. */
  private boolean hasMore;

  SortedSetCodec(SortedSetValue set) {
    this.set = set;
    this.build = new CollectionBuild(set);
    this.members = new KeyTable(set.arena(), 0, 0);
  }

  // ---- writing

  @Override
  public void beginWriting(Shard shard, long entry, ValueWriter newOut) {
    out = newOut;
    int encoding = Record.encoding(entry);
    long value = Record.valueAddress(entry);
    writeHead(value, encoding, out);
    hasMore = (encoding & SortedSetStructure.TABLE) != 0;
    if (hasMore) {
      table.bind(shard.arena, members, 0, value);
      table.tree.seekLast();
    } else {
      writePacked(value);
    }
  }

  /** Writes what comes before the members. */
  static void writeHead(long value, int encoding, ValueWriter out) {
    out.type(RdbType.ZSET_2);
    out.length(SortedSetStructure.count(value, encoding));
  }

  /** Writes a member of a table. */
  static void writeMember(long record, ValueWriter out) {
    out.string(Record.keyAddress(record), Record.keyLength(record));
    out.score(ScoreTable.score(record));
  }

  private void writePacked(long value) {
    long member = PackedScores.lastMember(value);
    while (member != 0) {
      out.entry(member);
      out.score(PackedScores.score(member));
      long score = Listpack.previous(value, member);
      member = score == 0 ? 0 : Listpack.previous(value, score);
    }
  }

  @Override
  public boolean write(long pieces) {
    long left = pieces;
    while (hasMore && left > 0) {
      long record = table.atCursor();
      writeMember(record, out);
      left -= Pieces.of(Record.keyLength(record));
      hasMore = table.tree.previous();
    }
    return !hasMore;
  }

  // ---- building

  @Override
  public @Nullable ValueSink begin(RestoreTarget target, long bytes) {
    isCreated = false;
    return build.begin(target, bytes) ? this : null;
  }

  @Override
  public void beginSortedSet(long count) {
    if (count <= set.keyspace.limits().zsetMaxListpackEntries()) {
      build.expectPacked(count, Listpack.SHORT_FRAME_BYTES + PackedScores.MAX_BYTES);
    }
    expectedMembers = count;
  }

  @Override
  public boolean listpack(long address, int bytes, long count) throws RdbException {
    build.requireRoom(bytes);
    return set.take(address, bytes);
  }

  @Override
  public void scored(long member, int length, double score) throws RdbException {
    build.requireRoom(length);
    if (!isCreated) {
      isCreated = true;
      set.expect(expectedMembers, 0);
    }
    set.add(member, length, score);
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
