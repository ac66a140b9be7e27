package dev.larder.commands;

import static java.util.Objects.requireNonNull;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.Job;
import dev.larder.commands.SetCombination.Operation;
import dev.larder.commands.SetCombination.Way;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.HiddenValue;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.SetGroup;
import dev.larder.storage.SetValue;
import dev.larder.storage.Unit;
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
  private final KeyEvent event;
  private final Way way;

  /** How many sets there are; behind them the leased keys have that of the target, if any. */
  private final int count;

  private final LeasedKeys keys;
  private final @Nullable HiddenValue hidden;
  private final long limit;

  /** Where the walk goes on, see {@link SetGroup#goOn}; -1 before it has begun. */
  private int walked = -1;

  private long start;
  private int met;

  private long members;

  /** What is left to do when the members are collected, to reply them. */
  private @Nullable HiddenMembers reply;

  private SetAlgebraJob(
      Call call, Result result, Operation operation, int count, int firstKey, long limit) {
    this.unit = call.unit();
    this.result = result;
    this.event = SetAlgebra.event(operation);
    this.count = count;
    this.limit = limit;
    boolean isStored = result == Result.STORED;
    int[] keyArgs = new int[isStored ? count + 1 : count];
    for (int i = 0; i < count; i++) {
      keyArgs[i] = firstKey + i;
    }
    if (isStored) {
      keyArgs[count] = 1;
    }
    this.keys = new LeasedKeys(call, keyArgs);
    boolean isCollected = result != Result.COUNTED;
    this.way = SetCombination.way(operation, pointSets(), count, isCollected);
    this.hidden = isCollected || way == Way.UNITE ? hidden(call, isStored ? 1 : firstKey) : null;
  }

  private static HiddenValue hidden(Call call, int keyArg) {
    return new HiddenValue(
        call.shard(keyArg),
        call.db(),
        call.hash(keyArg),
        call.argAddress(keyArg),
        call.argLength(keyArg));
  }

  /** Of a call that owns the shards of all its keys, whose sets are argument 1 and so on. */
  static SetAlgebraJob ofReply(Call call, Operation operation, int count) {
    return new SetAlgebraJob(call, Result.REPLIED, operation, count, 1, Long.MAX_VALUE);
  }

  /** The same with the target in argument 1, and the sets behind it. */
  static SetAlgebraJob ofStore(Call call, Operation operation, int count) {
    return new SetAlgebraJob(call, Result.STORED, operation, count, 2, Long.MAX_VALUE);
  }

  /** The same with the sets in argument 2 and so on, and a limit of the count. */
  static SetAlgebraJob ofCount(Call call, Operation operation, int count, long limit) {
    return new SetAlgebraJob(call, Result.COUNTED, operation, count, 2, limit);
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
    return keys.acquire() && combine(out, Clock.nanos() + budgetNanos);
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
    SetGroup sets = pointSets();
    SetCombination.arrange(way, sets, count);
    if (walked < 0) {
      SetCombination.walk(way, sets, count);
    } else {
      sets.goOn(walked, start, met, SetCombination.lastWalked(way, count));
    }
    while (members < limit && sets.nextPart()) {
      members += SetCombination.part(way, sets, count, null, target, limit - members);
      walked = sets.walked();
      start = sets.start();
      met = sets.met();
      if (Clock.nanos() - endNanos > 0) {
        return false;
      }
    }
    SetCombination.finish(way, target);
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
        requireNonNull(hidden).install(target, event);
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
