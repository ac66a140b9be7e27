package dev.larder.storage;

import dev.larder.storage.rdb.ValueWriter;

/**
 * A long list, or a stream: leased until it is written, so that those who would change it wait, and
 * all others go on. Its shard is given up now and then.
 */
final class LongChain extends LongEntry {
  private static final int PIECE_BYTES = 16 * 1024;

  private final Lease lease;

  LongChain(ShardSnapshot home, int database, Lease lease) {
    super(home, database);
    this.lease = lease;
  }

  @Override
  void write(Snapshot snapshot) {
    RecordWriter writer = snapshot.writer();
    ValueWriter out = writer.out;
    snapshot.own(home.shard);
    if (!snapshot.isAborted()) {
      out.inPieces(PIECE_BYTES, () -> pass(snapshot, out));
      writer.write(home.shard, lease.entry());
      out.inPieces(Long.MAX_VALUE, () -> {});
    }
    snapshot.release();
    snapshot.emit(database, out);
    lease.end();
  }

  private void pass(Snapshot snapshot, ValueWriter out) {
    snapshot.release();
    snapshot.emit(database, out);
    snapshot.relieve();
    snapshot.pace().pause();
    snapshot.own(home.shard);
  }
}
