package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;
import static dev.larder.storage.ValueType.SET;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.commands.SetCombination.Operation;
import dev.larder.commands.SetCombination.Way;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.SetGroup;
import dev.larder.storage.SetValue;
import org.jspecify.annotations.Nullable;

/**
 * Union, intersection and difference of sets: replied, stored, or only counted. What takes no
 * longer than a turn is done at once: a member is looked for in the other sets, so that a result
 * takes no memory before it is stored; only the union of many sets is collected first. What takes
 * longer is a {@link SetAlgebraJob}.
 */
final class SetAlgebra {
  private static final byte[] LIMIT = keyword("limit");
  private static final byte[] APPROX = keyword("approx");

  private static final ErrorReply NO_KEYS = ErrorReply.of("ERR numkeys should be greater than 0");
  private static final ErrorReply MORE_KEYS =
      ErrorReply.of("ERR Number of keys can't be greater than number of args");
  private static final ErrorReply LIMIT_NEGATIVE = ErrorReply.of("ERR LIMIT can't be negative");

  private SetAlgebra() {}

  // ---- the commands ----------------------------------------------------------------------------

  static void reply(Call call, Operation operation) throws CommandException {
    int count = call.argCount() - 1;
    if (count > LeasedKeys.MANY) {
      SetAlgebraJob.ofReply(call, operation, count);
      return;
    }
    load(call, 1, count);
    SetGroup sets = call.views().sets();
    Way way = SetCombination.way(operation, sets, count, false);
    if (isLong(sets, way, count)) {
      SetAlgebraJob.ofReply(call, operation, count);
      return;
    }
    ReplyWriter out = call.reply();
    int mark = out.mark();
    long members =
        way == Way.UNITE
            ? collectAndReply(call, count, out)
            : combine(sets, way, count, out, null, Long.MAX_VALUE);
    out.insertSet(mark, members);
  }

  static void store(Call call, Operation operation) throws CommandException {
    int count = call.argCount() - 2;
    if (count > LeasedKeys.MANY) {
      SetAlgebraJob.ofStore(call, operation, count);
      return;
    }
    load(call, 2, count);
    SetGroup sets = call.views().sets();
    Way way = SetCombination.way(operation, sets, count, true);
    if (isLong(sets, way, count)) {
      SetAlgebraJob.ofStore(call, operation, count);
      return;
    }
    SetValue target = collector(call, 1);
    try {
      long members = combine(sets, way, count, null, target, Long.MAX_VALUE);
      target.install(event(operation));
      call.reply().integer(members);
    } catch (CommandException e) {
      target.discard();
      throw e;
    }
  }

  /** Which event it is that a result is stored. */
  static KeyEvent event(Operation operation) {
    return switch (operation) {
      case UNION -> KeyEvent.SUNIONSTORE;
      case INTERSECTION -> KeyEvent.SINTERSTORE;
      case DIFFERENCE -> KeyEvent.SDIFFSTORE;
    };
  }

  static void count(Call call, Operation operation) throws CommandException {
    long keys = call.argLong(1, 1, Long.MAX_VALUE, NO_KEYS);
    if (keys > call.argCount() - 2) {
      throw new CommandException(MORE_KEYS);
    }
    int count = (int) keys;
    long limit = limit(call, 2 + count, operation == Operation.UNION);
    if (count > LeasedKeys.MANY) {
      SetAlgebraJob.ofCount(call, operation, count, limit);
      return;
    }
    load(call, 2, count);
    SetGroup sets = call.views().sets();
    Way way = SetCombination.way(operation, sets, count, false);
    if (isLong(sets, way, count)) {
      SetAlgebraJob.ofCount(call, operation, count, limit);
      return;
    }
    call.reply()
        .integer(
            way == Way.UNITE
                ? collectAndCount(call, count, limit)
                : combine(sets, way, count, null, null, limit));
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

  /** Brings the sets in order; whether combining them would keep others waiting. */
  private static boolean isLong(SetGroup sets, Way way, int count) {
    SetCombination.arrange(way, sets, count);
    return SetCombination.work(way, sets, count) > SetCombination.TURN_WORK;
  }

  // ---- done at once ----------------------------------------------------------------------------

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

  private static long combine(
      SetGroup sets,
      Way way,
      int count,
      @Nullable ReplyWriter out,
      @Nullable SetValue target,
      long limit)
      throws CommandException {
    SetCombination.walk(way, sets, count);
    long members = 0;
    while (members < limit && sets.nextPart()) {
      members += SetCombination.part(way, sets, count, out, target, limit - members);
    }
    SetCombination.finish(way, target);
    return members;
  }

  /** The union of many sets. */
  private static long collectAndReply(Call call, int count, ReplyWriter out)
      throws CommandException {
    SetValue all = collector(call, 1);
    try {
      long members = combine(call.views().sets(), Way.UNITE, count, null, all, Long.MAX_VALUE);
      for (boolean more = all.seekFirst(); more; more = all.next()) {
        SetReads.member(out, all);
      }
      return members;
    } finally {
      all.discard();
    }
  }

  private static long collectAndCount(Call call, int count, long limit) throws CommandException {
    SetValue all = collector(call, 2);
    try {
      return combine(call.views().sets(), Way.UNITE, count, null, all, limit);
    } finally {
      all.discard();
    }
  }
}
