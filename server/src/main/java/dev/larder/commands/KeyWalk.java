package dev.larder.commands;

import dev.larder.metrics.Clock;
import dev.larder.storage.Entry;
import dev.larder.storage.Keyspace;
import dev.larder.storage.Shard;
import dev.larder.storage.Unit;

/**
 * A walk over the keys of a database in the order of their hashes, which may stop anywhere and go
 * on later, in another turn or by a cursor in another command. It owns one shard at a time, and
 * none between its steps. A key that is there throughout is visited once, whatever happens to the
 * tables meanwhile: it cannot change its place in hash order.
 */
final class KeyWalk {
  /**
   * A cursor is the upper part of a 64-bit position in hash space: few enough bits for clients that
   * keep numbers as doubles, and more than shards, tables and buckets ever tell apart.
   */
  private static final int CURSOR_SHIFT = 16;

  private final Keyspace keyspace;
  private final Unit unit;
  private final int database;
  private final int shardBits;
  private final Shard.EntryVisitor visitor;
  private int shard;

  /** Where to go on in the shard's hash space. */
  private long position;

  /** Keys below were visited by an earlier step, also if their bucket has been merged since. */
  private long floor;

  private boolean isStopped;
  private long keys;
  private long buckets;

  /** Sees the keys of a walk. */
  interface Visitor {
    /**
     * Sees one live key, whose shard is owned during the call.
     *
     * @return false to end the step behind this bucket
     */
    boolean visit(Shard shard, long entry);
  }

  /**
   * A walk from a cursor to the end.
   *
   * @param unit what owns shards; if it owns one already it owns all, and keeps them
   */
  KeyWalk(Keyspace keyspace, Unit unit, int database, long cursor, Visitor visitor) {
    this.keyspace = keyspace;
    this.unit = unit;
    this.database = database;
    this.shardBits = Integer.numberOfTrailingZeros(keyspace.shardCount());
    long hash = cursor << CURSOR_SHIFT;
    this.shard = keyspace.shardIndex(hash);
    this.position = hash << shardBits;
    this.visitor = entry -> visit(visitor, entry);
  }

  private void visit(Visitor target, long entry) {
    if (floor != 0 && Long.compareUnsigned(positionOf(entry), floor) < 0) {
      return;
    }
    keys++;
    isStopped |= !target.visit(keyspace.shard(shard), entry);
  }

  private long positionOf(long entry) {
    return keyspace.hash(Entry.keyAddress(entry), Entry.keyLength(entry)) << shardBits;
  }

  boolean isAtEnd() {
    return shard == keyspace.shardCount();
  }

  /** Where another walk goes on, 0 at the end. */
  long cursor() {
    return isAtEnd()
        ? 0
        : ((long) shard << Long.SIZE - shardBits | position >>> shardBits) >>> CURSOR_SHIFT;
  }

  /** Keys visited so far. */
  long keys() {
    return keys;
  }

  /** Buckets visited so far, empty ones included. */
  long buckets() {
    return buckets;
  }

  /**
   * Visits keys, until the visitor or one of the limits ends the step; always at least one bucket.
   *
   * @param mostKeys the number of {@link #keys} from which on no bucket is begun
   * @param mostBuckets the same for {@link #buckets}
   * @param deadlineNanos the same for time, by the monotonic clock
   * @return false if the step ended at a shard that is taken
   */
  boolean step(long mostKeys, long mostBuckets, long deadlineNanos) {
    boolean ownsNothing = unit.isIdle();
    isStopped = false;
    boolean more = true;
    while (more && !isAtEnd()) {
      Shard current = keyspace.shard(shard);
      if (!unit.acquire(current)) {
        return false;
      }
      floor = position;
      do {
        position = current.walk(unit, database, position, visitor);
        floor = 0;
        buckets++;
        more =
            !isStopped
                && keys < mostKeys
                && buckets < mostBuckets
                && Clock.nanos() - deadlineNanos < 0;
      } while (more && position != 0);
      if (position == 0) {
        shard++;
      }
      if (ownsNothing) {
        unit.releaseAll();
      }
    }
    return true;
  }
}
