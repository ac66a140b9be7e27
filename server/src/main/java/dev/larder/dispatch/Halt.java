package dev.larder.dispatch;

import dev.larder.command.Job;
import dev.larder.resp.HotPath;
import dev.larder.storage.Lease;
import dev.larder.storage.Shard;
import org.jspecify.annotations.Nullable;

/**
 * Where and why the loop's execution is about to stop. Filled on the way out of a command, then
 * handed over as the {@link Stop} of a suspension. One per loop.
 */
@HotPath
final class Halt {
  /** The command to go on with. */
  private int next;

  private @Nullable Job job;
  private @Nullable Shard contended;
  private @Nullable Lease lease;
  private boolean isToServe;
  private @Nullable BlockedCall blocked;

  int next() {
    return next;
  }

  void next(int command) {
    next = command;
  }

  /** A command has left a job, and is over only with that. */
  void job(Job newJob) {
    job = newJob;
  }

  /**
   * The next command waits for a shard that is taken.
   *
   * @param newIsToServe whether it is needed to serve others first, not by the command itself
   */
  void shard(Shard newContended, boolean newIsToServe) {
    contended = newContended;
    isToServe = newIsToServe;
  }

  @Nullable Shard shard() {
    return contended;
  }

  /** The next command waits for somebody else's lease. */
  void lease(Lease newLease) {
    lease = newLease;
  }

  /** A command waits for a key. */
  void blocked(BlockedCall newBlocked) {
    blocked = newBlocked;
  }

  @Nullable BlockedCall blocked() {
    return blocked;
  }

  /** Hands it over, and is as new but for the command to go on with. */
  Stop take(Outcome reason) {
    Stop stop = new Stop(reason, next, job, contended, lease, isToServe, blocked);
    job = null;
    contended = null;
    lease = null;
    isToServe = false;
    blocked = null;
    return stop;
  }
}
