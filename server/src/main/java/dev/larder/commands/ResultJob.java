package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.Job;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.SortedSetResult;
import dev.larder.storage.Unit;
import org.jspecify.annotations.Nullable;

/**
 * Collects members in a result, in slices and under leases of the keys that they are from, as of
 * one moment; then replies them at the peer's pace, or stores them in one step.
 */
final class ResultJob implements Job {
  /** What finds the members. */
  interface Work {
    /**
     * Goes on for a while; the shards of all keys are owned.
     *
     * @return whether all is found
     */
    boolean run(long endNanos) throws CommandException;

    /** The number to reply of what was found. */
    long count();
  }

  private final Unit unit;
  private final LeasedKeys keys;
  private final Work work;
  private final SortedSetResult result;
  private final @Nullable TargetKey target;
  private final boolean isReplied;
  private final boolean hasScores;
  private boolean isFound;
  private boolean isReplying;

  private ResultJob(
      Call call,
      LeasedKeys keys,
      Work work,
      SortedSetResult result,
      @Nullable TargetKey target,
      boolean isReplied,
      boolean hasScores) {
    this.unit = call.unit();
    this.keys = keys;
    this.work = work;
    this.result = result;
    this.target = target;
    this.isReplied = isReplied;
    this.hasScores = hasScores;
  }

  /** One that replies the members. */
  static ResultJob ofReply(
      Call call, LeasedKeys keys, Work work, SortedSetResult result, boolean hasScores) {
    return new ResultJob(call, keys, work, result, null, true, hasScores);
  }

  /** One that stores them in a key, the last one leased, and replies their number. */
  static ResultJob ofStore(
      Call call, LeasedKeys keys, Work work, SortedSetResult result, TargetKey target) {
    return new ResultJob(call, keys, work, result, target, false, false);
  }

  /** One that only replies a number. */
  static ResultJob ofCount(Call call, LeasedKeys keys, Work work, SortedSetResult result) {
    return new ResultJob(call, keys, work, result, null, false, false);
  }

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) throws CommandException {
    long endNanos = Clock.nanos() + budgetNanos;
    if (isReplying) {
      return reply(out, endNanos);
    }
    if (!keys.acquire()) {
      return false;
    }
    isFound = isFound || work.run(endNanos);
    if (!isFound || (target != null && !keys.mayChangeLast())) {
      return false;
    }
    keys.end();
    long count = work.count();
    if (isReplied) {
      SortedSetReads.header(out, count, hasScores);
      isReplying = result.seekFirst();
      return isReplying ? reply(out, endNanos) : end();
    }
    if (target != null) {
      target.store(result);
    }
    out.integer(count);
    return end();
  }

  /** Replies some of the members: nobody else knows of them, so that no shard is needed. */
  private boolean reply(ReplyWriter out, long endNanos) {
    int mark = out.mark();
    boolean more = true;
    while (more && !LeasedReply.isEnough(out, mark, endNanos)) {
      SortedSetReads.element(out, result, hasScores);
      more = result.next();
    }
    return !more && end();
  }

  private boolean end() {
    result.discard();
    return true;
  }

  @Override
  public boolean outlivesClient() {
    return target != null;
  }

  @Override
  public void cancel() {
    keys.end();
    result.discard();
  }
}
