package dev.larder.metrics;

import dev.larder.resp.HotPath;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * How long more memory was used than may be, and for how long it is now. Who finds that out says
 * so; any thread.
 */
@HotPath
public final class EvictionClock {
  /** When it was first found to be exceeded; 0 while it is not. */
  private final AtomicLong since = new AtomicLong();

  private final LongAdder endedNanos = new LongAdder();

  /** More is used than may be. */
  void exceeded() {
    if (since.get() == 0) {
      // Never 0, as that means something else.
      since.compareAndSet(0, Clock.nanos() | 1);
    }
  }

  /** No more is used than may be. */
  void fits() {
    long begun = since.get();
    if (begun != 0 && since.compareAndSet(begun, 0)) {
      endedNanos.add(Clock.nanos() - begun);
    }
  }

  /** For how long it has been exceeded, in nanoseconds; 0 if it is not. */
  public long currentNanos() {
    long begun = since.get();
    return begun == 0 ? 0 : Math.max(0, Clock.nanos() - begun);
  }

  /** The same since the start, all times together. */
  public long totalNanos() {
    return endedNanos.sum() + currentNanos();
  }
}
