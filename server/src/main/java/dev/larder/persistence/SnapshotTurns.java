package dev.larder.persistence;

import dev.larder.metrics.Clock;
import dev.larder.storage.SnapshotPace;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Short slices with rests between them, so that a snapshot neither keeps a shard for long nor the
 * event loops from their cores. It rests twice as long as it works, whatever it waited for before: a
 * kernel with a slow clock lets whoever does not rest go on for 4 ms, and an event loop that has
 * the same core wait.
 */
final class SnapshotTurns implements SnapshotPace {
  private static final long SLICE_NANOS = 100_000;
  private static final long MOST_REST_NANOS = 2_000_000;
  private static final long MOST_URGENT_WORK_NANOS = 1_000_000;

  private static final long AWAIT_NANOS = 20_000;

  private final boolean rests;
  private final BooleanSupplier isUrgent;

  /** When the last rest ended. */
  private long restedNanos = Clock.nanos();

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
    // The work and what was written to the disk.
    long worked = Clock.nanos() - restedNanos;
    if (isUrgent.getAsBoolean()) {
      if (worked >= MOST_URGENT_WORK_NANOS) {
        rest(1);
      }
    } else if (worked >= SLICE_NANOS) {
      rest(Math.min(2 * worked, MOST_REST_NANOS));
    }
  }

  private void rest(long nanos) {
    LockSupport.parkNanos(nanos);
    restedNanos = Clock.nanos();
  }

  @Override
  public void await() {
    LockSupport.parkNanos(AWAIT_NANOS);
  }
}
