package dev.larder.commands;

import dev.larder.command.CommandException;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.SetGroup;
import dev.larder.storage.SetValue;
import org.jspecify.annotations.Nullable;

/**
 * How the members of a group of sets are combined: by a walk through some of them, whose parts are
 * done one after the other, at once or in slices. It allocates nothing, and keeps nothing but the
 * walk, which the group has.
 */
final class SetCombination {
  /** More {@link #work} than this is done in slices: it would take more than a millisecond. */
  static final long TURN_WORK = 8192;

  /** The union of more sets is collected: each member would be looked for in too many. */
  private static final int MAX_PROBED = 8;

  /** With more sets a part may end in the midst of a member. */
  private static final int MAX_UNPAUSED = 16;

  /** Then so many are searched in a part: less than half a millisecond's work. */
  private static final int PART_SEARCHES = 1024;

  /** What is made of the sets. */
  enum Operation {
    UNION,
    INTERSECTION,
    DIFFERENCE
  }

  /** What the walk goes through, and what is done with each member it meets. */
  enum Way {
    /** The smallest set: taken if all others have it. */
    INTERSECT,
    /** The first set: taken if no other has it. */
    SUBTRACT,
    /** All sets: those of the first are collected, those of the others removed again. */
    REMOVE,
    /** All sets: taken if it was in none of those before. */
    PROBE,
    /** All sets: collected. */
    UNITE
  }

  private SetCombination() {}

  /**
   * The way to combine the first sets of a group, which are in the order of their keys.
   *
   * @param isCollected whether the members of the result are
   */
  static Way way(Operation operation, SetGroup sets, int count, boolean isCollected) {
    return switch (operation) {
      case INTERSECTION -> Way.INTERSECT;
      case DIFFERENCE -> isCollected && isCheaperToRemove(sets, count) ? Way.REMOVE : Way.SUBTRACT;
      case UNION -> isCollected || count > MAX_PROBED ? Way.UNITE : Way.PROBE;
    };
  }

  /**
   * Whether Redis copies the first set and removes the members of the others from it, on which the
   * encoding of the result depends.
   */
  private static boolean isCheaperToRemove(SetGroup sets, int count) {
    int existing = 0;
    long members = 0;
    for (int i = 0; i < count; i++) {
      if (sets.get(i).exists()) {
        existing++;
        members += sets.get(i).count();
      }
    }
    return isCheaperToRemove(sets.get(0).count(), existing, members);
  }

  /**
   * The same of sets that were looked at before.
   *
   * @param members that all of them have
   */
  static boolean isCheaperToRemove(long first, int existing, long members) {
    return first * existing / 2 > members;
  }

  /** Brings the sets in the order that a way needs, the same every time. */
  static void arrange(Way way, SetGroup sets, int count) {
    switch (way) {
      case INTERSECT, PROBE -> sets.sort(0, count);
      case SUBTRACT -> sets.sort(1, count);
      case REMOVE, UNITE -> {}
    }
  }

  /** About how many members are looked for or copied, of sets that are arranged. */
  static long work(Way way, SetGroup sets, int count) {
    if (way == Way.INTERSECT || way == Way.SUBTRACT) {
      return sets.get(0).weight() * count;
    }
    long sum = 0;
    for (int i = 0; i < count; i++) {
      sum += sets.get(i).weight();
    }
    return way == Way.PROBE ? sum * count : sum;
  }

  /** Begins the walk through sets that are arranged. */
  static void walk(Way way, SetGroup sets, int count) {
    sets.walk(way == Way.PROBE ? count - 1 : 0, lastWalked(way, count));
  }

  /** The index of the set with which the walk ends. */
  static int lastWalked(Way way, int count) {
    return way == Way.REMOVE || way == Way.UNITE ? count - 1 : 0;
  }

  /**
   * Combines the members of the part to which the walk has gone.
   *
   * @param out where members are replied, or null
   * @param target where they are collected, or null
   * @param limit after so many the rest is left out
   * @return how many members the result has more than before, or less if this is negative
   * @throws CommandException if memory is exhausted
   */
  static long part(
      Way way,
      SetGroup sets,
      int count,
      @Nullable ReplyWriter out,
      @Nullable SetValue target,
      long limit)
      throws CommandException {
    return switch (way) {
      case INTERSECT ->
          count > MAX_UNPAUSED
              ? select(sets, count, true, out, target, limit)
              : intersect(sets, count, out, target, limit);
      case SUBTRACT ->
          count > MAX_UNPAUSED
              ? select(sets, count, false, out, target, limit)
              : subtract(sets, count, out, target, limit);
      case REMOVE ->
          sets.walked() == 0
              ? unite(sets, required(target), limit)
              : remove(sets, required(target));
      case PROBE -> probe(sets, count, out, limit);
      case UNITE -> unite(sets, required(target), limit);
    };
  }

  /** Gives a complete result, if it is collected, the encoding that it has in Redis. */
  static void finish(Way way, @Nullable SetValue target) {
    if (way == Way.INTERSECT && target != null) {
      target.narrow();
    }
  }

  private static SetValue required(@Nullable SetValue target) {
    if (target == null) {
      throw new IllegalStateException("a way of collecting, and nothing to collect in");
    }
    return target;
  }

  /** A member of the result: the one at the cursor. */
  private static void emit(
      SetValue from, @Nullable ReplyWriter out, @Nullable SetValue target, boolean integers)
      throws CommandException {
    if (out != null) {
      SetReads.member(out, from);
    }
    if (target != null) {
      add(from, target, integers);
    }
  }

  private static boolean add(SetValue from, SetValue target, boolean integers)
      throws CommandException {
    SetWrites.requireRoom(target, from.member().length(), 1);
    if (!target.exists()) {
      target.createFor(integers);
    }
    return target.addCurrent(from);
  }

  private static long intersect(
      SetGroup sets, int count, @Nullable ReplyWriter out, @Nullable SetValue target, long limit)
      throws CommandException {
    SetValue first = sets.get(0);
    boolean integers = first.exists() && first.isIntset();
    long members = 0;
    while (members < limit && sets.next()) {
      boolean isInAll = true;
      for (int i = 1; isInAll && i < count; i++) {
        isInAll = sets.get(i).containsCurrent(first);
      }
      if (isInAll) {
        members++;
        emit(first, out, target, integers);
      }
    }
    return members;
  }

  private static long subtract(
      SetGroup sets, int count, @Nullable ReplyWriter out, @Nullable SetValue target, long limit)
      throws CommandException {
    SetValue first = sets.get(0);
    long members = 0;
    while (members < limit && sets.next()) {
      boolean isInNone = true;
      for (int i = count - 1; isInNone && i > 0; i--) {
        isInNone = !sets.get(i).containsCurrent(first);
      }
      if (isInNone) {
        members++;
        emit(first, out, target, true);
      }
    }
    return members;
  }

  /**
   * Takes the members of the first set that all others have, or none has. After so many searches it
   * pauses, perhaps in the midst of a member.
   */
  private static long select(
      SetGroup sets,
      int count,
      boolean isIntersection,
      @Nullable ReplyWriter out,
      @Nullable SetValue target,
      long limit)
      throws CommandException {
    SetValue first = sets.get(0);
    boolean integers = !isIntersection || first.exists() && first.isIntset();
    long members = 0;
    int searches = 0;
    while (members < limit && searches < PART_SEARCHES && sets.nextUnlessPaused()) {
      int i = Math.max(1, sets.pausedAt());
      boolean isTaken = true;
      for (; isTaken && i < count && searches < PART_SEARCHES; i++) {
        isTaken = sets.get(i).containsCurrent(first) == isIntersection;
        searches++;
      }
      sets.pauseAt(isTaken && i < count ? i : 0);
      if (isTaken && i == count) {
        members++;
        emit(first, out, target, integers);
      }
    }
    return members;
  }

  private static long remove(SetGroup sets, SetValue target) {
    SetValue other = sets.get(sets.walked());
    long removed = 0;
    while (sets.next()) {
      if (target.remove(other.address(), other.member().length())) {
        removed++;
      }
    }
    return -removed;
  }

  private static long probe(SetGroup sets, int count, @Nullable ReplyWriter out, long limit)
      throws CommandException {
    int walked = sets.walked();
    SetValue set = sets.get(walked);
    long members = 0;
    while (members < limit && sets.next()) {
      boolean isNew = true;
      for (int i = count - 1; isNew && i > walked; i--) {
        isNew = !sets.get(i).containsCurrent(set);
      }
      if (isNew) {
        members++;
        emit(set, out, null, true);
      }
    }
    return members;
  }

  private static long unite(SetGroup sets, SetValue target, long limit) throws CommandException {
    SetValue set = sets.get(sets.walked());
    long members = 0;
    while (members < limit && sets.next()) {
      if (add(set, target, true)) {
        members++;
      }
    }
    return members;
  }
}
