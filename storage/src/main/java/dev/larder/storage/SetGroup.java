package dev.larder.storage;

import java.util.Arrays;
import java.util.Comparator;

/**
 * The sets that a command combines, made once for a unit and pointed at keys in turn; and a walk
 * through the members of one set after the other.
 */
public final class SetGroup {
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

  /** Where the walk goes on in its set, 0 when it has done with it. */
  private long position;

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
    walked = first - direction(first);
  }

  /**
   * Goes on with a walk after others have used this object.
   *
   * @param index what {@link #walked} was
   * @param from what {@link #position} was, of the same sets in the same order
   */
  public void goOn(int index, long from, int lastIndex) {
    last = lastIndex;
    position = from;
    walked = index;
  }

  private int direction(int from) {
    return from <= last ? 1 : -1;
  }

  /**
   * Goes to the next part of the walk, whose members {@link SetCursor#next} of the set {@link
   * #walked} goes through: see {@link SetCursor#part}.
   *
   * @return false when there is none
   */
  public boolean nextPart() {
    if (position == 0) {
      if (walked == last) {
        return false;
      }
      walked += direction(walked);
    }
    position = sets[walked].part(position);
    return true;
  }

  /** The index of the set that the walk is in. */
  public int walked() {
    return walked;
  }

  /** Where the walk goes on in that set; 0 with the next one. */
  public long position() {
    return position;
  }
}
