package dev.larder.commands;

import static dev.larder.command.CommandGroup.SERVER;
import static dev.larder.command.Flag.ADMIN;
import static dev.larder.command.Flag.LOADING;
import static dev.larder.command.Flag.NOSCRIPT;
import static dev.larder.command.Flag.STALE;
import static dev.larder.command.ReplySchema.ok;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.Declarations;
import dev.larder.command.ErrorReply;
import dev.larder.session.Session;

/** MONITOR: the client is told what all clients do, until it leaves or is reset. */
public final class MonitorCommand {
  private static final ErrorReply NOT_HERE =
      ErrorReply.of("ERR MONITOR isn't allowed for DENY BLOCKING client");

  private MonitorCommand() {}

  /** Declares the command. */
  public static void declare(Declarations c) {
    c.command("MONITOR")
        .summary("Listens for all requests received by the server in real-time.")
        .since("1.0.0")
        .group(SERVER)
        .arity(1)
        .flags(ADMIN, NOSCRIPT, LOADING, STALE)
        .replies(ok())
        .handler(MonitorCommand::monitor);
  }

  private static void monitor(Call call) throws CommandException {
    if (!call.mayBlock()) {
      throw new CommandException(NOT_HERE);
    }
    Session session = call.session();
    if (!session.modes().isMonitor()) {
      session.modes().monitor(call.outbox().monitors(), session.connection());
      call.reply().ok();
    }
  }
}
