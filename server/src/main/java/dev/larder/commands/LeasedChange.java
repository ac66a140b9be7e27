package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.Job;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.CollectionValue;
import dev.larder.storage.KeyEvent;

/**
 * A change of one key that takes more than a turn. Nobody else sees the key before it is done, and
 * it is done to its end although the client goes away.
 */
abstract class LeasedChange implements Job {
  private final LeasedKey key;

  /** Leases a key, whose entry there is. */
  LeasedChange(Call call, int keyArg, long entry) {
    key = new LeasedKey(call, keyArg, entry, true);
  }

  /**
   * Changes something, until {@link LeasedReply#isLate}. The entry stays where it is, unless this
   * was the last step.
   *
   * @return whether that was all
   */
  abstract boolean change(long endNanos);

  /** Replies when all is changed. */
  abstract void reply(ReplyWriter out);

  /** Points a view at the key. */
  final void point(CollectionValue view) {
    key.point(view);
  }

  /** See {@link LeasedKey#event}. */
  final void event(KeyEvent event) {
    key.event(event);
  }

  @Override
  public final boolean step(ReplyWriter out, long budgetNanos) {
    if (!key.acquire() || !change(Clock.nanos() + budgetNanos)) {
      return false;
    }
    key.end();
    reply(out);
    return true;
  }

  @Override
  public final boolean outlivesClient() {
    return true;
  }

  @Override
  public final void cancel() {
    key.end();
  }
}
