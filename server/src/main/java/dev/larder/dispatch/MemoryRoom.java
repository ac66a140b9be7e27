package dev.larder.dispatch;

import static java.util.Objects.requireNonNull;

import dev.larder.command.Call;
import dev.larder.command.CommandSpec;
import dev.larder.command.KeyPositions;
import dev.larder.metrics.ClientPause;
import dev.larder.metrics.FlightEvents;
import dev.larder.metrics.LoadProgress;
import dev.larder.metrics.MemoryUse;
import dev.larder.metrics.ServerStats;
import dev.larder.resp.HotPath;
import dev.larder.session.CommandQueue;
import dev.larder.storage.Eviction;
import dev.larder.storage.EvictionPolicy;
import dev.larder.storage.Evictor;
import dev.larder.storage.Keyspace;
import dev.larder.storage.Lease;
import dev.larder.storage.MemoryLimit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes room before a command that needs memory, on one event loop: keys go by the policy, for a
 * bounded time. The command goes on if some have gone, even if there would have to go more: the
 * commands behind it, and housekeeping, do the rest.
 *
 * <p>All commands of a turn share the time that one of them may take, since other clients wait for
 * the turn's end. Once it is spent, keys go only until there are fewer data than before the turn:
 * what commands bring in a turn goes in the same turn, whatever time that takes. Between commands a
 * slice of time is spent once a turn, so what is used falls in each.
 *
 * <p>Not so one that brings much: it could bring more each time than goes in that time. It waits,
 * while the loop makes room in slices between its turns. So what is used exceeds the limit by no
 * more than one such command of each client brings, and what short ones bring.
 *
 * <p>While a snapshot is behind nothing goes, since nothing would come of it. Commands that write
 * have to wait for the snapshot then anyway, and ask again afterwards.
 */
@HotPath
final class MemoryRoom {
  /** Between commands at least so much time is spent, and half of what one of them may take. */
  private static final long SLICE_NANOS = 250_000;

  private static final int SLICE_PART = 2;

  /** What is known of keys is put in order no more often, as when there is more to do at once. */
  private static final long NOTES_MILLIS = 5;

  /**
   * Who has looked for keys for so long and found none will not find any: no key has a deadline,
   * say. It may take a while, as all keys that were used get another chance.
   */
  private static final long PATIENCE_NANOS = 2_000_000_000;

  /** Commands of so many bytes wait for room. */
  private static final int LARGE_BYTES = 16 * 1024;

  private final MemoryUse memory;
  private final Keyspace keyspace;
  private final Eviction eviction;
  private final Evictor evictor;
  private final ClientPause pause;
  private final LoadProgress load;
  private final Runnable goOnSoon;
  private final KeyPositions keys = new KeyPositions();
  private final LongConsumer keep;

  /** Whether there was none for the last command that needed some. */
  private boolean wasLacking;

  /** Whether that has to wait for it. */
  private boolean mustWait;

  /** Whether nothing could go when it was tried between commands. */
  private boolean isStuck;

  private final MemoryLimit growth = this::hasGrown;

  /** How long commands of this turn have taken to evict keys. */
  private long spentNanos;

  /** What data took before this turn. */
  private long dataBefore;

  /** How many keys had gone before this turn. */
  private long evictedBefore;

  /** When what is known of keys was put in order last. */
  private long notedMillis;

  /** Whether keys went between commands in this turn already. */
  private boolean hasMadeSome;

  /** For how long keys were looked for since the last one went. */
  private long barrenNanos;

  /** What commands wait for; null while none does. */
  private @Nullable Lease hold;

  /**
   * @param evictor that of the loop
   * @param goOnSoon has {@link #goOn} called between turns of the loop
   */
  MemoryRoom(
      MemoryUse memory, Keyspace keyspace, Evictor evictor, ServerStats stats, Runnable goOnSoon) {
    this.memory = memory;
    this.keyspace = keyspace;
    this.eviction = keyspace.eviction();
    this.evictor = evictor;
    this.keep = evictor::keep;
    this.pause = stats.pause();
    this.load = stats.load();
    this.goOnSoon = goOnSoon;
  }

  /**
   * Makes room for the selected command; whether there is none. No unit of the loop owns a shard.
   */
  boolean isLacking(CommandSpec spec, Call call) {
    // What others have beside the keys is not known to the moment: before a refusal they are asked.
    wasLacking = lacks(spec, call) && (!memory.refreshIfStale() || lacks(spec, call));
    return wasLacking;
  }

  private boolean lacks(CommandSpec spec, Call call) {
    mustWait = false;
    return isExceeded() && !isHeld() && !makeRoom(spec, call);
  }

  private boolean isExceeded() {
    boolean is = memory.noteExceeded();
    if (is) {
      memory.refreshIfCheap();
      is = memory.noteExceeded();
    }
    barrenNanos = is ? barrenNanos : 0;
    return is;
  }

  /** Whether nothing may go now, whatever comes. */
  private boolean isHeld() {
    return load.isLoading() || pause.isPaused();
  }

  private boolean hasPolicy() {
    return eviction.policy() != EvictionPolicy.NOEVICTION;
  }

  /** Evicts keys for a command; false if nothing can go. */
  private boolean makeRoom(CommandSpec spec, Call call) {
    if (!hasPolicy()) {
      return false;
    }
    Evictor.Outcome outcome = makeShareOfRoom(spec, call);
    mustWait = outcome == Evictor.Outcome.PROGRESS && isLarge(call);
    return outcome != Evictor.Outcome.NOTHING;
  }

  /** Evicts keys for a command, in what is left of this turn's time. */
  private Evictor.Outcome makeShareOfRoom(CommandSpec spec, Call call) {
    long mostNanos = memory.evictionNanos();
    boolean isSpent = spentNanos >= mostNanos;
    if (isSpent && !hasGrown()) {
      return Evictor.Outcome.PROGRESS;
    }
    evictor.keepNone();
    keepKeys(spec, call);
    if (isSpent) {
      Evictor.Outcome outcome = evict(growth, call.wallMillis(), mostNanos);
      return memory.isExceeded() && outcome == Evictor.Outcome.ROOM
          ? Evictor.Outcome.PROGRESS
          : outcome;
    }
    Evictor.Outcome outcome = evict(memory, call.wallMillis(), mostNanos - spentNanos);
    spentNanos += evictor.spentNanos();
    return outcome;
  }

  /** Whether more is used than may be, and there are not less data than before this turn. */
  private boolean hasGrown() {
    return memory.isExceeded() && memory.dataBytes() >= dataBefore;
  }

  private Evictor.Outcome evict(MemoryLimit limit, long nowMillis, long nanos) {
    long before = evictor.evictedKeys();
    Evictor.Outcome outcome = evictor.evict(limit, nowMillis, nanos);
    if (outcome != Evictor.Outcome.PROGRESS || evictor.evictedKeys() > before) {
      barrenNanos = 0;
    } else if (barrenNanos < PATIENCE_NANOS) {
      barrenNanos += Math.min(Math.max(nanos, 1), PATIENCE_NANOS);
    } else {
      return Evictor.Outcome.NOTHING;
    }
    return outcome;
  }

  private static boolean isLarge(Call call) {
    long bytes = 0;
    for (int i = 0; i < call.argCount() && bytes < LARGE_BYTES; i++) {
      bytes += call.argLength(i);
    }
    return bytes >= LARGE_BYTES;
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
    CommandQueue queue = spec.runsQueue() ? call.session().transaction().queue() : null;
    if (queue != null) {
      queue.forEachKey(keep);
    }
  }

  /** Whether there was no memory for the last command that needed some, before it began. */
  boolean wasLacking() {
    return wasLacking;
  }

  /** Whether the command that was asked for, if that was one, has to {@link #hold} first. */
  boolean takeMustWait() {
    boolean must = mustWait;
    mustWait = false;
    return must;
  }

  /** What ends when there is room, or nothing can go any more. */
  Lease hold() {
    Lease current = hold;
    if (current == null) {
      current = Lease.ofNothing(keyspace);
      hold = current;
      goOnSoon.run();
    }
    return current;
  }

  /**
   * Makes room for those who wait, for a bounded time.
   *
   * @return whether there is more to do
   */
  boolean goOn(long nowMillis) {
    if (makeSomeRoom(nowMillis)) {
      return true;
    }
    Lease ended = requireNonNull(hold);
    hold = null;
    ended.end();
    return false;
  }

  /** As {@link #makeSomeRoom}, and puts in order what is known of keys; for a bounded time. */
  boolean keepHouse(long nowMillis) {
    if (Math.abs(nowMillis - notedMillis) >= NOTES_MILLIS) {
      notedMillis = nowMillis;
      evictor.keepHouse(nowMillis);
    }
    return makeSomeRoom(nowMillis);
  }

  /**
   * Makes room where no command does, as clients' buffers grow, for a bounded time once a turn.
   *
   * @return whether there is more to do at once
   */
  boolean makeSomeRoom(long nowMillis) {
    if (hasMadeSome) {
      return lacksRoom();
    }
    isStuck = false;
    if (!isExceeded() || isHeld() || !hasPolicy()) {
      return false;
    }
    hasMadeSome = true;
    evictor.keepNone();
    long nanos = Math.max(SLICE_NANOS, memory.evictionNanos() / SLICE_PART);
    Evictor.Outcome outcome = evict(memory, nowMillis, nanos);
    isStuck = outcome == Evictor.Outcome.NOTHING;
    return outcome == Evictor.Outcome.PROGRESS;
  }

  /** Whether keys should go, and could the last time that this was tried between commands. */
  boolean lacksRoom() {
    return !isStuck
        && memory.isExceeded()
        && hasPolicy()
        && !isHeld()
        && !keyspace.memory().isSnapshotBehind();
  }

  /** The turn of the loop is over. */
  void endTurn() {
    long evicted = evictor.evictedKeys() - evictedBefore;
    if (evicted > 0) {
      evictedBefore += evicted;
      FlightEvents.evicted(evicted, eviction.policy());
    }
    spentNanos = 0;
    dataBefore = memory.dataBytes();
    hasMadeSome = false;
  }
}
