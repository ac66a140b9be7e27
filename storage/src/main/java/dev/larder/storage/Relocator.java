package dev.larder.storage;

import dev.larder.storage.memory.Evacuation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The thread that moves blocks out of sparse pages, so that these go back to the system.
 *
 * <p>Once a second, or less often if that takes long, it looks at all page tables, without owning a
 * shard. If that says so, it goes through the shards one after the other: marks pages, moves what
 * is in them, and gives up on what had to stay. It owns a shard for a tenth of a millisecond at a
 * time, and pauses between two steps for as long as its part of a core demands.
 *
 * <p>A thread of its own, since a step on an event loop would hold up all clients of that loop,
 * whereas this one holds up who wants the very shard. On a machine with a single core it is the
 * system that lets the loop wait for a step.
 */
final class Relocator implements Runnable {
  private static final long STEP_NANOS = 100_000;
  private static final long LEAST_PAUSE_NANOS = 50_000;
  private static final long SURVEY_NANOS = 1_000_000_000;

  /** The longest time until the next round, when moving has not helped. */
  private static final long LONGEST_WAIT_NANOS = 300_000_000_000L;

  /** A survey takes about this part of the time at most. */
  private static final int SURVEY_PART = 500;

  /** But it may have waited for a core, or the compiler. */
  private static final long LONGEST_PAUSE_NANOS = 3_000_000_000L;

  private static final int PACK_CYCLE = 25;

  private final Keyspace keyspace;
  private final Relocation options;
  private final Unit unit;
  private final ShardEvacuation evacuation;
  private final AtomicReference<@Nullable CompletableFuture<Void>> wanted = new AtomicReference<>();
  private volatile boolean isStopped;
  private volatile int running;
  private volatile long totalNanos;
  private volatile long startNanos;

  /** How long to wait after a round that has not helped, unless there is much more to do. */
  private long waitNanos;

  private long restBytes;
  private long lastRoundNanos;

  Relocator(Keyspace keyspace, Relocation options) {
    this.keyspace = keyspace;
    this.options = options;
    this.unit = keyspace.newBackgroundUnit();
    this.evacuation = new ShardEvacuation(keyspace);
  }

  RecordMover mover() {
    return evacuation.mover();
  }

  int running() {
    return running;
  }

  long totalMillis() {
    return totalNanos / 1_000_000 + currentMillis();
  }

  long currentMillis() {
    long start = startNanos;
    return start == 0 ? 0 : (Clock.nanos() - start) / 1_000_000;
  }

  void stop() {
    isStopped = true;
  }

  CompletableFuture<Void> packAll() {
    CompletableFuture<Void> mine = new CompletableFuture<>();
    CompletableFuture<Void> before = wanted.compareAndExchange(null, mine);
    return before == null ? mine : before;
  }

  @Override
  public void run() {
    while (!isStopped) {
      CompletableFuture<Void> asked = wanted.get();
      long started = Clock.nanos();
      if (asked != null) {
        round(PACK_CYCLE, 0);
        wanted.set(null);
        asked.complete(null);
      } else if (options.isActive()) {
        considerRound();
      }
      long spent = Clock.nanos() - started;
      long pause = Math.clamp(spent * SURVEY_PART, SURVEY_NANOS, LONGEST_PAUSE_NANOS);
      if (!isStopped && wanted.get() == null) {
        LockSupport.parkNanos(this, pause);
      }
    }
    CompletableFuture<Void> asked = wanted.get();
    if (asked != null) {
      asked.complete(null);
    }
  }

  /** Does a round if there is something to gain. */
  private void considerRound() {
    if (committedBytes() <= options.ignoreBytes()) {
      waitNanos = 0;
      return;
    }
    long excess = 0;
    long live = 0;
    int least = leastPart(options.thresholdLower());
    for (int i = 0; i < keyspace.shardCount(); i++) {
      Evacuation plan = evacuation.plan(i, least);
      excess += plan.excessBytes();
      live += plan.liveBytes();
    }
    double fragmentation = 100.0 * excess / Math.max(1, live);
    if (excess <= options.ignoreBytes() || fragmentation <= options.thresholdLower()) {
      waitNanos = 0;
      return;
    }
    boolean isMore = excess > restBytes + restBytes / 2;
    if (!isMore && Clock.nanos() - lastRoundNanos < waitNanos) {
      return;
    }
    long freed = round(options.cycle(fragmentation), least);
    boolean hasHelped = freed >= excess / 4;
    waitNanos = hasHelped ? 0 : Math.min(LONGEST_WAIT_NANOS, 2 * waitNanos + SURVEY_NANOS);
    restBytes = excess - Math.min(freed, excess);
    lastRoundNanos = Clock.nanos();
  }

  private long committedBytes() {
    long bytes = 0;
    for (int i = 0; i < keyspace.shardCount(); i++) {
      bytes += keyspace.shard(i).arena.committedBytes();
    }
    return bytes;
  }

  /** From hundredths of the data to hundredths of the pages. */
  private static int leastPart(int fragmentation) {
    return 100 * fragmentation / (100 + fragmentation);
  }

  /** Goes through all shards once; returns how many bytes of pages have become free. */
  private long round(int cycle, int least) {
    running = cycle;
    startNanos = Clock.nanos();
    long freed = 0;
    for (int i = 0; i < keyspace.shardCount() && !isStopped; i++) {
      Evacuation plan = evacuation.plan(i, least);
      long excess = plan.excessBytes();
      if (excess > 0) {
        // It may have become more since the round began.
        double fragmentation = 100.0 * excess / Math.max(1, plan.liveBytes());
        running = Math.max(cycle, options.cycle(fragmentation));
        evacuate(i);
        freed += Math.max(0, excess - plan.rest());
      }
    }
    long before = totalNanos;
    totalNanos = before + Clock.nanos() - startNanos;
    startNanos = 0;
    running = 0;
    return freed;
  }

  private void evacuate(int index) {
    Shard shard = keyspace.shard(index);
    evacuation.begin(index);
    boolean isOver = false;
    while (!isOver && !isStopped) {
      long started = Clock.nanos();
      unit.begin(0);
      if (unit.acquireForStep(shard)) {
        try {
          isOver = step(started + STEP_NANOS);
        } finally {
          unit.releaseAll();
        }
      }
      long spent = Clock.nanos() - started;
      int cycle = wanted.get() == null ? running : PACK_CYCLE;
      LockSupport.parkNanos(this, Math.max(LEAST_PAUSE_NANOS, spent * (100 - cycle) / cycle));
    }
  }

  private boolean step(long endNanos) {
    if (!options.isActive() && wanted.get() == null) {
      evacuation.giveUp();
    }
    return evacuation.step(endNanos);
  }
}
