package dev.larder.storage;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The thread that gives memory back to the system, so that no command makes a system call.
 *
 * <p>Ten times a second it takes free pages of each shard out of circulation, at most 1 MiB at a
 * time, returns them without owning the shard, and puts them back as clean ones; then it sweeps
 * freed chunks likewise.
 */
final class Reclaimer implements Runnable {
  private static final long PERIOD_NANOS = 100_000_000;

  /** Between two steps, so that on a single core the event loop never waits behind several. */
  private static final long PAUSE_NANOS = 500_000;

  /** Free pages that a shard keeps for its next allocations: 256 KiB. */
  private static final int KEPT_PAGES = 4;

  private static final int CHUNKS_PER_STEP = 16;

  private final Keyspace keyspace;
  private final Unit unit;
  private final AtomicReference<@Nullable CompletableFuture<Boolean>> purge =
      new AtomicReference<>();
  private volatile boolean stopped;
  private final BackgroundThread thread = new BackgroundThread("larder-reclaim", this);

  Reclaimer(Keyspace keyspace) {
    this.keyspace = keyspace;
    this.unit = keyspace.newUnit();
  }

  void start() {
    thread.start();
  }

  void stop() {
    stopped = true;
    thread.awaitEnd();
  }

  /** Gives back at once what is free, the pages that shards keep included; any thread. */
  CompletableFuture<Boolean> purge() {
    CompletableFuture<Boolean> wanted = new CompletableFuture<>();
    CompletableFuture<Boolean> earlier = purge.compareAndExchange(null, wanted);
    thread.wake();
    return earlier == null ? wanted : earlier;
  }

  @Override
  public void run() {
    while (!stopped) {
      CompletableFuture<Boolean> purged = purge.getAndSet(null);
      int kept = purged == null ? KEPT_PAGES : 0;
      for (int i = 0; i < keyspace.shardCount() && !stopped; i++) {
        returnPages(keyspace.shard(i), kept);
      }
      keyspace.eviction().returnMemory();
      while (!stopped && keyspace.large().sweep(CHUNKS_PER_STEP) > 0) {
        LockSupport.parkNanos(this, PAUSE_NANOS);
      }
      if (purged != null) {
        purged.complete(true);
      }
      if (purge.get() == null) {
        LockSupport.parkNanos(this, PERIOD_NANOS);
      }
    }
  }

  private void returnPages(Shard shard, int kept) {
    while (!stopped && shard.dirtyPages() > kept && take(shard)) {
      shard.arena.decommitTaken();
      while (!own(shard)) {
        Thread.onSpinWait();
      }
      shard.arena.restoreTaken();
      unit.releaseAll();
      LockSupport.parkNanos(this, PAUSE_NANOS);
    }
  }

  private boolean take(Shard shard) {
    if (!own(shard)) {
      return false;
    }
    boolean taken = shard.arena.takeDirtyPages();
    unit.releaseAll();
    return taken;
  }

  private boolean own(Shard shard) {
    unit.begin(0);
    return unit.acquire(shard);
  }
}
