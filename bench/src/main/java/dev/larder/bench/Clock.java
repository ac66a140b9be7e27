package dev.larder.bench;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.concurrent.locks.LockSupport;

/** The benchmark's only source of time, and its only way to wait. */
final class Clock {
  static final long MILLI = 1_000_000L;
  static final long SECOND = 1_000_000_000L;

  private Clock() {}

  /** Monotonic nanoseconds with an arbitrary origin. */
  static long nanos() {
    return System.nanoTime();
  }

  /** Wall clock in milliseconds since 1970, the unit of PEXPIREAT. */
  static long epochMillis() {
    return System.currentTimeMillis();
  }

  /** Wall clock in the machine's time zone, for the report's heading and name. */
  static LocalDateTime localTime() {
    return LocalDateTime.now(ZoneId.systemDefault());
  }

  /** Waits at least {@code nanos}, through spurious wake-ups. */
  static void pause(long nanos) {
    long end = nanos() + nanos;
    for (long left = nanos; left > 0; left = end - nanos()) {
      LockSupport.parkNanos(left);
    }
  }
}
