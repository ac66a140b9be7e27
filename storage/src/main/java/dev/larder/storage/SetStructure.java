package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.table.BlockMove;
import dev.larder.storage.table.KeyTable;
import dev.larder.storage.table.MemberTable;
import dev.larder.storage.type.Intset;
import dev.larder.storage.type.Listpack;

/**
 * How sets are kept, told by the bits of the encoding. What a value part is:
 *
 * <pre>
 *   INTEGERS   an Intset
 *   -          a Listpack of the members, in the order in which they came
 *   TABLE      the root of a MemberTable
 * </pre>
 *
 * <p>What Redis calls the set follows from the limits at the time of each addition: PACKED a
 * listpack, HASHED a hashtable, with neither an intset. A large set is a table whatever it is
 * called, and a small one called a hashtable is packed all the same; only intsets are INTEGERS.
 */
final class SetStructure extends Structure {
  static final int TABLE = 1;
  static final int INTEGERS = 1 << 1;
  static final int PACKED = 1 << 2;
  static final int HASHED = 1 << 3;

  private final MemberTable table = new MemberTable();
  private final KeyTable members;
  private final Arena arena;
  private final long scratch;

  /**
   * @param scratch of the shard's tables
   */
  SetStructure(Arena arena, long scratch) {
    this.arena = arena;
    this.scratch = scratch;
    members = new KeyTable(arena, 0, scratch);
  }

  /** How many members a value has. */
  static long count(long value, int encoding) {
    return (encoding & TABLE) != 0
        ? MemberTable.count(value)
        : (encoding & INTEGERS) != 0 ? Intset.count(value) : Listpack.count(value);
  }

  @Override
  boolean ownsBlocks(int encoding) {
    return (encoding & TABLE) != 0;
  }

  @Override
  boolean freeSome(Arena arena, long root, int encoding, int limit) {
    table.bind(arena, members, root);
    return table.freeSome(limit);
  }

  @Override
  ValueCopy newCopy() {
    return new SetCopy(arena, scratch);
  }

  @Override
  boolean moveSome(Arena arena, long root, int encoding, BlockMove move) {
    table.bind(arena, members, root);
    table.moveSome(move);
    return move.part() > 0;
  }

  @Override
  long blockBytes(Arena arena, long root, int encoding) {
    table.bind(arena, members, root);
    return table.bytes();
  }

  @Override
  String encodingName(long value, int encoding) {
    return (encoding & HASHED) != 0
        ? "hashtable"
        : (encoding & PACKED) != 0 ? "listpack" : "intset";
  }

  @Override
  long pieces(Arena arena, long root, int encoding) {
    return count(root, encoding);
  }

  @Override
  void validate(Arena arena, long value, int encoding) {
    if (count(value, encoding) == 0) {
      throw new AssertionError("a set without members");
    }
    boolean valid =
        switch (encoding & (TABLE | INTEGERS)) {
          case TABLE -> {
            table.bind(arena, members, value);
            table.validate();
            yield true;
          }
          case INTEGERS ->
              (encoding & (PACKED | HASHED)) == 0 && Intset.validate(value, Intset.bytes(value));
          case 0 ->
              (encoding & (PACKED | HASHED)) != 0
                  && Listpack.validate(value, Listpack.bytes(value));
          default -> false;
        };
    if (!valid) {
      throw new AssertionError("a set is damaged");
    }
  }
}
