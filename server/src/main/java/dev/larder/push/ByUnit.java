package dev.larder.push;

import dev.larder.storage.Unit;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What event loops have, found by the unit that each works with. Any thread. */
public final class ByUnit<T> {

  /** By the numbers of units; replaced when it changes. */
  private volatile @Nullable Object[] all = {};

  /** What the loop that works with this unit has. */
  public synchronized void put(Unit unit, T value) {
    @Nullable Object[] known = all;
    @Nullable Object[] grown = Arrays.copyOf(known, Math.max(known.length, unit.index() + 1));
    grown[unit.index()] = value;
    all = grown;
  }

  /** What the loop that works with a unit has; null if none does. */
  @SuppressWarnings("unchecked")
  public @Nullable T of(Unit unit) {
    @Nullable Object[] known = all;
    return unit.index() < known.length ? (T) known[unit.index()] : null;
  }
}
