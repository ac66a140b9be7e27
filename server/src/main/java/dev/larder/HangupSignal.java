package dev.larder;

import sun.misc.Signal;

/**
 * SIGHUP, by which a daemon is told to read its configuration again; unless told otherwise, the JVM
 * ends at it. There is no other way to handle a signal in Java, and this one stays until there is
 * (JEP 260).
 */
final class HangupSignal {
  private HangupSignal() {}

  /** Has a task run at each signal, on a thread of its own. */
  static void runs(Runnable task) {
    try {
      Signal.handle(new Signal("HUP"), _ -> task.run());
    } catch (IllegalArgumentException e) {
      // A system without it, or a JVM that was told to leave signals alone.
    }
  }
}
