package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.table.KeyHash;
import dev.larder.storage.table.KeyTable;
import dev.larder.storage.table.Record;

/** Copies large sorted sets, member by member from the lowest score on. */
final class SortedSetCopy extends ValueCopy {
  private final ScoreTable table = new ScoreTable();
  private final ScoreTable copied = new ScoreTable();
  private final KeyTable members;
  private final KeyTable copiedMembers;
  private final long scratch;

  /**
   * @param anyArena that of any table
   * @param scratch of a shard's tables, which others may use in between
   */
  SortedSetCopy(Arena anyArena, long scratch) {
    members = new KeyTable(anyArena, 0, scratch);
    copiedMembers = new KeyTable(anyArena, 0, scratch);
    this.scratch = scratch;
  }

  @Override
  void begin(long root, long copy) {
    ScoreTable.writeEmpty(copy);
    table.bind(from, members, scratch, root);
    table.tree.seekFirst();
    copied.bind(to, copiedMembers, scratch, copy);
  }

  @Override
  boolean next() {
    long record = table.atCursor();
    if (record == 0) {
      return false;
    }
    if (!isGranted(Record.bytes(record))) {
      return true;
    }
    long member = Record.keyAddress(record);
    int length = Record.keyLength(record);
    copied.append(KeyHash.hash(member, length), member, length, ScoreTable.score(record));
    return table.tree.next();
  }
}
