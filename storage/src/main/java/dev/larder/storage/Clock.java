package dev.larder.storage;

/** The only place in storage that reads time: budgets of housekeeping slices. */
final class Clock {
  private Clock() {}

  /** A monotonic time in nanoseconds. */
  static long nanos() {
    return System.nanoTime();
  }
}
