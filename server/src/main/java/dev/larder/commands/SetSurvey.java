package dev.larder.commands;

import dev.larder.commands.SetCombination.Operation;
import dev.larder.commands.SetCombination.Way;
import dev.larder.storage.SetGroup;
import dev.larder.storage.SetValue;

/** A look at very many sets, in slices, from which follows how they are to be combined. */
final class SetSurvey {
  private static final int SETS_AT_ONCE = 64;

  private final SetGroup sets;
  private final int count;

  /** The set that is next. */
  private int next;

  /** How many members the first one has. */
  private long first;

  /** The first of those with the fewest members. */
  private int least;

  private long fewest = Long.MAX_VALUE;
  private int existing;
  private long members;

  SetSurvey(SetGroup sets, int count) {
    this.sets = sets;
    this.count = count;
  }

  /** Looks at some more of them; whether these were the last. */
  boolean goOn(long endNanos) {
    while (next < count) {
      for (int i = 0; i < SETS_AT_ONCE && next < count; i++) {
        look(next++);
      }
      if (next < count && LeasedReply.isLate(endNanos)) {
        return false;
      }
    }
    return true;
  }

  private void look(int index) {
    SetValue set = sets.get(index);
    long itsMembers = set.count();
    if (set.exists()) {
      existing++;
      members += itsMembers;
    }
    if (index == 0) {
      first = itsMembers;
    }
    if (itsMembers < fewest) {
      fewest = itsMembers;
      least = index;
    }
  }

  /** The way to combine them, which are brought in the order that it needs. */
  Way way(Operation operation, boolean isCollected) {
    return switch (operation) {
      case UNION -> Way.UNITE;
      case INTERSECTION -> {
        sets.putFirst(least);
        yield Way.INTERSECT;
      }
      case DIFFERENCE ->
          isCollected && SetCombination.isCheaperToRemove(first, existing, members)
              ? Way.REMOVE
              : Way.SUBTRACT;
    };
  }
}
