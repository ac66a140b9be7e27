package dev.larder.storage;

import static dev.larder.storage.SortedSetStructure.TABLE;

import dev.larder.storage.memory.Memory;
import dev.larder.storage.table.Record;
import dev.larder.storage.table.ScoreTree;
import dev.larder.storage.type.Listpack;
import dev.larder.storage.type.PackedScores;

/** What finds, counts and walks the members of a sorted set. */
abstract class SortedSetCursor extends CollectionValue {
  private final ReferenceSet drawn = new ReferenceSet();
  final ScoreTable table = new ScoreTable();
  boolean isTable;

  /** The current member's entry in the listpack, or its record; 0 for none. */
  long current;

  /** Whether the tree's cursor is at the current member. */
  boolean isPlaced;

  SortedSetCursor(Keyspace keyspace, Unit unit) {
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
  @Override
  public final long count() {
    return entry == 0 ? 0 : SortedSetStructure.count(value(), encoding());
  }

  // ---- the current member
  // ----------------------------------------------------------------------------------------

  /** Makes this member the current one; whether it is there. */
  public final boolean find(long member, int length) {
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

  public final double score() {
    return !isTable
        ? PackedScores.score(current)
        : isPlaced ? ScoreTree.score(table.tree.entry()) : ScoreTable.score(current);
  }

  /** Whether the current member is kept as an integer. */
  public final boolean isInteger() {
    return !isTable && Listpack.isInteger(current);
  }

  public final long integer() {
    return Listpack.integer(current);
  }

  /** The bytes of a member that is no integer; its length is {@link #length}. */
  public final long address() {
    return isTable ? Record.keyAddress(current) : Listpack.stringAddress(current);
  }

  /** Bytes of the member as text. */
  public final int length() {
    return isTable ? Record.keyLength(current) : Listpack.textLength(current);
  }

  /** Writes {@link #length} bytes of text. */
  public final void writeText(long target) {
    if (isTable) {
      Memory.copy(Record.keyAddress(current), target, Record.keyLength(current));
    } else {
      Listpack.writeText(current, target);
    }
  }

  /** Where the member's text lies or was written, until the shard's next change. */
  public final long text() {
    if (!isInteger()) {
      return address();
    }
    Listpack.writeText(current, shard.scratch);
    return shard.scratch;
  }

  /** The order of the current member and some bytes: negative, zero or positive. */
  public final int compareMember(long member, int length) {
    return isTable
        ? Memory.compare(Record.keyAddress(current), Record.keyLength(current), member, length)
        : Listpack.compareText(current, member, length);
  }

  /** How many members are before the current one. */
  public final long rank() {
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
    return PackedScores.pairsBetween(Listpack.first(value()), member);
  }

  // ---- moving
  // ----------------------------------------------------------------------------------------

  @Override
  final boolean hasMemberTable() {
    return isTable;
  }

  /** Goes to the member with a rank; false, and nowhere, when there is none. */
  public final boolean seekRank(long rank) {
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
  final boolean placed() {
    current = table.atCursor();
    isPlaced = true;
    return current != 0;
  }

  /** Goes to the next member after a seek; false, and nowhere, at the end. */
  public final boolean next() {
    if (isTable) {
      table.tree.next();
      return placed();
    }
    long behind = current + PackedScores.pairBytes(current);
    current = behind == Listpack.end(value()) ? 0 : behind;
    return current != 0;
  }

  /** Goes to the member before after a seek; false, and nowhere, at the beginning. */
  public final boolean previous() {
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
  public final boolean seekScore(double score, boolean isAbove) {
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

  /** As {@link #seekScore}, of a score above that of the current member. */
  public final boolean seekScoreAhead(double score) {
    if (isTable) {
      return seekScore(score, false);
    }
    long at = packedAt(current, score, false);
    current = at == Listpack.end(value()) ? 0 : at;
    return current != 0;
  }

  /** Where a listpack has the first member with this score or a higher one, or its end. */
  private long packedAt(double score, boolean isAbove) {
    return packedAt(Listpack.first(value()), score, isAbove);
  }

  private long packedAt(long from, double score, boolean isAbove) {
    long end = Listpack.end(value());
    long member = from;
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
  public final boolean seekLastScore(double score, boolean isBelow) {
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
  public final long countBelow(double score, boolean orEqual) {
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

  /** Whether so many members can be drawn by {@link #drawOther}: it remembers them. */
  public final boolean canDrawDistinct(long count) {
    return count <= ReferenceSet.MAX_COUNT && isTable;
  }

  /** Forgets which members were drawn, of which there will be so many. */
  public final void beginDistinct(int count) {
    drawn.clear(count);
  }

  /**
   * Makes the member with a rank the current one, if that was not drawn since {@link
   * #beginDistinct}; false, and nowhere, if it was.
   */
  public final boolean drawOther(long rank) {
    current = 0;
    // A table has less than 2^32 - 1 members; 0 stands for none.
    return drawn.add((int) (rank + 1)) && seekRank(rank);
  }

  /**
   * Visits some members in an order of its own: all, while the set is packed, else those of a home
   * bucket.
   *
   * @param position in hash space, 0 to start
   * @param visitor sees each as the current member; it changes nothing
   * @return where to go on, or 0 when these were the last
   */
  public final long walk(long position, Runnable visitor) {
    if (isTable) {
      return table.walk(
          position,
          reference -> {
            current = arena().address(reference);
            isPlaced = false;
            visitor.run();
          });
    }
    for (boolean more = seekRank(0); more; more = next()) {
      visitor.run();
    }
    return 0;
  }

  // ---- a range
  // ----------------------------------------------------------------------------------------

  private long rangeRank;
  private long rangeCount;

  /** Selects ranks from one to another, both included; negative ones count from the end. */
  public final void selectRanks(long first, long last) {
    long count = count();
    // Within the set before they are subtracted: ranks may be as far away as numbers go.
    rangeRank = Math.clamp(first < 0 ? first + count : first, 0, count);
    long end = Math.clamp(last < 0 ? last + count : last, -1, count - 1) + 1;
    rangeCount = Math.max(0, end - rangeRank);
  }

  /** The same for ranks that count from the highest score. */
  public final void selectReverseRanks(long first, long last) {
    selectRanks(first, last);
    rangeRank = count() - rangeRank - rangeCount;
  }

  /** Selects scores from one to another, included unless said otherwise. */
  public final void selectScores(double min, boolean isAbove, double max, boolean isBelow) {
    rangeRank = min == Double.NEGATIVE_INFINITY && !isAbove ? 0 : countBelow(min, isAbove);
    long end = max == Double.POSITIVE_INFINITY && !isBelow ? count() : countBelow(max, !isBelow);
    rangeCount = Math.max(0, end - rangeRank);
  }

  /**
   * Selects members between bounds, in a set whose scores are all the same. Of another set this
   * selects what Redis does while that is small.
   *
   * @param isReverse from which end members are skipped, and a small set is searched
   * @param skipped how many to leave out; negative for all
   */
  public final void selectMembers(
      MemberBound minBound,
      long min,
      int minLength,
      MemberBound maxBound,
      long max,
      int maxLength,
      boolean isReverse,
      long skipped) {
    rangeRank = 0;
    rangeCount = 0;
    if (entry == 0) {
      return;
    }
    if (isTable) {
      rangeRank = countBefore(minBound, min, minLength, minBound == MemberBound.EXCLUDED);
      long end = countBefore(maxBound, max, maxLength, maxBound == MemberBound.INCLUDED);
      rangeCount = Math.max(0, end - rangeRank);
      limitSelection(isReverse, skipped, -1);
      return;
    }
    seekRank(0);
    boolean mayHave = isAtMost(maxBound, max, maxLength);
    seekRank(count() - 1);
    if (!mayHave || !isAtLeast(minBound, min, minLength)) {
      return;
    }
    long count = count();
    long toSkip = skipped < 0 ? count : Math.min(skipped, count);
    if (isReverse) {
      long rank = count - 1;
      for (; current != 0 && !isAtMost(maxBound, max, maxLength); previous()) {
        rank--;
      }
      if (current == 0 || !isAtLeast(minBound, min, minLength)) {
        return;
      }
      rank -= toSkip;
      for (seekRank(rank); current != 0 && isAtLeast(minBound, min, minLength); previous()) {
        rangeRank = rank--;
        rangeCount++;
      }
      return;
    }
    for (seekRank(0); current != 0 && !isAtLeast(minBound, min, minLength); next()) {
      rangeRank++;
    }
    if (current == 0 || !isAtMost(maxBound, max, maxLength)) {
      return;
    }
    rangeRank += toSkip;
    for (seekRank(rangeRank); current != 0 && isAtMost(maxBound, max, maxLength); next()) {
      rangeCount++;
    }
  }

  /** How many members of a table are before a bound, {@code orAt} those bytes included. */
  private long countBefore(MemberBound bound, long member, int length, boolean orAt) {
    return switch (bound) {
      case LEAST -> 0;
      case GREATEST -> count();
      case INCLUDED, EXCLUDED -> {
        table.tree.seekMember(member, length, orAt);
        yield table.tree.position();
      }
    };
  }

  private boolean isAtLeast(MemberBound bound, long member, int length) {
    return switch (bound) {
      case LEAST -> true;
      case GREATEST -> false;
      case INCLUDED -> compareMember(member, length) >= 0;
      case EXCLUDED -> compareMember(member, length) > 0;
    };
  }

  private boolean isAtMost(MemberBound bound, long member, int length) {
    return switch (bound) {
      case LEAST -> false;
      case GREATEST -> true;
      case INCLUDED -> compareMember(member, length) <= 0;
      case EXCLUDED -> compareMember(member, length) < 0;
    };
  }

  /**
   * Makes the selection smaller.
   *
   * @param isReverse whether it is seen from its end
   * @param skipped how many to leave out at the beginning; negative for all
   * @param count how many of the others to take; negative for all
   */
  public final void limitSelection(boolean isReverse, long skipped, long count) {
    long left = skipped < 0 ? 0 : rangeCount - Math.min(skipped, rangeCount);
    long taken = count < 0 ? left : Math.min(count, left);
    rangeRank += isReverse ? left - taken : rangeCount - left;
    rangeCount = taken;
  }

  /** How many members are selected. */
  public final long selectedCount() {
    return rangeCount;
  }

  /** The lowest rank that is selected. */
  public final long selectedRank() {
    return rangeRank;
  }

  /**
   * Goes to the first selected member, or to the last one; false, and nowhere, if there is none.
   */
  public final boolean seekSelection(boolean isReverse) {
    return rangeCount > 0 && seekRank(isReverse ? rangeRank + rangeCount - 1 : rangeRank);
  }
}
