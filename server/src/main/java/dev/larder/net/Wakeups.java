package dev.larder.net;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What wakes a suspended client: tasks for its loop. Used there, except for {@link #resumption},
 * which other threads run.
 */
final class Wakeups {
  private static final Logger log = LoggerFactory.getLogger(Wakeups.class);

  private final IoLoop io;
  private final ClientConnection client;
  private final Runnable proceed = this::proceed;
  private final Runnable proceedAfterPause = this::proceedAfterPause;
  private final Runnable proceedWoken;
  private final Runnable resumption = this::postWoken;

  /** Whether {@link #proceed} is in the loop's task queue. */
  private boolean proceedPosted;

  /** Ends a job's pause, which something else may end before; null if there is none. */
  private @Nullable ScheduledFuture<?> pause;

  /** Ends the wait for a key; null if there is none, or it may last for ever. */
  private @Nullable ScheduledFuture<?> timeout;

  Wakeups(IoLoop io, ClientConnection client) {
    this.io = io;
    this.client = client;
    this.proceedWoken = client::proceedWoken;
  }

  /** Wakes the client in the next turn, or after this pause. */
  void post(long pauseNanos) {
    if (pauseNanos > 0) {
      cancelPause();
      pause = io.schedule(proceedAfterPause, pauseNanos, TimeUnit.NANOSECONDS);
    } else if (!proceedPosted) {
      proceedPosted = true;
      io.executeNextTurn(proceed);
    }
  }

  private void proceed() {
    proceedPosted = false;
    client.proceed();
  }

  private void proceedAfterPause() {
    pause = null;
    client.proceed();
  }

  private void cancelPause() {
    if (pause != null) {
      pause.cancel(false);
      pause = null;
    }
  }

  /** Any thread may run it, once: the shard that is waited for may be free, or the key is there. */
  Runnable resumption() {
    return resumption;
  }

  private void postWoken() {
    try {
      io.execute(proceedWoken);
    } catch (RejectedExecutionException e) {
      log.debug("The server is closing; client {} waits no more", client.session().id());
    }
  }

  /** Ends a wait for a key after so many nanoseconds, never if they are 0. */
  void timeOutAfter(long nanos) {
    if (nanos > 0) {
      timeout = io.schedule(client::timeOut, nanos, TimeUnit.NANOSECONDS);
    }
  }

  /** Nothing is waited for any more. */
  void cancel() {
    cancelPause();
    cancelTimeout();
  }

  void cancelTimeout() {
    if (timeout != null) {
      timeout.cancel(false);
      timeout = null;
    }
  }
}
