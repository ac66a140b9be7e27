package dev.larder.storage;

import dev.larder.storage.table.SlotCursor;

/**
 * A walk over all records of a keyspace, shard by shard, database by database, in the order of
 * hashes, that goes on for ever in short steps. Between two steps its place is a position in hash
 * space, which stays good whatever the keyspace becomes; a record is met about once a round, and
 * may be missed when a table grows or shrinks just there. On the thread of its unit.
 */
final class RecordWalk {
  /** Sees a bucket's records, whose shard is owned; it may move them, but not add or remove any. */
  @FunctionalInterface
  interface Visitor {
    /**
     * @param endNanos when the step should be over
     * @return whether the bucket is done with; if not, it comes again in the next step
     */
    boolean visit(Shard shard, ShardDatabase content, SlotCursor slots, long endNanos);
  }

  private final Keyspace keyspace;
  private final Visitor visitor;
  private final SlotCursor slots = new SlotCursor();
  private int shard;
  private int database;
  private long position;

  RecordWalk(Keyspace keyspace, Visitor visitor) {
    this.keyspace = keyspace;
    this.visitor = visitor;
  }

  /** Goes on with the first record of a shard. */
  void goTo(int newShard) {
    shard = newShard;
    database = 0;
    position = 0;
  }

  /** Where the walk is. */
  Shard shard() {
    return keyspace.shard(shard);
  }

  /**
   * Goes on until a time. The unit owns the shard, and nothing happens behind its last record.
   *
   * @return whether all records of the shard were seen
   */
  boolean step(long endNanos) {
    Shard current = shard();
    do {
      ShardDatabase content = current.database(database);
      long next = 0;
      if (content != null) {
        next = slots.open(content.table, current.arena, position);
        if (slots.count() > 0 && !visitor.visit(current, content, slots, endNanos)) {
          return false;
        }
      }
      position = next;
      if (next == 0) {
        database++;
      }
    } while (database < keyspace.databases() && Clock.nanos() < endNanos);
    return database == keyspace.databases();
  }
}
