package dev.larder.storage.table;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.Memory;

/*
 * A hash that is too large to be packed: a table of records, whose keys are the fields, and the
 * order of their deadlines. Its root is the value part of the hash's own record.
 *
 *   0         24          48         56             64
 *   +---------+-----------+----------+--------------+
 *   | members | deadlines | earliest | member bytes |
 *   +---------+-----------+----------+--------------+
 *
 * Members is the root of a KeyTable, deadlines that of FieldDeadlines. Earliest is the deadline
 * under which the hash stands in its database's order, -1 for none. Member bytes are those of the
 * members' blocks.
 */

/**
 * The fields of one large hash at a time, and a current one among them. For the owner of the shard;
 * to be bound before each use, since others use the same tables. An address or reference of a
 * record holds until it is changed.
 */
public final class FieldTable {
  public static final int ROOT_BYTES = 64;

  private static final int DEADLINES = KeyTable.ROOT_BYTES;
  private static final int EARLIEST = DEADLINES + CountedTree.ROOT_BYTES;
  private static final int MEMBER_BYTES = EARLIEST + Long.BYTES;
  private static final int NODES_PER_STEP = 64;

  private final KeyTable members;
  private final FieldDeadlines deadlines;
  private final KeyTable.Visitor gathering = this::gather;
  private final KeyTable.Visitor freeing = this::free;
  private Arena arena;
  private long root;

  /** The current field's slot in the table. */
  private long slot;

  /** A record that {@link #open} made and {@link #add} has not added yet. */
  private int opened;

  /** The fields that {@link #walk} met, in a home bucket, and so at most a segment's. */
  private int[] gathered = new int[Bucket.SLOTS];

  private int gatheredCount;
  private long floor;

  /**
   * @param members the shard's flyweight over tables
   * @param scratch the scratch memory of that
   */
  public FieldTable(Arena arena, KeyTable members, long scratch) {
    this.arena = arena;
    this.members = members;
    this.deadlines = new FieldDeadlines(scratch);
  }

  /** Makes {@link #ROOT_BYTES} at an address the root of a table without fields. */
  public static void writeEmpty(long root) {
    KeyTable.writeEmptyRoot(root);
    CountedTree.writeEmpty(root + DEADLINES);
    earliest(root, -1);
    Memory.putLong(root + MEMBER_BYTES, 0);
  }

  /** Fields of the table behind a root. */
  public static long count(long root) {
    return KeyTable.rootCount(root);
  }

  /** The bytes of the fields' blocks, of the table behind a root. */
  public static long memberBytes(long root) {
    return Memory.getLong(root + MEMBER_BYTES);
  }

  public static long earliest(long root) {
    return Memory.getLong(root + EARLIEST);
  }

  public static void earliest(long root, long deadlineMillis) {
    Memory.putLong(root + EARLIEST, deadlineMillis);
  }

  /** Becomes the table behind a root; no field is the current one then. */
  public void bind(Arena newArena, long newRoot) {
    arena = newArena;
    root = newRoot;
    members.load(newArena, newRoot);
    deadlines.bind(newArena, newRoot + DEADLINES);
  }

  // ---- finding ---------------------------------------------------------------------------------

  /**
   * Makes a field the current one.
   *
   * @return its record, or 0 when there is none
   */
  public long find(long hash, long name, int nameLength) {
    slot = members.find(hash, name, nameLength);
    return slot == 0 ? 0 : arena.address(members.reference(slot));
  }

  /** Makes the field with the earliest deadline the current one, if any has one; its record. */
  public long findFirst() {
    if (deadlines.isEmpty()) {
      return 0;
    }
    int reference = deadlines.firstReference();
    slot = members.slotOf(members.hashOf(reference), reference);
    return arena.address(reference);
  }

  /** The earliest deadline, or -1. */
  public long firstDeadline() {
    return deadlines.first();
  }

  /** How many fields have a deadline before this. */
  public long countDeadlinesBefore(long deadlineMillis) {
    return deadlines.countBefore(deadlineMillis);
  }

  /** The record in a slot chosen by random bits, or 0 when that is empty: draw again. */
  public long sample(long random) {
    int reference = members.sample(random);
    return reference == 0 ? 0 : arena.address(reference);
  }

  /**
   * Gathers the fields of the home bucket at a position in hash space, without those before the
   * position, which a walk has met when the table was larger.
   *
   * @return where to go on, or 0 at the end
   */
  public long walk(long position) {
    gatheredCount = 0;
    floor = TableWalk.isBoundary(members, position) ? 0 : position;
    return members.walk(position, gathering);
  }

  /** As {@link TableCursor#segment}. */
  public long segment(TableCursor cursor, long position) {
    return cursor.segment(members, arena, position);
  }

  private void gather(int reference) {
    if (floor == 0 || Long.compareUnsigned(members.positionOf(reference), floor) >= 0) {
      if (gatheredCount == gathered.length) {
        gathered = java.util.Arrays.copyOf(gathered, 2 * gatheredCount);
      }
      gathered[gatheredCount++] = reference;
    }
  }

  /** How many fields {@link #walk} gathered. */
  public int gatheredCount() {
    return gatheredCount;
  }

  /** The record of one of them. */
  public long gathered(int index) {
    return arena.address(gathered[index]);
  }

  // ---- changing; memory has been granted -------------------------------------------------------

  /** Adds a field that is not there, and makes it the current one. */
  public void insert(
      long hash, long name, int nameLength, long value, int valueLength, long deadlineMillis) {
    long record = open(nameLength, valueLength, deadlineMillis);
    Memory.copy(name, Record.keyAddress(record), nameLength);
    Memory.copy(value, Record.valueAddress(record), valueLength);
    add(hash);
  }

  /** Makes the record of a field, whose name and value the caller writes before {@link #add}. */
  public long open(int nameLength, int valueLength, long deadlineMillis) {
    opened = allocate(nameLength, valueLength, deadlineMillis);
    long record = arena.address(opened);
    Record.openHead(record, 0, 0, deadlineMillis, nameLength, valueLength);
    return record;
  }

  /** Adds what was opened. */
  public void add() {
    add(members.hashOf(opened));
  }

  /** Adds a field as it is in another table. */
  public void addCopy(long record) {
    long copy = open(Record.keyLength(record), Record.valueLength(record), Record.deadline(record));
    Memory.copy(record, copy, Record.bytes(record));
    add();
  }

  private void add(long hash) {
    if (!members.reserve(hash)) {
      throw new IllegalStateException("no memory behind a collection's ROOM");
    }
    slot = members.insert(hash, opened);
    members.save(root);
    countBytes(arena.blockBytesOf(opened));
    order(-1, 0, Record.deadline(arena.address(opened)), opened);
  }

  private int allocate(int nameLength, int valueLength, long deadlineMillis) {
    int bytes = Record.bytes(nameLength, valueLength, deadlineMillis >= 0);
    int reference = bytes < 0 ? 0 : arena.allocate(bytes);
    if (reference == 0) {
      throw new IllegalStateException("no memory behind a collection's ROOM");
    }
    return reference;
  }

  private void countBytes(long change) {
    Memory.putLong(root + MEMBER_BYTES, Memory.getLong(root + MEMBER_BYTES) + change);
  }

  /** Keeps the order of deadlines in step with a field that has got another deadline or record. */
  private void order(long oldDeadline, int oldReference, long deadline, int reference) {
    if (oldDeadline == deadline && oldReference == reference) {
      return;
    }
    if (oldDeadline >= 0) {
      deadlines.remove(oldDeadline, oldReference);
    }
    if (deadline >= 0) {
      deadlines.add(deadline, reference);
    }
  }

  /**
   * Gives the current field another value and deadline.
   *
   * @param value its bytes, outside of the field
   */
  public void replace(long value, int valueLength, long deadlineMillis) {
    int old = members.reference(slot);
    members.changing(old);
    long record = arena.address(old);
    long oldDeadline = Record.deadline(record);
    boolean sameShape = deadlineMillis >= 0 == oldDeadline >= 0;
    int bytes = Record.bytes(Record.keyLength(record), valueLength, deadlineMillis >= 0);
    int blockBytes = arena.blockBytesOf(old);
    if (sameShape
        && Arena.blockBytes(bytes) == blockBytes
        && Record.resizeInPlace(record, valueLength, blockBytes)) {
      if (oldDeadline != deadlineMillis) {
        Record.deadline(record, deadlineMillis);
        order(oldDeadline, old, deadlineMillis, old);
      }
    } else {
      record = reshape(record, old, valueLength, deadlineMillis);
    }
    Memory.copy(value, Record.valueAddress(record), valueLength);
  }

  /** Gives the current field another deadline, -1 for none. */
  public void expire(long deadlineMillis) {
    int old = members.reference(slot);
    members.changing(old);
    long record = arena.address(old);
    long oldDeadline = Record.deadline(record);
    if (deadlineMillis >= 0 && oldDeadline >= 0) {
      Record.deadline(record, deadlineMillis);
      order(oldDeadline, old, deadlineMillis, old);
    } else if (deadlineMillis >= 0 || oldDeadline >= 0) {
      int valueLength = Record.valueLength(record);
      long value = Record.valueAddress(record);
      int reference = copyHead(record, valueLength, deadlineMillis);
      Memory.copy(value, Record.valueAddress(arena.address(reference)), valueLength);
      putInPlace(old, oldDeadline, reference, deadlineMillis);
    }
  }

  /** Moves the current field into a record of another shape; its value is the caller's to write. */
  private long reshape(long record, int old, int valueLength, long deadlineMillis) {
    long oldDeadline = Record.deadline(record);
    int reference = copyHead(record, valueLength, deadlineMillis);
    putInPlace(old, oldDeadline, reference, deadlineMillis);
    return arena.address(reference);
  }

  private int copyHead(long record, int valueLength, long deadlineMillis) {
    int nameLength = Record.keyLength(record);
    int reference = allocate(nameLength, valueLength, deadlineMillis);
    Record.writeHead(
        arena.address(reference),
        0,
        0,
        deadlineMillis,
        Record.keyAddress(record),
        nameLength,
        valueLength);
    return reference;
  }

  private void putInPlace(int old, long oldDeadline, int reference, long deadlineMillis) {
    order(oldDeadline, old, deadlineMillis, reference);
    countBytes((long) arena.blockBytesOf(reference) - arena.blockBytesOf(old));
    members.replace(slot, reference);
    arena.free(old);
  }

  /** Removes the current field; none is the current one then. */
  public void remove() {
    int reference = members.reference(slot);
    order(Record.deadline(arena.address(reference)), reference, -1, 0);
    countBytes(-arena.blockBytesOf(reference));
    members.remove(members.hashOf(reference), slot);
    members.save(root);
    arena.free(reference);
    slot = 0;
  }

  // ---- the whole -------------------------------------------------------------------------------

  /** The bytes of all blocks. */
  public long bytes() {
    return members.indexBytes() + deadlines.bytes() + Memory.getLong(root + MEMBER_BYTES);
  }

  /**
   * Frees about so many fields of a table that nobody uses any more.
   *
   * @return whether nothing is left
   */
  public boolean freeSome(int limit) {
    long left = members.count() - limit;
    boolean more = true;
    while (more && (members.count() > left || members.count() == 0)) {
      more = members.drainSegment(freeing);
    }
    members.save(root);
    return !more && deadlines.clearStep(NODES_PER_STEP, null);
  }

  /**
   * Moves the blocks of some fields, and of the table, or then of the order; see {@link BlockMove}.
   *
   * @return whether that was all
   */
  public boolean moveSome(BlockMove move) {
    if (move.part() > 0) {
      move.leaf(deadlines, entry -> false);
      return move.part() > 1;
    }
    if (move.members(members, arena, this::tellOrder)) {
      members.save(root);
    }
    return move.part() > 0 && deadlines.isEmpty();
  }

  private void tellOrder(int from, int to) {
    long deadline = Record.deadline(arena.address(to));
    order(deadline, from, deadline, to);
  }

  private void free(int reference) {
    arena.free(reference);
  }

  /** Checks everything that must hold; for tests. */
  public void validate() {
    members.validate();
    deadlines.validate();
    long bytes = 0;
    long withDeadline = 0;
    long position = 0;
    do {
      position = walk(position);
      for (int i = 0; i < gatheredCount; i++) {
        long deadline = Record.deadline(gathered(i));
        bytes += arena.blockBytesOf(gathered[i]);
        if (deadline >= 0) {
          withDeadline++;
          require(deadlines.contains(deadline, gathered[i]), "a deadline is not in the order");
        }
      }
    } while (position != 0);
    require(withDeadline == deadlines.count(), "a deadline in the order belongs to no field");
    require(bytes == Memory.getLong(root + MEMBER_BYTES), "the members' bytes are miscounted");
    require(deadlines.first() == earliest(root), "the earliest deadline is " + earliest(root));
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new AssertionError(message);
    }
  }
}
