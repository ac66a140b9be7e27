package dev.larder.storage;

import dev.larder.storage.rdb.ValueWriter;
import dev.larder.storage.table.KeyTable;
import dev.larder.storage.table.Record;
import dev.larder.storage.table.TableRoot;
import org.jspecify.annotations.Nullable;

/**
 * A large hash, set or sorted set whose members a snapshot still has to see. Everybody goes on with
 * it meanwhile: whoever changes or removes a member that was not seen writes it to the spool first.
 * Its root is found here wherever the record moves; if the key goes, what it owns stays until all
 * was seen.
 */
final class LongTable extends LongEntry {
  private final ValueType type;
  private final long earliest;
  private final int walk;
  private final KeyTable members;
  private final int version;

  /** The record, which may move. */
  private int reference;

  /** What the value owns, when its key has gone. */
  private @Nullable DetachedValue detached;

  /** The head, and members that were changed before they were seen. */
  private Spool spool;

  private long position;
  private boolean isOver;

  private LongTable(
      ShardSnapshot home, int database, long record, int walk, Spool head, int version) {
    super(home, database);
    long value = Record.valueAddress(record);
    this.type = Entry.type(record);
    this.earliest =
        type == ValueType.HASH ? HashStructure.earliest(value, Record.encoding(record)) : -1;
    this.walk = walk;
    this.reference = home.shard.arena.reference(record);
    this.members = new KeyTable(home.shard.arena, 0, 0);
    this.spool = head;
    this.version = version;
  }

  /** Begins with a record of a shard that is owned. */
  static LongTable of(
      ShardSnapshot home, int database, long record, int walk, RecordWriter writer) {
    Spool head = Spool.inChunks(home.shard.keyspace);
    writer.writeTableHead(record);
    int version = writer.out.version();
    home.whole.addWaiting(writer.out.output().length());
    if (!move(writer.out, head)) {
      home.whole.fail(Snapshot.MEMORY_EXHAUSTED);
    }
    LongTable table = new LongTable(home, database, record, walk, head, version);
    TableRoot.beginWalk(table.root(), walk);
    return table;
  }

  int walk() {
    return walk;
  }

  int reference() {
    return reference;
  }

  /** The record has moved. */
  void moved(int newReference) {
    reference = newReference;
  }

  /** The key has gone, and its record with it. */
  void takeOver(DetachedValue value) {
    detached = value;
    reference = 0;
  }

  private long root() {
    return detached == null
        ? Record.valueAddress(home.shard.arena.address(reference))
        : detached.root();
  }

  /** Writes a member that is about to be changed and was not seen. */
  void preserve(int member) {
    if (home.whole.isAborted()) {
      return;
    }
    RecordWriter writer = home.ownersWriter();
    writer.writeMember(type, home.shard.arena.address(member), earliest);
    spool(writer.out);
  }

  private void spool(ValueWriter out) {
    home.whole.addWaiting(out.output().length());
    if (!move(out, spool)) {
      home.whole.fail(Snapshot.MEMORY_EXHAUSTED);
    }
  }

  /** Writes all that was not seen to the spool: the table is about to go. */
  void finishNow() {
    RecordWriter writer = home.ownersWriter();
    walkSome(null, writer);
    spool(writer.out);
    end();
  }

  /** Sees some members; whether that was all. */
  private boolean walkSome(@Nullable SnapshotPace pace, RecordWriter writer) {
    members.load(home.shard.arena, root());
    boolean isAborted = home.whole.isAborted();
    do {
      long next = home.cursor.segment(members, home.shard.arena, position);
      for (long member = home.cursor.next(); member != 0; member = home.cursor.next()) {
        int seen = home.shard.arena.reference(member);
        if (!members.isSeen(seen)) {
          members.see(seen);
          if (!isAborted) {
            writer.writeMember(type, member, earliest);
          }
          if (pace != null && pace.isOver()) {
            return false;
          }
        }
      }
      position = next;
    } while (position != 0 && (pace == null || !pace.isOver()));
    return position == 0;
  }

  private void end() {
    TableRoot.endWalk(root());
    home.forget(this);
    isOver = true;
    if (detached != null) {
      home.shard.values.addFirst(detached);
    }
  }

  @Override
  void write(Snapshot snapshot) {
    boolean isDone = false;
    while (!isDone) {
      snapshot.own(home.shard);
      Spool ready = spool;
      spool = Spool.inChunks(home.shard.keyspace);
      if (!isOver && walkSome(snapshot.pace(), snapshot.writer())) {
        end();
      }
      isDone = isOver;
      snapshot.release();
      snapshot.emit(database, version, ready);
      snapshot.emit(database, snapshot.writer().out);
      if (!isDone) {
        snapshot.relieve();
        snapshot.pace().pause();
      }
    }
  }
}
