package dev.larder.commands;

import static dev.larder.command.Ascii.keyword;
import static dev.larder.command.CommandGroup.SERVER;
import static dev.larder.command.Flag.ADMIN;
import static dev.larder.command.Flag.LOADING;
import static dev.larder.command.Flag.NOSCRIPT;
import static dev.larder.command.Flag.STALE;
import static dev.larder.command.ReplySchema.any;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.Declarations;
import dev.larder.command.ErrorReply;
import dev.larder.command.Handler;
import dev.larder.command.KeyUse;
import dev.larder.command.Numbers;
import dev.larder.resp.ReplyWriter;
import dev.larder.session.Session;
import dev.larder.storage.Eviction;
import dev.larder.storage.Shard;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DEBUG: what tests and benchmarks need. As in Redis it is one command whose first argument chooses
 * what it does, not a container; it runs owning every shard, so each form may look at any key.
 */
public final class DebugCommands {
  private static final Logger log = LoggerFactory.getLogger(DebugCommands.class);

  private static final ErrorReply NOT_ALLOWED =
      ErrorReply.of(
          "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\","
              + " you can run it from a local connection, otherwise you need to set this option in"
              + " the configuration file, and then restart the server.");
  private static final ErrorReply CANNOT_LOAD =
      ErrorReply.of("ERR Error trying to load the RDB dump, check server logs.");
  private static final ErrorReply CANNOT_LOAD_AOF =
      ErrorReply.of("ERR Error trying to load the AOF files, check server logs.");
  private static final ErrorReply RELOAD_SYNTAX =
      ErrorReply.of("ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.");
  private static final byte[] RELOAD = keyword("reload");
  private static final byte[] LOADAOF = keyword("loadaof");
  private static final byte[] MERGE = keyword("merge");
  private static final byte[] NOFLUSH = keyword("noflush");
  private static final byte[] NOSAVE = keyword("nosave");
  private static final byte[] DENY_SCRIPTS = keyword("set-disable-deny-scripts");
  private static final int ANY = Integer.MAX_VALUE;

  private static final String[] HELP = {
    "DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
    "DIGEST",
    "    Output a hex signature representing the current DB content.",
    "DIGEST-VALUE <key> [<key> ...]",
    "    Output a hex signature of the values of all the specified keys.",
    "ERROR <string>",
    "    Return a protocol error with <string> as message. Useful for clients",
    "    unit tests to simulate errors.",
    "LOADAOF",
    "    Forget the data and load the append-only file.",
    "LOG <message>",
    "    Write <message> to the server log.",
    "OBJECT <key>",
    "    Show low level info about `key` and associated value.",
    "POPULATE <count> [<prefix>] [<size>]",
    "    Create <count> string keys named key:<num>. If <prefix> is specified then",
    "    it is used instead of the 'key' prefix.",
    "PROTOCOL <type>",
    "    Reply with a test value of the specified type. <type> can be: string,",
    "    integer, double, bignum, null, array, set, map, attrib, push, verbatim,",
    "    true, false.",
    "QUICKLIST-PACKED-THRESHOLD <size>",
    "    Accepted for the sake of Redis's tests; large elements are like any other.",
    "RELOAD [option ...]",
    "    Save the data to the snapshot file, forget them, and load the file. Options:",
    "    * MERGE: what is loaded replaces keys of the same name; implied.",
    "    * NOFLUSH: do not forget the data before the file is loaded.",
    "    * NOSAVE: load the file that is there.",
    "SET-ACTIVE-EXPIRE <0|1>",
    "    Setting it to 0 disables expiring keys in background when they are not",
    "    accessed. Setting it to 1 reenables back the default.",
    "SET-DISABLE-DENY-SCRIPTS <0|1>",
    "    Setting it to 1 lets scripts run commands that are not for scripts.",
    "SLEEP <seconds>",
    "    Keep all clients from all keys for <seconds>. Decimals allowed.",
    "HELP",
    "    Print this help."
  };

  private static final ErrorReply IN_TRANSACTION =
      ErrorReply.of("ERR DEBUG does not load data inside a transaction");

  /** What may follow DEBUG: a word, so many arguments in all, and what it does. */
  private record Form(byte[] word, int minArgs, int maxArgs, Handler handler) {}

  private static final List<Form> FORMS =
      List.of(
          form("help", 2, 2, call -> help(call.reply())),
          form("sleep", 3, 3, DebugCommands::sleep),
          form("object", 3, ANY, DebugCommands::object),
          form("populate", 3, 5, DebugCommands::populate),
          form("set-active-expire", 3, 3, DebugCommands::setActiveExpire),
          form("protocol", 3, 3, DebugProtocol::reply),
          form("digest", 2, 2, call -> call.defer(new DigestJob(call))),
          form("digest-value", 2, ANY, DebugCommands::digestValue),
          // Redis has nodes of another kind for large elements, and its tests want small ones in
          // them.
          form("quicklist-packed-threshold", 3, 3, call -> call.reply().ok()),
          form("error", 3, 3, call -> call.error(call.argString(2))),
          form("log", 3, 3, DebugCommands::writeLog));

  private final Supplier<String> access;
  private final Saving saving;
  private final Consumer<Boolean> scripts;

  private DebugCommands(Supplier<String> access, Saving saving, Consumer<Boolean> scripts) {
    this.access = access;
    this.saving = saving;
    this.scripts = scripts;
  }

  private static Form form(String word, int minArgs, int maxArgs, Handler handler) {
    return new Form(keyword(word), minArgs, maxArgs, handler);
  }

  /**
   * Declares the command.
   *
   * @param access who may use it: {@code yes} for everybody, {@code local} for clients on this
   *     machine, {@code no} for nobody
   * @param scripts told whether scripts may run commands that are not for scripts
   */
  public static void declare(
      Declarations c, Supplier<String> access, Saving saving, Consumer<Boolean> scripts) {
    c.command("DEBUG")
        .summary("A container for debugging commands.")
        .since("1.0.0")
        .group(SERVER)
        .complexity("Depends on subcommand.")
        .system()
        .arity(-2)
        .flags(ADMIN, NOSCRIPT, LOADING, STALE)
        .freeForm()
        .allShards()
        .keyUse(KeyUse.NEVER)
        .replies(any("What the subcommand says."))
        .handler(new DebugCommands(access, saving, scripts)::debug);
  }

  private void debug(Call call) throws CommandException {
    if (!isAllowed(call.session())) {
      throw new CommandException(NOT_ALLOWED);
    }
    if (call.argIs(1, RELOAD)) {
      reload(call);
      return;
    }
    if (call.argIs(1, LOADAOF) && call.argCount() == 2) {
      requireAlone(call);
      call.defer(FutureWait.forOk(saving.reloadAppendOnlyFile(), CANNOT_LOAD_AOF));
      return;
    }
    if (call.argIs(1, DENY_SCRIPTS) && call.argCount() == 3) {
      scripts.accept(isTrue(call, 2));
      call.reply().ok();
      return;
    }
    for (Form form : FORMS) {
      if (call.argIs(1, form.word)
          && call.argCount() >= form.minArgs
          && call.argCount() <= form.maxArgs) {
        form.handler.handle(call);
        return;
      }
    }
    throw new CommandException(
        "ERR unknown subcommand or wrong number of arguments for '"
            + call.argString(1)
            + "'. Try DEBUG HELP.");
  }

  private boolean isAllowed(Session session) {
    String who = access.get();
    return who.equals("yes") || (who.equals("local") && isLocal(session));
  }

  private static boolean isLocal(Session session) {
    String peer = session.connection().remoteAddress();
    return session.connection().isUnixSocket()
        || peer.startsWith("127.0.0.1:")
        || peer.startsWith("[::1]:");
  }

  private void reload(Call call) throws CommandException {
    boolean saves = true;
    boolean flushes = true;
    for (int i = 2; i < call.argCount(); i++) {
      if (call.argIs(i, NOSAVE)) {
        saves = false;
      } else if (call.argIs(i, NOFLUSH)) {
        flushes = false;
      } else if (!call.argIs(i, MERGE)) {
        throw new CommandException(RELOAD_SYNTAX);
      }
    }
    requireAlone(call);
    call.defer(FutureWait.forOk(saving.reload(saves, flushes), CANNOT_LOAD));
  }

  /** Another thread does the work, which needs the shards that a transaction owns. */
  private static void requireAlone(Call call) throws CommandException {
    if (!call.mayBlock()) {
      throw new CommandException(IN_TRANSACTION);
    }
  }

  private static void help(ReplyWriter reply) {
    reply.array(HELP.length);
    for (String line : HELP) {
      reply.simpleString(line);
    }
  }

  private static void sleep(Call call) {
    double seconds = Numbers.parseDouble(call.argAddress(2), call.argLength(2));
    call.defer(new SleepJob(call, Double.isNaN(seconds) ? 0 : seconds));
  }

  private static void object(Call call) throws CommandException {
    long entry = call.findUncounted(2);
    if (entry == 0) {
      throw new CommandException(ErrorReply.NO_SUCH_KEY);
    }
    Eviction eviction = call.keyspace().eviction();
    call.reply()
        .simpleString(DebugObject.describe(call.shard(2), entry, eviction, call.nowMillis()));
  }

  private static void populate(Call call) throws CommandException {
    byte[] prefix = call.argCount() > 3 ? call.argBytes(3) : new byte[] {'k', 'e', 'y'};
    long count = call.argLong(2, 0, Long.MAX_VALUE, ErrorReply.MUST_BE_POSITIVE);
    long bytes =
        call.argCount() > 4 ? call.argLong(4, 0, Long.MAX_VALUE, ErrorReply.MUST_BE_POSITIVE) : 0;
    call.defer(new PopulateJob(call.keyspace(), call.unit(), call.db(), count, prefix, bytes));
  }

  private static void setActiveExpire(Call call) {
    call.keyspace().activeExpiry(isTrue(call, 2));
    call.reply().ok();
  }

  /** As atoi reads it: what is no number is 0. */
  private static boolean isTrue(Call call, int arg) {
    return Numbers.parseLong(call.argAddress(arg), call.argLength(arg)) != 0;
  }

  private static void digestValue(Call call) {
    ReplyWriter reply = call.reply();
    DatasetDigest digest = new DatasetDigest(call.unit());
    reply.array(call.argCount() - 2);
    for (int i = 2; i < call.argCount(); i++) {
      long entry = call.findUncounted(i);
      Shard shard = call.shard(i);
      reply.simpleString(entry == 0 ? DatasetDigest.ofNothing() : digest.ofValue(shard, entry));
    }
  }

  private static void writeLog(Call call) {
    log.warn("DEBUG LOG: {}", call.argText(2));
    call.reply().ok();
  }
}
