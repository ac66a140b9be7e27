package dev.larder.persistence;

import dev.larder.metrics.Clock;
import dev.larder.storage.SnapshotPace;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Short slices with rests between them, so that a snapshot neither keeps a shard for long nor the
 * event loops from their cores. It rests as long as it works; a rest that took longer than it was
 * meant to, since the cores are busy, makes up for later ones.
 *
 * <p>Whatever it has to make up for, it never works for long without any rest: a kernel with a slow
 * clock lets whoever does not rest go on for 4 ms, and an event loop with a core of its own wait.
 */
final class SnapshotTurns implements SnapshotPace {
  private static final long SLICE_NANOS = 100_000;
  private static final long LEAST_REST_NANOS = 100_000;
  private static final long MOST_REST_NANOS = 2_000_000;

  /** So much of a rest that was too long makes up for later ones. */
  private static final long MOST_CREDIT_NANOS = 4_000_000;

  /** How long it works without any rest. */
  private static final long MOST_WORK_NANOS = 400_000;

  private static final long MOST_URGENT_WORK_NANOS = 1_000_000;

  private static final long AWAIT_NANOS = 20_000;

  private final boolean rests;
  private final BooleanSupplier isUrgent;

  /** When the last rest ended, and up to when work has been counted. */
  private long restedNanos = Clock.nanos();

  private long countedNanos = restedNanos;

  /** How long to rest for the work so far; negative after a rest that was too long. */
  private long owedNanos;

  private long endNanos;

  /**
   * @param isUrgent whether others wait for the snapshot now
   */
  SnapshotTurns(BooleanSupplier isUrgent) {
    this(true, isUrgent);
  }

  private SnapshotTurns(boolean rests, BooleanSupplier isUrgent) {
    this.rests = rests;
    this.isUrgent = isUrgent;
  }

  /** Without any rest, while nobody else can do anything. */
  static SnapshotTurns unbroken() {
    return new SnapshotTurns(false, () -> true);
  }

  @Override
  public void begin() {
    endNanos = Clock.nanos() + SLICE_NANOS;
  }

  @Override
  public boolean isOver() {
    return Clock.nanos() - endNanos >= 0;
  }

  @Override
  public void pause() {
    if (!rests) {
      return;
    }
    long now = Clock.nanos();
    // What the work took, with what was written to the disk.
    owedNanos = Math.min(owedNanos + now - countedNanos, MOST_REST_NANOS);
    countedNanos = now;
    long worked = now - restedNanos;
    if (isUrgent.getAsBoolean()) {
      if (worked >= MOST_URGENT_WORK_NANOS) {
        rest(now, 1);
      }
    } else if (owedNanos >= LEAST_REST_NANOS || worked >= MOST_WORK_NANOS) {
      rest(now, Math.max(owedNanos, LEAST_REST_NANOS));
    }
  }

  private void rest(long now, long nanos) {
    LockSupport.parkNanos(nanos);
    restedNanos = Clock.nanos();
    countedNanos = restedNanos;
    owedNanos = Math.max(owedNanos - (restedNanos - now), -MOST_CREDIT_NANOS);
  }

  @Override
  public void await() {
    LockSupport.parkNanos(AWAIT_NANOS);
  }
}
