package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.Job;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.SortedSetValue;

/**
 * Removes more members of a sorted set than a turn has time for, by their ranks. Nobody else sees
 * the set before all have gone.
 */
final class LeasedRemoval implements Job {
  /** So many are removed within a turn. */
  static final long TURN_MEMBERS = 4096;

  private static final int MEMBERS_AT_ONCE = 128;

  private final LeasedKey key;
  private final SortedSetValue set;
  private final long rank;
  private final long count;
  private long left;

  /** Of the set in argument 1. */
  LeasedRemoval(Call call, SortedSetValue set, long rank, long count) {
    this.key = new LeasedKey(call, 1, set.entry(), true);
    this.set = set;
    this.rank = rank;
    this.count = count;
    this.left = count;
  }

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) {
    if (!key.acquire()) {
      return false;
    }
    long endNanos = Clock.nanos() + budgetNanos;
    key.point(set);
    do {
      long removed = Math.min(left, MEMBERS_AT_ONCE);
      set.removeRange(rank, removed);
      left -= removed;
    } while (left > 0 && !LeasedReply.isLate(endNanos));
    key.follow(set);
    if (left > 0) {
      return false;
    }
    key.end();
    out.integer(count);
    return true;
  }

  @Override
  public boolean outlivesClient() {
    return true;
  }

  @Override
  public void cancel() {
    key.end();
  }
}
