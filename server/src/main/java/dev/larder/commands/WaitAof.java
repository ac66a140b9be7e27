package dev.larder.commands;

import dev.larder.command.BlockTimeout;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.Job;
import dev.larder.metrics.AofProgress;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.session.Blocked;
import dev.larder.session.Session;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * WAITAOF: waits until what its client has done is on the disk. There are no replicas, so whoever
 * waits for one waits until the time is over.
 */
final class WaitAof implements Job, Blocked {
  private static final ErrorReply BAD_LOCAL =
      ErrorReply.of("ERR value is out of range, value must between 0 and 1");
  private static final ErrorReply NO_FILE =
      ErrorReply.of("ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.");
  private static final ErrorReply UNBLOCKED =
      ErrorReply.of("UNBLOCKED client unblocked via CLIENT UNBLOCK");

  private static final long PAUSE_NANOS = 1_000_000;

  private enum State {
    WAITING,
    UNBLOCKED,
    UNBLOCKED_BY_ERROR,
    ENDED
  }

  private final AofProgress aof;
  private final Session session;
  private final long sequence;
  private final boolean isForDisk;
  private final boolean isForReplicas;
  private final long timeoutNanos;
  private final long startNanos = Clock.nanos();
  private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

  private WaitAof(
      AofProgress aof, Call call, boolean isForDisk, boolean isForReplicas, long millis) {
    this.aof = aof;
    this.session = call.session();
    // What the client has done in this batch its session does not know yet.
    this.sequence = Math.max(session.lastEffect(), call.unit().done());
    this.isForDisk = isForDisk;
    this.isForReplicas = isForReplicas;
    this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(millis);
  }

  static void handle(Call call, AofProgress aof) throws CommandException {
    long local = call.argLong(1);
    if (local < 0 || local > 1) {
      throw new CommandException(BAD_LOCAL);
    }
    long replicas = call.argLong(2, ErrorReply.MUST_BE_POSITIVE);
    if (replicas < 0) {
      throw new CommandException(ErrorReply.MUST_BE_POSITIVE);
    }
    long millis = BlockTimeout.millis(call, 3);
    WaitAof wait = new WaitAof(aof, call, local > 0, replicas > 0, millis);
    if (wait.hasNoFile()) {
      throw new CommandException(NO_FILE);
    }
    if (wait.isReached() || !call.mayBlock()) {
      wait.reply(call.reply());
    } else {
      call.session().blocked(wait);
      call.defer(wait);
    }
  }

  private boolean hasNoFile() {
    return isForDisk && !aof.isOn() && !aof.isRewriting();
  }

  private boolean isOnDisk() {
    return aof.isOn() && aof.forced() >= sequence;
  }

  private boolean isReached() {
    return !isForReplicas && (!isForDisk || isOnDisk());
  }

  private boolean isLate() {
    return timeoutNanos > 0 && Clock.nanos() - startNanos >= timeoutNanos;
  }

  private void reply(ReplyWriter out) {
    out.array(2);
    out.integer(isOnDisk() ? 1 : 0);
    out.integer(0);
  }

  // ---- on the client's loop --------------------------------------------------------------------

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) throws CommandException {
    if (state.get() == State.WAITING && !isReached() && !isLate() && !hasNoFile()) {
      return false;
    }
    boolean isUnblocked = !state.compareAndSet(State.WAITING, State.ENDED);
    session.blocked(null);
    if (isUnblocked && state.get() == State.UNBLOCKED_BY_ERROR) {
      throw new CommandException(UNBLOCKED);
    }
    if (hasNoFile()) {
      throw new CommandException(NO_FILE);
    }
    reply(out);
    return true;
  }

  @Override
  public long pauseNanos() {
    return PAUSE_NANOS;
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
    return state.compareAndSet(State.WAITING, end) ? Unblocking.DONE : Unblocking.TOO_LATE;
  }
}
