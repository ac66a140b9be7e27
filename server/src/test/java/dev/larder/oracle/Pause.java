package dev.larder.oracle;

import dev.larder.metrics.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Lets real time pass, for deadlines that servers in other processes keep. */
final class Pause {

  private Pause() {}

  /** Waits at least this long. */
  static void millis(int millis) {
    long end = Clock.nanos() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (long left = end - Clock.nanos(); left > 0; left = end - Clock.nanos()) {
      LockSupport.parkNanos(left);
    }
  }
}
