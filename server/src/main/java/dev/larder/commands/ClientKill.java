package dev.larder.commands;

import dev.larder.acl.AclUsers;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.Job;
import dev.larder.resp.ReplyWriter;
import dev.larder.session.Session;
import dev.larder.session.Sessions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * CLIENT KILL: ends connections. It replies when none of them executes anything any more; those of
 * other loops may be in the midst of a batch.
 */
final class ClientKill {
  private static final ErrorReply NO_SUCH_CLIENT = ErrorReply.of("ERR No such client");

  private ClientKill() {}

  static void kill(Call call, Sessions sessions, AclUsers users) throws CommandException {
    boolean isOldForm = call.argCount() == 3;
    ClientFilter filter =
        isOldForm ? ClientFilter.byAddress(call) : ClientFilter.parse(call, users);
    int killed = 0;
    List<Session> elsewhere = new ArrayList<>();
    for (Session session : sessions.remaining()) {
      if (filter.matches(session, call)) {
        killed++;
        end(session, call.session(), elsewhere);
      }
    }
    if (isOldForm && killed == 0) {
      throw new CommandException(NO_SUCH_CLIENT);
    }
    Wait wait = new Wait(elsewhere, isOldForm ? null : killed);
    if (elsewhere.isEmpty()) {
      wait.reply(call.reply());
    } else {
      call.defer(wait);
    }
  }

  private static void end(Session session, Session killer, List<Session> elsewhere) {
    if (session == killer) {
      session.closeAfterReply();
      return;
    }
    session.close();
    if (session.connection().eventLoop() != killer.connection().eventLoop()) {
      elsewhere.add(session);
    }
  }

  /** Waits for other loops, which is a matter of one of their turns. */
  private static final class Wait implements Job {
    private static final long PAUSE_NANOS = 50_000;

    /** Two transactions that kill each other's clients would wait for ever. */
    private static final int MAX_STEPS = 2_000;

    private final List<Session> killed;
    private final @Nullable Integer count;
    private int next;
    private int steps;

    /**
     * @param count what to reply, null for OK
     */
    Wait(List<Session> killed, @Nullable Integer count) {
      this.killed = killed;
      this.count = count;
    }

    @Override
    public boolean step(ReplyWriter out, long budgetNanos) {
      while (next < killed.size() && killed.get(next).hasEnded()) {
        next++;
      }
      if (next < killed.size() && ++steps < MAX_STEPS) {
        return false;
      }
      reply(out);
      return true;
    }

    @Override
    public long pauseNanos() {
      return PAUSE_NANOS;
    }

    private void reply(ReplyWriter out) {
      if (count == null) {
        out.ok();
      } else {
        out.integer(count);
      }
    }
  }
}
