package dev.larder.push;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What event loops have, found by the number of the unit of work that each has. Any thread.
 *
 * @param <T> what it is
 */
public final class ByUnit<T> {

  /** By the numbers of units; replaced when it changes. */
  private volatile @Nullable Object[] all = {};

  /** What the loop that works with this unit has. */
  public synchronized void put(int unit, T value) {
    @Nullable Object[] known = all;
    @Nullable Object[] grown = Arrays.copyOf(known, Math.max(known.length, unit + 1));
    grown[unit] = value;
    all = grown;
  }

  /** What the loop that works with a unit has; null if none does. */
  @SuppressWarnings("unchecked")
  public @Nullable T of(int unit) {
    @Nullable Object[] known = all;
    return unit < known.length ? (T) known[unit] : null;
  }
}
