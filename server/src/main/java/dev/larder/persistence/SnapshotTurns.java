package dev.larder.persistence;

import dev.larder.metrics.Clock;
import dev.larder.storage.SnapshotPace;
import java.util.concurrent.locks.LockSupport;
import java.util.function.DoubleSupplier;

/**
 * Short slices with rests between them, so that a snapshot neither keeps a shard for long nor the
 * event loops from their cores. It rests twice as long as it works, and less the more it is behind,
 * whatever it waited for before: a kernel with a slow clock lets whoever does not rest go on for 4
 * ms, and an event loop that has the same core wait.
 */
final class SnapshotTurns implements SnapshotPace {
  private static final long SLICE_NANOS = 100_000;
  private static final long MOST_REST_NANOS = 2_000_000;
  private static final long MOST_URGENT_WORK_NANOS = 1_000_000;

  private static final long AWAIT_NANOS = 20_000;

  private final boolean rests;
  private final DoubleSupplier lag;

  /** When the last rest ended. */
  private long restedNanos = Clock.nanos();

  private long endNanos;

  /**
   * @param lag how far it is behind: 1 and more when others wait for it
   */
  SnapshotTurns(DoubleSupplier lag) {
    this(true, lag);
  }

  private SnapshotTurns(boolean rests, DoubleSupplier lag) {
    this.rests = rests;
    this.lag = lag;
  }

  /** Without any rest, while nobody else can do anything. */
  static SnapshotTurns unbroken() {
    return new SnapshotTurns(false, () -> 1);
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
    double behind = lag.getAsDouble();
    if (worked >= (behind < 1 ? SLICE_NANOS : MOST_URGENT_WORK_NANOS)) {
      double rest = 2 * worked * (1 - behind);
      rest((long) Math.clamp(rest, 1, MOST_REST_NANOS));
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
