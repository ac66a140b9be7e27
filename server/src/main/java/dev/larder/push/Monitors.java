package dev.larder.push;

import java.util.List;
import java.util.stream.Stream;

/** The clients who are told every command that runs, by MONITOR. Any thread. */
public final class Monitors {

  /**
   * One of them.
   *
   * @param loop the number of its loop
   */
  private record Monitor(int loop, PushTarget target) {}

  private volatile List<Monitor> all = List.of();

  /** Whether there is any: what is asked for each command. */
  public boolean hasAny() {
    return !all.isEmpty();
  }

  /** Adds a client, who is not one of them yet. */
  public synchronized void add(int loop, PushTarget target) {
    all = Stream.concat(all.stream(), Stream.of(new Monitor(loop, target))).toList();
  }

  /** Removes a client. */
  public synchronized void remove(PushTarget target) {
    all = all.stream().filter(monitor -> monitor.target != target).toList();
  }

  /** Sends all of them a message, which this takes over. */
  void tell(PushMessage message, Outbox outbox) {
    try {
      for (Monitor monitor : all) {
        outbox.add(monitor.loop, monitor.target, message);
      }
    } finally {
      message.release();
    }
  }
}
