package dev.larder.storage;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A thread beside the event loops that parks between its turns, until its work ends. */
final class BackgroundThread {
  private final String name;
  private final Runnable work;
  private @Nullable Thread thread;

  BackgroundThread(String name, Runnable work) {
    this.name = name;
    this.work = work;
  }

  void start() {
    thread = Thread.ofPlatform().daemon().name(name).start(work);
  }

  /** Ends its pause; any thread. */
  void wake() {
    LockSupport.unpark(thread);
  }

  /** Waits until it has ended, which it has been told to do. */
  void awaitEnd() {
    Thread running = thread;
    if (running != null) {
      wake();
      try {
        running.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
