package dev.larder.commands;

import static dev.larder.command.AclCategory.SCRIPTING;
import static dev.larder.command.Arg.integer;
import static dev.larder.command.Arg.key;
import static dev.larder.command.Arg.oneOf;
import static dev.larder.command.Arg.string;
import static dev.larder.command.Arg.token;
import static dev.larder.command.Ascii.keyword;
import static dev.larder.command.Flag.ALLOW_BUSY;
import static dev.larder.command.Flag.MAY_REPLICATE;
import static dev.larder.command.Flag.NOSCRIPT;
import static dev.larder.command.Flag.NO_MANDATORY_KEYS;
import static dev.larder.command.Flag.READONLY;
import static dev.larder.command.Flag.SKIP_MONITOR;
import static dev.larder.command.Flag.STALE;
import static dev.larder.command.KeyAccess.ACCESS;
import static dev.larder.command.KeyAccess.RO;
import static dev.larder.command.KeyAccess.RW;
import static dev.larder.command.KeyAccess.UPDATE;
import static dev.larder.command.ReplySchema.any;
import static dev.larder.command.ReplySchema.array;
import static dev.larder.command.ReplySchema.bulk;
import static dev.larder.command.ReplySchema.ok;

import dev.larder.command.AclCategory;
import dev.larder.command.Call;
import dev.larder.command.CommandBuilder;
import dev.larder.command.CommandException;
import dev.larder.command.CommandGroup;
import dev.larder.command.Declarations;
import dev.larder.command.ErrorReply;
import dev.larder.command.KeyAccess;
import dev.larder.script.Interpreter;
import dev.larder.script.Script;
import dev.larder.script.ScriptRuns;
import dev.larder.script.Sha;
import org.jspecify.annotations.Nullable;

/** EVAL and its relatives, which the dispatcher executes, and SCRIPT. */
public final class ScriptCommands {
  private static final byte[] ASYNC = keyword("async");
  private static final byte[] SYNC = keyword("sync");
  private static final ErrorReply NO_MODE =
      ErrorReply.of("ERR SCRIPT FLUSH only support SYNC|ASYNC option");
  private static final ErrorReply NOT_BUSY =
      ErrorReply.of("NOTBUSY No scripts in execution right now.");
  private static final ErrorReply UNKILLABLE =
      ErrorReply.of(
          "UNKILLABLE Sorry the script already executed write commands against the dataset. You can"
              + " either wait the script termination or kill the server in a hard way using the"
              + " SHUTDOWN NOSAVE command.");
  private static final ErrorReply NO_DEBUGGER =
      ErrorReply.of("ERR SCRIPT DEBUG is not supported: there is no debugger");
  private static final ErrorReply NO_SCRIPT = ErrorReply.of("NOSCRIPT No matching script.");

  private final ScriptRuns scripts;

  private ScriptCommands(ScriptRuns scripts) {
    this.scripts = scripts;
  }

  /** Declares the group. */
  public static void declare(Declarations c, ScriptRuns scripts) {
    ScriptCommands group = new ScriptCommands(scripts);
    eval(c, "EVAL", "script", "2.6.0", RW, ACCESS, UPDATE)
        .summary("Executes a server-side Lua script.")
        .flags(NOSCRIPT, STALE, SKIP_MONITOR, MAY_REPLICATE, NO_MANDATORY_KEYS)
        .handler(ScriptCommands::elsewhere);
    eval(c, "EVALSHA", "sha1", "2.6.0", RW, ACCESS, UPDATE)
        .summary("Executes a server-side Lua script by SHA1 digest.")
        .flags(NOSCRIPT, STALE, SKIP_MONITOR, MAY_REPLICATE, NO_MANDATORY_KEYS)
        .handler(ScriptCommands::elsewhere);
    eval(c, "EVAL_RO", "script", "7.0.0", RO, ACCESS)
        .summary("Executes a read-only server-side Lua script.")
        .flags(NOSCRIPT, STALE, SKIP_MONITOR, NO_MANDATORY_KEYS, READONLY)
        .handler(ScriptCommands::elsewhere);
    eval(c, "EVALSHA_RO", "sha1", "7.0.0", RO, ACCESS)
        .summary("Executes a read-only server-side Lua script by SHA1 digest.")
        .flags(NOSCRIPT, STALE, SKIP_MONITOR, NO_MANDATORY_KEYS, READONLY)
        .handler(ScriptCommands::elsewhere);
    c.command("SCRIPT")
        .summary("A container for Lua scripts management commands.")
        .since("2.6.0")
        .group(CommandGroup.SCRIPTING)
        .complexity("Depends on subcommand.")
        .arity(-2)
        .container();
    group.declareSubcommands(c);
    c.help(
        "SCRIPT",
        "5.0.0",
        CommandGroup.SCRIPTING,
        new AclCategory[] {SCRIPTING},
        "EXISTS <sha1> [<sha1> ...]",
        "    Return whether scripts of these digests are known.",
        "FLUSH [ASYNC|SYNC]",
        "    Forget all scripts.",
        "KILL",
        "    End the scripts that are running for long and have written nothing.",
        "LOAD <script>",
        "    Make a script known without running it.",
        "SHOW <sha1>",
        "    Return the text of a script.");
  }

  private static CommandBuilder eval(
      Declarations c, String name, String text, String since, KeyAccess... access) {
    return c.command(name)
        .since(since)
        .group(CommandGroup.SCRIPTING)
        .complexity("Depends on the script that is executed.")
        .arity(-3)
        .acl(SCRIPTING)
        .args(
            string(text),
            integer("numkeys"),
            key("key").at(2).count(0, 1, 1).access(access).optional().multiple(),
            string("arg").optional().multiple())
        .replies(any("What the script returns."))
        .runsScript();
  }

  private static CommandBuilder script(Declarations c, String name, String since) {
    return c.command("SCRIPT|" + name).since(since).group(CommandGroup.SCRIPTING).acl(SCRIPTING);
  }

  private void declareSubcommands(Declarations c) {
    script(c, "DEBUG", "3.2.0")
        .summary("Sets the debug mode of server-side Lua scripts.")
        .complexity("O(1)")
        .arity(3)
        .flags(NOSCRIPT)
        .args(oneOf("mode", token("YES"), token("SYNC"), token("NO")))
        .replies(ok())
        .handler(call -> {
          throw new CommandException(NO_DEBUGGER);
        });
    script(c, "EXISTS", "2.6.0")
        .summary("Determines whether server-side Lua scripts exist in the script cache.")
        .complexity("O(N) with N being the number of scripts to check")
        .tips("request_policy:all_shards", "response_policy:agg_logical_and")
        .arity(-3)
        .flags(NOSCRIPT)
        .args(string("sha1").multiple())
        .replies(array("For each digest 1 if the script is known, otherwise 0."))
        .handler(this::exists);
    script(c, "FLUSH", "2.6.0")
        .summary("Removes all server-side Lua scripts from the script cache.")
        .complexity("O(N) with N being the number of scripts in cache")
        .history("6.2.0", "Added the `ASYNC` and `SYNC` flushing mode modifiers.")
        .tips("request_policy:all_nodes", "response_policy:all_succeeded")
        .arity(-2)
        .flags(NOSCRIPT)
        .args(oneOf("flush-type", token("ASYNC"), token("SYNC")).since("6.2.0").optional())
        .replies(ok())
        .handler(this::flush);
    script(c, "KILL", "2.6.0")
        .summary("Terminates a server-side Lua script during execution.")
        .complexity("O(1)")
        .tips("request_policy:all_shards", "response_policy:one_succeeded")
        .arity(2)
        .flags(NOSCRIPT, ALLOW_BUSY)
        .replies(ok())
        .handler(call -> kill(call, scripts, false));
    script(c, "LOAD", "2.6.0")
        .summary("Loads a server-side Lua script to the script cache.")
        .complexity("O(N) with N being the length in bytes of the script body.")
        .tips("request_policy:all_nodes", "response_policy:all_succeeded")
        .arity(3)
        .flags(NOSCRIPT, STALE)
        .args(string("script"))
        .replies(bulk("The digest by which the script can be executed."))
        .handler(this::load);
    script(c, "SHOW", "8.0.0")
        .summary("Returns the text of a script in the script cache.")
        .complexity("O(1)")
        .arity(3)
        .flags(NOSCRIPT)
        .args(string("sha1"))
        .replies(bulk("The script's text."))
        .handler(this::show);
  }

  static void elsewhere(Call call) {
    throw new IllegalStateException("the dispatcher executes " + call.spec());
  }

  private @Nullable Script find(Call call, int arg) {
    Sha sha = Sha.parse(call.argAddress(arg), call.argLength(arg));
    return sha == null ? null : scripts.cache().find(sha);
  }

  private void exists(Call call) {
    call.reply().array(call.argCount() - 2);
    for (int i = 2; i < call.argCount(); i++) {
      call.reply().integer(find(call, i) == null ? 0 : 1);
    }
  }

  /** Whether a subcommand that flushes is called with at most one argument, which is a mode. */
  static boolean isFlush(Call call) {
    return call.argCount() == 2
        || (call.argCount() == 3 && (call.argIs(2, ASYNC) || call.argIs(2, SYNC)));
  }

  private void flush(Call call) throws CommandException {
    if (!isFlush(call)) {
      throw new CommandException(NO_MODE);
    }
    scripts.cache().flush();
    call.reply().ok();
  }

  /**
   * Ends what takes long.
   *
   * @param areFunctions whether functions are meant, not scripts
   */
  static void kill(Call call, ScriptRuns scripts, boolean areFunctions) throws CommandException {
    switch (scripts.kill(areFunctions)) {
      case NONE_RUNS -> throw new CommandException(NOT_BUSY);
      case HAS_WRITTEN -> throw new CommandException(UNKILLABLE);
      case OTHERS_RUN ->
          throw new CommandException(areFunctions ? ErrorReply.BUSY : ErrorReply.BUSY_FUNCTION);
      case KILLED -> call.reply().ok();
    }
  }

  private void load(Call call) throws CommandException {
    scripts.checkText(call.argLength(2));
    Script script = scripts.cache().add(call.argBytes(2), true, Interpreter::check);
    call.reply().bulkString(script.sha().toString());
  }

  private void show(Call call) throws CommandException {
    Script script = find(call, 2);
    if (script == null) {
      throw new CommandException(NO_SCRIPT);
    }
    call.reply().bulk(script.text());
  }
}
