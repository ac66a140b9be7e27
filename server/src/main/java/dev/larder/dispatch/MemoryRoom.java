package dev.larder.dispatch;

import dev.larder.command.Call;
import dev.larder.command.CommandSpec;
import dev.larder.command.KeyPositions;
import dev.larder.metrics.ClientPause;
import dev.larder.metrics.LoadProgress;
import dev.larder.metrics.MemoryUse;
import dev.larder.metrics.ServerStats;
import dev.larder.resp.HotPath;
import dev.larder.storage.Eviction;
import dev.larder.storage.EvictionPolicy;
import dev.larder.storage.Evictor;
import dev.larder.storage.Keyspace;

/**
 * Makes room before a command that needs memory, on one event loop: keys go by the policy, for a
 * bounded time. The command goes on if some have gone, even if there would have to go more: the
 * commands behind it, and housekeeping, do the rest.
 */
@HotPath
final class MemoryRoom {
  private static final long COMMAND_NANOS = 500_000;
  private static final long HOUSEKEEPING_NANOS = 250_000;

  private final MemoryUse memory;
  private final Eviction eviction;
  private final Evictor evictor;
  private final ClientPause pause;
  private final LoadProgress load;
  private final KeyPositions keys = new KeyPositions();

  /** Whether nothing could go when it was tried last. */
  private boolean isStuck;

  /**
   * @param evictor that of the loop
   */
  MemoryRoom(MemoryUse memory, Keyspace keyspace, Evictor evictor, ServerStats stats) {
    this.memory = memory;
    this.eviction = keyspace.eviction();
    this.evictor = evictor;
    this.pause = stats.pause();
    this.load = stats.load();
  }

  /**
   * Makes room for the selected command; whether there is none. No unit of the loop owns a shard.
   */
  boolean isLacking(CommandSpec spec, Call call) {
    if (!memory.isExceeded()) {
      isStuck = false;
      return false;
    }
    if (!mayEvict()) {
      return true;
    }
    evictor.keepNone();
    keepKeys(spec, call);
    isStuck = evictor.evict(memory, call.wallMillis(), COMMAND_NANOS) == Evictor.Outcome.NOTHING;
    return isStuck;
  }

  private boolean mayEvict() {
    return eviction.policy() != EvictionPolicy.NOEVICTION && !load.isLoading() && !pause.isPaused();
  }

  /** What a command is about must not go before it. */
  private void keepKeys(CommandSpec spec, Call call) {
    if (spec.hasFixedKeys()) {
      int last = spec.firstKey() == 0 ? -1 : spec.lastKey(call.argCount());
      for (int key = spec.firstKey(); key <= last; key += spec.keyStep()) {
        evictor.keep(call.hash(key));
      }
    } else if (spec.findKeys(call, keys)) {
      for (int i = 0; i < keys.count(); i++) {
        evictor.keep(call.hash(keys.position(i)));
      }
    }
  }

  /** Whether there is no memory, for commands of a script, before which nothing can go. */
  boolean isExhausted() {
    return memory.isExceeded() && (isStuck || !mayEvict());
  }

  /**
   * Makes room where no command does, as clients' buffers grow, and puts in order what is known of
   * keys; for a bounded time.
   *
   * @return whether there is more to do at once
   */
  boolean keepHouse(long nowMillis) {
    evictor.keepHouse(nowMillis);
    if (!memory.isExceeded() || !mayEvict()) {
      return false;
    }
    evictor.keepNone();
    return evictor.evict(memory, nowMillis, HOUSEKEEPING_NANOS) == Evictor.Outcome.PROGRESS;
  }
}
