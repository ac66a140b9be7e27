package dev.larder.push;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of what was posted has not been delivered, in all mailboxes of a server, and who waits
 * for that to become less. What a message counts is its length, once for each loop, and as much for
 * each of its receivers as bounds the time that delivering takes. Any thread.
 */
public final class Backlog {

  /** A quarter of a million deliveries, or 64 MiB in long messages. */
  static final long MAX_WEIGHT = 64 << 20;

  private final AtomicLong weight = new AtomicLong();
  private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();

  Backlog() {}

  void add(long added) {
    weight.addAndGet(added);
  }

  void remove(long removed) {
    if (weight.addAndGet(-removed) < MAX_WEIGHT / 2 && !waiting.isEmpty()) {
      runAll();
    }
  }

  /** Whether nothing is on its way. */
  boolean isEmpty() {
    return weight.get() == 0;
  }

  /** Whether nobody should publish more. */
  public boolean isFull() {
    return weight.get() >= MAX_WEIGHT;
  }

  /** Whether nobody should do anything that others are told of. */
  public boolean isOverfull() {
    return weight.get() >= 2 * MAX_WEIGHT;
  }

  /** Runs this as soon as there is room, perhaps at once; on any thread, so it must be short. */
  public void awaitRoom(Runnable task) {
    waiting.add(task);
    if (!isFull()) {
      runAll();
    }
  }

  private void runAll() {
    for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
      task.run();
    }
  }
}
