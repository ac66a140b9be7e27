package dev.larder.dispatch;

import static java.util.Objects.requireNonNull;

import dev.larder.acl.AccessCheck;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.CommandSpec;
import dev.larder.command.CommandTable;
import dev.larder.command.ErrorReply;
import dev.larder.command.KeyPositions;
import dev.larder.command.Numbers;
import dev.larder.metrics.Clock;
import dev.larder.resp.Batch;
import dev.larder.resp.HotPath;
import dev.larder.resp.LargeArguments;
import dev.larder.resp.ReplyWriter;
import dev.larder.session.CommandQueue;
import dev.larder.session.Session;
import dev.larder.storage.Lease;
import org.jspecify.annotations.Nullable;

/**
 * Runs the commands of one queue after the other, in a unit that owns the shards of all; one
 * transaction at a time. It can stop in a script, and behind one, and go on later.
 */
@HotPath
final class QueuedCommands {
  private final LoopContext loop;
  private final CommandClock clock;
  private final MonitorFeed monitorFeed;
  private final ReplyWriter reply;
  private final ShardLocks locks;
  private final KeyPositions keys = new KeyPositions();
  private final QueuedLarge large;
  private final TrackedReads reads;

  /** The rules may have changed since a command was queued. */
  private final AccessCheck access;

  /** The commands of the server by their numbers. */
  private final CommandSpec[] specs;

  private final @Nullable CommandSpec select;

  /** In the unit that owns the shards. */
  private final Call call;

  private final ScriptRunner scripts;

  /** What runs the scripts; null where there are none. */
  private final @Nullable ScriptEngine engine;

  /** Some of the commands that are being run, and what their numbers are. */
  private final Batch window = new Batch();

  private final int[] numbers = new int[Batch.DEFAULT_MAX_COMMANDS];

  /** The next one in there. */
  private int next;

  /** The script that was stopped in, and when it began. */
  private @Nullable ScriptJob script;

  private long scriptStarted;

  /**
   * @param call in the unit that is to own the shards
   * @param locks of that unit
   * @param engine of that unit, for scripts; null if there will be none
   */
  QueuedCommands(
      LoopContext loop,
      CommandTable commands,
      Call call,
      ShardLocks locks,
      ScriptRunner scripts,
      @Nullable ScriptEngine engine) {
    this.loop = loop;
    this.clock = loop.clock();
    this.monitorFeed = loop.monitorFeed();
    this.reply = call.reply();
    this.locks = locks;
    this.large = new QueuedLarge(loop.keyspace());
    this.reads = new TrackedReads(loop.tracking());
    this.access = new AccessCheck(loop.serverStats().denials());
    this.call = call;
    this.scripts = scripts;
    this.engine = engine;
    call.mayBlock(false);
    select = commands.find("select");
    specs = new CommandSpec[commands.specCount()];
    for (CommandSpec spec : commands.all()) {
      specs[spec.index()] = spec;
    }
  }

  /** The lease that keeps one of the commands from its keys; null if there is none. */
  @Nullable Lease leaseAgainst(Session session, CommandQueue queue) {
    int selected = session.database();
    Lease lease = null;
    queue.rewind();
    while (lease == null && queue.hasMore()) {
      read(session, queue, null);
      for (int i = 0; lease == null && i < window.commandCount(); i++) {
        CommandSpec spec = specs[numbers[i]];
        call.select(spec, i);
        if (spec == select) {
          select(session);
        }
        lease = locks.leaseAgainst(spec, call, keys);
      }
    }
    window.clear();
    session.database(selected);
    return lease;
  }

  /** Has the commands behind a SELECT looked at in their database. */
  private void select(Session session) {
    long database = Numbers.parseLong(call.argAddress(1), call.argLength(1));
    if (database >= 0 && database < loop.keyspace().databases()) {
      session.database((int) database);
    }
  }

  /** Reads the next commands of the queue into the window. */
  private void read(Session session, CommandQueue queue, @Nullable LargeArguments owner) {
    window.clear();
    next = 0;
    call.begin(session, window);
    queue.read(window, numbers, call.hashes(), owner);
  }

  /** The commands of a queue are to be run. */
  void begin(CommandQueue queue) {
    reply.array(queue.count());
    queue.rewind();
    next = 0;
  }

  /**
   * Runs those that are left.
   *
   * @param untilNanos when to stop behind a script
   * @return false if this stopped before the last one was over
   */
  boolean run(Session session, CommandQueue queue, long untilNanos) {
    while (next < window.commandCount() || queue.hasMore()) {
      if (next == window.commandCount()) {
        read(session, queue, large);
      }
      boolean goesOn = true;
      while (goesOn && next < window.commandCount()) {
        goesOn = runNext(session, untilNanos);
      }
      // The window is used again.
      clock.endRun();
      if (!goesOn) {
        return false;
      }
    }
    return true;
  }

  /** How long the next step of a script may wait, in nanoseconds. */
  long pauseNanos() {
    ScriptJob stopped = script;
    return stopped == null ? 0 : stopped.pauseNanos();
  }

  /** Forgets the commands that were being run. */
  void clear() {
    window.clear();
    next = 0;
    script = null;
  }

  /** Runs the next command, or goes on with a script; false if that is enough for now. */
  private boolean runNext(Session session, long untilNanos) {
    CommandSpec spec = specs[numbers[next]];
    if (script != null) {
      return runScript(spec, scriptStarted, untilNanos);
    }
    call.select(spec, next);
    ErrorReply denial = access.refusalAtExec(session, spec, call);
    if (denial != null) {
      loop.serverStats().errorReply(denial.code());
      reply.raw(denial.encoded());
      next++;
      return true;
    }
    if (monitorFeed.hasReaders()) {
      monitorFeed.tell(call);
    }
    long started = clock.start(spec, call);
    if (spec.runsScript()) {
      return runScript(spec, started, untilNanos);
    }
    int mark = reply.mark();
    try {
      JobSteps.runNext(spec, call, session);
    } catch (CommandException e) {
      reply.rollback(mark);
      call.error(e.reply());
    }
    end(spec, started);
    return true;
  }

  private boolean runScript(CommandSpec spec, long started, long untilNanos) {
    int mark = reply.mark();
    ScriptJob job = script;
    script = null;
    try {
      if (job == null) {
        job = scripts.beginInTransaction(requireNonNull(engine), call, spec);
      }
      if (!job.step(reply, JobSteps.STEP_NANOS)) {
        job.takesLong();
        script = job;
        scriptStarted = started;
        return false;
      }
    } catch (CommandException e) {
      reply.rollback(mark);
      call.error(e.reply());
    }
    end(spec, started);
    return Clock.nanos() - untilNanos < 0;
  }

  /** The selected command is over. */
  private void end(CommandSpec spec, long started) {
    reads.note(call.session(), spec, call);
    ErrorReply error = call.repliedError();
    if (error != null) {
      loop.countFailure(spec, error);
    }
    clock.end(spec, call, started);
    next++;
  }
}
