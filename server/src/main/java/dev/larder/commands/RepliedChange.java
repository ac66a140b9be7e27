package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.Job;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;

/**
 * A change of one key that takes more than a turn, and replies with what it changes meanwhile.
 * Nobody else sees the key before it is done, and it is done to its end although the client goes
 * away.
 */
abstract class RepliedChange implements Job {
  final LeasedKey key;

  /** Leases a key, whose entry there is. */
  RepliedChange(Call call, int keyArg, long entry) {
    key = new LeasedKey(call, keyArg, entry, true);
  }

  /**
   * Changes something and replies with it, until {@link LeasedReply#isEnough}; the unit owns the
   * key's shard.
   *
   * @return whether that was all
   */
  abstract boolean change(ReplyWriter out, long endNanos) throws CommandException;

  @Override
  public final boolean step(ReplyWriter out, long budgetNanos) throws CommandException {
    if (!key.acquire() || !change(out, Clock.nanos() + budgetNanos)) {
      return false;
    }
    cancel();
    return true;
  }

  @Override
  public final boolean isUrgent() {
    return key.isWanted();
  }

  @Override
  public final boolean outlivesClient() {
    return true;
  }

  @Override
  public void cancel() {
    key.end();
  }
}
