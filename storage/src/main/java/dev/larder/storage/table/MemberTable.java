package dev.larder.storage.table;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.Memory;

/*
 * A set that is too large to be packed: a table of records, whose keys are the members and which
 * have no values. Its root is the value part of the set's own record.
 *
 *   0         24             32
 *   +---------+--------------+
 *   | members | member bytes |
 *   +---------+--------------+
 *
 * Members is the root of a KeyTable. Member bytes are those of the members' blocks.
 */

/**
 * The members of one large set at a time, and a current one among them. For the owner of the shard;
 * to be bound before each use, since others use the same tables.
 */
public final class MemberTable {
  public static final int ROOT_BYTES = KeyTable.ROOT_BYTES + Long.BYTES;

  private static final int MEMBER_BYTES = KeyTable.ROOT_BYTES;

  private final KeyTable.Visitor freeing = this::free;

  @SuppressWarnings("NullAway.Init") // Nothing is asked of a table that is not bound.
  private KeyTable members;

  @SuppressWarnings("NullAway.Init")
  private Arena arena;

  private long root;

  /** The current member's slot in the table. */
  private long slot;

  /** A record that {@link #open} made and {@link #add} has not added yet. */
  private int opened;

  /** Makes {@link #ROOT_BYTES} at an address the root of a table without members. */
  public static void writeEmpty(long root) {
    KeyTable.writeEmptyRoot(root);
    Memory.putLong(root + MEMBER_BYTES, 0);
  }

  /** Members of the table behind a root. */
  public static long count(long root) {
    return KeyTable.rootCount(root);
  }

  /** The bytes of the members' blocks, of the table behind a root. */
  public static long memberBytes(long root) {
    return Memory.getLong(root + MEMBER_BYTES);
  }

  /**
   * Becomes the table behind a root; no member is the current one then.
   *
   * @param newMembers a flyweight that others may use in between
   */
  public void bind(Arena newArena, KeyTable newMembers, long newRoot) {
    arena = newArena;
    members = newMembers;
    root = newRoot;
    members.load(newArena, newRoot);
  }

  /**
   * Makes a member the current one.
   *
   * @return its record, or 0 when there is none
   */
  public long find(long hash, long member, int length) {
    slot = members.find(hash, member, length);
    return slot == 0 ? 0 : arena.address(members.reference(slot));
  }

  /** The record in a slot chosen by random bits, or 0 when that is empty: draw again. */
  public long sample(long random) {
    int reference = members.sample(random);
    return reference == 0 ? 0 : arena.address(reference);
  }

  /** As {@link TableCursor#segment}. */
  public long segment(TableCursor cursor, long position) {
    return cursor.segment(members, arena, position);
  }

  /** As {@link TableCursor#home}. */
  public long home(TableCursor cursor, long position) {
    return cursor.home(members, arena, position);
  }

  // ---- changing; memory has been granted -------------------------------------------------------

  /** Adds a member that is not there. */
  public void insert(long hash, long member, int length) {
    Memory.copy(member, open(length), length);
    add(hash);
  }

  /** Makes the record of a member; its bytes are to be written here before {@link #add}. */
  public long open(int length) {
    int bytes = Record.bytes(length, 0, false);
    opened = bytes < 0 ? 0 : arena.allocate(bytes);
    if (opened == 0) {
      throw noMemory();
    }
    return Record.openHead(arena.address(opened), 0, 0, -1, length, 0);
  }

  /** Adds what was opened, and is not there. */
  public void add() {
    add(members.hashOf(opened));
  }

  private void add(long hash) {
    if (!members.reserve(hash)) {
      throw noMemory();
    }
    members.insert(hash, opened);
    members.save(root);
    countBytes(arena.blockBytesOf(opened));
  }

  private static IllegalStateException noMemory() {
    return new IllegalStateException("no memory behind a collection's ROOM");
  }

  private void countBytes(long change) {
    Memory.putLong(root + MEMBER_BYTES, Memory.getLong(root + MEMBER_BYTES) + change);
  }

  /** Removes the member that {@link #find} found with this hash; none is the current one then. */
  public void remove(long hash) {
    int reference = members.reference(slot);
    countBytes(-arena.blockBytesOf(reference));
    members.remove(hash, slot);
    members.save(root);
    arena.free(reference);
    slot = 0;
  }

  /** Removes a member by its record. */
  public void removeRecord(long record) {
    int reference = arena.reference(record);
    long hash = members.hashOf(reference);
    slot = members.slotOf(hash, reference);
    remove(hash);
  }

  // ---- the whole -------------------------------------------------------------------------------

  /** The bytes of all blocks. */
  public long bytes() {
    return members.indexBytes() + memberBytes();
  }

  /** The bytes of the members' blocks. */
  public long memberBytes() {
    return Memory.getLong(root + MEMBER_BYTES);
  }

  /**
   * Frees about so many members of a table that nobody uses any more.
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
    return !more;
  }

  /** Moves the blocks of some members, and of the table; see {@link BlockMove}. */
  public void moveSome(BlockMove move) {
    if (move.members(members, arena, (_, _) -> {})) {
      members.save(root);
    }
  }

  private void free(int reference) {
    arena.free(reference);
  }

  /** Checks everything that must hold; for tests. */
  public void validate() {
    members.validate();
    TableCursor cursor = new TableCursor(arena);
    long bytes = 0;
    long count = 0;
    long position = 0;
    do {
      position = segment(cursor, position);
      for (long record = cursor.next(); record != 0; record = cursor.next()) {
        bytes += arena.blockBytesOf(arena.reference(record));
        count++;
      }
    } while (position != 0);
    if (bytes != memberBytes() || count != members.count()) {
      throw new AssertionError("the members are miscounted");
    }
  }
}
