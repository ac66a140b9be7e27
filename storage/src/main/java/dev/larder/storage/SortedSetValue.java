package dev.larder.storage;

import static dev.larder.storage.SortedSetStructure.CONVERTED;
import static dev.larder.storage.SortedSetStructure.TABLE;

import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.Record;
import dev.larder.storage.table.ScoreTree;
import dev.larder.storage.type.Listpack;
import dev.larder.storage.type.PackedScores;

/**
 * A key's sorted set. Ranks count from 0 at the lowest score.
 *
 * <p>{@link #find}, the seeks, {@link #next} and {@link #previous} make a member the current one,
 * until the next change. Members given by address lie outside of the set.
 */
public final class SortedSetValue extends CollectionValue {
  /** A packed set that gets larger becomes a table, whatever the limits: it is slow to search. */
  private static final int MAX_PACKED_BYTES = 96 * 1024;

  /** The same for one that has passed the limits. */
  private static final int MAX_CONVERTED_BYTES = 4096;

  private static final int MAX_CONVERTED_MEMBERS = 128;

  private final ScoreTable table = new ScoreTable();
  private boolean isTable;

  /** The current member's entry in the listpack, or its record; 0 for none. */
  private long current;

  /** Whether the tree's cursor is at the current member. */
  private boolean isPlaced;

  SortedSetValue(Keyspace keyspace, Unit unit) {
    super(ValueType.SORTED_SET, keyspace, unit);
  }

  @Override
  void pointed() {
    current = 0;
    isTable = entry != 0 && (encoding() & TABLE) != 0;
    if (isTable) {
      table.bind(arena(), shard.members, shard.scratch, value());
    }
  }

  /** The number of members, 0 for a key that does not exist. */
  public long count() {
    return entry == 0 ? 0 : SortedSetStructure.count(value(), encoding());
  }

  // ---- the current member
  // ----------------------------------------------------------------------------------------

  /** Makes this member the current one; whether it is there. */
  public boolean find(long member, int length) {
    if (entry == 0) {
      return false;
    }
    if (isTable) {
      current = table.find(keyspace.hash(member, length), member, length);
      isPlaced = false;
    } else {
      current = Listpack.find(value(), Listpack.first(value()), member, length, 1);
    }
    return current != 0;
  }

  public double score() {
    return !isTable
        ? PackedScores.score(current)
        : isPlaced ? ScoreTree.score(table.tree.entry()) : ScoreTable.score(current);
  }

  /** Whether the current member is kept as an integer. */
  public boolean isInteger() {
    return !isTable && Listpack.isInteger(current);
  }

  public long integer() {
    return Listpack.integer(current);
  }

  /** The bytes of a member that is no integer; its length is {@link #length}. */
  public long address() {
    return isTable ? Record.keyAddress(current) : Listpack.stringAddress(current);
  }

  /** Bytes of the member as text. */
  public int length() {
    return isTable ? Record.keyLength(current) : Listpack.textLength(current);
  }

  /** Writes {@link #length} bytes of text. */
  public void writeText(long target) {
    if (isTable) {
      Memory.copy(Record.keyAddress(current), target, Record.keyLength(current));
    } else {
      Listpack.writeText(current, target);
    }
  }

  /** The order of the current member and some bytes: negative, zero or positive. */
  public int compareMember(long member, int length) {
    return isTable
        ? Memory.compare(Record.keyAddress(current), Record.keyLength(current), member, length)
        : Listpack.compareText(current, member, length);
  }

  /** How many members are before the current one. */
  public long rank() {
    if (isTable) {
      if (!isPlaced) {
        table.place(current);
        isPlaced = true;
      }
      return table.tree.position();
    }
    return packedRank(current);
  }

  private long packedRank(long member) {
    long rank = 0;
    for (long at = Listpack.first(value()); at != member; at += PackedScores.pairBytes(at)) {
      rank++;
    }
    return rank;
  }

  // ---- moving
  // ----------------------------------------------------------------------------------------

  /** Goes to the member with a rank; false, and nowhere, when there is none. */
  public boolean seekRank(long rank) {
    current = 0;
    if (rank < 0 || rank >= count()) {
      return false;
    }
    if (isTable) {
      table.tree.seekPosition(rank);
      return placed();
    }
    current = Listpack.seek(value(), 2 * (int) rank);
    return true;
  }

  /** The current member is the one at the tree's cursor. */
  private boolean placed() {
    current = table.atCursor();
    isPlaced = true;
    return current != 0;
  }

  /** Goes to the next member after a seek; false, and nowhere, at the end. */
  public boolean next() {
    if (isTable) {
      table.tree.next();
      return placed();
    }
    long behind = current + PackedScores.pairBytes(current);
    current = behind == Listpack.end(value()) ? 0 : behind;
    return current != 0;
  }

  /** Goes to the member before after a seek; false, and nowhere, at the beginning. */
  public boolean previous() {
    if (isTable) {
      if (table.tree.previous()) {
        return placed();
      }
      current = 0;
      return false;
    }
    long score = Listpack.previous(value(), current);
    current = score == 0 ? 0 : Listpack.previous(value(), score);
    return current != 0;
  }

  /**
   * Goes to the first member with this score or a higher one; false, and nowhere, when there is
   * none.
   *
   * @param isAbove whether members with this very score are passed over
   */
  public boolean seekScore(double score, boolean isAbove) {
    current = 0;
    if (entry == 0) {
      return false;
    }
    if (isTable) {
      table.tree.seekScore(score, isAbove);
      return placed();
    }
    long at = packedAt(score, isAbove);
    current = at == Listpack.end(value()) ? 0 : at;
    return current != 0;
  }

  /** Where a listpack has the first member with this score or a higher one, or its end. */
  private long packedAt(double score, boolean isAbove) {
    long end = Listpack.end(value());
    long member = Listpack.first(value());
    while (member != end) {
      double own = PackedScores.score(member);
      if (isAbove ? own > score : own >= score) {
        return member;
      }
      member += PackedScores.pairBytes(member);
    }
    return end;
  }

  /** Goes to the last member with this score or a lower one, or, {@code isBelow}, a lower one. */
  public boolean seekLastScore(double score, boolean isBelow) {
    current = 0;
    if (entry == 0) {
      return false;
    }
    if (isTable) {
      table.tree.seekScore(score, !isBelow);
      return table.tree.previous() && placed();
    }
    current = PackedScores.lastMember(value());
    while (current != 0) {
      double own = PackedScores.score(current);
      if (isBelow ? own < score : own <= score) {
        return true;
      }
      previous();
    }
    return false;
  }

  /** How many members have a lower score than this, or, {@code orEqual}, this or a lower one. */
  public long countBelow(double score, boolean orEqual) {
    current = 0;
    if (entry == 0) {
      return 0;
    }
    if (isTable) {
      table.tree.seekScore(score, orEqual);
      return table.tree.position();
    }
    return packedRank(packedAt(score, orEqual));
  }

  /**
   * In a set whose scores are all the same: goes to the first member behind these bytes, or at
   * them; false, and nowhere, when there is none.
   */
  public boolean seekMember(long member, int length, boolean isBehind) {
    current = 0;
    if (entry == 0) {
      return false;
    }
    if (isTable) {
      table.tree.seekMember(member, length, isBehind);
      return placed();
    }
    for (boolean more = seekRank(0); more; more = next()) {
      int order = Listpack.compareText(current, member, length);
      if (isBehind ? order > 0 : order >= 0) {
        return true;
      }
    }
    return false;
  }

  /** The same for the last member before these bytes, or at them. */
  public boolean seekLastMember(long member, int length, boolean isBefore) {
    current = 0;
    if (entry == 0) {
      return false;
    }
    if (isTable) {
      table.tree.seekMember(member, length, !isBefore);
      return table.tree.previous() && placed();
    }
    for (boolean more = seekRank(count() - 1); more; more = previous()) {
      int order = Listpack.compareText(current, member, length);
      if (isBefore ? order < 0 : order <= 0) {
        return true;
      }
    }
    return false;
  }

  /** What {@link #walk} hands members to. */
  public interface Visitor {
    /** The set's current member is the next one; nothing may be changed. */
    void visit();
  }

  /**
   * Visits some members in an order of its own: all, while the set is packed, else those of a home
   * bucket.
   *
   * @param position in hash space, 0 to start
   * @return where to go on, or 0 when these were the last
   */
  public long walk(long position, Visitor visitor) {
    if (isTable) {
      return table.walk(
          position,
          reference -> {
            current = arena().address(reference);
            isPlaced = false;
            visitor.visit();
          });
    }
    for (boolean more = seekRank(0); more; more = next()) {
      visitor.visit();
    }
    return 0;
  }

  // ---- changing
  // ----------------------------------------------------------------------------------------

  /** Before many members are added: makes the set a table if they would be too many. */
  public void expect(long members, int longest) {
    CollectionLimits limits = keyspace.limits();
    boolean isTooMuch =
        members > limits.zsetMaxListpackEntries() || longest > limits.zsetMaxListpackValue();
    if (entry == 0) {
      if (isTooMuch && members > MAX_CONVERTED_MEMBERS) {
        create(TABLE | CONVERTED, ScoreTable.ROOT_BYTES);
        ScoreTable.writeEmpty(value());
      } else {
        create(isTooMuch ? CONVERTED : 0, Listpack.EMPTY_BYTES);
        Listpack.writeEmpty(value());
      }
      pointed();
    } else if (isTooMuch && members > limits.zsetMaxListpackEntries()) {
      encoding(encoding() | CONVERTED);
    }
  }

  /** Adds a member that is not there. The score is a number. */
  public void add(long member, int length, double score) {
    if (entry == 0) {
      expect(1, length);
    }
    if (!isTable && !addPacked(member, length, score)) {
      becomeTable();
    }
    if (isTable) {
      table.add(keyspace.hash(member, length), member, length, score);
    }
    current = 0;
    journal().memberScored(sequence(), shard, database, entry, member, length, score);
    signal();
  }

  /** Adds a member to a listpack; false, having changed nothing else, if it may not be one. */
  private boolean addPacked(long member, int length, double score) {
    long lp = value();
    int count = Listpack.count(lp) / 2 + 1;
    CollectionLimits limits = keyspace.limits();
    if (count > limits.zsetMaxListpackEntries() || length > limits.zsetMaxListpackValue()) {
      encoding(encoding() | CONVERTED);
    }
    if (length > MAX_PACKED_BYTES) {
      return false;
    }
    int bytes =
        Listpack.bytes(lp) + Listpack.encodedBytes(member, length) + PackedScores.bytes(score);
    if (!mayBePacked(bytes, count)) {
      return false;
    }
    long offset = PackedScores.place(lp, score, member, length) - lp;
    resize(bytes);
    PackedScores.insert(value(), value() + offset, member, length, score);
    return true;
  }

  private boolean mayBePacked(int bytes, int count) {
    return (encoding() & CONVERTED) == 0
        ? bytes <= MAX_PACKED_BYTES
        : bytes <= MAX_CONVERTED_BYTES && count <= MAX_CONVERTED_MEMBERS;
  }

  private void becomeTable() {
    int block = allocate(ScoreTable.ROOT_BYTES);
    long root = arena().address(block);
    ScoreTable.writeEmpty(root);
    table.bind(arena(), shard.members, shard.scratch, root);
    for (boolean more = seekRank(0); more; more = next()) {
      long member = text();
      int length = length();
      table.append(keyspace.hash(member, length), member, length, score());
    }
    resize(ScoreTable.ROOT_BYTES);
    Memory.copy(root, value(), ScoreTable.ROOT_BYTES);
    arena().free(block);
    encoding(encoding() | TABLE);
    pointed();
  }

  /** Where the current member's text is, until the set's or the shard's next change. */
  private long text() {
    if (!isInteger()) {
      return address();
    }
    Listpack.writeText(current, shard.scratch);
    return shard.scratch;
  }

  /**
   * Gives the current member, which was found, another score.
   *
   * @param member its bytes, outside of the set
   */
  public void rescore(long member, int length, double score) {
    if (isTable) {
      table.rescore(current, score);
    } else {
      rescorePacked(member, length, score);
    }
    current = 0;
    journal().memberScored(sequence(), shard, database, entry, member, length, score);
    signal();
  }

  private void rescorePacked(long member, int length, double score) {
    long scoreEntry = current + Listpack.entryBytes(current);
    long behind = scoreEntry + Listpack.entryBytes(scoreEntry);
    int growth = PackedScores.bytes(score) - (int) (behind - scoreEntry);
    boolean isFirst = current == Listpack.first(value());
    boolean stays =
        (behind == Listpack.end(value()) || PackedScores.compare(behind, score, member, length) > 0)
            && (isFirst
                || PackedScores.compare(
                        Listpack.previous(value(), Listpack.previous(value(), current)),
                        score,
                        member,
                        length)
                    < 0);
    if (growth == 0 && stays) {
      PackedScores.write(scoreEntry, score);
      return;
    }
    Listpack.delete(value(), current, 2);
    long offset = PackedScores.place(value(), score, member, length) - value();
    if (growth != 0) {
      resize(valueBytes() + growth);
    }
    PackedScores.insert(value(), value() + offset, member, length, score);
  }

  /** Removes the current member; the key goes with the last one. */
  public void remove() {
    if (isTable && !isPlaced) {
      table.place(current);
      isPlaced = true;
    }
    removeHere(1);
  }

  /** Removes members from a rank on; the key goes with the last one. */
  public void removeRange(long rank, long count) {
    boolean isThere = seekRank(rank);
    assert isThere && rank + count <= count();
    removeHere(count);
  }

  /** Removes the current member, at which the cursor is, and those behind. */
  private void removeHere(long count) {
    boolean isAll = count == count();
    long first = current;
    for (long i = 0; i < count; i++) {
      journal().scoreRemoved(sequence(), shard, database, entry, text(), length());
      if (isTable && !isAll) {
        table.removeAtCursor();
        placed();
      } else {
        next();
      }
    }
    current = 0;
    if (isAll) {
      removeEmpty();
      isTable = false;
    } else if (!isTable) {
      Listpack.delete(value(), first, 2 * (int) count);
      resize(Listpack.bytes(value()));
    }
  }
}
