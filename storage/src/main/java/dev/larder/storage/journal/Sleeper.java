package dev.larder.storage.journal;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * How the writer sleeps, and others wake it only if they must.
 *
 * <p>No wake-up is lost: who wants to be noticed first makes visible what there is to notice, then
 * looks whether the writer sleeps; the writer first says that it is about to sleep, then looks once
 * more whether there is something. Of several who wake it one makes the system call.
 */
class Sleeper {
  static final long FOREVER = Long.MAX_VALUE;

  private static final int AWAKE = 0;

  /** For a few milliseconds, after which it looks by itself for new blocks. */
  private static final int NAPPING = 1;

  private static final int ASLEEP = 2;

  private final AtomicInteger state = new AtomicInteger(AWAKE);
  private volatile Thread sleeper = Thread.currentThread();

  /** Sleeps until woken, or for so long; not at all if there is something to do. */
  final void sleep(long nanos, BooleanSupplier hasWork) {
    rest(ASLEEP, nanos, hasWork);
  }

  /** Sleeps for so long, whatever blocks arrive; not at all if there is something to do. */
  final void nap(long nanos, BooleanSupplier hasWork) {
    rest(NAPPING, nanos, hasWork);
  }

  private void rest(int how, long nanos, BooleanSupplier hasWork) {
    sleeper = Thread.currentThread();
    state.set(how);
    VarHandle.fullFence();
    // Between a look and the park a wake-up leaves its permit, so that the park returns at once.
    if (!hasWork.getAsBoolean()) {
      park(nanos);
    }
    state.set(AWAKE);
  }

  void park(long nanos) {
    if (nanos == FOREVER) {
      LockSupport.park(this);
    } else {
      LockSupport.parkNanos(this, nanos);
    }
  }

  void unpark() {
    LockSupport.unpark(sleeper);
  }

  /** Wakes the writer if it sleeps; a nap is left alone. */
  final void wakeFromSleep() {
    VarHandle.fullFence();
    if (state.getPlain() == ASLEEP) {
      wake(ASLEEP);
    }
  }

  /** Wakes the writer, however it rests. */
  final void wakeFully() {
    VarHandle.fullFence();
    int now = state.getPlain();
    if (now != AWAKE) {
      wake(now);
    }
  }

  private void wake(int from) {
    if (state.compareAndSet(from, AWAKE)) {
      unpark();
    }
  }
}
