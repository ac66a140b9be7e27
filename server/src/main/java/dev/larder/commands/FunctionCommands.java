package dev.larder.commands;

import static dev.larder.command.AclCategory.SCRIPTING;
import static dev.larder.command.Arg.oneOf;
import static dev.larder.command.Arg.token;
import static dev.larder.command.Ascii.keyword;
import static dev.larder.command.Flag.NOSCRIPT;
import static dev.larder.command.Flag.WRITE;
import static dev.larder.command.ReplySchema.ok;

import dev.larder.command.AclCategory;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.CommandGroup;
import dev.larder.command.Declarations;
import dev.larder.command.ErrorReply;

/**
 * FUNCTION, as far as a server can have it that runs no functions: its library is always empty, and
 * can be emptied. Tools that clean a server expect that.
 */
public final class FunctionCommands {

  private static final byte[] ASYNC = keyword("async");
  private static final byte[] SYNC = keyword("sync");
  private static final ErrorReply NO_MODE =
      ErrorReply.of("ERR FUNCTION FLUSH only supports SYNC|ASYNC option");

  private FunctionCommands() {}

  /** Declares the group. */
  public static void declare(Declarations c) {
    c.command("FUNCTION")
        .summary("A container for function commands.")
        .since("7.0.0")
        .group(CommandGroup.SCRIPTING)
        .complexity("Depends on subcommand.")
        .arity(-2)
        .container();
    c.command("FUNCTION|FLUSH")
        .summary("Deletes all libraries and functions.")
        .since("7.0.0")
        .group(CommandGroup.SCRIPTING)
        .complexity("O(N) where N is the number of functions deleted")
        .tips("request_policy:all_shards", "response_policy:all_succeeded")
        .arity(-2)
        .flags(NOSCRIPT, WRITE)
        .acl(SCRIPTING)
        .args(oneOf("flush-type", token("ASYNC"), token("SYNC")).optional())
        .replies(ok())
        .handler(FunctionCommands::flush);
    c.help(
        "FUNCTION",
        "7.0.0",
        CommandGroup.SCRIPTING,
        new AclCategory[] {SCRIPTING},
        "FLUSH [ASYNC|SYNC]",
        "    Delete all the libraries.");
  }

  private static void flush(Call call) throws CommandException {
    if (call.argCount() > 3) {
      throw new CommandException(
          "ERR unknown subcommand or wrong number of arguments for '"
              + call.argQuoted(1)
              + "'. Try FUNCTION HELP.");
    }
    if (call.argCount() == 3 && !call.argIs(2, ASYNC) && !call.argIs(2, SYNC)) {
      throw new CommandException(NO_MODE);
    }
    call.reply().ok();
  }
}
