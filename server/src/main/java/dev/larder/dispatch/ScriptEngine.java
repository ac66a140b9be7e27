package dev.larder.dispatch;

import static java.util.Objects.requireNonNull;

import dev.larder.acl.AccessCheck;
import dev.larder.command.Arguments;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.CommandSpec;
import dev.larder.command.CommandTable;
import dev.larder.command.ErrorReply;
import dev.larder.command.Flag;
import dev.larder.command.KeyPositions;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import dev.larder.resp.ReplyWriter;
import dev.larder.script.Interpreter;
import dev.larder.script.LuaReply;
import dev.larder.script.Program;
import dev.larder.script.ScriptHost;
import dev.larder.session.Session;
import dev.larder.storage.Unit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one script at a time, as a unit of its own, which may last for many turns of its loop.
 *
 * <p>Before it begins, the unit owns the shards of the keys that the script names; or all shards,
 * if it was seen to use others. It takes no shard later: a script that comes to a key in another
 * one has what it did undone, gives all back, and begins again with all shards. So no script waits
 * with shards in hand, and each is one moment.
 */
final class ScriptEngine implements ScriptHost {
  private static final Logger log = LoggerFactory.getLogger(ScriptEngine.class);

  private static final long WRITE = Flag.WRITE.bit();
  private static final long MAY_REPLICATE = Flag.MAY_REPLICATE.bit();
  private static final long NOSCRIPT = Flag.NOSCRIPT.bit();
  private static final long PUBSUB = Flag.PUBSUB.bit();

  private static final String NO_ARGUMENTS =
      "ERR Please specify at least one argument for this redis lib call";
  private static final String BAD_ARGUMENTS =
      "ERR Lua redis lib command arguments must be strings or integers";
  private static final ErrorReply UNKNOWN =
      ErrorReply.of("ERR Unknown Redis command called from script");
  private static final ErrorReply WRONG_ARITY =
      ErrorReply.of("ERR Wrong number of args calling Redis command from script");
  private static final ErrorReply NOT_ALLOWED =
      ErrorReply.of("ERR This Redis command is not allowed from script");
  private static final ErrorReply READ_ONLY =
      ErrorReply.of("ERR Write commands are not allowed from read-only scripts.");
  private static final ErrorReply FAILED = ErrorReply.of("ERR internal error");

  private final LoopContext loop;
  private final CommandTable commands;
  private final Gates gates;
  private final Unit unit;
  private final boolean isForTransactions;
  private final Call call;
  private final Arguments named;
  private final KeptReply kept;
  private final ReplyWriter reply;
  private final ScriptArguments arguments;
  private final AccessCheck access;
  private final TrackedReads reads;
  private final MonitorFeed monitorFeed;
  private final ScriptClock clock;
  private final ScriptTally tally;
  private final KeyPositions keys = new KeyPositions();
  private final ShardLocks locks;
  private final ScriptUndo undo;
  private final Interpreter.Maker maker;
  private @Nullable Interpreter interpreter;

  private @Nullable Session session;
  private @Nullable Program program;
  private boolean isReadOnly;
  private boolean ownsAll;
  private volatile boolean hasWritten;

  /** Whether there was no memory before what is run began. */
  private boolean lacksMemory;

  /**
   * @param unit its own
   * @param isForTransactions as of {@link #isForTransactions}
   */
  ScriptEngine(
      LoopContext loop,
      CommandTable commands,
      Gates gates,
      ScriptClock clock,
      Interpreter.Maker maker,
      Unit unit,
      boolean isForTransactions) {
    this.loop = loop;
    this.commands = commands;
    this.gates = gates;
    this.clock = clock;
    this.monitorFeed = loop.monitorFeed();
    this.unit = unit;
    this.isForTransactions = isForTransactions;
    this.kept = new KeptReply(loop.addressOf());
    this.reply = kept.writer();
    this.arguments = new ScriptArguments(loop.addressOf());
    this.call = loop.newCall(unit, reply);
    call.mayBlock(false);
    call.isInScript(true);
    this.tally = new ScriptTally(loop, call);
    this.named = new Arguments(arguments.batch());
    this.access = new AccessCheck(loop.serverStats().denials());
    this.reads = new TrackedReads(loop.tracking());
    this.locks = new ShardLocks(loop.keyspace(), unit);
    this.undo = new ScriptUndo(unit, commands);
    this.maker = maker;
  }

  Unit unit() {
    return unit;
  }

  /** Whether its scripts are parts of transactions, which end the unit. */
  boolean isForTransactions() {
    return isForTransactions;
  }

  ShardLocks locks() {
    return locks;
  }

  Interpreter interpreter() {
    Interpreter known = interpreter;
    if (known == null) {
      known = maker.make(this);
      interpreter = known;
    }
    return known;
  }

  /** Lets go of all that scripts have compiled and left. */
  void dropInterpreter() {
    if (interpreter != null) {
      interpreter.close();
      interpreter = null;
    }
  }

  /**
   * A script is about to run; the unit owns its shards.
   *
   * @param newIsReadOnly whether its commands may not write
   * @param newOwnsAll whether those are all there are
   */
  void begin(Session newSession, Program newProgram, boolean newIsReadOnly, boolean newOwnsAll) {
    session = newSession;
    program = newProgram;
    isReadOnly = newIsReadOnly;
    ownsAll = newOwnsAll;
    if (hasWritten) {
      hasWritten = false;
    }
    reply.protocol(2);
  }

  /** Whether there was no memory for what is about to begin; so it is until its end. */
  void lacksMemory(boolean lacks) {
    lacksMemory = lacks;
  }

  boolean lacksMemory() {
    return lacksMemory;
  }

  /** Whether the script has changed something; any thread. */
  boolean hasWritten() {
    return hasWritten;
  }

  /** Undoes what the script has done, for it is to begin again. */
  void startOver() {
    undo.undo(arguments, this::redo);
    tally.discard();
    hasWritten = false;
  }

  private void redo(CommandSpec spec, int database) {
    Session user = requireNonNull(session);
    int selected = user.database();
    user.database(database);
    kept.clear();
    call.begin(user, arguments.batch());
    call.select(spec, 0);
    if (handle(user, spec) != null) {
      log.error("What a script did could not be undone");
    }
    user.database(selected);
  }

  /** The script is over. */
  void forget() {
    tally.settle();
    undo.clear();
    if (interpreter != null) {
      interpreter.forget();
    }
    session = null;
    program = null;
  }

  /** Whether the script runs with all shards. */
  boolean ownsAll() {
    return ownsAll;
  }

  /** The loop has ended: no script follows. */
  void close() {
    kept.close();
    arguments.close();
  }

  /** Whether somebody keeps the unit, which owns all shards, from what the script does. */
  boolean meetsLeases(boolean writes) {
    return locks.leaseAgainstAll(writes) != null;
  }

  // ---- for the script

  @Override
  public @Nullable LuaTable execute(dev.larder.lua.Call lua) {
    int count = lua.count();
    if (count == 0) {
      return LuaReply.error(LuaString.of(NO_ARGUMENTS));
    }
    if (!arguments.take(lua)) {
      return LuaReply.error(LuaString.of(BAD_ARGUMENTS));
    }
    named.point(arguments.batch(), 0, count);
    CommandSpec spec = commands.find(named);
    if (spec == null) {
      tally.error(UNKNOWN);
      return error(UNKNOWN);
    }
    Session user = requireNonNull(session);
    call.begin(user, arguments.batch());
    call.select(spec, 0);
    ErrorReply refusal = spec.accepts(count) ? refusal(user, spec) : WRONG_ARITY;
    if (refusal != null) {
      tally.rejected(spec, refusal);
      return error(refusal);
    }
    if (!ownsAll && !isReady(spec)) {
      throw lua.waitAndRetry();
    }
    if ((spec.flagBits() & WRITE) != 0 && !hasWritten) {
      // A volatile write waits for all that was written before: not at each command.
      hasWritten = true;
    }
    kept.clear();
    if (monitorFeed.hasReaders()) {
      monitorFeed.tell(call);
    }
    ErrorReply failure = run(user, spec);
    if (failure != null) {
      return error(failure);
    }
    LuaReply.read(lua, kept.address());
    return null;
  }

  private static LuaTable error(ErrorReply reply) {
    return LuaReply.countedError(LuaString.of(reply.text()));
  }

  private @Nullable ErrorReply refusal(Session user, CommandSpec spec) {
    long flags = spec.flagBits();
    if (((flags & NOSCRIPT) != 0 && !loop.scripts().mayRunAll()) || spec.isNeverQueued()) {
      return NOT_ALLOWED;
    }
    if (isReadOnly && (flags & (WRITE | MAY_REPLICATE)) != 0) {
      return READ_ONLY;
    }
    ErrorReply denial = access.refusalInScript(user, spec, call);
    return denial == null
        ? gates.refusalInScript(
            spec, lacksMemory && !hasWritten && !requireNonNull(program).allowsOom())
        : denial;
  }

  /** Whether the unit owns all that a command needs, and can undo it. */
  private boolean isReady(CommandSpec spec) {
    if (spec.needsAllShards() || spec.looksEverywhere() || (spec.flagBits() & PUBSUB) != 0) {
      return false;
    }
    if (!spec.findKeys(call, keys)) {
      return true;
    }
    if (keys.hasOthers()) {
      return false;
    }
    for (int i = 0; i < keys.count(); i++) {
      if (!unit.owns(call.shard(keys.position(i)))) {
        return false;
      }
    }
    return (spec.flagBits() & WRITE) == 0 || undo.keep(spec, call);
  }

  /** As {@link #handle}, timed and counted. */
  private @Nullable ErrorReply run(Session user, CommandSpec spec) {
    long started = clock.start(spec, call);
    ErrorReply error = handle(user, spec);
    long spent = clock.end(user, spec, call, started);
    if (error == null) {
      tally.ran(spec, spent);
    } else {
      tally.failed(spec, spent, error);
    }
    return error;
  }

  /** Executes the selected command to its end; the error that it replies. */
  private @Nullable ErrorReply handle(Session user, CommandSpec spec) {
    try {
      JobSteps.runNext(spec, call, user);
    } catch (CommandException e) {
      call.error(e.reply());
    } catch (RuntimeException | Error t) {
      loop.noteFailure("the command " + spec + " of a script", t);
      return t instanceof OutOfMemoryError ? ErrorReply.OUT_OF_MEMORY : FAILED;
    }
    reads.note(call.session(), spec, call);
    return call.repliedError();
  }

  @Override
  public @Nullable Boolean mayRun(dev.larder.lua.Call lua) {
    boolean isSound = arguments.take(lua);
    CommandSpec spec = null;
    if (isSound) {
      named.point(arguments.batch(), 0, lua.count());
      spec = commands.find(named);
    }
    if (spec == null) {
      return null;
    }
    Session user = requireNonNull(session);
    call.begin(user, arguments.batch());
    call.select(spec, 0);
    if (!spec.accepts(lua.count())) {
      return access.mayName(user.user(), spec, call);
    }
    return access.explain(user.user(), spec, call, user.database()) == null;
  }

  /** The protocol in which the script sees replies. */
  int protocol() {
    return reply.protocol();
  }

  @Override
  public void protocol(int version) {
    reply.protocol(version);
  }
}
