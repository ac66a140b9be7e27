package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.Job;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.CollectionValue;
import dev.larder.storage.Entry;
import dev.larder.storage.Lease;
import dev.larder.storage.Unit;

/**
 * The rest of a reply that is too long for one turn of the event loop: elements of a collection,
 * written as the peer reads them while a lease keeps the collection as it is. Who wants to change
 * it meanwhile waits until the reply is written, which then no longer waits for the peer.
 */
abstract class LeasedReply implements Job {
  /** A reply within a turn ends at about so many bytes; what is left becomes a job. */
  static final int TURN_BYTES = 256 * 1024;

  /** So many bytes of one step, so that they are sent before there are more. */
  private static final int STEP_BYTES = 64 * 1024;

  private final Unit unit;
  private final Lease lease;
  private final long hash;

  /** Leases a key, whose entry there is. */
  LeasedReply(Call call, int keyArg, long entry) {
    unit = call.unit();
    hash = call.hash(keyArg);
    lease =
        call.shard(keyArg)
            .leases()
            .take(
                call.db(),
                hash,
                call.argAddress(keyArg),
                call.argLength(keyArg),
                entry,
                false,
                call.session().connection()::hurry);
  }

  /**
   * Writes elements until {@link #isEnough}.
   *
   * @param entry the collection
   * @return whether that was all
   */
  abstract boolean write(ReplyWriter out, long entry, int mark, long endNanos);

  /** Whether a step has written enough, which began at this mark. */
  static boolean isEnough(ReplyWriter out, int mark, long endNanos) {
    return out.mark() - mark >= STEP_BYTES || Clock.nanos() - endNanos > 0;
  }

  /** Points a view at the collection. */
  final void point(CollectionValue view, long entry) {
    view.point(
        lease.shard(),
        lease.database(),
        hash,
        Entry.keyAddress(entry),
        Entry.keyLength(entry),
        entry);
  }

  @Override
  public final boolean step(ReplyWriter out, long budgetNanos) {
    if (!unit.acquire(lease.shard())) {
      return false;
    }
    boolean isDone = write(out, lease.entry(), out.mark(), Clock.nanos() + budgetNanos);
    if (isDone) {
      lease.end();
    }
    return isDone;
  }

  @Override
  public final boolean isUrgent() {
    return lease.isWanted();
  }

  @Override
  public final void cancel() {
    lease.end();
  }
}
