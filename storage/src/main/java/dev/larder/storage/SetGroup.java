package dev.larder.storage;

import java.util.Arrays;
import java.util.Comparator;

/** The sets that a command combines, made once for a unit and pointed at keys in turn. */
public final class SetGroup {
  /** So many views are kept; a command with more keys makes its own. */
  private static final int KEPT = 64;

  private static final Comparator<SetValue> BY_COUNT = Comparator.comparingLong(SetCursor::count);

  private final Keyspace keyspace;
  private final Unit unit;
  private final long text;
  private SetValue[] sets = new SetValue[0];

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
}
