package dev.larder.commands;

import static dev.larder.command.AclCategory.CONNECTION;
import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.oneOf;
import static dev.larder.command.Arg.token;
import static dev.larder.command.Ascii.keyword;
import static dev.larder.command.Flag.ADMIN;
import static dev.larder.command.Flag.LOADING;
import static dev.larder.command.Flag.NOSCRIPT;
import static dev.larder.command.Flag.STALE;
import static dev.larder.command.ReplySchema.ok;

import dev.larder.command.Arg;
import dev.larder.command.BlockTimeout;
import dev.larder.command.Call;
import dev.larder.command.CommandBuilder;
import dev.larder.command.CommandException;
import dev.larder.command.CommandGroup;
import dev.larder.command.Declarations;
import dev.larder.command.ErrorReply;
import dev.larder.metrics.ClientPause;
import dev.larder.session.ClientModes;

/** What of CLIENT switches something: for one client, or, in a pause, for all. */
public final class ClientModeCommands {
  private static final byte[] ON = keyword("on");
  private static final byte[] OFF = keyword("off");
  private static final byte[] SKIP = keyword("skip");
  private static final byte[] WRITE = keyword("write");
  private static final byte[] ALL = keyword("all");
  private static final ErrorReply BAD_MODE =
      ErrorReply.of("ERR CLIENT PAUSE mode must be WRITE or ALL");

  private final ClientPause pause;

  private ClientModeCommands(ClientPause pause) {
    this.pause = pause;
  }

  /** Declares the commands; CLIENT itself is declared elsewhere. */
  public static void declare(Declarations c, ClientPause pause) {
    ClientModeCommands group = new ClientModeCommands(pause);
    Arg switched = oneOf("enabled", token("ON"), token("OFF"));
    mode(c, "REPLY", "3.2.0", "Instructs the server whether to reply to commands.")
        .arity(3)
        .args(oneOf("action", token("ON"), token("OFF"), token("SKIP")))
        .handler(ClientModeCommands::reply);
    mode(c, "NO-EVICT", "7.0.0", "Sets the client eviction mode of the connection.")
        .flags(ADMIN)
        .arity(3)
        .args(switched)
        .handler(ClientModeCommands::noEvict);
    mode(
            c,
            "NO-TOUCH",
            "7.2.0",
            "Controls whether commands sent by the client affect the LRU/LFU of accessed keys.")
        .arity(3)
        .args(switched)
        .handler(ClientModeCommands::noTouch);
    mode(c, "PAUSE", "2.9.50", "Suspends commands processing.")
        .history("6.2.0", "`CLIENT PAUSE WRITE` mode added along with the `mode` option.")
        .flags(ADMIN)
        .arity(-3)
        .args(
            integer("timeout"),
            oneOf("mode", token("WRITE"), token("ALL")).since("6.2.0").optional())
        .handler(group::pause);
    mode(c, "UNPAUSE", "6.2.0", "Resumes processing commands from paused clients.")
        .complexity("O(N) Where N is the number of paused clients")
        .flags(ADMIN)
        .arity(2)
        .handler(group::unpause);
  }

  private static CommandBuilder mode(Declarations c, String name, String since, String summary) {
    return c.command("CLIENT|" + name)
        .summary(summary)
        .since(since)
        .group(CommandGroup.CONNECTION)
        .complexity("O(1)")
        .flags(NOSCRIPT, LOADING, STALE)
        .acl(CONNECTION)
        .replies(ok());
  }

  private static void reply(Call call) throws CommandException {
    ClientModes modes = call.session().modes();
    if (call.argIs(2, ON)) {
      modes.reply();
      call.reply().ok();
    } else if (call.argIs(2, OFF)) {
      modes.mute();
    } else if (call.argIs(2, SKIP)) {
      modes.skip();
    } else {
      throw new CommandException(ErrorReply.SYNTAX);
    }
  }

  private static void noEvict(Call call) throws CommandException {
    call.session().modes().noEvict(isOn(call));
    call.reply().ok();
  }

  private static void noTouch(Call call) throws CommandException {
    call.session().modes().noTouch(isOn(call));
    call.reply().ok();
  }

  private static boolean isOn(Call call) throws CommandException {
    if (!call.argIs(2, ON) && !call.argIs(2, OFF)) {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    return call.argIs(2, ON);
  }

  private void pause(Call call) throws CommandException {
    if (call.argCount() > 4) {
      throw new CommandException(
          "ERR unknown subcommand or wrong number of arguments for '"
              + call.argQuoted(1)
              + "'. Try CLIENT HELP.");
    }
    boolean isForWrites = call.argCount() == 4 && call.argIs(3, WRITE);
    if (call.argCount() == 4 && !isForWrites && !call.argIs(3, ALL)) {
      throw new CommandException(BAD_MODE);
    }
    long millis = BlockTimeout.millis(call, 2);
    pause.pause(isForWrites ? ClientPause.Scope.WRITES : ClientPause.Scope.ALL, millis);
    call.reply().ok();
  }

  private void unpause(Call call) {
    pause.end();
    call.reply().ok();
  }
}
