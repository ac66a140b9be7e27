package dev.larder.commands;

import static dev.larder.command.AclCategory.CONNECTION;
import static dev.larder.command.Arg.oneOf;
import static dev.larder.command.Arg.pattern;
import static dev.larder.command.Arg.string;
import static dev.larder.command.Ascii.keyword;
import static dev.larder.command.CommandGroup.SERVER;
import static dev.larder.command.Flag.LOADING;
import static dev.larder.command.Flag.STALE;
import static dev.larder.command.ReplySchema.array;
import static dev.larder.command.ReplySchema.integerReply;
import static dev.larder.command.ReplySchema.map;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.command.AclCategory;
import dev.larder.command.Arguments;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.CommandSpec;
import dev.larder.command.Declarations;
import dev.larder.command.ErrorReply;
import dev.larder.command.Flag;
import dev.larder.command.Glob;
import dev.larder.command.KeyAccess;
import dev.larder.command.KeyPositions;
import dev.larder.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/** COMMAND: what the server's commands are, told from their declarations. */
public final class CommandCommands {

  private static final String UNORDERED = "nondeterministic_output_order";
  private static final byte[] FILTERBY = keyword("filterby");
  private static final byte[] MODULE = keyword("module");
  private static final byte[] ACLCAT = keyword("aclcat");
  private static final byte[] PATTERN = keyword("pattern");
  private static final ErrorReply INVALID_COMMAND = ErrorReply.of("ERR Invalid command specified");
  private static final ErrorReply NO_KEYS = ErrorReply.of("ERR The command has no key arguments");
  private static final ErrorReply INVALID_NUMBER =
      ErrorReply.of("ERR Invalid number of arguments specified for command");
  private static final ErrorReply INVALID_ARGUMENTS =
      ErrorReply.of("ERR Invalid arguments specified for command");

  private CommandCommands() {}

  /** Declares the group. */
  public static void declare(Declarations c) {
    c.command("COMMAND")
        .summary("Returns detailed information about all commands.")
        .since("2.8.13")
        .group(SERVER)
        .complexity("O(N) where N is the total number of commands")
        .arity(-1)
        .flags(LOADING, STALE)
        .acl(CONNECTION)
        .tips(UNORDERED)
        .freeForm()
        .replies(array("One entry a command, as COMMAND INFO returns it."))
        .handler(call -> infos(call.reply(), call.commands().commands()));
    c.command("COMMAND|COUNT")
        .summary("Returns the number of commands.")
        .since("2.8.13")
        .group(SERVER)
        .complexity("O(1)")
        .arity(2)
        .flags(LOADING, STALE)
        .acl(CONNECTION)
        .replies(integerReply("How many commands there are, without subcommands."))
        .handler(call -> call.reply().integer(call.commands().commands().size()));
    declareLookups(c);
    declareKeys(c);
    c.help(
        "COMMAND",
        "5.0.0",
        SERVER,
        new AclCategory[] {CONNECTION},
        "(no subcommand)",
        "    Return details about all Redis commands.",
        "COUNT",
        "    Return the total number of commands in this Redis server.",
        "LIST",
        "    Return a list of all commands in this Redis server.",
        "INFO [<command-name> ...]",
        "    Return details about multiple Redis commands.",
        "    If no command names are given, documentation details for all",
        "    commands are returned.",
        "DOCS [<command-name> ...]",
        "    Return documentation details about multiple Redis commands.",
        "    If no command names are given, documentation details for all",
        "    commands are returned.",
        "GETKEYS <full-command>",
        "    Return the keys from a full Redis command.",
        "GETKEYSANDFLAGS <full-command>",
        "    Return the keys and the access flags from a full Redis command.");
  }

  private static void declareLookups(Declarations c) {
    c.command("COMMAND|DOCS")
        .summary("Returns documentation about one, several or all commands.")
        .since("7.0.0")
        .group(SERVER)
        .complexity("O(N) where N is the number of commands to look up")
        .arity(-2)
        .flags(LOADING, STALE)
        .acl(CONNECTION)
        .tips(UNORDERED)
        .args(string("command-name").optional().multiple())
        .replies(map("Documentation by command name; names that are unknown are left out."))
        .handler(CommandCommands::docs);
    c.command("COMMAND|INFO")
        .summary("Returns information about one, several or all commands.")
        .since("2.8.13")
        .group(SERVER)
        .complexity("O(N) where N is the number of commands to look up")
        .history("7.0.0", "Allowed to be called with no argument to get info on all commands.")
        .arity(-2)
        .flags(LOADING, STALE)
        .acl(CONNECTION)
        .tips(UNORDERED)
        .args(string("command-name").optional().multiple())
        .replies(array("One entry a name; null for a name that is unknown."))
        .handler(CommandCommands::info);
    c.command("COMMAND|LIST")
        .summary("Returns the names of commands.")
        .since("7.0.0")
        .group(SERVER)
        .complexity("O(N) where N is the total number of commands")
        .arity(-2)
        .flags(LOADING, STALE)
        .acl(CONNECTION)
        .tips(UNORDERED)
        .args(
            oneOf(
                    "filterby",
                    string("module-name").tokenIs("MODULE"),
                    string("category").tokenIs("ACLCAT"),
                    pattern("pattern").tokenIs("PATTERN"))
                .tokenIs("FILTERBY")
                .optional())
        .replies(array("Full names of commands and subcommands."))
        .handler(CommandCommands::list);
  }

  private static void declareKeys(Declarations c) {
    c.command("COMMAND|GETKEYS")
        .summary("Extracts the key names from a call of any command.")
        .since("2.8.13")
        .group(SERVER)
        .complexity("O(N) where N is the number of arguments to the command")
        .arity(-3)
        .flags(LOADING, STALE)
        .acl(CONNECTION)
        .args(string("command"), string("arg").optional().multiple())
        .replies(array("The keys of the call."))
        .handler(call -> getKeys(call, false));
    c.command("COMMAND|GETKEYSANDFLAGS")
        .summary("Extracts the key names and their access flags from a call of any command.")
        .since("7.0.0")
        .group(SERVER)
        .complexity("O(N) where N is the number of arguments to the command")
        .arity(-3)
        .flags(LOADING, STALE)
        .acl(CONNECTION)
        .args(string("command"), string("arg").optional().multiple())
        .replies(array("Pairs of a key of the call and what the command does to it."))
        .handler(call -> getKeys(call, true));
  }

  private static void infos(ReplyWriter reply, Collection<CommandSpec> specs) {
    reply.array(specs.size());
    for (CommandSpec spec : specs) {
      CommandReplies.info(reply, spec);
    }
  }

  private static void info(Call call) {
    ReplyWriter reply = call.reply();
    if (call.argCount() == 2) {
      infos(reply, call.commands().commands());
      return;
    }
    reply.array(call.argCount() - 2);
    for (int i = 2; i < call.argCount(); i++) {
      CommandSpec spec = call.commands().findCallable(call.argString(i));
      if (spec == null) {
        reply.nilArray();
      } else {
        CommandReplies.info(reply, spec);
      }
    }
  }

  private static void docs(Call call) {
    List<CommandSpec> specs = new ArrayList<>();
    if (call.argCount() == 2) {
      specs.addAll(call.commands().commands());
    }
    for (int i = 2; i < call.argCount(); i++) {
      CommandSpec spec = call.commands().findCallable(call.argString(i));
      if (spec != null) {
        specs.add(spec);
      }
    }
    call.reply().map(specs.size());
    for (CommandSpec spec : specs) {
      call.reply().bulkString(spec.fullName());
      CommandReplies.docs(call.reply(), spec);
    }
  }

  private static void list(Call call) throws CommandException {
    Predicate<CommandSpec> filter;
    if (call.argCount() == 2) {
      filter = _ -> true;
    } else if (call.argCount() == 5 && call.argIs(2, FILTERBY)) {
      filter = filter(call);
    } else {
      throw new CommandException(ErrorReply.SYNTAX);
    }
    List<CommandSpec> specs = call.commands().callable().stream().filter(filter).toList();
    call.reply().array(specs.size());
    for (CommandSpec spec : specs) {
      call.reply().bulkString(spec.fullName());
    }
  }

  private static Predicate<CommandSpec> filter(Call call) throws CommandException {
    if (call.argIs(3, MODULE)) {
      return _ -> false;
    }
    if (call.argIs(3, ACLCAT)) {
      AclCategory category = AclCategory.byName(call.argString(4));
      return spec -> category != null && spec.acl().contains(category);
    }
    if (call.argIs(3, PATTERN)) {
      Glob glob = new Glob(call.argBytes(4), true);
      return spec -> glob.matches(spec.fullName().getBytes(ISO_8859_1));
    }
    throw new CommandException(ErrorReply.SYNTAX);
  }

  private static void getKeys(Call call, boolean withFlags) throws CommandException {
    Arguments inner = new Arguments(call.batch());
    inner.point(call.batch(), call.firstArg() + 2, call.argCount() - 2);
    CommandSpec spec = call.commands().find(inner);
    if (spec == null) {
      throw new CommandException(INVALID_COMMAND);
    }
    if (spec.keySpecs().isEmpty()) {
      throw new CommandException(NO_KEYS);
    }
    if (!spec.accepts(inner.argCount())) {
      throw new CommandException(INVALID_NUMBER);
    }
    KeyPositions keys = new KeyPositions();
    if (!spec.findKeys(inner, keys)) {
      throw new CommandException(INVALID_ARGUMENTS);
    }
    if (keys.count() == 0 && (spec.flagBits() & Flag.NO_MANDATORY_KEYS.bit()) == 0) {
      throw new CommandException(NO_KEYS);
    }
    ReplyWriter reply = call.reply();
    reply.array(keys.count());
    for (int i = 0; i < keys.count(); i++) {
      if (withFlags) {
        reply.array(2);
      }
      call.replyArg(2 + keys.position(i));
      if (withFlags) {
        CommandReplies.access(reply, KeyAccess.of(keys.flags(i)));
      }
    }
  }
}
