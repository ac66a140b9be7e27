package dev.larder.storage;

import dev.larder.storage.rdb.ValueWriter;

/** A large string: its chunks are held, so that whoever writes to one of them copies it first. */
final class LongString extends LongEntry {
  /** So many bytes at once, so that others get to run in between. */
  private static final int PIECE_BYTES = 1 << 20;

  private final Spool head;
  private final int version;
  private final PinnedString bytes;

  /** What is held back by being still to be written; 0 if the value may well stay as it is. */
  private final long waitingBytes;

  private LongString(
      ShardSnapshot home, int database, Spool head, int version, PinnedString bytes, long waiting) {
    super(home, database);
    this.head = head;
    this.version = version;
    this.bytes = bytes;
    this.waitingBytes = waiting;
  }

  /** Begins with a record of a shard that is owned; null when there is no memory for it. */
  static LongString of(
      ShardSnapshot home, int database, long record, RecordWriter writer, long waitingBytes) {
    Spool head = Spool.inChunks(home.shard.keyspace);
    ValueWriter out = writer.out;
    writer.writeLargeHead(record);
    int version = out.version();
    home.whole.addWaiting(out.output().length());
    if (!move(out, head)) {
      home.whole.fail(Snapshot.MEMORY_EXHAUSTED);
    }
    long length = home.shard.stringLength(record);
    PinnedString pinned = PinnedString.of(home.shard.keyspace, record, 0, length);
    return new LongString(home, database, head, version, pinned, waitingBytes);
  }

  @Override
  void write(Snapshot snapshot) {
    snapshot.emit(database, version, head);
    for (long done = 0; done < bytes.length(); ) {
      long run = Math.min(bytes.runLength(done), PIECE_BYTES);
      snapshot.emit(database, bytes.runAddress(done), run, version);
      done += run;
      snapshot.relieve();
    }
    bytes.close();
    snapshot.addWaiting(-waitingBytes);
  }
}
