package dev.larder.commands;

import dev.larder.command.BlockTimeout;
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

/** WAIT for replicas of which there are none: it waits until the time is over. */
final class ReplicaWait implements Job, Blocked {
  private static final ErrorReply UNBLOCKED =
      ErrorReply.of("UNBLOCKED client unblocked via CLIENT UNBLOCK");

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

  private ReplicaWait(Session session, long timeoutNanos) {
    this.session = session;
    this.timeoutNanos = timeoutNanos;
  }

  static void handle(Call call) throws CommandException {
    long replicas = call.argLong(1);
    long millis = BlockTimeout.millis(call, 2);
    if (replicas <= 0 || !call.mayBlock()) {
      call.reply().integer(0);
      return;
    }
    ReplicaWait wait = new ReplicaWait(call.session(), TimeUnit.MILLISECONDS.toNanos(millis));
    call.session().blocked(wait);
    call.defer(wait);
  }

  private long leftNanos() {
    return timeoutNanos == 0 ? FOREVER_NANOS : timeoutNanos - (Clock.nanos() - startNanos);
  }

  // ---- on the client's loop --------------------------------------------------------------------

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) throws CommandException {
    if (state.get() == State.WAITING && leftNanos() > 0) {
      return false;
    }
    boolean isUnblocked = !state.compareAndSet(State.WAITING, State.ENDED);
    session.blocked(null);
    if (isUnblocked && state.get() == State.UNBLOCKED_BY_ERROR) {
      throw new CommandException(UNBLOCKED);
    }
    out.integer(0);
    return true;
  }

  @Override
  public long pauseNanos() {
    return Math.max(1, leftNanos());
  }

  @Override
  public boolean isWait() {
    return true;
  }

  @Override
  public void cancel() {
    state.set(State.ENDED);
    session.blocked(null);
  }

  // ---- any thread ------------------------------------------------------------------------------

  @Override
  public boolean isWaiting() {
    return state.get() == State.WAITING;
  }

  @Override
  public boolean hasTimeout() {
    return timeoutNanos > 0;
  }

  @Override
  public Unblocking unblock(boolean asError) {
    State end = asError ? State.UNBLOCKED_BY_ERROR : State.UNBLOCKED;
    if (!state.compareAndSet(State.WAITING, end)) {
      return Unblocking.TOO_LATE;
    }
    session.connection().hurry();
    return Unblocking.DONE;
  }
}
