package dev.larder.storage.journal;

import dev.larder.storage.disk.DiskFile;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that forces files while the writer goes on. Files come in the order in which they were
 * written, so that the forced mark never passes a file that was not.
 */
final class Forcer implements Runnable {
  private record Task(DiskFile file, long sequence) {}

  private static final Logger LOG = LoggerFactory.getLogger(Forcer.class);

  private final ForceListener listener;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Task> tasks = new ArrayDeque<>();
  private boolean busy;
  private boolean stopped;
  private boolean isThreaded;

  /** Does it, and tells what has come of it. */
  interface ForceListener {
    void force(DiskFile file, long sequence);
  }

  Forcer(ForceListener listener) {
    this.listener = listener;
  }

  /** A thread will run this; until then, who waits does the work. */
  void setThreaded() {
    lock.lock();
    try {
      isThreaded = true;
    } finally {
      lock.unlock();
    }
  }

  /** Queues a file that, with those before it, holds everything up to the sequence. */
  void submit(DiskFile file, long sequence) {
    lock.lock();
    try {
      tasks.add(new Task(file, sequence));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether something is queued or being forced. */
  boolean isBusy() {
    lock.lock();
    try {
      return busy || !tasks.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until nothing is queued or being forced. */
  void awaitIdle() {
    lock.lock();
    try {
      if (!isThreaded) {
        runQueued();
      }
      while (busy || !tasks.isEmpty()) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends the thread after what is queued. */
  void stop() {
    lock.lock();
    try {
      stopped = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void run() {
    Task task = next();
    while (task != null) {
      listener.force(task.file(), task.sequence());
      task = next();
    }
  }

  /** Does what is queued on the calling thread, in place of the forcer's own. */
  void runQueued() {
    while (isBusy()) {
      Task task = next();
      if (task != null) {
        listener.force(task.file(), task.sequence());
      }
      finished();
    }
  }

  private @Nullable Task next() {
    lock.lock();
    try {
      busy = false;
      changed.signalAll();
      while (tasks.isEmpty() && !stopped) {
        changed.awaitUninterruptibly();
      }
      Task task = tasks.poll();
      busy = task != null;
      return task;
    } finally {
      lock.unlock();
    }
  }

  private void finished() {
    lock.lock();
    try {
      busy = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  static void close(DiskFile file) {
    try {
      file.close();
    } catch (IOException e) {
      // It was forced, or its failure was told; nothing depends on its end.
      LOG.warn("Cannot close {}", file.name(), e);
    }
  }
}
