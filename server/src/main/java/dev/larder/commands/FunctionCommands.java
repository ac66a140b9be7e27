package dev.larder.commands;

import static dev.larder.command.AclCategory.SCRIPTING;
import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.key;
import static dev.larder.command.Arg.oneOf;
import static dev.larder.command.Arg.string;
import static dev.larder.command.Arg.token;
import static dev.larder.command.Ascii.keyword;
import static dev.larder.command.Flag.ALLOW_BUSY;
import static dev.larder.command.Flag.DENYOOM;
import static dev.larder.command.Flag.MAY_REPLICATE;
import static dev.larder.command.Flag.NOSCRIPT;
import static dev.larder.command.Flag.NO_MANDATORY_KEYS;
import static dev.larder.command.Flag.READONLY;
import static dev.larder.command.Flag.SKIP_MONITOR;
import static dev.larder.command.Flag.STALE;
import static dev.larder.command.Flag.WRITE;
import static dev.larder.command.KeyAccess.ACCESS;
import static dev.larder.command.KeyAccess.RO;
import static dev.larder.command.KeyAccess.RW;
import static dev.larder.command.KeyAccess.UPDATE;
import static dev.larder.command.ReplySchema.any;
import static dev.larder.command.ReplySchema.array;
import static dev.larder.command.ReplySchema.bulk;
import static dev.larder.command.ReplySchema.map;
import static dev.larder.command.ReplySchema.ok;

import dev.larder.command.AclCategory;
import dev.larder.command.Call;
import dev.larder.command.CommandBuilder;
import dev.larder.command.CommandException;
import dev.larder.command.CommandGroup;
import dev.larder.command.Declarations;
import dev.larder.command.ErrorReply;
import dev.larder.command.KeyAccess;
import dev.larder.script.FunctionLibraries;
import dev.larder.script.Library;
import dev.larder.script.ScriptRuns;
import dev.larder.storage.FunctionDump;
import dev.larder.storage.LoadException;
import java.util.List;

/** FCALL and FCALL_RO, which the dispatcher executes, and FUNCTION. */
public final class FunctionCommands {
  private static final byte[] REPLACE = keyword("replace");
  private static final byte[] APPEND = keyword("append");
  private static final byte[] FLUSH = keyword("flush");

  private static final ErrorReply NO_MODE =
      ErrorReply.of("ERR FUNCTION FLUSH only supports SYNC|ASYNC option");
  private static final ErrorReply NO_LIBRARY = ErrorReply.of("ERR Library not found");
  private static final ErrorReply NO_POLICY =
      ErrorReply.of(
          "ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.");
  private static final ErrorReply BAD_PAYLOAD =
      ErrorReply.of("ERR DUMP payload version or checksum are wrong");

  private final ScriptRuns scripts;
  private final FunctionLibraries libraries;

  private FunctionCommands(ScriptRuns scripts) {
    this.scripts = scripts;
    this.libraries = scripts.functions();
  }

  /** Declares the group. */
  public static void declare(Declarations c, ScriptRuns scripts) {
    FunctionCommands group = new FunctionCommands(scripts);
    fcall(c, "FCALL", RW, ACCESS, UPDATE)
        .summary("Invokes a function.")
        .flags(NOSCRIPT, STALE, SKIP_MONITOR, MAY_REPLICATE, NO_MANDATORY_KEYS)
        .handler(ScriptCommands::elsewhere);
    fcall(c, "FCALL_RO", RO, ACCESS)
        .summary("Invokes a read-only function.")
        .flags(NOSCRIPT, STALE, SKIP_MONITOR, NO_MANDATORY_KEYS, READONLY)
        .handler(ScriptCommands::elsewhere);
    c.command("FUNCTION")
        .summary("A container for function commands.")
        .since("7.0.0")
        .group(CommandGroup.SCRIPTING)
        .complexity("Depends on subcommand.")
        .arity(-2)
        .container();
    group.declareChanges(c);
    group.declareRest(c);
    c.help(
        "FUNCTION",
        "7.0.0",
        CommandGroup.SCRIPTING,
        new AclCategory[] {SCRIPTING},
        "DELETE <library name>",
        "    Delete a library.",
        "DUMP",
        "    Return all libraries as a payload for FUNCTION RESTORE.",
        "FLUSH [ASYNC|SYNC]",
        "    Delete all the libraries.",
        "KILL",
        "    End the functions that are running for long and have written nothing.",
        "LIST [LIBRARYNAME <pattern>] [WITHCODE]",
        "    Return the libraries and their functions, on demand with their code.",
        "LOAD [REPLACE] <function code>",
        "    Load a library, on demand in the place of one of its name.",
        "RESTORE <payload> [FLUSH|APPEND|REPLACE]",
        "    Load the libraries of a payload: in the place of all that are there, beside them",
        "    (the default), or in the place of those of their names.",
        "STATS",
        "    Return the function that is running for long, and how many there are.");
  }

  private static CommandBuilder fcall(Declarations c, String name, KeyAccess... access) {
    return c.command(name)
        .since("7.0.0")
        .group(CommandGroup.SCRIPTING)
        .complexity("Depends on the function that is executed.")
        .arity(-3)
        .acl(SCRIPTING)
        .args(
            string("function"),
            integer("numkeys"),
            key("key").at(2).count(0, 1, 1).access(access).optional().multiple(),
            string("arg").optional().multiple())
        .replies(any("What the function returns."))
        .runsScript();
  }

  private static CommandBuilder function(Declarations c, String name) {
    return c.command("FUNCTION|" + name)
        .since("7.0.0")
        .group(CommandGroup.SCRIPTING)
        .acl(SCRIPTING);
  }

  private void declareChanges(Declarations c) {
    function(c, "DELETE")
        .summary("Deletes a library and its functions.")
        .complexity("O(1)")
        .tips("request_policy:all_shards", "response_policy:all_succeeded")
        .arity(3)
        .flags(NOSCRIPT, WRITE)
        .allShards()
        .args(string("library-name"))
        .replies(ok())
        .handler(this::delete);
    function(c, "FLUSH")
        .summary("Deletes all libraries and functions.")
        .complexity("O(N) where N is the number of functions deleted")
        .tips("request_policy:all_shards", "response_policy:all_succeeded")
        .arity(-2)
        .flags(NOSCRIPT, WRITE)
        .allShards()
        .args(oneOf("flush-type", token("ASYNC"), token("SYNC")).optional())
        .replies(ok())
        .handler(this::flush);
    function(c, "LOAD")
        .summary("Creates a library.")
        .complexity("O(1) (considering compilation time is redundant)")
        .tips("request_policy:all_shards", "response_policy:all_succeeded")
        .arity(-3)
        .flags(NOSCRIPT, WRITE, DENYOOM)
        .looksEverywhere()
        .args(token("REPLACE").optional(), string("function-code"))
        .replies(bulk("The name of the library."))
        .handler(this::load);
    function(c, "RESTORE")
        .summary("Restores all libraries from a payload.")
        .complexity("O(N) where N is the number of functions on the payload")
        .tips("request_policy:all_shards", "response_policy:all_succeeded")
        .arity(-3)
        .flags(NOSCRIPT, WRITE, DENYOOM)
        .looksEverywhere()
        .args(
            string("serialized-value"),
            oneOf("policy", token("FLUSH"), token("APPEND"), token("REPLACE")).optional())
        .replies(ok())
        .handler(this::restore);
  }

  private void declareRest(Declarations c) {
    function(c, "DUMP")
        .summary("Dumps all libraries into a serialized binary payload.")
        .complexity("O(N) where N is the number of functions")
        .arity(2)
        .flags(NOSCRIPT)
        .replies(bulk("The payload for FUNCTION RESTORE."))
        .handler(this::dump);
    function(c, "KILL")
        .summary("Terminates a function during execution.")
        .complexity("O(1)")
        .tips("request_policy:all_shards", "response_policy:one_succeeded")
        .arity(2)
        .flags(NOSCRIPT, ALLOW_BUSY)
        .replies(ok())
        .handler(call -> ScriptCommands.kill(call, scripts, true));
    function(c, "LIST")
        .summary("Returns information about all libraries.")
        .complexity("O(N) where N is the number of functions")
        .tips("nondeterministic_output_order")
        .arity(-2)
        .flags(NOSCRIPT)
        .args(
            string("library-name-pattern").tokenIs("LIBRARYNAME").optional(),
            token("WITHCODE").optional())
        .replies(array("The libraries, as maps."))
        .handler(call -> FunctionListing.write(call, libraries.all()));
    function(c, "STATS")
        .summary("Returns information about a function during execution.")
        .complexity("O(1)")
        .tips("nondeterministic_output", "request_policy:all_shards", "response_policy:special")
        .arity(2)
        .flags(NOSCRIPT, ALLOW_BUSY)
        .replies(map("The function that runs, and the engines."))
        .handler(this::stats);
  }

  private static CommandException wrongArguments(Call call) {
    return new CommandException(
        "ERR unknown subcommand or wrong number of arguments for '"
            + call.argQuoted(1)
            + "'. Try FUNCTION HELP.");
  }

  private void load(Call call) throws CommandException {
    int last = call.argCount() - 1;
    boolean replaces = false;
    for (int i = 2; i < last; i++) {
      if (!call.argIs(i, REPLACE)) {
        throw new CommandException("ERR Unknown option given: " + call.argQuoted(i));
      }
      replaces = true;
    }
    libraries.checkRoom(call.argLength(last));
    boolean inPlace = replaces;
    change(
        call,
        List.of(call.argBytes(last)),
        (unit, looked, out) -> {
          Library library = looked.getFirst();
          libraries.load(unit, library, inPlace);
          out.bulkString(library.name());
        });
  }

  /** Has libraries looked at, and then a change made with them. */
  private void change(Call call, List<byte[]> sources, LibraryJob.Change change) {
    call.defer(new LibraryJob(call, scripts, libraries.look(sources), change));
  }

  private void delete(Call call) throws CommandException {
    if (!libraries.delete(call.unit(), call.argString(2))) {
      throw new CommandException(NO_LIBRARY);
    }
    call.reply().ok();
  }

  private void flush(Call call) throws CommandException {
    if (call.argCount() > 3) {
      throw wrongArguments(call);
    }
    if (!ScriptCommands.isFlush(call)) {
      throw new CommandException(NO_MODE);
    }
    libraries.clear(call.unit());
    call.reply().ok();
  }

  private void dump(Call call) throws CommandException {
    List<byte[]> sources = libraries.all().stream().map(Library::source).toList();
    byte[] payload = FunctionDump.write(call.keyspace(), sources);
    if (payload == null) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
    call.reply().bulk(payload);
  }

  private void restore(Call call) throws CommandException {
    if (call.argCount() > 4) {
      throw wrongArguments(call);
    }
    boolean hasPolicy = call.argCount() == 4;
    boolean flushes = hasPolicy && call.argIs(3, FLUSH);
    boolean replaces = hasPolicy && call.argIs(3, REPLACE);
    if (hasPolicy && !flushes && !replaces && !call.argIs(3, APPEND)) {
      throw new CommandException(NO_POLICY);
    }
    long payload = call.argAddress(2);
    int length = call.argLength(2);
    if (!FunctionDump.isSound(payload, length)) {
      throw new CommandException(BAD_PAYLOAD);
    }
    libraries.checkRoom(length);
    List<byte[]> sources;
    try {
      sources = FunctionDump.read(call.keyspace(), payload, length);
    } catch (LoadException e) {
      throw new CommandException("ERR " + e.getMessage());
    }
    change(
        call,
        sources,
        (unit, looked, out) -> {
          libraries.restore(unit, looked, flushes, replaces);
          out.ok();
        });
  }

  private void stats(Call call) throws CommandException {
    FunctionListing.stats(call, scripts);
  }
}
