package dev.larder.dispatch;

import dev.larder.command.CommandSpec;
import dev.larder.command.Flag;
import dev.larder.command.Job;
import dev.larder.metrics.ClientPause;
import dev.larder.resp.HotPath;
import dev.larder.resp.ReplyWriter;
import dev.larder.session.Blocked;
import dev.larder.session.Session;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The clients of one loop whose next command waits for the end of a pause. They go on in the order
 * in which they came to wait.
 */
@HotPath
final class PausedClients {
  private static final long CHANGES = Flag.WRITE.bit() | Flag.MAY_REPLICATE.bit();

  /** How often a client looks that should have been woken. */
  private static final long WOKEN_NANOS = 1_000_000;

  private final ClientPause pause;
  private final Set<Wait> waiting = new LinkedHashSet<>();

  PausedClients(ClientPause pause) {
    this.pause = pause;
  }

  /** Whether there may be a pause, so that {@link #holds} has to be asked. */
  boolean mayHold() {
    return pause.isOn();
  }

  /** Whether a command with these flags has to wait now. */
  boolean holds(long flagBits) {
    return switch (pause.scope()) {
      case NONE -> false;
      case WRITES -> (flagBits & CHANGES) != 0;
      case ALL -> true;
    };
  }

  /** Has a client wait before a command, for as long as the pause lasts. */
  Outcome hold(Session session, CommandSpec spec, Halt halt) {
    Wait wait = new Wait(session);
    waiting.add(wait);
    session.blocked(wait);
    session.lastCommand(spec.fullName());
    halt.job(wait);
    return Outcome.WAIT_FOR_PAUSE;
  }

  /** A client that waits is looked after: it goes on if it has been released. */
  Outcome goOn(Job wait, Halt halt) {
    if (((Wait) wait).isOver()) {
      return Outcome.DONE;
    }
    halt.job(wait);
    return Outcome.WAIT_FOR_PAUSE;
  }

  /** The pause is over. */
  void release() {
    List<Wait> released = List.copyOf(waiting);
    waiting.clear();
    for (Wait wait : released) {
      wait.release();
    }
  }

  private final class Wait implements Job, Blocked {
    private final Session session;
    private volatile boolean isReleased;

    Wait(Session session) {
      this.session = session;
    }

    void release() {
      isReleased = true;
      session.connection().hurry();
    }

    /** Whether the client goes on now; if not, it will be woken in its turn. */
    boolean isOver() {
      if (isReleased) {
        session.blocked(null);
        return true;
      }
      if (!pause.isPaused()) {
        PausedClients.this.release();
      }
      return false;
    }

    @Override
    public boolean step(ReplyWriter out, long budgetNanos) {
      return isOver();
    }

    @Override
    public long pauseNanos() {
      return isReleased ? WOKEN_NANOS : pause.leftNanos() + 1;
    }

    @Override
    public boolean isWait() {
      return true;
    }

    @Override
    public void cancel() {
      waiting.remove(this);
      session.blocked(null);
    }

    @Override
    public boolean isWaiting() {
      return !isReleased;
    }

    @Override
    public boolean hasTimeout() {
      return false;
    }

    @Override
    public Unblocking unblock(boolean asError) {
      return Unblocking.TOO_LATE;
    }
  }
}
