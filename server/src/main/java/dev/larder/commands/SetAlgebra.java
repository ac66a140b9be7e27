package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;
import static dev.larder.storage.ValueType.SET;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.SetGroup;
import dev.larder.storage.SetValue;
import org.jspecify.annotations.Nullable;

/**
 * Union, intersection and difference of sets: replied, stored, or only counted. A member is looked
 * for in the other sets, so that a result takes no memory before it is stored; only the union of
 * many sets is collected first.
 */
final class SetAlgebra {
  /** The union of more sets is collected: each member would be looked for in too many. */
  private static final int MAX_PROBED = 8;

  private static final byte[] LIMIT = keyword("limit");
  private static final byte[] APPROX = keyword("approx");

  private static final ErrorReply NO_KEYS = ErrorReply.of("ERR numkeys should be greater than 0");
  private static final ErrorReply MORE_KEYS =
      ErrorReply.of("ERR Number of keys can't be greater than number of args");
  private static final ErrorReply LIMIT_NEGATIVE = ErrorReply.of("ERR LIMIT can't be negative");

  /** What is made of the sets. */
  enum Operation {
    UNION,
    INTERSECTION,
    DIFFERENCE
  }

  private SetAlgebra() {}

  // ---- the commands ----------------------------------------------------------------------------

  static void reply(Call call, Operation operation) throws CommandException {
    int count = call.argCount() - 1;
    load(call, 1, count);
    ReplyWriter out = call.reply();
    int mark = out.mark();
    long members = combine(call, operation, count, out, null, Long.MAX_VALUE);
    out.insertSet(mark, members);
  }

  static void store(Call call, Operation operation) throws CommandException {
    int count = call.argCount() - 2;
    load(call, 2, count);
    SetValue target = collector(call, 1);
    try {
      long members = combine(call, operation, count, null, target, Long.MAX_VALUE);
      target.install();
      call.reply().integer(members);
    } catch (CommandException e) {
      target.discard();
      throw e;
    }
  }

  static void count(Call call, Operation operation) throws CommandException {
    long keys = call.argLong(1, 1, Long.MAX_VALUE, NO_KEYS);
    if (keys > call.argCount() - 2) {
      throw new CommandException(MORE_KEYS);
    }
    int count = (int) keys;
    long limit = limit(call, 2 + count, operation == Operation.UNION);
    load(call, 2, count);
    call.reply().integer(combine(call, operation, count, null, null, limit));
  }

  /** Reads the options; APPROX allows what an exact count is, too. */
  private static long limit(Call call, int from, boolean mayApproximate) throws CommandException {
    long limit = 0;
    for (int i = from; i < call.argCount(); i++) {
      if (i + 1 < call.argCount() && call.argIs(i, LIMIT)) {
        limit = call.argLong(++i, 0, Long.MAX_VALUE, LIMIT_NEGATIVE);
      } else if (!mayApproximate || !call.argIs(i, APPROX)) {
        throw new CommandException(ErrorReply.SYNTAX);
      }
    }
    return limit == 0 ? Long.MAX_VALUE : limit;
  }

  /** Points the group's sets at the keys, all of which are looked up for their types. */
  private static void load(Call call, int firstKey, int count) throws CommandException {
    SetGroup sets = call.views().sets();
    sets.begin(count);
    boolean isOneMissing = false;
    for (int i = 0; i < count; i++) {
      long entry = call.find(firstKey + i, SET);
      isOneMissing |= entry == 0;
      call.point(sets.get(i), firstKey + i, entry);
    }
    // It may just have expired, and its removal have moved others.
    for (int i = 0; isOneMissing && i < count; i++) {
      call.point(sets.get(i), firstKey + i, call.findUncounted(firstKey + i, SET));
    }
  }

  /** A set in the making, in the shard of a key. */
  private static SetValue collector(Call call, int keyArg) {
    SetValue target = call.views().otherSet();
    target.pointHidden(
        call.shard(keyArg),
        call.db(),
        call.hash(keyArg),
        call.argAddress(keyArg),
        call.argLength(keyArg),
        0);
    return target;
  }

  // ---- the operations --------------------------------------------------------------------------

  /**
   * Combines the group's sets.
   *
   * @param out where members are replied, or null
   * @param target where they are collected, or null
   * @param limit after so many the rest is left out
   * @return how many members there are
   */
  private static long combine(
      Call call,
      Operation operation,
      int count,
      @Nullable ReplyWriter out,
      @Nullable SetValue target,
      long limit)
      throws CommandException {
    SetGroup sets = call.views().sets();
    return switch (operation) {
      case INTERSECTION -> intersect(sets, count, out, target, limit);
      case DIFFERENCE ->
          target != null && isCheaperToRemove(sets, count)
              ? removeAll(sets, count, target)
              : subtract(sets, count, out, target, limit);
      case UNION ->
          target != null
              ? unite(sets, count, target, limit)
              : count > MAX_PROBED
                  ? collect(call, sets, count, out, limit)
                  : probe(sets, count, out, limit);
    };
  }

  /** A member of the result: the one at the cursor. */
  private static void emit(SetValue from, @Nullable ReplyWriter out, @Nullable SetValue target)
      throws CommandException {
    if (out != null) {
      SetReads.member(out, from);
    }
    if (target != null) {
      add(from, target, true);
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
    sets.sort(0, count);
    SetValue first = sets.get(0);
    if (!first.exists()) {
      return 0;
    }
    boolean integers = first.isIntset();
    long members = 0;
    for (boolean more = first.seekFirst(); more && members < limit; more = first.next()) {
      boolean isInAll = true;
      for (int i = 1; isInAll && i < count; i++) {
        isInAll = sets.get(i).containsCurrent(first);
      }
      if (isInAll) {
        members++;
        if (target != null) {
          add(first, target, integers);
        } else {
          emit(first, out, null);
        }
      }
    }
    if (target != null) {
      target.narrow();
    }
    return members;
  }

  private static long subtract(
      SetGroup sets, int count, @Nullable ReplyWriter out, @Nullable SetValue target, long limit)
      throws CommandException {
    SetValue first = sets.get(0);
    sets.sort(1, count);
    long members = 0;
    for (boolean more = first.seekFirst(); more && members < limit; more = first.next()) {
      boolean isInNone = true;
      for (int i = count - 1; isInNone && i > 0; i--) {
        isInNone = !sets.get(i).containsCurrent(first);
      }
      if (isInNone) {
        members++;
        emit(first, out, target);
      }
    }
    return members;
  }

  /**
   * Whether Redis copies the first set and removes the members of the others from it, on which the
   * encoding of the result depends.
   */
  private static boolean isCheaperToRemove(SetGroup sets, int count) {
    long first = sets.get(0).count();
    long searches = 0;
    long changes = 0;
    for (int i = 0; i < count; i++) {
      if (sets.get(i).exists()) {
        searches += first;
        changes += sets.get(i).count();
      }
    }
    return searches / 2 > changes;
  }

  private static long removeAll(SetGroup sets, int count, SetValue target) throws CommandException {
    SetValue first = sets.get(0);
    for (boolean more = first.seekFirst(); more; more = first.next()) {
      add(first, target, true);
    }
    for (int i = 1; i < count; i++) {
      SetValue other = sets.get(i);
      for (boolean more = other.seekFirst(); more && target.exists(); more = other.next()) {
        target.remove(other.address(), other.member().length());
      }
    }
    return target.count();
  }

  /** The union by looking for each member in the larger sets. */
  private static long probe(SetGroup sets, int count, @Nullable ReplyWriter out, long limit)
      throws CommandException {
    sets.sort(0, count);
    long members = 0;
    for (int i = count - 1; i >= 0; i--) {
      SetValue set = sets.get(i);
      for (boolean more = set.seekFirst(); more && members < limit; more = set.next()) {
        boolean isNew = true;
        for (int j = count - 1; isNew && j > i; j--) {
          isNew = !sets.get(j).containsCurrent(set);
        }
        if (isNew) {
          members++;
          emit(set, out, null);
        }
      }
    }
    return members;
  }

  private static long unite(SetGroup sets, int count, SetValue target, long limit)
      throws CommandException {
    long members = 0;
    for (int i = 0; i < count; i++) {
      SetValue set = sets.get(i);
      for (boolean more = set.seekFirst(); more && members < limit; more = set.next()) {
        if (add(set, target, true)) {
          members++;
        }
      }
    }
    return members;
  }

  /** The union of many sets, which is collected before it is replied. */
  private static long collect(
      Call call, SetGroup sets, int count, @Nullable ReplyWriter out, long limit)
      throws CommandException {
    SetValue all = collector(call, call.spec().fullName().equals("sunion") ? 1 : 2);
    try {
      long members = unite(sets, count, all, limit);
      for (boolean more = all.seekFirst(); more; more = all.next()) {
        emit(all, out, null);
      }
      return members;
    } finally {
      all.discard();
    }
  }
}
