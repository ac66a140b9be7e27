package dev.larder.commands;

import static dev.larder.command.Arg.oneOf;
import static dev.larder.command.Arg.token;
import static dev.larder.command.Ascii.keyword;
import static dev.larder.command.CommandGroup.SERVER;
import static dev.larder.command.Flag.ADMIN;
import static dev.larder.command.Flag.ALLOW_BUSY;
import static dev.larder.command.Flag.FAST;
import static dev.larder.command.Flag.LOADING;
import static dev.larder.command.Flag.NOSCRIPT;
import static dev.larder.command.Flag.NO_MULTI;
import static dev.larder.command.Flag.STALE;
import static dev.larder.command.ReplySchema.array;
import static dev.larder.command.ReplySchema.ok;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.Declarations;
import dev.larder.command.ErrorReply;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.session.Session;

/** Commands about the server as a whole: TIME, SHUTDOWN. */
public final class ServerCommands {
  private static final byte[] NOSAVE = keyword("nosave");
  private static final byte[] SAVE = keyword("save");
  private static final byte[] NOW = keyword("now");
  private static final byte[] FORCE = keyword("force");
  private static final byte[] ABORT = keyword("abort");
  private static final ErrorReply NOTHING_TO_ABORT = ErrorReply.of("ERR No shutdown in progress.");
  private static final ErrorReply CANNOT_STOP =
      ErrorReply.of("ERR Errors trying to SHUTDOWN. Check logs.");
  private static final long MICROS_PER_SECOND = 1_000_000;

  private final ServerHandle server;

  private ServerCommands(ServerHandle server) {
    this.server = server;
  }

  /** Declares the group. */
  public static void declare(Declarations c, ServerHandle server) {
    ServerCommands group = new ServerCommands(server);
    c.command("TIME")
        .summary("Returns the server time.")
        .since("2.6.0")
        .group(SERVER)
        .complexity("O(1)")
        .arity(1)
        .flags(LOADING, STALE, FAST)
        .tips("nondeterministic_output")
        .replies(array("Seconds since 1970, and the microseconds of the second."))
        .handler(ServerCommands::time);
    c.command("SHUTDOWN")
        .summary("Synchronously saves the database(s) to disk and shuts down the server.")
        .since("1.0.0")
        .group(SERVER)
        .complexity(
            "O(N) when saving, where N is the total number of keys in all databases when saving"
                + " data, otherwise O(1)")
        .history("7.0.0", "Added the `NOW`, `FORCE` and `ABORT` modifiers.")
        .arity(-1)
        .flags(ADMIN, NOSCRIPT, LOADING, STALE, NO_MULTI, ALLOW_BUSY)
        .args(
            oneOf("nosave_save", token("NOSAVE"), token("SAVE")).optional(),
            token("NOW").optional().since("7.0.0"),
            token("FORCE").optional().since("7.0.0"),
            token("ABORT").optional().since("7.0.0"))
        .replies(ok())
        .handler(group::shutdown);
  }

  private static void time(Call call) {
    long micros = Clock.wallMicros();
    ReplyWriter reply = call.reply();
    reply.array(2);
    reply.bulkString(Long.toString(micros / MICROS_PER_SECOND));
    reply.bulkString(Long.toString(micros % MICROS_PER_SECOND));
  }

  private void shutdown(Call call) throws CommandException {
    boolean noSave = false;
    boolean save = false;
    boolean now = false;
    boolean forced = false;
    boolean abort = false;
    for (int i = 1; i < call.argCount(); i++) {
      if (call.argIs(i, NOSAVE)) {
        noSave = true;
      } else if (call.argIs(i, SAVE)) {
        save = true;
      } else if (call.argIs(i, NOW)) {
        now = true;
      } else if (call.argIs(i, FORCE)) {
        forced = true;
      } else if (call.argIs(i, ABORT)) {
        abort = true;
      } else {
        throw new CommandException(ErrorReply.SYNTAX);
      }
    }
    if ((save && noSave) || (abort && (save || noSave || now || forced))) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    if (abort) {
      if (!server.abortStop()) {
        throw new CommandException(NOTHING_TO_ABORT);
      }
      call.reply().ok();
      return;
    }
    // There is no reply: the end of the connection is the answer.
    Boolean saves = save ? Boolean.TRUE : noSave ? Boolean.FALSE : null;
    Session session = call.session();
    call.defer(
        FutureWait.silently(server.stop(saves, forced), CANNOT_STOP, session::closeAfterReply));
  }
}
