package dev.larder.dispatch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.command.CommandException;
import dev.larder.command.CommandSpec;
import dev.larder.command.ErrorReply;
import dev.larder.lua.LuaFunction;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import dev.larder.lua.Run;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.script.Interpreter;
import dev.larder.script.Program;
import dev.larder.script.RunningScript;
import dev.larder.session.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One script, from its beginning to its reply. It keeps its shards between its steps, and goes on
 * although its client has gone, as it does in Redis.
 */
final class ScriptJob implements OwnUnitJob, RunningScript {
  /** About a third of a millisecond. */
  private static final long SLICE_STEPS = 20_000;

  /** How long to wait for a builtin, or for shards, before looking again. */
  private static final long PAUSE_NANOS = 100_000;

  private static final LuaString KILLED = LuaString.of("Script killed by user with SCRIPT KILL.");
  private static final LuaString FUNCTION_KILLED =
      LuaString.of("Script killed by user with FUNCTION KILL.");

  private final ScriptRunner runner;
  private final ScriptEngine engine;
  private final Session session;
  private final CommandSpec spec;
  private final Program program;
  private final LuaFunction function;
  private final LuaTable keys;
  private final LuaTable arguments;
  private final boolean isReadOnly;

  /** What is to be given back for the arguments. */
  private long reserved;

  private final int database;

  /** The script's execution; null while it waits to begin again. */
  private volatile @Nullable Run run;

  /** A builtin at work elsewhere. */
  private @Nullable CompletableFuture<Run.Status> elsewhere;

  /** When it was found to take long; 0 before. */
  private volatile long begunNanos;

  /** Since when it waits to begin again. */
  private long waitingNanos;

  /** Whether it waits for its place among those that take long. */
  private boolean isPutOff;

  /** Whether it is among those that take long. */
  private boolean isListed;

  private boolean isBusy;
  private volatile boolean isKilled;

  ScriptJob(
      ScriptRunner runner,
      ScriptEngine engine,
      Session session,
      CommandSpec spec,
      Program program,
      LuaFunction function,
      LuaTable keys,
      LuaTable arguments,
      boolean isReadOnly,
      long reserved) {
    this.runner = runner;
    this.engine = engine;
    this.session = session;
    this.spec = spec;
    this.program = program;
    this.function = function;
    this.keys = keys;
    this.arguments = arguments;
    this.isReadOnly = isReadOnly;
    this.reserved = reserved;
    this.database = session.database();
  }

  /**
   * The engine owns the script's shards.
   *
   * @param ownsAll whether those are all
   */
  void begin(boolean ownsAll) {
    engine.begin(session, program, isReadOnly, ownsAll);
    run = engine.interpreter().start(program, function, keys, arguments);
  }

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) throws CommandException {
    try {
      return step(out);
    } catch (RuntimeException | Error t) {
      runner.abandon(engine);
      forget();
      throw t;
    }
  }

  private boolean step(ReplyWriter out) throws CommandException {
    Run current = run;
    if (current == null) {
      return beginAgain();
    }
    Run.Status status = resume(current);
    if (status == Run.Status.PAUSED || status == Run.Status.LONG_CALL) {
      noteTime();
      runner.pauses(engine);
    }
    return switch (status) {
      case DONE -> {
        int protocol = engine.protocol();
        end();
        @Nullable Object[] results = current.results();
        @Nullable Object result = results.length == 0 ? null : results[0];
        runner.replies().returned(spec, result, protocol, out);
        yield true;
      }
      case FAILED -> {
        if (current.wasStopped()) {
          engine.dropInterpreter();
        }
        end();
        ErrorReply failure = ErrorReply.of(Interpreter.failure(current, program));
        runner.replies().raised(spec, failure, Interpreter.isCounted(current), out);
        yield true;
      }
      case WAITING -> {
        program.sawElsewhere();
        undo();
        yield beginAgain();
      }
      case PAUSED, LONG_CALL -> false;
    };
  }

  private void undo() {
    engine.startOver();
    engine.unit().releaseAll();
    session.database(database);
    run = null;
    waitingNanos = Clock.nanos();
  }

  /** It goes on as a job; or is undone and put off, where too many do and that is possible. */
  void takesLong() {
    if (isPutOff) {
      return;
    }
    if (!isListed) {
      isListed = runner.tryAdd(this);
    }
    if (!isListed && run != null) {
      if (engine.ownsAll()) {
        list();
      } else {
        undo();
        isPutOff = true;
      }
    }
  }

  /** Counts it among those that take long. */
  void list() {
    runner.add(this);
    isListed = true;
  }

  /** Tells others who wait when it has taken so long that they need not. */
  private void noteTime() {
    if (begunNanos == 0) {
      begunNanos = Clock.nanos();
    } else if (!isBusy && runner.isBusy(begunNanos)) {
      isBusy = true;
      engine.unit().setBusy();
    }
  }

  private Run.Status resume(Run current) {
    CompletableFuture<Run.Status> pending = elsewhere;
    if (pending == null) {
      Run.Status status = current.resume(SLICE_STEPS);
      if (status == Run.Status.LONG_CALL) {
        takesLong();
        if (run == current) {
          elsewhere = CompletableFuture.supplyAsync(() -> current.resume(1), ELSEWHERE);
        }
      }
      return status;
    }
    if (!pending.isDone()) {
      return Run.Status.PAUSED;
    }
    elsewhere = null;
    return pending.join();
  }

  /** Where builtins work that take long. */
  private static final Executor ELSEWHERE =
      task -> Thread.ofPlatform().daemon().name("larder-script").start(task);

  /**
   * Takes all shards, if they can be had now.
   *
   * @throws CommandException if it was killed, or has waited for others as long as one has to
   */
  private boolean beginAgain() throws CommandException {
    if (isPutOff && runner.tryAdd(this)) {
      isListed = true;
      isPutOff = false;
    }
    if (isKilled) {
      end();
      throw new CommandException(ErrorReply.of("ERR " + killed() + " script: " + program.name()));
    }
    if (!isPutOff) {
      engine.unit().begin(runner.nowMillis());
      if (engine.locks().acquireAll() && !engine.meetsLeases(!isReadOnly)) {
        begin(true);
        return false;
      }
      engine.unit().releaseAll();
    }
    if (runner.isBusy(waitingNanos)) {
      // Its effects are undone: it was not run.
      end();
      throw new CommandException(runner.busy());
    }
    return false;
  }

  private void end() {
    session.database(database);
    runner.end(engine);
    forget();
  }

  private void forget() {
    if (isListed) {
      runner.forget(this);
    }
    runner.giveBack(reserved);
    reserved = 0;
  }

  @Override
  public long pauseNanos() {
    return run == null || elsewhere != null ? PAUSE_NANOS : 0;
  }

  // ---- any thread

  @Override
  public boolean hasWritten() {
    return engine.hasWritten();
  }

  @Override
  public boolean isFunction() {
    return program.isFunction();
  }

  @Override
  public String name() {
    return program.name();
  }

  @Override
  public List<byte[]> command() {
    List<byte[]> words = new ArrayList<>();
    words.add(spec.name().getBytes(ISO_8859_1));
    words.add(program.name().getBytes(ISO_8859_1));
    words.add(Integer.toString(keys.length()).getBytes(ISO_8859_1));
    addAll(keys, words);
    addAll(arguments, words);
    return words;
  }

  private static void addAll(LuaTable table, List<byte[]> words) {
    for (int i = 1; table.getInt(i) instanceof LuaString word; i++) {
      words.add(word.bytes());
    }
  }

  @Override
  public long durationMillis() {
    long begun = begunNanos;
    return begun == 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(Clock.nanos() - begun);
  }

  private LuaString killed() {
    return program.isFunction() ? FUNCTION_KILLED : KILLED;
  }

  @Override
  public void kill() {
    isKilled = true;
    Run current = run;
    if (current != null) {
      current.kill(killed());
    }
  }
}
