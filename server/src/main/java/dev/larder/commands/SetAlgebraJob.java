package dev.larder.commands;

import static java.util.Objects.requireNonNull;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.Job;
import dev.larder.commands.SetCombination.Operation;
import dev.larder.commands.SetCombination.Way;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Entry;
import dev.larder.storage.HiddenValue;
import dev.larder.storage.SetGroup;
import dev.larder.storage.SetValue;
import dev.larder.storage.Shard;
import dev.larder.storage.Unit;
import dev.larder.storage.ValueType;
import org.jspecify.annotations.Nullable;

/*
 * Problem. The union of two sets of a million members takes half a second, and all of it belongs to
 * one moment.
 *
 * Idea. The keys are leased, so that the sets stay as they are, and others read them meanwhile. The
 * result is collected in a hidden set, which then becomes the target's value in one short step: the
 * command is as if it had happened at that moment. A reply needs the number of its members first,
 * so they are collected as well; the leases end before it is written, at the peer's pace, as nobody
 * else knows of the hidden set.
 */

/** A union, intersection or difference of sets that takes longer than a turn. */
final class SetAlgebraJob implements Job {
  /** What becomes of what is found. */
  private enum Result {
    REPLIED,
    STORED,
    COUNTED
  }

  private final Unit unit;
  private final Result result;
  private final Operation operation;

  /** How many sets there are; behind them the leased keys have that of the target, if any. */
  private final int count;

  private final LeasedKeys keys;

  /** Very many sets, null of a few, which are the unit's. */
  private final @Nullable SetGroup many;

  private final @Nullable SetSurvey survey;
  private final @Nullable HiddenValue hidden;
  private final long limit;

  /** How the sets are combined; null until very many have been looked at. */
  private @Nullable Way way;

  /** Where the walk goes on, see {@link SetGroup#goOn}; -1 before it has begun. */
  private int walked = -1;

  private long start;
  private int met;
  private int pausedAt;

  private long members;

  /** What is left to do when the members are collected, to reply them. */
  private @Nullable HiddenMembers reply;

  private SetAlgebraJob(
      Call call, LeasedKeys keys, Result result, Operation operation, int count, long limit) {
    this.unit = call.unit();
    this.keys = keys;
    this.result = result;
    this.operation = operation;
    this.count = count;
    this.limit = limit;
    boolean isStored = result == Result.STORED;
    boolean isCollected = result != Result.COUNTED;
    if (count > LeasedKeys.MANY) {
      many = unit.views().manySets(keys::point);
      survey = new SetSurvey(many, count);
    } else {
      many = null;
      survey = null;
      way = SetCombination.way(operation, pointSets(), count, isCollected);
    }
    boolean isUnited = many == null ? way == Way.UNITE : operation == Operation.UNION;
    int firstKey = result == Result.REPLIED ? 1 : 2;
    hidden = isCollected || isUnited ? hidden(call, isStored ? 1 : firstKey) : null;
  }

  private static HiddenValue hidden(Call call, int keyArg) {
    return new HiddenValue(
        call.shard(keyArg),
        call.db(),
        call.hash(keyArg),
        call.argAddress(keyArg),
        call.argLength(keyArg));
  }

  /** Leaves a call to this that owns the shards of all its keys; the sets are argument 1 and on. */
  static void ofReply(Call call, Operation operation, int count) throws CommandException {
    defer(call, Result.REPLIED, operation, count, Long.MAX_VALUE);
  }

  /** The same with the target in argument 1, and the sets behind it. */
  static void ofStore(Call call, Operation operation, int count) throws CommandException {
    defer(call, Result.STORED, operation, count, Long.MAX_VALUE);
  }

  /** The same with the sets in argument 2 and so on, and a limit of the count. */
  static void ofCount(Call call, Operation operation, int count, long limit)
      throws CommandException {
    defer(call, Result.COUNTED, operation, count, limit);
  }

  private static void defer(Call call, Result result, Operation operation, int count, long limit)
      throws CommandException {
    int firstKey = result == Result.REPLIED ? 1 : 2;
    int targetArg = result == Result.STORED ? 1 : 0;
    LeasedKeys keys =
        count > LeasedKeys.MANY
            ? LeasedKeys.ofMany(call, firstKey, count, targetArg, SetAlgebraJob::requireSet)
            : LeasedKeys.ofRow(call, firstKey, count, targetArg);
    if (keys != null) {
      call.defer(new SetAlgebraJob(call, keys, result, operation, count, limit));
    }
  }

  private static void requireSet(Shard shard, long entry) throws CommandException {
    if (entry != 0 && Entry.type(entry) != ValueType.SET) {
      throw new CommandException(ErrorReply.WRONG_TYPE);
    }
  }

  /** Points the unit's group of sets at the keys, in their order. */
  private SetGroup pointSets() {
    SetGroup sets = unit.views().sets();
    sets.begin(count);
    for (int i = 0; i < count; i++) {
      keys.point(sets.get(i), i);
    }
    return sets;
  }

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) throws CommandException {
    if (reply != null) {
      return reply.step(out, budgetNanos);
    }
    long endNanos = Clock.nanos() + budgetNanos;
    return keys.acquire() && isSurveyed(endNanos) && combine(out, endNanos);
  }

  /** Goes on with looking at very many sets; whether that is done, and the way is known. */
  private boolean isSurveyed(long endNanos) {
    SetSurvey left = survey;
    if (way == null && left != null && left.goOn(endNanos)) {
      way = left.way(operation, result != Result.COUNTED);
    }
    return way != null;
  }

  private boolean combine(ReplyWriter out, long endNanos) throws CommandException {
    SetValue target = unit.views().otherSet();
    if (hidden != null) {
      hidden.point(target);
    }
    boolean isDone;
    try {
      isDone = walk(hidden == null ? null : target, endNanos);
    } finally {
      if (hidden != null) {
        hidden.keep(target);
      }
    }
    return isDone && (result != Result.STORED || keys.mayChangeLast()) && deliver(out, target);
  }

  /** Goes on with the walk; true when it is done. */
  private boolean walk(@Nullable SetValue target, long endNanos) throws CommandException {
    Way how = requireNonNull(way);
    SetGroup sets = many;
    if (sets == null) {
      sets = pointSets();
      SetCombination.arrange(how, sets, count);
    }
    if (walked < 0) {
      SetCombination.walk(how, sets, count);
    } else {
      sets.goOn(walked, start, met, SetCombination.lastWalked(how, count), pausedAt);
    }
    while (members < limit && sets.nextPart()) {
      members += SetCombination.part(how, sets, count, null, target, limit - members);
      walked = sets.walked();
      start = sets.start();
      met = sets.met();
      pausedAt = sets.pausedAt();
      if (Clock.nanos() - endNanos > 0) {
        return false;
      }
    }
    SetCombination.finish(how, target);
    return true;
  }

  /** Ends the leases and delivers the result, while the shards are owned. */
  private boolean deliver(ReplyWriter out, SetValue target) {
    keys.end();
    switch (result) {
      case REPLIED -> {
        out.set(members);
        reply = new HiddenMembers(unit, requireNonNull(hidden));
        return false;
      }
      case STORED -> {
        requireNonNull(hidden).install(target, SetAlgebra.event(operation));
        out.integer(members);
      }
      case COUNTED -> out.integer(members);
    }
    cancel();
    return true;
  }

  @Override
  public void cancel() {
    keys.end();
    if (hidden != null) {
      hidden.discard();
    }
  }
}
