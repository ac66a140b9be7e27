package dev.larder.script;

import dev.larder.storage.Keyspace;
import dev.larder.storage.Lease;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Which event loop runs scripts that want all shards. They run one at a time anyway; to pass the
 * shards from loop to loop after each of them costs more than a short one takes: a loop that is
 * woken finds them taken again. So a loop keeps the floor for its turn, and its scripts follow each
 * other; then the loop that has waited longest gets it, and is woken once for all its clients.
 *
 * <p>This only saves work. Who has the floor takes its shards as everybody does, and may find them
 * taken; then its client waits for those. A loop leaves the floor at the end of each turn, whatever
 * its clients wait for, so nothing waits for ever. A loop that got the floor and does not come, or
 * does not leave, loses it to whoever asks next.
 */
public final class ScriptFloor {
  /** How long a loop keeps the floor while others wait: some tens of short scripts. */
  static final long KEPT_NANOS = 400_000;

  /** How long a loop that was woken has to come. */
  static final long PROMISED_NANOS = 200_000;

  /** How long its turn may take. */
  static final long LOST_NANOS = 2_000_000;

  private final AtomicReference<@Nullable Place> holder = new AtomicReference<>();

  /** The loops that wait, in order; guarded by this. */
  private final ArrayDeque<Place> waiting = new ArrayDeque<>();

  private volatile boolean hasWaiting;

  /** Whether the holder was woken, and has not come yet. */
  private volatile boolean isPromised;

  /** Since when the holder has had the floor, or the promise. */
  private volatile long sinceNanos;

  /** A loop as one that may want the floor. */
  public static final class Place {
    private final Keyspace keyspace;

    /** What its clients wait for; null while none does. Guarded by the floor. */
    private @Nullable Lease wait;

    /** One loop's. */
    public Place(Keyspace keyspace) {
      this.keyspace = keyspace;
    }
  }

  /** Whether a loop has the floor and nobody waits for it; only that loop asks. */
  public boolean isWith(Place place) {
    return holder.get() == place && !isPromised && !hasWaiting;
  }

  /**
   * Takes the floor for a loop, unless another one has it; on that loop's thread.
   *
   * @return null if the loop has it, otherwise what to wait for before asking again
   */
  public @Nullable Lease enter(Place place, long nowNanos) {
    Place current = holder.get();
    if (current == place) {
      if (isPromised) {
        isPromised = false;
        sinceNanos = nowNanos;
      }
      if (!hasWaiting || nowNanos - sinceNanos < KEPT_NANOS) {
        return null;
      }
      passOn(place, nowNanos);
    } else if (current == null && holder.compareAndSet(null, place)) {
      isPromised = false;
      sinceNanos = nowNanos;
      return null;
    }
    return await(place, nowNanos);
  }

  private synchronized @Nullable Lease await(Place place, long nowNanos) {
    Place current = holder.get();
    boolean isLost = nowNanos - sinceNanos >= (isPromised ? PROMISED_NANOS : LOST_NANOS);
    if (current == place || (isLost && take(current, place, nowNanos))) {
      return null;
    }
    Lease wait = place.wait;
    if (wait == null) {
      wait = Lease.ofNothing(place.keyspace);
      place.wait = wait;
      waiting.add(place);
      hasWaiting = true;
    }
    // Who has left before that could not see it.
    return take(null, place, nowNanos) ? null : wait;
  }

  private synchronized boolean take(@Nullable Place from, Place place, long nowNanos) {
    if (!holder.compareAndSet(from, place)) {
      return false;
    }
    isPromised = false;
    sinceNanos = nowNanos;
    endWait(place);
    return true;
  }

  /** The clients of a loop that wait are to ask again. */
  private synchronized void endWait(Place place) {
    Lease wait = place.wait;
    if (wait != null) {
      place.wait = null;
      waiting.remove(place);
      hasWaiting = !waiting.isEmpty();
      wait.end();
    }
  }

  /** The turn of a loop is over; on its thread. */
  public void leave(Place place, long nowNanos) {
    if (holder.get() != place) {
      return;
    }
    if (hasWaiting) {
      passOn(place, nowNanos);
    } else if (holder.compareAndSet(place, null) && hasWaiting) {
      passOn(null, nowNanos);
    }
  }

  private synchronized void passOn(@Nullable Place from, long nowNanos) {
    Place next = waiting.peek();
    if (holder.compareAndSet(from, next) && next != null) {
      isPromised = true;
      sinceNanos = nowNanos;
      endWait(next);
    }
  }
}
