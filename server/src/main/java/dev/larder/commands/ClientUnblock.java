package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.Job;
import dev.larder.resp.ReplyWriter;
import dev.larder.session.Blocked;
import dev.larder.session.Blocked.Unblocking;
import dev.larder.session.Session;
import dev.larder.session.Sessions;

/** CLIENT UNBLOCK: ends another client's wait. */
final class ClientUnblock {
  private static final byte[] TIMEOUT = keyword("timeout");
  private static final byte[] ERROR = keyword("error");
  private static final ErrorReply BAD_REASON =
      ErrorReply.of("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");

  private ClientUnblock() {}

  static void unblock(Call call, Sessions sessions) throws CommandException {
    boolean asError = call.argCount() > 3 && call.argIs(3, ERROR);
    if (call.argCount() > 4) {
      throw new CommandException(
          "ERR unknown subcommand or wrong number of arguments for '"
              + call.argQuoted(1)
              + "'. Try CLIENT HELP.");
    }
    if (call.argCount() == 4 && !asError && !call.argIs(3, TIMEOUT)) {
      throw new CommandException(BAD_REASON);
    }
    Session session = sessions.find(call.argLong(2));
    Blocked wait = session == null ? null : session.blocked();
    Unblocking result = wait == null ? Unblocking.TOO_LATE : wait.unblock(asError);
    if (wait != null && result == Unblocking.UNDECIDED) {
      call.defer(new Attempts(wait, asError));
    } else {
      call.reply().integer(result == Unblocking.DONE ? 1 : 0);
    }
  }

  /** Tries again while another loop is just serving the client, which is a matter of a command. */
  private record Attempts(Blocked blocked, boolean asError) implements Job {
    @Override
    public boolean step(ReplyWriter out, long budgetNanos) {
      Unblocking result = blocked.unblock(asError);
      if (result == Unblocking.UNDECIDED) {
        return false;
      }
      out.integer(result == Unblocking.DONE ? 1 : 0);
      return true;
    }
  }
}
