package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.table.BlockMove;
import dev.larder.storage.table.KeyTable;
import dev.larder.storage.type.Listpack;
import dev.larder.storage.type.PackedScores;

/**
 * Sorted sets: a listpack in the record, or a table of members with a tree that orders them.
 *
 * <pre>
 *   -       value part = listpack of {@link PackedScores}
 *   TABLE   value part = root of a {@link ScoreTable}
 * </pre>
 *
 * <p>CONVERTED: the set has passed a limit, beyond which Redis calls it a skiplist. It may be
 * packed all the same while that is small.
 */
final class SortedSetStructure extends Structure {
  static final int TABLE = 4;
  static final int CONVERTED = 8;

  private final ScoreTable table = new ScoreTable();
  private final KeyTable members;
  private final Arena arena;
  private final long scratch;

  /**
   * @param scratch of the shard's tables
   */
  SortedSetStructure(Arena arena, long scratch) {
    this.arena = arena;
    this.scratch = scratch;
    members = new KeyTable(arena, 0, scratch);
  }

  static long count(long value, int encoding) {
    return (encoding & TABLE) != 0 ? ScoreTable.count(value) : Listpack.count(value) / 2;
  }

  private ScoreTable table(Arena arena, long root) {
    table.bind(arena, members, scratch, root);
    return table;
  }

  @Override
  boolean ownsBlocks(int encoding) {
    return (encoding & TABLE) != 0;
  }

  @Override
  boolean freeSome(Arena arena, long root, int encoding, int limit) {
    return table(arena, root).freeSome(limit);
  }

  @Override
  ValueCopy newCopy() {
    return new SortedSetCopy(arena, scratch);
  }

  @Override
  boolean moveSome(Arena arena, long root, int encoding, BlockMove move) {
    ScoreTable moving = table(arena, root);
    if (move.part() == 0) {
      moving.moveMembers(move);
      return false;
    }
    move.leaf(moving.tree, entry -> false);
    return move.part() > 1;
  }

  @Override
  long blockBytes(Arena arena, long root, int encoding) {
    return table(arena, root).bytes();
  }

  @Override
  String encodingName(long value, int encoding) {
    return (encoding & CONVERTED) != 0 ? "skiplist" : "listpack";
  }

  @Override
  long pieces(Arena arena, long root, int encoding) {
    return count(root, encoding);
  }

  @Override
  void validate(Arena arena, long value, int encoding) {
    boolean valid =
        count(value, encoding) > 0
            && ((encoding & TABLE) != 0
                ? table(arena, value).validate()
                : Listpack.validate(value, Listpack.bytes(value)) && PackedScores.validate(value));
    if (!valid) {
      throw new AssertionError("a sorted set is damaged");
    }
  }
}
