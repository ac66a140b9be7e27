package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.Job;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.session.Blocked;
import dev.larder.session.Session;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A command that waits for something other than a key: until that has come, its time is over, or
 * CLIENT UNBLOCK ends it. Used on the client's loop but for what {@link Blocked} says.
 */
abstract class ClientWait implements Job, Blocked {
  /** Far away enough for a wait that has no end. */
  private static final long FOREVER_NANOS = TimeUnit.DAYS.toNanos(1);

  private enum State {
    WAITING,
    UNBLOCKED,
    UNBLOCKED_BY_ERROR,
    ENDED
  }

  private final Session session;
  private final long timeoutNanos;
  private final long startNanos = Clock.nanos();
  private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

  /**
   * @param timeoutMillis 0 for no end
   */
  ClientWait(Session session, long timeoutMillis) {
    this.session = session;
    this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
  }

  /** Has the client wait; its handler replies nothing. */
  final void begin(Call call) {
    session.blocked(this);
    call.defer(this);
  }

  /** Whether there is nothing to wait for any more. */
  abstract boolean isReached();

  /** Replies how the wait has ended, if not by an error of CLIENT UNBLOCK. */
  abstract void reply(ReplyWriter out) throws CommandException;

  private long leftNanos() {
    return timeoutNanos == 0 ? FOREVER_NANOS : timeoutNanos - (Clock.nanos() - startNanos);
  }

  @Override
  public final boolean step(ReplyWriter out, long budgetNanos) throws CommandException {
    if (state.get() == State.WAITING && !isReached() && leftNanos() > 0) {
      return false;
    }
    boolean isUnblocked = !state.compareAndSet(State.WAITING, State.ENDED);
    session.blocked(null);
    if (isUnblocked && state.get() == State.UNBLOCKED_BY_ERROR) {
      throw new CommandException(ErrorReply.UNBLOCKED);
    }
    reply(out);
    return true;
  }

  /** Until the time is over; who can be reached before that is asked more often. */
  @Override
  public long pauseNanos() {
    return Math.max(1, leftNanos());
  }

  @Override
  public final boolean isWait() {
    return true;
  }

  @Override
  public final void cancel() {
    state.set(State.ENDED);
    session.blocked(null);
  }

  // ---- any thread ------------------------------------------------------------------------------

  @Override
  public final boolean isWaiting() {
    return state.get() == State.WAITING;
  }

  @Override
  public final boolean hasTimeout() {
    return timeoutNanos > 0;
  }

  @Override
  public final Unblocking unblock(boolean asError) {
    State end = asError ? State.UNBLOCKED_BY_ERROR : State.UNBLOCKED;
    if (!state.compareAndSet(State.WAITING, end)) {
      return Unblocking.TOO_LATE;
    }
    session.connection().hurry();
    return Unblocking.DONE;
  }
}
