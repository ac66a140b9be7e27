package dev.larder.metrics;

import java.time.Instant;

/** The only place that reads the machine's clocks; all methods may be called from any thread. */
public final class Clock {
  private Clock() {}

  /** Wall clock, milliseconds since 1970. May step when the machine's time is set. */
  public static long wallMillis() {
    return System.currentTimeMillis();
  }

  /** Wall clock, microseconds since 1970. */
  public static long wallMicros() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
  }

  /** Nanoseconds since an arbitrary moment; never steps. */
  public static long nanos() {
    return System.nanoTime();
  }
}
