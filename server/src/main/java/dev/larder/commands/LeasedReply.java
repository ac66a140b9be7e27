package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.Job;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.CollectionValue;

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

  private static final long TURN_NANOS = 1_000_000;

  private final LeasedKey key;

  /** Leases a key, whose entry there is. */
  LeasedReply(Call call, int keyArg, long entry) {
    key = new LeasedKey(call, keyArg, entry, false);
  }

  /**
   * Writes elements until {@link #isEnough}.
   *
   * @return whether that was all
   */
  abstract boolean write(ReplyWriter out, int mark, long endNanos);

  /** When a turn that begins now has taken its time. */
  static long turnEnd() {
    return Clock.nanos() + TURN_NANOS;
  }

  /** Whether a step has written enough, which began at this mark. */
  static boolean isEnough(ReplyWriter out, int mark, long endNanos) {
    return out.mark() - mark >= STEP_BYTES || isLate(endNanos);
  }

  /** Whether a turn has written enough, which began at this mark. */
  static boolean isTurnOver(ReplyWriter out, int mark, long endNanos) {
    return out.mark() - mark > TURN_BYTES || isLate(endNanos);
  }

  /** Whether a step has taken its time. */
  static boolean isLate(long endNanos) {
    return Clock.nanos() - endNanos > 0;
  }

  /** Points a view at the collection. */
  final void point(CollectionValue view) {
    key.point(view);
  }

  @Override
  public final boolean step(ReplyWriter out, long budgetNanos) {
    if (!key.acquire()) {
      return false;
    }
    boolean isDone = write(out, out.mark(), Clock.nanos() + budgetNanos);
    if (isDone) {
      key.end();
    }
    return isDone;
  }

  @Override
  public final boolean isUrgent() {
    return key.isWanted();
  }

  @Override
  public final void cancel() {
    key.end();
  }
}
