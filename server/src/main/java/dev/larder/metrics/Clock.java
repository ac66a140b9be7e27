package dev.larder.metrics;

import java.time.Instant;

/** The only place that reads the machine's clocks; all methods may be called from any thread. */
public final class Clock {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /** How long after a step of the wall clock {@link #wallMillis(long)} may not know of it. */
  private static final long COMPARED_NANOS = 50 * NANOS_PER_MILLI;

  /** Two clocks that were read further apart than this are compared once more. */
  private static final long APART_NANOS = 2_000;

  private static final int COMPARISONS = 8;

  /** What the wall clock is ahead of {@link #nanos}, and until when that is believed. */
  private static volatile long aheadNanos;

  private static volatile long believedUntil = System.nanoTime();

  private Clock() {}

  /**
   * The wall clock, milliseconds since 1970, at a moment that was read from {@link #nanos} just
   * now: for who needs both, at the price of one. The same for all threads, to a few microseconds.
   */
  public static long wallMillis(long nanos) {
    if (nanos - believedUntil >= 0) {
      compare();
    }
    return (nanos + aheadNanos) / NANOS_PER_MILLI;
  }

  /** Compares the clocks; a thread that loses its core meanwhile tries again. */
  private static void compare() {
    long least = Long.MAX_VALUE;
    long ahead = 0;
    for (int i = 0; i < COMPARISONS && least > APART_NANOS; i++) {
      long before = System.nanoTime();
      Instant now = Instant.now();
      long apart = System.nanoTime() - before;
      if (apart < least) {
        least = apart;
        ahead = now.getEpochSecond() * NANOS_PER_SECOND + now.getNano() - before - apart / 2;
      }
    }
    aheadNanos = ahead;
    believedUntil = System.nanoTime() + COMPARED_NANOS;
  }

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
