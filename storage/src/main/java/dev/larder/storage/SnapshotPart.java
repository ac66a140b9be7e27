package dev.larder.storage;

import dev.larder.storage.table.Record;

/**
 * A database of a shard that a snapshot still has to see. It is seen to its end even if the
 * database is flushed or gets another number. For the owner of the shard.
 */
final class SnapshotPart {
  final ShardSnapshot home;
  final ShardDatabase content;

  /** The number at the cut. */
  final int database;

  /** Where the walk goes on, in hash space. */
  private long position;

  private boolean isDetached;

  SnapshotPart(ShardSnapshot home, ShardDatabase content, int database) {
    this.home = home;
    this.content = content;
    this.database = database;
  }

  /** A record here is about to be changed, or to go. */
  void changing(long record) {
    if (Record.parity(record) != content.table.parity()) {
      home.preserve(this, record);
    }
  }

  /** The database was flushed: its content goes when it has been seen. */
  void detach() {
    isDetached = true;
  }

  /** Sees some records; whether that was all. */
  boolean walkSome(Snapshot snapshot) {
    boolean goesOn = true;
    do {
      long next = home.cursor.segment(content.table, home.shard.arena, position);
      for (long record = home.cursor.next(); record != 0; record = home.cursor.next()) {
        if (Record.parity(record) != content.table.parity()) {
          goesOn = home.walk(this, record, snapshot.writer());
          if (!goesOn || snapshot.pace().isOver()) {
            return false;
          }
        }
      }
      position = next;
    } while (position != 0 && !snapshot.pace().isOver());
    if (position == 0) {
      end();
    }
    return position == 0;
  }

  private void end() {
    content.seen();
    if (isDetached) {
      home.shard.values.addGarbage(content);
    }
  }
}
