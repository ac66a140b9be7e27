package dev.larder.storage;

import java.util.Arrays;
import java.util.Comparator;

/**
 * The sets that a command combines, made once for a unit and pointed at keys in turn; and a walk
 * through the members of one set after the other.
 */
public final class SetGroup {
  /** A part of a walk has so many members at most: some ten microseconds' work. */
  private static final int PART_MEMBERS = 128;

  /** So many views are kept; a command with more keys makes its own. */
  private static final int KEPT = 64;

  private static final Comparator<SetValue> BY_COUNT = Comparator.comparingLong(SetCursor::count);

  private final Keyspace keyspace;
  private final Unit unit;
  private final long text;
  private SetValue[] sets = new SetValue[0];

  /** The set that the walk is in, and the last one. */
  private int walked;

  private int last;

  /** Where the walk has entered its set last: see {@link SetCursor#part}. */
  private long start;

  /** How many members it has met since. */
  private int met;

  /** Whether there may be more of them. */
  private boolean isInside;

  /** Where it goes on behind them, 0 in the next set. */
  private long position;

  /** How many members the current part may still have. */
  private int left;

  /**
   * @param text as of {@link SetCursor}
   */
  SetGroup(Keyspace keyspace, Unit unit, long text) {
    this.keyspace = keyspace;
    this.unit = unit;
    this.text = text;
  }

  /** Has so many sets, at least one, to be pointed at keys. */
  public void begin(int count) {
    int before = sets.length;
    if (before < count || before > KEPT) {
      sets = Arrays.copyOf(sets, before < count ? count : Math.max(count, KEPT));
      for (int i = before; i < count; i++) {
        sets[i] = new SetValue(keyspace, unit, text);
      }
    }
  }

  /** One of them, by its index. */
  public SetValue get(int index) {
    return sets[index];
  }

  /** Brings the sets between two indexes in the order of their counts, the least one first. */
  public void sort(int from, int to) {
    if (to - from > 1) {
      Arrays.sort(sets, from, to, BY_COUNT);
    }
  }

  // ---- walking ---------------------------------------------------------------------------------

  /** Begins a walk from the set at one index to that at another, which may be a lower one. */
  public void walk(int first, int lastIndex) {
    last = lastIndex;
    position = 0;
    isInside = false;
    walked = first - direction(first);
  }

  /**
   * Goes on with a walk after others have used this object; the sets are the same, in the same
   * order.
   *
   * @param index what {@link #walked} was
   * @param from what {@link #start} was
   * @param members what {@link #met} was
   */
  public void goOn(int index, long from, int members, int lastIndex) {
    last = lastIndex;
    walked = index;
    enter(from);
    while (met < members) {
      boolean isThere = sets[walked].next();
      assert isThere : "a set has changed during a walk";
      met++;
    }
  }

  private int direction(int from) {
    return from <= last ? 1 : -1;
  }

  private void enter(long from) {
    start = from;
    met = 0;
    position = sets[walked].part(from);
    isInside = true;
  }

  /**
   * Goes to the next part of the walk, which {@link #next} goes through: a few members of one set,
   * or none.
   *
   * @return false when the walk has ended
   */
  public boolean nextPart() {
    left = PART_MEMBERS;
    if (!isInside) {
      if (position == 0) {
        if (walked == last) {
          return false;
        }
        walked += direction(walked);
      }
      enter(position);
    }
    return true;
  }

  /** Makes the next member of the part the current one of its set; false when there is none. */
  public boolean next() {
    if (left == 0) {
      return false;
    }
    if (!sets[walked].next()) {
      isInside = false;
      return false;
    }
    left--;
    met++;
    return true;
  }

  /** The index of the set that the walk is in. */
  public int walked() {
    return walked;
  }

  /** Where in that set the members begin of which {@link #met} were met. */
  public long start() {
    return start;
  }

  /** How many members were met since the walk came to {@link #start}. */
  public int met() {
    return met;
  }
}
