package dev.larder.dispatch;

import dev.larder.command.Job;
import dev.larder.metrics.Clock;
import dev.larder.resp.Batch;
import dev.larder.resp.Status;
import org.jspecify.annotations.Nullable;

/**
 * Where a client's execution stopped. The batch belongs to the suspension until it goes on, and so
 * does the buffer that its arguments point into, unless the batch is detached.
 */
public final class Suspension {
  private final Status decoded;
  private Batch batch;
  private Stop stop;
  private long sinceNanos = Clock.nanos();

  Suspension(Batch batch, Status decoded, Stop stop) {
    this.batch = batch;
    this.decoded = decoded;
    this.stop = stop;
  }

  Batch batch() {
    return batch;
  }

  /** What the decoder said when it had filled the batch. */
  public Status decoded() {
    return decoded;
  }

  public Outcome reason() {
    return stop.reason();
  }

  /** Whether a reply may have been begun that is not complete. */
  public boolean isInReply() {
    BlockedCall blocked = stop.blocked();
    return stop.job() != null || (blocked != null && !blocked.isWaiting());
  }

  Stop stop() {
    return stop;
  }

  /** How long the job's next step may wait, in nanoseconds. */
  public long pauseNanos() {
    Job job = stop.job();
    return job == null ? 0 : job.pauseNanos();
  }

  /** How long the wait for a key may last from now on, in nanoseconds; 0 for ever. */
  public long timeoutNanos() {
    BlockedCall blocked = stop.blocked();
    return blocked == null ? 0 : blocked.timeoutNanos();
  }

  /** Whether a job can go on, or what follows when the peer has read. */
  public boolean isDue(boolean peerReads) {
    Job job = stop.job();
    return reason() == Outcome.WAIT_FOR_JOB
        || reason() == Outcome.WAIT_FOR_PAUSE
        || (reason() == Outcome.WAIT_FOR_PEER && (peerReads || (job != null && job.isUrgent())));
  }

  /** Whether nothing is done for the client but waiting, which ends when its input does. */
  public boolean isWait() {
    Job job = stop.job();
    return reason() == Outcome.WAIT_FOR_KEY || (job != null && job.isWait());
  }

  /** When the wait began, by the monotonic clock. */
  long sinceNanos() {
    return sinceNanos;
  }

  /** Still suspended, for another reason or at another command. */
  void move(Stop newStop) {
    if (newStop.next() != stop.next() || newStop.reason() != stop.reason()) {
      sinceNanos = Clock.nanos();
    }
    stop = newStop;
    BlockedCall blocked = newStop.blocked();
    if (blocked != null) {
      batch = blocked.batch;
    }
  }

  /**
   * The client has gone: gives back what is held.
   *
   * @return what has to be done to its end all the same, or null
   */
  @Nullable Job abandon() {
    Job job = stop.job();
    batch.clear();
    if (job == null) {
      return null;
    }
    stop = new Stop(stop.reason(), stop.next(), null, stop.shard(), stop.lease(), false, null);
    if (job.outlivesClient()) {
      return job;
    }
    job.cancel();
    return null;
  }
}
