package dev.larder.storage;

import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * The sets that a command combines, made once for a unit and pointed at keys in turn; and a walk
 * through the members of one set after the other. Of very many sets only two are looked at at a
 * time: the one that is walked, and another.
 */
public final class SetGroup {
  /** Where very many sets are. */
  @FunctionalInterface
  public interface Places {
    /** Points a view at one of them. */
    void point(SetValue view, int index);
  }

  /** A part of a walk has so many members at most: some ten microseconds' work. */
  private static final int PART_MEMBERS = 128;

  /** So many views are kept; a command with more keys makes its own. */
  private static final int KEPT = 64;

  private static final Comparator<SetValue> BY_COUNT = Comparator.comparingLong(SetCursor::count);

  private final Keyspace keyspace;
  private final Unit unit;
  private final long text;
  private SetValue[] sets = new SetValue[0];

  /** Of very many sets; then there are two views. */
  private final @Nullable Places places;

  /** The place of the set that was exchanged with the first one. */
  private int first;

  /** Where the second view is, -1 if it has to be pointed anew. */
  private int other = -1;

  /** The set that the walk is in, and the last one. */
  private int walked = -1;

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

  /** The set in which the current member is to be looked for next, 0 if it is done. */
  private int pausedAt;

  /**
   * @param text as of {@link SetCursor}
   * @param places if there are very many
   */
  SetGroup(Keyspace keyspace, Unit unit, long text, @Nullable Places places) {
    this.keyspace = keyspace;
    this.unit = unit;
    this.text = text;
    this.places = places;
    if (places != null) {
      begin(2);
    }
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

  /** One of them, by its index; of very many until the next one is asked for. */
  public SetValue get(int index) {
    return places == null ? sets[index] : get(places, index);
  }

  private SetValue get(Places from, int index) {
    if (index == walked) {
      return sets[0];
    }
    if (index != other) {
      other = index;
      from.point(sets[1], place(index));
    }
    return sets[1];
  }

  private int place(int index) {
    return index == 0 ? first : index == first ? 0 : index;
  }

  /** Exchanges one of very many with the first one, before they are walked. */
  public void putFirst(int index) {
    first = index;
    other = -1;
  }

  /** Brings the sets between two indexes in the order of their counts, the least one first. */
  public void sort(int from, int to) {
    if (to - from > 1) {
      Arrays.sort(sets, from, to, BY_COUNT);
    }
  }

  // ---- walking ---------------------------------------------------------------------------------

  /** Begins a walk from the set at one index to that at another, which may be a lower one. */
  public void walk(int from, int lastIndex) {
    last = lastIndex;
    position = 0;
    isInside = false;
    pausedAt = 0;
    other = -1;
    walked = from - direction(from);
  }

  /**
   * Goes on with a walk after others have used this object; the sets are the same, in the same
   * order.
   *
   * @param index what {@link #walked} was
   * @param from what {@link #start} was
   * @param members what {@link #met} was
   * @param paused what {@link #pausedAt} was
   */
  public void goOn(int index, long from, int members, int lastIndex, int paused) {
    last = lastIndex;
    walked = index;
    other = -1;
    enter(from);
    pausedAt = paused;
    while (met < members) {
      boolean isThere = walkedSet().next();
      assert isThere : "a set has changed during a walk";
      met++;
    }
  }

  private int direction(int from) {
    return from <= last ? 1 : -1;
  }

  private SetValue walkedSet() {
    return sets[places == null ? walked : 0];
  }

  private void enter(long from) {
    if (places != null) {
      places.point(sets[0], place(walked));
    }
    start = from;
    met = 0;
    pausedAt = 0;
    position = walkedSet().part(from);
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
    if (!walkedSet().next()) {
      isInside = false;
      return false;
    }
    left--;
    met++;
    return true;
  }

  /** As {@link #next}, but stays at a member at which the walk was paused. */
  public boolean nextUnlessPaused() {
    return pausedAt != 0 || next();
  }

  /** Pauses the walk at the current member, which is to be looked for in this set next. */
  public void pauseAt(int index) {
    pausedAt = index;
  }

  /** Where to look for the current member next, 0 if the walk is not paused. */
  public int pausedAt() {
    return pausedAt;
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
