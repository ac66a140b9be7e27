package dev.larder.commands;

import static dev.larder.command.Arg.block;
import static dev.larder.command.Arg.string;
import static dev.larder.command.CommandGroup.SERVER;
import static dev.larder.command.Flag.ADMIN;
import static dev.larder.command.Flag.NOSCRIPT;
import static dev.larder.command.Flag.NO_ASYNC_LOADING;
import static dev.larder.command.ReplySchema.any;
import static dev.larder.command.ReplySchema.array;

import dev.larder.command.AclCategory;
import dev.larder.command.Call;
import dev.larder.command.CommandBuilder;
import dev.larder.command.CommandException;
import dev.larder.command.Declarations;
import dev.larder.command.ErrorReply;

/** MODULE: there are none, nor can any be loaded. */
public final class ModuleCommands {
  private static final ErrorReply NOT_ALLOWED =
      ErrorReply.of(
          "ERR MODULE command not allowed. If the enable-module-command option is set to"
              + " \"local\", you can run it from a local connection, otherwise you need to set this"
              + " option in the configuration file, and then restart the server.");

  private ModuleCommands() {}

  /** Declares the group. */
  public static void declare(Declarations c) {
    c.command("MODULE")
        .summary("A container for module commands.")
        .since("4.0.0")
        .group(SERVER)
        .complexity("Depends on subcommand.")
        .arity(-2)
        .container();
    c.command("MODULE|LIST")
        .summary("Returns all loaded modules.")
        .since("4.0.0")
        .group(SERVER)
        .complexity("O(N) where N is the number of loaded modules.")
        .arity(2)
        .flags(ADMIN, NOSCRIPT)
        .tips("nondeterministic_output_order")
        .replies(array("Always empty here."))
        .handler(call -> call.reply().array(0));
    loading(c, "LOAD", "4.0.0", "Loads a module.")
        .arity(-3)
        .args(string("path"), string("arg").optional().multiple())
        .handler(ModuleCommands::refuse);
    loading(c, "LOADEX", "7.0.0", "Loads a module using extended parameters.")
        .arity(-3)
        .args(
            string("path"),
            block("configs", string("name"), string("value"))
                .tokenIs("CONFIG")
                .optional()
                .multipleWithToken(),
            string("args").tokenIs("ARGS").optional().multiple())
        .handler(ModuleCommands::refuse);
    loading(c, "UNLOAD", "4.0.0", "Unloads a module.")
        .arity(3)
        .args(string("name"))
        .handler(ModuleCommands::refuse);
    c.help(
        "MODULE",
        "5.0.0",
        SERVER,
        new AclCategory[0],
        "LIST",
        "    Return a list of loaded modules, which is empty.");
  }

  private static CommandBuilder loading(Declarations c, String name, String since, String summary) {
    return c.command("MODULE|" + name)
        .summary(summary)
        .since(since)
        .group(SERVER)
        .complexity("O(1)")
        .flags(ADMIN, NOSCRIPT, NO_ASYNC_LOADING)
        .replies(any("Always an error here."));
  }

  private static void refuse(Call call) throws CommandException {
    throw new CommandException(NOT_ALLOWED);
  }
}
