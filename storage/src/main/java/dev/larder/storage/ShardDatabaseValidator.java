package dev.larder.storage;

import dev.larder.storage.evict.EvictionBits;
import dev.larder.storage.memory.Arena;

/** Checks a database's part of a shard, which a unit owns; for tests. */
final class ShardDatabaseValidator {
  private final ShardDatabase database;
  private final Arena arena;
  private final Values values;
  private long inOrder;
  private long smalls;

  ShardDatabaseValidator(ShardDatabase database, Arena arena, Values values) {
    this.database = database;
    this.arena = arena;
    this.values = values;
  }

  void validate() {
    database.table.validate();
    database.expiry.validate();
    database.fieldExpiry.validate();
    for (long position = 0; ; ) {
      position = database.table.walk(position, this::validate);
      if (position == 0) {
        break;
      }
    }
    if (inOrder != database.fieldExpiry.count()) {
      throw new AssertionError("a field deadline in the order belongs to no record");
    }
    if (smalls != database.smalls()) {
      throw new AssertionError("records are small that were not counted, or the reverse");
    }
  }

  private void validate(int reference) {
    long record = arena.address(reference);
    values.validate(record);
    smalls += EvictionBits.isSmall(record) ? 1 : 0;
    long deadline = values.fieldDeadline(record);
    if (deadline >= 0) {
      inOrder++;
      if (!database.fieldExpiry.contains(deadline, reference)) {
        throw new AssertionError("a record's field deadline is not in the order");
      }
    }
  }
}
