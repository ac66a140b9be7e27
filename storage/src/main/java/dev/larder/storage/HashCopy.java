package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.table.FieldTable;
import dev.larder.storage.table.KeyTable;
import dev.larder.storage.table.Record;
import dev.larder.storage.table.TableCursor;

/** Copies large hashes, field by field in the order of their hashes. */
final class HashCopy extends ValueCopy {
  private final FieldTable fields;
  private final FieldTable copied;
  private final TableCursor cursor;

  /** Where the next segment begins in hash space, 0 behind the last one. */
  private long position;

  private boolean isLast;

  /**
   * @param anyArena that of any table
   * @param scratch of a shard's tables, which others may use in between
   */
  HashCopy(Arena anyArena, long scratch) {
    fields = new FieldTable(anyArena, new KeyTable(anyArena, 0, scratch), scratch);
    copied = new FieldTable(anyArena, new KeyTable(anyArena, 0, scratch), scratch);
    cursor = new TableCursor(anyArena);
  }

  @Override
  void begin(long root, long copy) {
    long earliest = FieldTable.earliest(copy);
    FieldTable.writeEmpty(copy);
    FieldTable.earliest(copy, earliest);
    fields.bind(from, root);
    copied.bind(to, copy);
    cursor.end();
    position = 0;
    isLast = false;
  }

  @Override
  boolean next() {
    long record = cursor.next();
    if (record == 0) {
      if (isLast) {
        return false;
      }
      position = fields.segment(cursor, position);
      isLast = position == 0;
    } else if (isGranted(Record.bytes(record))) {
      copied.addCopy(record);
    }
    return true;
  }
}
