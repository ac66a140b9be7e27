package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.KeyTable;
import dev.larder.storage.table.MemberTable;
import dev.larder.storage.table.Record;
import dev.larder.storage.table.TableCursor;

/** Copies large sets, member by member in the order of their hashes. */
final class SetCopy extends ValueCopy {
  private final MemberTable members = new MemberTable();
  private final MemberTable copied = new MemberTable();
  private final KeyTable table;
  private final KeyTable copiedTable;
  private final TableCursor cursor;

  /** Where the next segment begins in hash space, 0 behind the last one. */
  private long position;

  private boolean isLast;

  /**
   * @param anyArena that of any table
   * @param scratch of a shard's tables, which others may use in between
   */
  SetCopy(Arena anyArena, long scratch) {
    table = new KeyTable(anyArena, 0, scratch);
    copiedTable = new KeyTable(anyArena, 0, scratch);
    cursor = new TableCursor(anyArena);
  }

  @Override
  void begin(long root, long copy) {
    MemberTable.writeEmpty(copy);
    members.bind(from, table, root);
    copied.bind(to, copiedTable, copy);
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
      position = members.segment(cursor, position);
      isLast = position == 0;
    } else if (isGranted(Record.bytes(record))) {
      int length = Record.keyLength(record);
      Memory.copy(Record.keyAddress(record), copied.open(length), length);
      copied.add();
    }
    return true;
  }
}
