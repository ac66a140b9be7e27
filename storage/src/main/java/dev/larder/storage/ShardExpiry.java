package dev.larder.storage;

import dev.larder.storage.table.Record;

/**
 * When something in a shard expires, and its removal then: keys, and fields of hashes. Used by the
 * owner of the shard; the counts may be read by anyone.
 */
final class ShardExpiry {
  private final Shard shard;

  /** No deadline of the shard is earlier; may be too early, never too late. */
  private long earliest = Long.MAX_VALUE;

  private long expiredKeys;
  private long expiredFields;

  /** Whether {@link #removeSome} met a leased key, which is due again when the lease has ended. */
  private boolean metLease;

  ShardExpiry(Shard shard) {
    this.shard = shard;
  }

  /** No deadline is earlier than this; racy. */
  long earliest() {
    return earliest;
  }

  /** Has housekeeping look here in time for a deadline, -1 for none. */
  void expect(long deadlineMillis) {
    if (deadlineMillis >= 0 && deadlineMillis < earliest) {
      earliest = deadlineMillis;
    }
  }

  /** Keys whose deadline passed, since the start. */
  long expiredKeys() {
    return expiredKeys;
  }

  /** Fields of hashes whose deadline passed, since the start. */
  long expiredFields() {
    return expiredFields;
  }

  /** A key is about to go because its deadline passed. */
  void goes(Unit unit, int database, long record) {
    expiredKeys++;
    long key = Record.keyAddress(record);
    unit.events().raise(KeyEvent.EXPIRED, database, key, Record.keyLength(record));
  }

  /** A key is about to be set whatever it holds: if it has expired, that is an event before. */
  void tellBefore(Unit unit, int database, long hash, long key, int keyLength) {
    if (unit.events().wantsAny()) {
      shard.find(unit, database, hash, key, keyLength);
    }
  }

  void countField() {
    expiredFields++;
  }

  /** Removes up to {@code limit} keys and fields; false when there are none left. */
  boolean removeSome(Unit unit, int limit) {
    int databases = shard.keyspace.databases();
    int left = limit;
    metLease = false;
    for (int database = 0; database < databases; database++) {
      ShardDatabase d = shard.database(database);
      if (d != null) {
        left = removeKeys(unit, database, d, left);
        left = removeFields(unit, database, d, left);
        if (left == 0) {
          return true;
        }
      }
    }
    if (metLease) {
      return false;
    }
    lookAgain();
    return false;
  }

  /** Finds out which deadline is the earliest now. */
  void lookAgain() {
    earliest = Long.MAX_VALUE;
    for (int database = 0; database < shard.keyspace.databases(); database++) {
      ShardDatabase d = shard.database(database);
      if (d != null) {
        expect(Math.min(d.expiry.firstDeadline(), d.fieldExpiry.firstDeadline()));
      }
    }
  }

  /** Removes expired keys; returns what is left of the limit, 0 if there may be more of them. */
  private int removeKeys(Unit unit, int database, ShardDatabase d, int limit) {
    int left = limit;
    while (left > 0 && d.expiry.firstDeadline() < unit.nowMillis()) {
      int reference = d.expiry.firstRef();
      if (isLeased(database, reference)) {
        break;
      }
      left--;
      long record = shard.arena.address(reference);
      long hash = shard.keyspace.hash(Record.keyAddress(record), Record.keyLength(record));
      long slot = d.table.slotOf(hash, reference);
      shard.removeSlot(unit, database, d, hash, slot, Removal.EXPIRED, true);
    }
    return left;
  }

  /** The same with the fields of hashes. */
  private int removeFields(Unit unit, int database, ShardDatabase d, int limit) {
    int left = limit;
    HashValue hash = unit.views().hash();
    while (left > 0 && d.fieldExpiry.firstDeadline() < unit.nowMillis()) {
      int reference = d.fieldExpiry.firstRef();
      if (isLeased(database, reference)) {
        break;
      }
      hash.point(shard, database, shard.arena.address(reference));
      left -= hash.removeExpired(left);
    }
    return left;
  }

  private boolean isLeased(int database, int reference) {
    boolean isLeased = shard.leases().isLeased(database, reference);
    metLease |= isLeased;
    return isLeased;
  }
}
