package dev.larder.dispatch;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.CommandSpec;
import dev.larder.command.CommandTable;
import dev.larder.command.ErrorReply;
import dev.larder.command.KeyPositions;
import dev.larder.lua.LuaFunction;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import dev.larder.metrics.Clock;
import dev.larder.script.Interpreter;
import dev.larder.script.Program;
import dev.larder.script.Script;
import dev.larder.script.ScriptCache;
import dev.larder.script.ScriptFloor;
import dev.larder.script.ScriptRuns;
import dev.larder.script.Sha;
import dev.larder.storage.Lease;
import dev.larder.storage.Unit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Begins the scripts that clients of one loop call; those that take long go on as jobs. */
final class ScriptRunner {
  /** So many scripts of a loop may be under way. */
  private static final int ENGINES_MAX = 64;

  /** So many keep what they have compiled for scripts to come. */
  private static final int IDLE_MAX = 4;

  /** What an argument takes beside its bytes. */
  private static final int ARGUMENT_BYTES = 56;

  private static final long NANOS_PER_MILLI = 1_000_000;

  private static final ErrorReply NO_SCRIPT =
      ErrorReply.of("NOSCRIPT No matching script. Please use EVAL.");
  private static final ErrorReply NO_FUNCTION = ErrorReply.of("ERR Function not found");
  private static final ErrorReply BAD_COUNT = ErrorReply.of("ERR Bad number of keys provided");
  private static final ErrorReply NEGATIVE = ErrorReply.of("ERR Number of keys can't be negative");
  private static final ErrorReply TOO_MANY =
      ErrorReply.of("ERR Number of keys can't be greater than number of args");
  private static final ErrorReply MAY_WRITE =
      ErrorReply.of("ERR Can not execute a script with write flag using *_ro command.");
  private static final ErrorReply TOO_BUSY =
      ErrorReply.of("BUSY Redis is busy running a script. Too many others are under way.");

  /** What a call is to run, and how many of its arguments are keys. */
  private record Request(Program program, int keyCount) {}

  private final LoopContext loop;
  private final CommandTable commands;
  private final CommandRunner runner;
  private final Replies replies;
  private final JobSteps jobs;
  private final Halt halt;
  private final Gates gates;
  private final ScriptCache cache;
  private final ScriptRuns runs;
  private final Interpreter.Maker maker;
  private final ScriptFloor floor;
  private final ScriptFloor.Place place;
  private final ScriptClock clock;
  private final ScriptReplies scriptReplies;
  private final MonitorFeed monitorFeed;
  private final KeyPositions keys = new KeyPositions();
  private final ArrayDeque<ScriptEngine> idle = new ArrayDeque<>();
  private final List<ScriptEngine> all = new ArrayList<>();
  private int engines;

  ScriptRunner(
      LoopContext loop,
      CommandTable commands,
      CommandRunner runner,
      Replies replies,
      JobSteps jobs,
      Halt halt,
      Gates gates) {
    this.loop = loop;
    this.commands = commands;
    this.runner = runner;
    this.replies = replies;
    this.jobs = jobs;
    this.halt = halt;
    this.gates = gates;
    this.runs = loop.scripts();
    this.cache = runs.cache();
    this.maker = runs.maker();
    this.floor = runs.floor();
    this.place = new ScriptFloor.Place(loop.keyspace());
    this.clock = new ScriptClock(loop.clock(), commands);
    this.scriptReplies = new ScriptReplies(loop);
    this.monitorFeed = loop.monitorFeed();
  }

  /** Runs the script that the loop's call names; it has passed the gates. */
  Outcome run(Client client, CommandSpec spec, int command) {
    Call call = loop.call();
    boolean isReadOnly = spec.isReadOnly();
    ScriptEngine engine = take();
    if (engine == null) {
      replies.fail(spec, TOO_BUSY);
      return replies.end(client);
    }
    engine.lacksMemory(gates.lacksMemory());
    int mark = loop.reply().mark();
    long started = loop.clock().start(spec, call);
    boolean isBegun = false;
    try {
      Request request = read(engine, spec, call);
      Program program = request.program;
      LuaFunction function = engine.interpreter().compile(program);
      boolean writes = !isReadOnly && !program.neverWrites();
      if (writes && runner.isFull()) {
        giveBack(engine);
        return runner.waitFor(client, loop.room().hold());
      }
      // What is shown does not happen twice.
      boolean wantsAll = program.looksElsewhere() || monitorFeed.hasReaders();
      Lease others = wantsAll ? takeFloor() : null;
      if (others != null) {
        giveBack(engine);
        return runner.waitFor(client, others);
      }
      Outcome wait = acquire(client, engine, spec, call, writes, wantsAll);
      if (wait != null) {
        giveBack(engine);
        return wait;
      }
      ScriptJob job = job(engine, spec, request, function, call, !writes);
      isBegun = true;
      tellMonitors(call);
      job.begin(wantsAll);
      if (!job.step(loop.reply(), JobSteps.STEP_NANOS)) {
        job.takesLong();
        halt.next(command + 1);
        return jobs.run(client, loop.clock().time(job, spec, call, started));
      }
    } catch (CommandException e) {
      if (!isBegun) {
        engine.unit().releaseAll();
        giveBack(engine);
        tellMonitors(call);
      }
      loop.reply().rollback(mark);
      replies.fail(spec, e.reply());
    } catch (RuntimeException | Error t) {
      replies.bug(spec, t, mark);
      return Outcome.CLOSE;
    }
    loop.clock().end(spec, call, started);
    return replies.end(client);
  }

  /**
   * Begins the script that a queued call names; the engine's unit owns all shards.
   *
   * @return what runs it, which has not taken a step
   * @throws CommandException if there is no such script, or it may not run
   */
  ScriptJob beginInTransaction(ScriptEngine engine, Call call, CommandSpec spec)
      throws CommandException {
    Request request = read(engine, spec, call);
    LuaFunction function = engine.interpreter().compile(request.program);
    boolean isReadOnly = spec.isReadOnly() || request.program.neverWrites();
    ScriptJob job = job(engine, spec, request, function, call, isReadOnly);
    job.begin(true);
    return job;
  }

  private @Nullable Lease takeFloor() {
    return floor.isWith(place) ? null : floor.enter(place, Clock.nanos());
  }

  /** The turn of the loop is over. */
  void endTurn(long nowNanos) {
    floor.leave(place, nowNanos);
  }

  private void tellMonitors(Call call) {
    if (monitorFeed.hasReaders()) {
      monitorFeed.tell(call);
    }
  }

  /** Whether there was no memory for the command that is about to begin. */
  boolean lacksMemory() {
    return gates.lacksMemory();
  }

  /** What answers what scripts return. */
  ScriptReplies replies() {
    return scriptReplies;
  }

  private ScriptJob job(
      ScriptEngine engine,
      CommandSpec spec,
      Request request,
      LuaFunction function,
      Call call,
      boolean isReadOnly)
      throws CommandException {
    int keyCount = request.keyCount;
    long reserved = runs.reserve(heapBytes(call));
    return new ScriptJob(
        this,
        engine,
        call.session(),
        spec,
        request.program,
        function,
        arguments(call, 3, keyCount),
        arguments(call, 3 + keyCount, call.argCount() - 3 - keyCount),
        isReadOnly,
        reserved);
  }

  /** What the arguments of a call take on the heap, about. */
  private static long heapBytes(Call call) {
    long bytes = (long) ARGUMENT_BYTES * call.argCount();
    for (int i = 3; i < call.argCount(); i++) {
      bytes += call.argLength(i);
    }
    return bytes;
  }

  /** Takes the shards of a script; what to wait for instead, or null. */
  private @Nullable Outcome acquire(
      Client client,
      ScriptEngine engine,
      CommandSpec spec,
      Call call,
      boolean writes,
      boolean wantsAll) {
    Unit unit = engine.unit();
    unit.startOver();
    unit.begin(loop.nowMillis());
    ShardLocks locks = engine.locks();
    if (!(wantsAll ? locks.acquireAll() : locks.acquire(spec, call, keys))) {
      return runner.waitFor(client, locks.takeContended(), false);
    }
    Lease lease = locks.leaseAgainst(writes, wantsAll, spec, call, keys);
    if (lease != null) {
      unit.releaseAll();
      return runner.waitFor(client, lease);
    }
    return null;
  }

  private static int keyCount(Call call, ErrorReply otherwise) throws CommandException {
    long count = call.argLong(2, otherwise);
    if (count > call.argCount() - 3) {
      throw new CommandException(TOO_MANY);
    }
    if (count < 0) {
      throw new CommandException(NEGATIVE);
    }
    return (int) count;
  }

  /** What a call is to run. */
  private Request read(ScriptEngine engine, CommandSpec spec, Call call) throws CommandException {
    Request request;
    if (spec.name().startsWith("fcall")) {
      Program function = runs.functions().find(call.argString(1));
      if (function == null) {
        throw new CommandException(NO_FUNCTION);
      }
      request = new Request(function, keyCount(call, BAD_COUNT));
    } else {
      boolean isNamed = spec.name().startsWith("evalsha");
      if (isNamed && call.argLength(1) != Sha.DIGITS) {
        throw new CommandException(NO_SCRIPT);
      }
      int keyCount = keyCount(call, ErrorReply.NOT_AN_INTEGER);
      request = new Request(isNamed ? known(call) : added(engine, call), keyCount);
    }
    check(engine, spec, request.program);
    return request;
  }

  private Script added(ScriptEngine engine, Call call) throws CommandException {
    runs.checkText(call.argLength(1));
    return cache.add(call.argBytes(1), false, script -> engine.interpreter().compile(script));
  }

  private Script known(Call call) throws CommandException {
    Sha sha = Sha.parse(call.argAddress(1), call.argLength(1));
    Script script = sha == null ? null : cache.findToCall(sha);
    if (script == null) {
      throw new CommandException(NO_SCRIPT);
    }
    return script;
  }

  /** Refuses a script or function for what it says of itself, or does not say. */
  private static void check(ScriptEngine engine, CommandSpec spec, Program program)
      throws CommandException {
    if (!program.hasFlags()) {
      return;
    }
    if (spec.isReadOnly() && !program.neverWrites()) {
      throw new CommandException(MAY_WRITE);
    }
    if (!program.allowsOom() && engine.lacksMemory()) {
      throw new CommandException(ErrorReply.OUT_OF_MEMORY);
    }
  }

  private static LuaTable arguments(Call call, int from, int count) {
    LuaTable table = new LuaTable(count, 0);
    for (int i = 0; i < count; i++) {
      table.putInt(i + 1, LuaString.of(call.argBytes(from + i)));
    }
    return table;
  }

  private @Nullable ScriptEngine take() {
    ScriptEngine engine = idle.poll();
    if (engine == null && engines < ENGINES_MAX) {
      engines++;
      engine = newEngine(false);
    }
    return engine;
  }

  /**
   * One more engine, with a unit of its own.
   *
   * @param isForTransactions as of {@link ScriptEngine#isForTransactions}
   */
  ScriptEngine newEngine(boolean isForTransactions) {
    ScriptEngine engine =
        new ScriptEngine(loop, commands, gates, clock, maker, loop.newUnit(), isForTransactions);
    all.add(engine);
    return engine;
  }

  private void giveBack(ScriptEngine engine) {
    if (idle.size() < IDLE_MAX) {
      idle.push(engine);
    } else {
      engine.dropInterpreter();
      idle.addLast(engine);
    }
  }

  /** The loop has ended: no script follows. */
  void close() {
    endTurn(Clock.nanos());
    all.forEach(ScriptEngine::close);
  }

  /** A script failed by a bug: it gives its shards back, and its engine is not used again. */
  void abandon(ScriptEngine engine) {
    engine.forget();
    engine.dropInterpreter();
    if (!engine.isForTransactions()) {
      engine.unit().releaseAll();
    }
  }

  /** A script that was begun is over. */
  void end(ScriptEngine engine) {
    engine.forget();
    if (!engine.isForTransactions()) {
      engine.unit().releaseAll();
      loop.unit().follows(engine.unit());
      giveBack(engine);
    }
  }

  void forget(ScriptJob job) {
    runs.remove(job);
  }

  /** What a script was called with is no longer needed. */
  void giveBack(long reserved) {
    runs.giveBack(reserved);
  }

  /** A script takes long; false if it has to be put off. */
  boolean tryAdd(ScriptJob job) {
    return runs.tryAdd(job);
  }

  /** A script takes long that cannot be put off. */
  void add(ScriptJob job) {
    runs.add(job);
  }

  /** A script pauses: who hears of something that it has done hears it when that is durable. */
  void pauses(ScriptEngine engine) {
    loop.unit().hasSeen(engine.unit().seenSoFar());
  }

  /** Whether others do not wait for a script that began then. */
  boolean isBusy(long begunNanos) {
    return Clock.nanos() - begunNanos > runs.busyMillis() * NANOS_PER_MILLI;
  }

  /** What is replied to who does not wait for others' scripts. */
  ErrorReply busy() {
    return runs.busy();
  }

  /** The time for units that begin now. */
  long nowMillis() {
    return loop.nowMillis();
  }
}
