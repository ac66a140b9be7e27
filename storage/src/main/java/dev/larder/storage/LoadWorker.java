package dev.larder.storage;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Builds the entries of a part of the shards, on a thread of its own from {@link #start} to {@link
 * #finish}; one other thread hands it batches. After a failure it builds nothing any more, but
 * takes batches all the same, so that nobody waits for it.
 */
final class LoadWorker implements Runnable {
  /** How many batches there are: one being filled, one being built, the others waiting. */
  private static final int BATCHES = 4;

  private final LoadBuilder builder;
  private final int firstShard;
  private final int endShard;
  private final Thread thread;
  private final BlockingQueue<LoadBatch> waiting = new ArrayBlockingQueue<>(BATCHES);
  private final BlockingQueue<LoadBatch> free = new ArrayBlockingQueue<>(BATCHES);

  /** Being filled. */
  private @Nullable LoadBatch next;

  private boolean isStarted;
  private boolean isFinishing;
  private volatile @Nullable LoadException failure;
  private volatile @Nullable Throwable bug;

  LoadWorker(LoadBuilder builder, int index, int firstShard, int endShard) {
    this.builder = builder;
    this.firstShard = firstShard;
    this.endShard = endShard;
    this.thread = Thread.ofPlatform().daemon().name("larder-load-" + index).unstarted(this);
  }

  void start() {
    isStarted = true;
    for (int i = 0; i < BATCHES; i++) {
      free.add(LoadBatch.allocate());
    }
    thread.start();
  }

  /** The batch that is being filled, with room for an entry of so many bytes, without its head. */
  LoadBatch batchFor(long bytes) throws InterruptedException, LoadException {
    LoadBatch batch = next;
    if (batch != null && !batch.fits(bytes)) {
      submit(batch);
      batch = null;
    }
    if (batch == null) {
      batch = free.take();
      next = batch;
    }
    return batch;
  }

  private void submit(LoadBatch batch) throws InterruptedException, LoadException {
    next = null;
    waiting.put(batch);
    LoadException failed = failure;
    if (failed != null) {
      throw failed;
    }
    throwBug();
  }

  private void throwBug() {
    Throwable thrown = bug;
    if (thrown != null) {
      throw new IllegalStateException("loading failed by a bug", thrown);
    }
  }

  /**
   * Builds what it was given, or with {@code isAbandoned} forgets it, and ends the thread. A second
   * call does nothing.
   */
  void finish(boolean isAbandoned) throws InterruptedException, LoadException {
    if (!isStarted || isFinishing) {
      return;
    }
    LoadBatch last = next != null ? next : free.take();
    next = null;
    if (isAbandoned) {
      last.clear();
    }
    isFinishing = true;
    last.setLast();
    waiting.put(last);
    thread.join();
    for (LoadBatch batch : free) {
      batch.close();
    }
    if (!isAbandoned) {
      LoadException failed = failure;
      if (failed != null) {
        throw failed;
      }
      throwBug();
    }
  }

  @Override
  public void run() {
    try {
      boolean isLast;
      do {
        LoadBatch batch = waiting.take();
        // Before it is given back: then it may become the last one, behind others that wait.
        isLast = batch.isLast();
        if (failure == null && bug == null) {
          build(batch);
        }
        batch.clear();
        free.put(batch);
      } while (!isLast);
    } catch (InterruptedException e) {
      bug = e;
    }
  }

  private void build(LoadBatch batch) {
    try {
      builder.build(batch, firstShard, endShard);
    } catch (LoadException e) {
      failure = e;
    } catch (Throwable e) {
      bug = e;
    }
  }
}
