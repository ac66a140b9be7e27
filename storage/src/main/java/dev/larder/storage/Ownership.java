package dev.larder.storage;

import static java.util.Objects.requireNonNull;

import dev.larder.storage.memory.HotPath;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Who owns a shard, and who waits for it.
 *
 * <p>A shard belongs to at most one unit at a time: owner is null or that unit, changed by
 * compare-and-set. A unit that cannot have it parks a resumption and goes away; whoever gives the
 * shard up runs the first parked resumption, which posts itself to its own loop and tries again. A
 * parker looks again after parking, so a release between its failed try and its parking is not
 * missed: the release either sees the parked one, or is seen by it.
 */
@HotPath
final class Ownership extends OwnerLine {
  /** Longer than it mostly takes to wake another loop. */
  private static final long PROMISE_NANOS = 2_000_000;

  /** About two microseconds: longer than most commands hold a shard. */
  private static final int SPINS = 100;

  /** How often a core is left to the background before a unit parks. */
  private static final int YIELDS = 4;

  private static final VarHandle OWNER;

  static {
    try {
      OWNER = MethodHandles.lookup().findVarHandle(OwnerLine.class, "owner", Unit.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final ConcurrentLinkedQueue<Runnable> parked = new ConcurrentLinkedQueue<>();
  private final AtomicInteger parkedCount = new AtomicInteger();

  private final EffectMarks marks = new EffectMarks();

  /** Apart from what lies behind. */
  @SuppressWarnings("unused")
  private long after0, after1, after2, after3, after4, after5, after6, after7;

  /** Tries at once, without a look before: that would fetch the line from another core twice. */
  boolean take(Unit unit) {
    return OWNER.compareAndSet(this, null, unit);
  }

  /**
   * Tries for a moment, since most commands are short. A unit of the background may have lost its
   * core to this thread, and would get it back in milliseconds: it is let through.
   */
  boolean takeSoon(Unit unit) {
    for (int i = 0; i < SPINS; i++) {
      Thread.onSpinWait();
      if (isFree() && take(unit)) {
        return true;
      }
    }
    for (int i = 0; i < YIELDS && !unit.isBackground() && isWithBackground(); i++) {
      Thread.yield();
      if (take(unit)) {
        return true;
      }
    }
    return false;
  }

  private boolean isWithBackground() {
    @Nullable Unit unit = owner;
    return unit != null && unit.isBackground();
  }

  boolean isFree() {
    return owner == null;
  }

  boolean isWith(Unit unit) {
    return owner == unit;
  }

  /** The owner, for itself. */
  Unit owner() {
    return requireNonNull(owner);
  }

  /**
   * Whether somebody was woken for the shard a moment ago who has not had it yet, as far as can be
   * told. Who takes it again and again, for long, leaves it to him; else he comes too late each
   * time. But not for ever: where somebody is woken all the time, who asks this gets a turn, too.
   */
  boolean isPromised() {
    long now = waker == null ? 0 : Clock.nanos();
    if (now == 0 || now - wokenAtNanos >= PROMISE_NANOS) {
      deferredNanos = 0;
      return false;
    }
    if (deferredNanos == 0) {
      deferredNanos = now;
    }
    boolean isPatient = now - deferredNanos < PROMISE_NANOS;
    if (!isPatient) {
      deferredNanos = 0;
    }
    return isPatient;
  }

  /** The sequence of the last unit that had effects, 0 if there was none; for the owner. */
  long lastEffect() {
    return lastEffect;
  }

  /** At least the sequence of the last unit that had effects on this key; for the owner. */
  long lastEffect(long hash) {
    return Math.max(marks.get(hash), lastUnmarked);
  }

  /** The owner, which has this sequence, changes a key. */
  void mark(long hash, long sequence) {
    marks.set(hash, sequence);
  }

  /**
   * The owner ends.
   *
   * @param effects its sequence, 0 if it had no effects
   * @param areMarked whether it marked all that it changed
   * @return {@link #lastEffect}
   */
  long ending(long effects, boolean areMarked) {
    if (effects != 0) {
      lastEffect = effects;
      if (!areMarked) {
        lastUnmarked = effects;
      }
    }
    return lastEffect;
  }

  void giveUp() {
    @Nullable Unit unit = owner;
    if (waker != null && waker != unit) {
      waker = null;
    }
    owner = null;
    if (parkedCount.get() > 0) {
      wokenAtNanos = Clock.nanos();
      waker = unit;
      wakeOne();
    }
  }

  void park(Runnable resume) {
    parked.add(resume);
    parkedCount.incrementAndGet();
    if (isFree()) {
      wakeOne();
    }
  }

  /** Wakes one who is parked, unless the owner is going to. */
  void passTurn() {
    if (parkedCount.get() > 0 && isFree()) {
      wakeOne();
    }
  }

  /** Whether a unit owns it that has been at work for long, as far as can be told. */
  boolean isBusy() {
    @Nullable Unit unit = owner;
    return unit != null && unit.isBusy();
  }

  /** Wakes all who are parked. */
  void wakeAll() {
    for (int i = parkedCount.get(); i > 0; i--) {
      wakeOne();
    }
  }

  private void wakeOne() {
    Runnable resume = parked.poll();
    if (resume != null) {
      parkedCount.decrementAndGet();
      resume.run();
    }
  }
}
