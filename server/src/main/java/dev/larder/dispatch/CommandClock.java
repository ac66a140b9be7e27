package dev.larder.dispatch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import dev.larder.command.Arguments;
import dev.larder.command.CommandSpec;
import dev.larder.command.CommandTable;
import dev.larder.command.Flag;
import dev.larder.command.Job;
import dev.larder.command.SecretArguments;
import dev.larder.metrics.Clock;
import dev.larder.metrics.FlightEvents;
import dev.larder.metrics.LatencyMonitor;
import dev.larder.metrics.LoopStats;
import dev.larder.metrics.ServerStats;
import dev.larder.metrics.SlowLog;
import dev.larder.resp.Batch;
import dev.larder.resp.ByteString;
import dev.larder.resp.HotPath;
import dev.larder.session.Session;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * Every command is timed, since a slow one must never be missed; but a reading of the clock takes
 * about as long as a tenth of a short command in a pipeline. Therefore
 *
 * - the end of one command is the beginning of the next: one reading each, not two;
 * - short commands that follow each other are timed together, in runs of up to RUN. Each counts as
 *   its share. A run takes some microseconds, so if it has taken as long as the slow log's limit,
 *   one of its commands was held up; which one nobody knows, so the last one stands for the run;
 * - unless the limit is so low that several short commands could reach it together: then, and
 *   always when a client does not pipeline, each one is timed alone.
 *
 * What is not executed is not timed: waiting for shards, for keys, for the next turn of a job.
 */

/** Times the commands of one loop, and notes those that are slow. */
@HotPath
final class CommandClock {
  /** What {@link #start} returns for a command of a run. */
  private static final long IN_RUN = 0;

  private static final int RUN = 16;

  /** A run of short commands takes less by far. */
  private static final long RUN_NANOS = 1_000_000;

  /** With more arguments no command is short. */
  private static final int SHORT_ARGUMENTS = 8;

  private static final String PER_KEY = "O(N) where N is the number of keys";

  private static final int SHOWN_ARGUMENTS = 32;
  private static final int SHOWN_BYTES = 128;
  private static final long NANOS_PER_MICRO = 1000;
  private static final ByteString REDACTED = ByteString.of("(redacted)");

  private final LoopStats stats;
  private final ServerStats serverStats;
  private final SlowLog slowLog;
  private final LatencyMonitor latency;
  private final HotKeySampler sampler;

  /** How many commands there are to the next one that the sampler gets. */
  private int untilSample = 1;

  /** Whether that is the one that has begun. */
  private boolean isSampled;

  /** Whether a command is short if it has few arguments, by its number. */
  private final boolean[] isShort;

  private final int[] run = new int[RUN];
  private int runLength;

  /** The last command of the run: where its arguments are. */
  private final Arguments runLast;

  private @Nullable CommandSpec runSpec;
  private @Nullable Session session;

  /** The last reading. */
  private long lastNanos;

  /** What is slow, in nanoseconds. */
  private long limitNanos;

  private boolean isTracked;

  CommandClock(
      LoopStats stats,
      ServerStats serverStats,
      CommandTable commands,
      Batch none,
      HotKeySampler sampler) {
    this.stats = stats;
    this.serverStats = serverStats;
    this.slowLog = serverStats.slowLog();
    this.latency = serverStats.latency();
    this.sampler = sampler;
    this.runLast = new Arguments(none);
    this.isShort = new boolean[commands.specCount()];
    for (CommandSpec spec : commands.all()) {
      isShort[spec.index()] = isShort(spec);
    }
  }

  private static boolean isShort(CommandSpec spec) {
    boolean isConstant =
        spec.complexity().startsWith("O(1)") || spec.complexity().startsWith(PER_KEY);
    return spec.has(Flag.FAST) || (isConstant && spec.firstKey() > 0);
  }

  /** Commands of a session are about to be executed, now. */
  void begin(Session newSession, long nanos) {
    session = newSession;
    limitNanos = Math.min(slowLog.limitNanos(), latency.limitNanos());
    isTracked = serverStats.tracksLatency();
    if (sampler.isChanged()) {
      untilSample = sampler.gap();
    }
    lastNanos = nanos;
  }

  /** A command begins; returns what {@link #end} wants to know. */
  long start(CommandSpec spec, Arguments call) {
    if (--untilSample <= 0) {
      untilSample = sampler.gap();
      endRun();
      isSampled = true;
      sampler.begin();
      return lastNanos;
    }
    if (isShort(spec, call)) {
      return IN_RUN;
    }
    endRun();
    return lastNanos;
  }

  /** Whether a command takes so little time, as a rule, that it need not be timed alone. */
  boolean isShort(CommandSpec spec, Arguments call) {
    return isShort[spec.index()] && call.argCount() <= SHORT_ARGUMENTS && limitNanos >= RUN_NANOS;
  }

  /** A command has ended. */
  void end(CommandSpec spec, Arguments call, long started) {
    if (started == IN_RUN) {
      run[runLength++] = spec.index();
      runSpec = spec;
      runLast.point(call.batch(), call.firstArg(), call.argCount());
      if (runLength == RUN) {
        endRun();
      }
    } else {
      endRun();
      lastNanos = Clock.nanos();
      long spent = lastNanos - started;
      if (isSampled) {
        isSampled = false;
        sampler.end(spec, call, requireNonNull(session).database(), spent, lastNanos);
      }
      ended(spec, call, spent);
    }
  }

  /** What follows is something else, or nothing. */
  void endRun() {
    int length = runLength;
    if (length == 0) {
      return;
    }
    runLength = 0;
    long nanos = Clock.nanos();
    long spent = nanos - lastNanos;
    lastNanos = nanos;
    long share = spent / length;
    for (int i = 0; i < length; i++) {
      stats.ran(run[i], share, isTracked);
    }
    noteIfSlow(requireNonNull(session), requireNonNull(runSpec), runLast, spent);
  }

  private void ended(CommandSpec spec, Arguments call, long spent) {
    stats.ran(spec.index(), spent, isTracked);
    noteIfSlow(requireNonNull(session), spec, call, spent);
  }

  /** A command of a client that was blocked has been served; it was counted when it blocked. */
  void served(Session blocked, CommandSpec spec, Arguments call, long started) {
    noteIfSlow(blocked, spec, call, Clock.nanos() - started);
  }

  /** A command has blocked: it is counted now, and noted when it is served. */
  void blocked(CommandSpec spec, long started) {
    endRun();
    isSampled = false;
    lastNanos = Clock.nanos();
    stats.ran(spec.index(), started == IN_RUN ? 0 : lastNanos - started, isTracked);
  }

  /** Whether durations are counted by size. */
  boolean isTracked() {
    return isTracked;
  }

  /** Notes a command of a session, if it took long. */
  void noteIfSlow(Session whose, CommandSpec spec, Arguments call, long spent) {
    if (spent >= limitNanos) {
      slow(whose, spec, call, spent);
    }
  }

  private void slow(Session whose, CommandSpec spec, Arguments call, long spent) {
    latency.note(spec.has(Flag.FAST) ? LatencyMonitor.FAST_COMMAND : LatencyMonitor.COMMAND, spent);
    if (spent >= slowLog.limitNanos() && !spec.has(Flag.SKIP_SLOWLOG)) {
      String name = whose.name();
      slowLog.add(
          spent / NANOS_PER_MICRO,
          shown(spec, call),
          whose.connection().remoteAddress(),
          name == null ? "" : name);
      FlightEvents.slowCommand(
          spec.fullName(), call.argCount(), spent, whose.connection().remoteAddress());
    }
  }

  private static List<ByteString> shown(CommandSpec spec, Arguments call) {
    int count = call.argCount();
    int whole = count > SHOWN_ARGUMENTS ? SHOWN_ARGUMENTS - 1 : count;
    List<ByteString> shown = new ArrayList<>();
    for (int i = 0; i < whole; i++) {
      shown.add(SecretArguments.isSecret(spec, call, i) ? REDACTED : shown(call, i));
    }
    if (whole < count) {
      shown.add(ByteString.of("... (" + (count - whole) + " more arguments)"));
    }
    return shown;
  }

  private static ByteString shown(Arguments call, int arg) {
    int length = call.argLength(arg);
    // The command may have handed a large argument on, to who has released it since.
    int shown = call.batch().isLarge(call.firstArg() + arg) ? 0 : Math.min(length, SHOWN_BYTES);
    String start = call.argStart(arg, shown);
    return ByteString.of(
        shown == length
            ? call.argBytes(arg)
            : (start + "... (" + (length - shown) + " more bytes)").getBytes(ISO_8859_1));
  }

  // ---- jobs ------------------------------------------------------------------------------------

  /**
   * A command has left a job: times that, too.
   *
   * @param started as {@link #start} has returned it
   */
  TimedJob time(Job job, CommandSpec spec, Arguments call, long started) {
    endRun();
    isSampled = false;
    long nanos = Clock.nanos();
    long spent = started == IN_RUN ? 0 : nanos - started;
    lastNanos = nanos;
    return new TimedJob(this, job, requireNonNull(session), spec, call, spent);
  }

  /** A job has ended. */
  void ended(Session whose, CommandSpec spec, Arguments call, long spent) {
    lastNanos = Clock.nanos();
    stats.ran(spec.index(), spent, isTracked);
    if (call.batch().commandCount() > 0) {
      noteIfSlow(whose, spec, call, spent);
    }
  }
}
