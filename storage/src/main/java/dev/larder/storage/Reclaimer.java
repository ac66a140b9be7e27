package dev.larder.storage;

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
  private volatile boolean stopped;
  private @Nullable Thread thread;

  Reclaimer(Keyspace keyspace) {
    this.keyspace = keyspace;
    this.unit = keyspace.newUnit();
  }

  void start() {
    thread = Thread.ofPlatform().daemon().name("larder-reclaim").start(this);
  }

  void stop() {
    stopped = true;
    Thread running = thread;
    if (running != null) {
      LockSupport.unpark(running);
      try {
        running.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void run() {
    while (!stopped) {
      for (int i = 0; i < keyspace.shardCount() && !stopped; i++) {
        returnPages(keyspace.shard(i));
      }
      keyspace.eviction().returnMemory();
      while (!stopped && keyspace.large().sweep(CHUNKS_PER_STEP) > 0) {
        LockSupport.parkNanos(this, PAUSE_NANOS);
      }
      LockSupport.parkNanos(this, PERIOD_NANOS);
    }
  }

  private void returnPages(Shard shard) {
    while (!stopped && shard.dirtyPages() > KEPT_PAGES && take(shard)) {
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
