package dev.larder.persistence;

import dev.larder.metrics.Clock;
import dev.larder.storage.SnapshotPace;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Short slices with rests between them, so that a snapshot neither keeps a shard for long nor the
 * event loops from their cores. Without rests while others wait for it.
 */
final class SnapshotTurns implements SnapshotPace {
  private static final long SLICE_NANOS = 100_000;
  private static final long LEAST_REST_NANOS = 100_000;
  private static final long MOST_REST_NANOS = 2_000_000;
  private static final long AWAIT_NANOS = 20_000;

  private final BooleanSupplier isUrgent;
  private long restedNanos = Clock.nanos();
  private long endNanos;

  /**
   * @param isUrgent whether others wait for the snapshot now
   */
  SnapshotTurns(BooleanSupplier isUrgent) {
    this.isUrgent = isUrgent;
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
    if (!isUrgent.getAsBoolean()) {
      // As long as the work took, with what was written to the disk.
      long worked = Clock.nanos() - restedNanos;
      LockSupport.parkNanos(Math.clamp(worked, LEAST_REST_NANOS, MOST_REST_NANOS));
    }
    restedNanos = Clock.nanos();
  }

  @Override
  public void await() {
    LockSupport.parkNanos(AWAIT_NANOS);
  }
}
