package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.KeyEvent;
import dev.larder.storage.SortedSetValue;

/** Removes more members of a sorted set than a turn has time for, by their ranks. */
final class LeasedRemoval extends LeasedChange {
  /** So many are removed within a turn. */
  static final long TURN_MEMBERS = 4096;

  private static final int MEMBERS_AT_ONCE = 128;

  private final SortedSetValue set;
  private final long rank;
  private final long count;
  private long left;

  /** Of the set in argument 1. */
  LeasedRemoval(Call call, SortedSetValue set, long rank, long count) {
    super(call, 1, set.entry());
    this.set = set;
    this.rank = rank;
    this.count = count;
    this.left = count;
  }

  @Override
  boolean change(long endNanos) {
    point(set);
    set.build();
    do {
      long removed = Math.min(left, MEMBERS_AT_ONCE);
      if (removed == set.count()) {
        event(KeyEvent.DEL);
      }
      set.removeRange(rank, removed);
      left -= removed;
    } while (left > 0 && !LeasedReply.isLate(endNanos));
    if (left == 0 && set.exists()) {
      set.tellRemoved(rank, count);
    }
    return left == 0;
  }

  @Override
  void reply(ReplyWriter out) {
    out.integer(count);
  }
}
