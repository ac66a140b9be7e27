package dev.larder.dispatch;

import dev.larder.command.Job;
import dev.larder.metrics.Clock;
import dev.larder.resp.Batch;
import dev.larder.resp.Status;
import dev.larder.storage.Shard;
import org.jspecify.annotations.Nullable;

/**
 * Where a client's execution stopped. The batch belongs to the suspension until it goes on, and so
 * does the buffer that its arguments point into.
 */
public final class Suspension {
  private final Batch batch;
  private final Status decoded;
  private long sinceNanos = Clock.nanos();
  private Outcome reason;
  private int next;
  private @Nullable Job job;
  private @Nullable Shard shard;

  Suspension(
      Batch batch,
      Status decoded,
      Outcome reason,
      int next,
      @Nullable Job job,
      @Nullable Shard shard) {
    this.batch = batch;
    this.decoded = decoded;
    this.reason = reason;
    this.next = next;
    this.job = job;
    this.shard = shard;
  }

  public Batch batch() {
    return batch;
  }

  /** What the decoder said when it had filled the batch. */
  public Status decoded() {
    return decoded;
  }

  public Outcome reason() {
    return reason;
  }

  /** The command to go on with. */
  int next() {
    return next;
  }

  @Nullable Job job() {
    return job;
  }

  /** How long the job's next step may wait, in nanoseconds. */
  public long pauseNanos() {
    return job == null ? 0 : job.pauseNanos();
  }

  /** What a command waits for that waits for a shard. */
  @Nullable Shard shard() {
    return shard;
  }

  /** When the wait began, by the monotonic clock. */
  long sinceNanos() {
    return sinceNanos;
  }

  /** Still suspended, for another reason or at another command. */
  void move(Outcome newReason, int newNext, @Nullable Job newJob, @Nullable Shard newShard) {
    if (newNext != next || newReason != reason) {
      sinceNanos = Clock.nanos();
    }
    reason = newReason;
    next = newNext;
    job = newJob;
    shard = newShard;
  }

  /** The client has gone: gives back what is held. */
  public void abandon() {
    if (job != null) {
      job.cancel();
      job = null;
    }
    batch.clear();
  }
}
