package dev.larder.storage;

import dev.larder.storage.rdb.ValueWriter;

/**
 * An entry that a snapshot writes in slices. It is made by an owner of its shard, who makes sure
 * that the entry can be written later as it is now; then the snapshot's thread writes it.
 */
abstract class LongEntry {
  final ShardSnapshot home;

  /** The number of its database at the cut. */
  final int database;

  LongEntry(ShardSnapshot home, int database) {
    this.home = home;
    this.database = database;
  }

  /** Writes the whole entry; the snapshot's unit owns nothing before and after. */
  abstract void write(Snapshot snapshot);

  /** Moves what a writer has to a spool. */
  static boolean move(ValueWriter out, Spool spool) {
    long bytes = out.output().length();
    boolean isMoved = !out.output().isExhausted();
    for (long done = 0; done < bytes && isMoved; ) {
      int part = (int) Math.min(bytes - done, 1 << 20);
      isMoved = spool.append(out.output().address() + done, part);
      done += part;
    }
    out.clear();
    return isMoved;
  }
}
