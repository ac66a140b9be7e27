package dev.larder.storage;

import dev.larder.storage.memory.Arena;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.BlockMove;
import dev.larder.storage.table.CountedTree;
import dev.larder.storage.table.KeyHash;
import dev.larder.storage.table.KeyTable;
import dev.larder.storage.table.Record;
import dev.larder.storage.table.ScoreTree;

/**
 * A large sorted set: a record for each member, a hash table that finds it by its bytes, and a tree
 * that has all in order.
 *
 * <pre>
 *   root:    [ KeyTable's root | ScoreTree's root | bytes of the records' blocks ]
 *   record:  key = member, value = score (8 bytes)
 * </pre>
 *
 * A flyweight for the owner of the arena's shard. The table of members is the shard's, so it is
 * loaded from the root by every operation that needs it. ROOM holds for what adds: no allocation
 * fails.
 */
final class ScoreTable {
  private static final int MEMBER_BYTES = KeyTable.ROOT_BYTES + CountedTree.ROOT_BYTES;

  static final int ROOT_BYTES = MEMBER_BYTES + Long.BYTES;

  private static final int SCORE_BYTES = Double.BYTES;

  /** The order; its cursor is the set's. */
  final ScoreTree tree = new ScoreTree();

  @SuppressWarnings("NullAway.Init") // Nothing is asked of a table that is not bound.
  private Arena arena;

  @SuppressWarnings("NullAway.Init")
  private KeyTable members;

  private long scratch;
  private long root;

  /** Makes {@link #ROOT_BYTES} the root of an empty set. */
  static void writeEmpty(long root) {
    KeyTable.writeEmptyRoot(root);
    CountedTree.writeEmpty(root + KeyTable.ROOT_BYTES);
    Memory.putLong(root + MEMBER_BYTES, 0);
  }

  static long count(long root) {
    return KeyTable.rootCount(root);
  }

  /**
   * Becomes the set behind a root.
   *
   * @param newMembers a flyweight that others may use in between
   * @param newScratch memory for an entry of the tree, which others may use in between
   */
  void bind(Arena newArena, KeyTable newMembers, long newScratch, long newRoot) {
    arena = newArena;
    members = newMembers;
    scratch = newScratch;
    root = newRoot;
    tree.bind(newArena, newRoot + KeyTable.ROOT_BYTES);
  }

  long count() {
    return count(root);
  }

  static double score(long record) {
    return Double.longBitsToDouble(Memory.getLong(Record.valueAddress(record)));
  }

  /** The record of a member, or 0. */
  long find(long hash, long member, int length) {
    members.load(arena, root);
    long slot = members.find(hash, member, length);
    return slot == 0 ? 0 : arena.address(members.reference(slot));
  }

  /** Puts the tree's cursor at a record. */
  void place(long record) {
    boolean isThere = tree.seek(score(record), Record.keyAddress(record), Record.keyLength(record));
    assert isThere;
  }

  /** The record at the tree's cursor, or 0 at the end. */
  long atCursor() {
    long entry = tree.entry();
    return entry == 0 ? 0 : arena.address(ScoreTree.record(entry));
  }

  /** Adds a member that is not there; the cursor is at it. */
  void add(long hash, long member, int length, double score) {
    int record = addRecord(hash, member, length, score);
    tree.seek(score, Record.keyAddress(arena.address(record)), length);
    insert(score, record);
  }

  /** Adds a member that comes behind all others. */
  void append(long hash, long member, int length, double score) {
    int record = addRecord(hash, member, length, score);
    tree.seekEnd();
    insert(score, record);
  }

  private int addRecord(long hash, long member, int length, double score) {
    members.load(arena, root);
    int record = arena.allocate(Record.bytes(length, SCORE_BYTES, false));
    if (record == 0) {
      throw noMemory();
    }
    long address = arena.address(record);
    Record.writeHead(address, 0, 0, -1, member, length, SCORE_BYTES);
    Memory.putLong(Record.valueAddress(address), Double.doubleToRawLongBits(score));
    // Only now: the member may lie in the scratch memory that a split uses.
    if (!members.reserve(hash)) {
      throw noMemory();
    }
    members.insert(hash, record);
    members.save(root);
    countBytes(arena.blockBytesOf(record));
    return record;
  }

  private void countBytes(long change) {
    Memory.putLong(root + MEMBER_BYTES, Memory.getLong(root + MEMBER_BYTES) + change);
  }

  private void insert(double score, int record) {
    ScoreTree.write(scratch, score, record);
    if (!tree.insert(scratch)) {
      throw noMemory();
    }
  }

  private static IllegalStateException noMemory() {
    return new IllegalStateException("no memory behind a collection's ROOM");
  }

  /** Gives a member another score; the cursor is at it. */
  void rescore(long record, double score) {
    if (members.isWatched()) {
      members.load(arena, root);
      members.changing(arena.reference(record));
    }
    place(record);
    long member = Record.keyAddress(record);
    int length = Record.keyLength(record);
    boolean stays = staysInPlace(score, member, length);
    Memory.putLong(Record.valueAddress(record), Double.doubleToRawLongBits(score));
    if (stays) {
      ScoreTree.write(tree.entry(), score, arena.reference(record));
      tree.changed(0);
      return;
    }
    tree.remove();
    tree.seek(score, member, length);
    insert(score, arena.reference(record));
  }

  /** Whether the entry at the cursor is still in order with another score. */
  private boolean staysInPlace(double score, long member, int length) {
    if (tree.next()) {
      boolean isBefore = compare(tree.entry(), score, member, length) > 0;
      tree.previous();
      if (!isBefore) {
        return false;
      }
    } else {
      tree.previous();
    }
    if (tree.previous()) {
      boolean isBehind = compare(tree.entry(), score, member, length) < 0;
      tree.next();
      return isBehind;
    }
    return true;
  }

  private int compare(long entry, double score, long member, int length) {
    double own = ScoreTree.score(entry);
    if (own != score) {
      return own < score ? -1 : 1;
    }
    long record = arena.address(ScoreTree.record(entry));
    return Memory.compare(Record.keyAddress(record), Record.keyLength(record), member, length);
  }

  /** Removes the member at the cursor, which is then at the one behind. */
  void removeAtCursor() {
    long record = atCursor();
    int reference = arena.reference(record);
    tree.remove();
    members.load(arena, root);
    long hash = KeyHash.hash(Record.keyAddress(record), Record.keyLength(record));
    members.remove(hash, members.slotOf(hash, reference));
    members.save(root);
    countBytes(-arena.blockBytesOf(reference));
    arena.free(reference);
  }

  /** Moves the blocks of some members, and of their table; see {@link BlockMove}. */
  void moveMembers(BlockMove move) {
    members.load(arena, root);
    if (move.members(members, arena, this::tellTree)) {
      members.save(root);
    }
  }

  private void tellTree(int from, int to) {
    long record = arena.address(from);
    place(record);
    ScoreTree.write(tree.entry(), score(record), to);
    tree.changed(0);
  }

  /** Frees some of a set that nobody uses any more; whether nothing is left. */
  boolean freeSome(int limit) {
    members.load(arena, root);
    long before = members.count();
    boolean hasSegments = true;
    while (hasSegments && before - members.count() < limit) {
      hasSegments = members.drainSegment(arena::free);
    }
    members.save(root);
    // A leaf has up to 42 entries.
    return !hasSegments && tree.clearStep(Math.max(1, limit / 32), null);
  }

  /** The bytes of all blocks. */
  long bytes() {
    members.load(arena, root);
    return members.indexBytes() + tree.bytes() + Memory.getLong(root + MEMBER_BYTES);
  }

  /** Visits the members whose home is the bucket at a position; see {@link KeyTable#walk}. */
  long walk(long position, KeyTable.Visitor visitor) {
    members.load(arena, root);
    return members.walk(position, visitor);
  }

  /** Checks everything that must hold; for tests. */
  boolean validate() {
    members.load(arena, root);
    tree.validate();
    boolean valid = members.validate() && members.count() == tree.count();
    long bytes = 0;
    for (boolean more = tree.seekFirst(); more && valid; more = tree.next()) {
      long record = atCursor();
      long member = Record.keyAddress(record);
      int length = Record.keyLength(record);
      bytes += arena.blockBytesOf(arena.reference(record));
      valid =
          find(KeyHash.hash(member, length), member, length) == record
              && score(record) == ScoreTree.score(tree.entry());
    }
    return valid && bytes == Memory.getLong(root + MEMBER_BYTES);
  }
}
