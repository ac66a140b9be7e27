package dev.larder.metrics;

import dev.larder.resp.HotPath;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether clients are paused, by CLIENT PAUSE. While they are, keys don't expire either. Any
 * thread; that there is no pause costs the reading of one field.
 */
@HotPath
public final class ClientPause {
  /** Longer pauses end after so many milliseconds: years. */
  private static final long MAX_MILLIS = TimeUnit.NANOSECONDS.toMillis(Long.MAX_VALUE / 4);

  /** Whose commands wait, from nobody's to everybody's. */
  public enum Scope {
    NONE,
    /** Those that may change data, or would be replicated for another reason. */
    WRITES,
    ALL
  }

  private record State(Scope scope, long endNanos) {}

  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile @Nullable State state;

  /** Has a task run whenever a pause has ended, on the thread that found out. */
  public void onEnd(Runnable task) {
    listeners.add(task);
  }

  /** Whether there was a pause that nobody has found to be over. */
  public boolean isOn() {
    return state != null;
  }

  /** Whether any command waits now. */
  public boolean isPaused() {
    return current() != null;
  }

  /** Whose commands wait now. */
  public Scope scope() {
    State current = current();
    return current == null ? Scope.NONE : current.scope;
  }

  /** How long the pause lasts, in nanoseconds; 0 if there is none. */
  public long leftNanos() {
    State current = current();
    return current == null ? 0 : Math.max(0, current.endNanos - Clock.nanos());
  }

  /** Pauses clients; a pause that is on becomes neither shorter nor milder. */
  public synchronized void pause(Scope scope, long millis) {
    long endNanos = Clock.nanos() + TimeUnit.MILLISECONDS.toNanos(Math.min(millis, MAX_MILLIS));
    State current = current();
    if (current == null) {
      state = new State(scope, endNanos);
    } else {
      boolean isLonger = endNanos - current.endNanos > 0;
      boolean isStricter = scope.compareTo(current.scope) > 0;
      state = new State(isStricter ? scope : current.scope, isLonger ? endNanos : current.endNanos);
    }
  }

  /** Ends the pause, if there is one. */
  public void end() {
    synchronized (this) {
      state = null;
    }
    listeners.forEach(Runnable::run);
  }

  private @Nullable State current() {
    State current = state;
    if (current == null || Clock.nanos() - current.endNanos < 0) {
      return current;
    }
    if (endIfStill(current)) {
      listeners.forEach(Runnable::run);
    }
    return null;
  }

  private synchronized boolean endIfStill(State over) {
    boolean isStill = state == over;
    if (isStill) {
      state = null;
    }
    return isStill;
  }
}
