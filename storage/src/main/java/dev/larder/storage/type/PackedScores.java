package dev.larder.storage.type;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.memory.Memory;

/**
 * A small sorted set in a listpack: pairs of member and score, ordered by score, equal ones by the
 * members' bytes.
 *
 * <pre>
 *   score, whole and up to 2^52:  an integer entry
 *   any other score:              | 0x88 | 8 bytes of the double | 0x09 |
 * </pre>
 *
 * So a score never has to be read from decimal text. Whoever may access the memory may call;
 * nothing is allocated.
 */
@HotPath
public final class PackedScores {
  private static final double MAX_WHOLE = 1L << 52;
  private static final long MINUS_ZERO = 1L << 63;
  private static final int DOUBLE_BYTES = 1 + Double.BYTES + 1;

  /** No score takes more. */
  public static final int MAX_BYTES = DOUBLE_BYTES;

  private PackedScores() {}

  private static boolean isWhole(double score) {
    return Math.abs(score) <= MAX_WHOLE
        && (long) score == score
        && Double.doubleToRawLongBits(score) != MINUS_ZERO;
  }

  /** The bytes of the entry that a score becomes. */
  public static int bytes(double score) {
    return isWhole(score) ? Listpack.encodedIntegerBytes((long) score) : DOUBLE_BYTES;
  }

  /** Writes the entry of a score into a gap. */
  public static void write(long target, double score) {
    if (isWhole(score)) {
      Listpack.writeInteger(target, (long) score);
    } else {
      Memory.putByte(target, (byte) (Listpack.STRING_6 | Double.BYTES));
      Memory.putLong(target + 1, Double.doubleToRawLongBits(score));
      Memory.putByte(target + 1 + Double.BYTES, (byte) (1 + Double.BYTES));
    }
  }

  /** The score behind a member's entry. */
  public static double score(long member) {
    long entry = member + Listpack.entryBytes(member);
    int head = Listpack.head(entry);
    return head == (Listpack.STRING_6 | Double.BYTES)
        ? Double.longBitsToDouble(Memory.getLong(entry + 1))
        : Listpack.integer(entry, head);
  }

  /** The bytes of a pair. */
  public static int pairBytes(long member) {
    int bytes = Listpack.entryBytes(member);
    return bytes + Listpack.entryBytes(member + bytes);
  }

  /**
   * How many pairs lie from a member's to before another's, or before the end. A pair is guessed to
   * be as long as the one before if both entries begin alike, so that the walk need not wait for
   * each length.
   */
  public static int pairsBetween(long from, long to) {
    int pairs = 0;
    int memberHead = 0;
    int memberBytes = 2;
    int scoreHead = 0;
    int scoreBytes = 2;
    for (long at = from; at != to; pairs++) {
      int head = Listpack.head(at);
      if (head != memberHead || head >= Listpack.STRING_12) {
        memberHead = head;
        memberBytes = Listpack.entryBytes(at, head);
      }
      at += memberBytes;
      head = Listpack.head(at);
      if (head != scoreHead) {
        scoreHead = head;
        scoreBytes = Listpack.entryBytes(at, head);
      }
      at += scoreBytes;
    }
    return pairs;
  }

  /** How the pair at a member compares with this one: below 0 when it comes before. */
  public static int compare(long member, double score, long address, int length) {
    double own = score(member);
    return own < score ? -1 : own > score ? 1 : Listpack.compareText(member, address, length);
  }

  /** Where a pair belongs: at the first one that is not before it, or at the end. */
  public static long place(long lp, double score, long address, int length) {
    long end = Listpack.end(lp);
    long last = lastMember(lp);
    if (last == 0 || compare(last, score, address, length) < 0) {
      return end;
    }
    long member = Listpack.first(lp);
    while (compare(member, score, address, length) < 0) {
      member += pairBytes(member);
    }
    return member;
  }

  /** The member of the last pair, or 0. */
  public static long lastMember(long lp) {
    long score = Listpack.last(lp);
    return score == 0 ? 0 : Listpack.previous(lp, score);
  }

  /** Opens a gap for a pair and writes it there; the listpack's block has room for it. */
  public static void insert(long lp, long at, long address, int length, double score) {
    int memberBytes = Listpack.encodedBytes(address, length);
    Listpack.openGap(lp, at, memberBytes + bytes(score), 2);
    write(Listpack.writeEntry(at, address, length), score);
  }

  /**
   * Whether a listpack of members and scores, which is in order, is as it would be here: Redis's is
   * if all scores are whole.
   *
   * @param maxMemberBytes no member may be longer
   */
  public static boolean suits(long lp, int maxMemberBytes) {
    for (long member = Listpack.first(lp); member != 0; ) {
      long score = Listpack.next(lp, member);
      if (Listpack.textLength(member) > maxMemberBytes
          || !Listpack.isInteger(score)
          || Math.abs(Listpack.integer(score)) > MAX_WHOLE) {
        return false;
      }
      member = Listpack.next(lp, score);
    }
    return true;
  }

  /** Whether every pair has a score that is a number, and all are in order; for tests. */
  public static boolean validate(long lp) {
    double before = Double.NEGATIVE_INFINITY;
    for (long member = Listpack.first(lp); member != 0; ) {
      long score = Listpack.next(lp, member);
      if (score == 0 || !(score(member) >= before)) {
        return false;
      }
      before = score(member);
      member = Listpack.next(lp, score);
    }
    return true;
  }
}
