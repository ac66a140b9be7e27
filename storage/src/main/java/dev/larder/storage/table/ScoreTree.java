package dev.larder.storage.table;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.memory.Memory;

/**
 * The members of a large sorted set in order: by score, equal ones by their bytes. An entry has the
 * score, so that the member's record is looked at among equals only.
 *
 * <pre>
 *   0            8            12
 *   +------------+------------+
 *   | score      | record     |      record: reference of the member's Record
 *   +------------+------------+
 * </pre>
 */
@HotPath
public final class ScoreTree extends CountedTree {
  public static final int ENTRY_BYTES = 12;

  private static final int RECORD = 8;

  /** How an entry with the searched score compares. */
  private enum Ties {
    BY_MEMBER,
    BEFORE,
    NOT_BEFORE
  }

  private double score;
  private long member;
  private int memberLength;
  private Ties ties = Ties.BY_MEMBER;

  /** Whether members are compared only, in a set whose scores are all the same. */
  private boolean isByBytes;

  public ScoreTree() {
    super(ENTRY_BYTES);
  }

  public static double score(long entry) {
    return Double.longBitsToDouble(Memory.getLong(entry));
  }

  public static int record(long entry) {
    return Memory.getInt(entry + RECORD);
  }

  /** Writes an entry. */
  public static void write(long entry, double score, int record) {
    Memory.putLong(entry, Double.doubleToRawLongBits(score));
    Memory.putInt(entry + RECORD, record);
  }

  /** Goes to this member with this score, or to where it would be; returns whether it is there. */
  public boolean seek(double newScore, long newMember, int newMemberLength) {
    score = newScore;
    member = newMember;
    memberLength = newMemberLength;
    ties = Ties.BY_MEMBER;
    isByBytes = false;
    return seek();
  }

  /**
   * Goes to the first entry above a score, or with it, or to the end.
   *
   * @param isAbove whether entries with that very score are passed over
   */
  public void seekScore(double newScore, boolean isAbove) {
    score = newScore;
    ties = isAbove ? Ties.BEFORE : Ties.NOT_BEFORE;
    isByBytes = false;
    seek();
  }

  /**
   * In a tree whose entries all have the same score: goes to the first member behind these bytes,
   * or with them, or to the end.
   */
  public void seekMember(long newMember, int newMemberLength, boolean isBehind) {
    member = newMember;
    memberLength = newMemberLength;
    ties = isBehind ? Ties.BEFORE : Ties.NOT_BEFORE;
    isByBytes = true;
    seek();
  }

  @Override
  protected int countBefore(long entries, int count) {
    int low = 0;
    int high = count;
    double sought = score;
    if (isByBytes) {
      return super.countBefore(entries, count);
    }
    while (low < high) {
      int middle = (low + high) >>> 1;
      long entry = entries + (long) middle * ENTRY_BYTES;
      double at = score(entry);
      if (at < sought || (at == sought && compareTie(entry) < 0)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private int compareTie(long entry) {
    return switch (ties) {
      case BY_MEMBER -> compareMember(entry, member, memberLength);
      case BEFORE -> -1;
      case NOT_BEFORE -> 1;
    };
  }

  private int compareMember(long entry, long otherMember, int otherLength) {
    long own = arena().address(record(entry));
    return Memory.compare(Record.keyAddress(own), Record.keyLength(own), otherMember, otherLength);
  }

  @Override
  protected int compare(long entry) {
    if (isByBytes) {
      int byBytes = compareMember(entry, member, memberLength);
      return byBytes != 0 ? byBytes : ties == Ties.BEFORE ? -1 : 0;
    }
    double at = score(entry);
    return at < score ? -1 : at > score ? 1 : compareTie(entry);
  }

  @Override
  protected int compareEntries(long left, long right) {
    double leftScore = score(left);
    double rightScore = score(right);
    if (leftScore != rightScore) {
      return leftScore < rightScore ? -1 : 1;
    }
    long record = arena().address(record(right));
    return compareMember(left, Record.keyAddress(record), Record.keyLength(record));
  }
}
