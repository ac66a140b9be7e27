package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.BlockMove;
import dev.larder.storage.table.FieldTable;
import dev.larder.storage.table.KeyTable;
import dev.larder.storage.type.PackedFields;

/**
 * How hashes are kept, told by the bits of the encoding. What a value part is:
 *
 * <pre>
 *   -                    pairs
 *   DEADLINES            earliest (8 bytes), triples
 *   TABLE [| DEADLINES]  the root of a FieldTable
 * </pre>
 *
 * Pairs and triples are {@link PackedFields}. Earliest is the deadline under which the hash stands
 * in its database's order of field deadlines, -1 for none. A bit that is set stays set.
 *
 * <p>CONVERTED: the hash has passed a limit, beyond which Redis calls it a hashtable. It may be
 * packed all the same while that is small.
 */
final class HashStructure extends Structure {
  static final int TABLE = 1;
  static final int DEADLINES = 1 << 1;
  static final int CONVERTED = 1 << 2;

  /** What precedes triples. */
  static final int EARLIEST_BYTES = Long.BYTES;

  private final FieldTable fields;
  private final Arena arena;
  private final long scratch;

  /**
   * @param scratch of the shard's tables
   */
  HashStructure(Arena arena, long scratch) {
    this.arena = arena;
    this.scratch = scratch;
    fields = new FieldTable(arena, new KeyTable(arena, 0, scratch), scratch);
  }

  static boolean isTable(int encoding) {
    return (encoding & TABLE) != 0;
  }

  static boolean hasDeadlines(int encoding) {
    return (encoding & DEADLINES) != 0;
  }

  /** Entries of a listpack for each field. */
  static int width(int encoding) {
    return hasDeadlines(encoding) ? PackedFields.TRIPLE : PackedFields.PAIR;
  }

  /** What precedes the listpack. */
  static int prefixBytes(int encoding) {
    return hasDeadlines(encoding) ? EARLIEST_BYTES : 0;
  }

  static long listpack(long value, int encoding) {
    return value + prefixBytes(encoding);
  }

  /** How many fields a value has. */
  static long count(long value, int encoding) {
    return isTable(encoding)
        ? FieldTable.count(value)
        : PackedFields.count(listpack(value, encoding), width(encoding));
  }

  static long earliest(long value, int encoding) {
    if (!hasDeadlines(encoding)) {
      return -1;
    }
    return isTable(encoding) ? FieldTable.earliest(value) : Memory.getLong(value);
  }

  static void earliest(long value, int encoding, long deadlineMillis) {
    if (isTable(encoding)) {
      FieldTable.earliest(value, deadlineMillis);
    } else {
      Memory.putLong(value, deadlineMillis);
    }
  }

  @Override
  boolean ownsBlocks(int encoding) {
    return isTable(encoding);
  }

  @Override
  boolean freeSome(Arena arena, long root, int encoding, int limit) {
    fields.bind(arena, root);
    return fields.freeSome(limit);
  }

  @Override
  ValueCopy newCopy() {
    return new HashCopy(arena, scratch);
  }

  @Override
  boolean moveSome(Arena arena, long root, int encoding, BlockMove move) {
    fields.bind(arena, root);
    return fields.moveSome(move);
  }

  @Override
  long blockBytes(Arena arena, long root, int encoding) {
    fields.bind(arena, root);
    return fields.bytes();
  }

  @Override
  long fieldDeadline(long value, int encoding) {
    return earliest(value, encoding);
  }

  @Override
  String encodingName(long value, int encoding) {
    return (encoding & CONVERTED) != 0
        ? "hashtable"
        : hasDeadlines(encoding) ? "listpackex" : "listpack";
  }

  @Override
  long pieces(Arena arena, long root, int encoding) {
    return count(root, encoding);
  }

  @Override
  void validate(Arena arena, long value, int encoding) {
    if (count(value, encoding) == 0) {
      throw new AssertionError("a hash without fields");
    }
    if (isTable(encoding)) {
      fields.bind(arena, value);
      fields.validate();
      return;
    }
    long lp = listpack(value, encoding);
    PackedFields.validate(lp, width(encoding));
    if (hasDeadlines(encoding) && earliest(value, encoding) != PackedFields.firstDeadline(lp)) {
      throw new AssertionError("the earliest deadline is " + earliest(value, encoding));
    }
  }
}
