package dev.larder.metrics;

import jdk.jfr.FlightRecorder;

/**
 * Events for Java's flight recorder. The first use of a class of events sets up all of the
 * recorder, which takes a good part of a second: so these classes are left alone until somebody has
 * begun to record in this process. Until then each of these methods is the test of a field. Any
 * thread.
 */
public final class FlightEvents {
  private FlightEvents() {}

  /**
   * A command is slow.
   *
   * @param command its full name
   * @param arguments how many it had, its name included
   * @param nanos how long it was executed
   * @param client address of who sent it
   */
  public static void slowCommand(String command, int arguments, long nanos, String client) {
    if (FlightRecorder.isInitialized()) {
      new SlowCommandEvent(command, arguments, nanos, client).commit();
    }
  }

  /**
   * A turn of an event loop is over in which keys had to go for want of memory.
   *
   * @param keys how many
   * @param policy by which
   */
  public static void evicted(long keys, Enum<?> policy) {
    if (FlightRecorder.isInitialized()) {
      new EvictionEvent(keys, policy.toString()).commit();
    }
  }

  /**
   * A snapshot has ended.
   *
   * @param kind {@code rdb} or {@code aof}
   * @param nanos how long it took
   * @param isWhole whether it is complete
   * @param mostWaitingBytes the most that waited to be written
   */
  public static void snapshot(
      String kind, long nanos, long keys, boolean isWhole, long mostWaitingBytes) {
    if (FlightRecorder.isInitialized()) {
      new SnapshotEvent(kind, nanos, keys, isWhole, mostWaitingBytes).commit();
    }
  }
}
