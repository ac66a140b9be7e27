package dev.larder.dispatch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.command.Call;
import dev.larder.command.CommandSpec;
import dev.larder.command.CommandTable;
import dev.larder.command.ErrorReply;
import dev.larder.command.Flag;
import dev.larder.command.KeyPositions;
import dev.larder.metrics.LoopStats;
import dev.larder.resp.Batch;
import dev.larder.resp.HotPath;
import dev.larder.resp.ReplyWriter;
import dev.larder.session.CommandQueue;
import dev.larder.session.QueueMemory;
import dev.larder.session.Session;
import dev.larder.session.Transaction;
import dev.larder.session.Watches;
import dev.larder.storage.Lease;
import dev.larder.storage.Shard;
import dev.larder.storage.Unit;
import org.jspecify.annotations.Nullable;

/**
 * Queues the commands between MULTI and EXEC, and runs them as one unit of work, on one event loop.
 *
 * <p>ONE MOMENT: before the first command runs, the unit owns the shards of all keys that any of
 * them names, or all shards if one looks elsewhere, and nobody has a lease that would keep one of
 * them waiting; it gives nothing back before the last one is done. So the commands follow each
 * other with nobody between them, at one time of the clock, and their effects are one block of the
 * journal. What a command would do in slices otherwise is done to its end at once. It owns the
 * shards of the keys that the client watches as well, so that none of them changes between its look
 * at them and the first command.
 *
 * <p>SCRIPTS may run for ever. So a transaction that has one is a job, in a unit of its own, which
 * pauses in its scripts and behind them: {@link ScriptedTransaction}.
 */
@HotPath
final class Transactions {
  private static final byte[] QUEUED = "+QUEUED\r\n".getBytes(ISO_8859_1);
  private static final long WRITE = Flag.WRITE.bit();

  private static final ErrorReply ABORTED =
      ErrorReply.of("EXECABORT Transaction discarded because of previous errors.");

  private static final String ABORTED_BY = "EXECABORT Transaction discarded because of: ";

  private final LoopContext loop;
  private final LoopStats stats;
  private final CommandClock clock;
  private final MonitorFeed monitorFeed;
  private final Unit unit;
  private final ReplyWriter reply;
  private final Replies replies;
  private final CommandRunner runner;
  private final JobSteps jobs;
  private final Halt halt;
  private final CommandTable commands;
  private final ShardLocks locks;
  private final ScriptRunner scripts;
  private final ScriptCallFlags scriptFlags;
  private final BlockedCalls blockedCalls;
  private final KeyPositions keys = new KeyPositions();
  private final QueueMemory memory = new QueueMemory();

  /** In the loop's unit, while the loop's own call is at EXEC. */
  private final QueuedCommands plain;

  /** Null before the first one. */
  private @Nullable ScriptedTransaction scripted;

  /**
   * @param call for the queued commands, in the loop's unit
   */
  Transactions(
      LoopContext loop,
      CommandTable commands,
      Call call,
      Replies replies,
      CommandRunner runner,
      JobSteps jobs,
      Halt halt,
      ShardLocks locks,
      ScriptRunner scripts) {
    this.loop = loop;
    this.commands = commands;
    this.stats = loop.stats();
    this.clock = loop.clock();
    this.monitorFeed = loop.monitorFeed();
    this.unit = loop.unit();
    this.reply = loop.reply();
    this.replies = replies;
    this.runner = runner;
    this.jobs = jobs;
    this.halt = halt;
    this.locks = locks;
    this.scripts = scripts;
    this.scriptFlags = new ScriptCallFlags(loop.scripts());
    this.blockedCalls = loop.blockedCalls();
    this.plain = new QueuedCommands(loop, commands, call, locks, scripts, null);
  }

  /**
   * The error to answer to a command that is refused: it aborts the transaction that it is in.
   *
   * @param spec null for an unknown command
   */
  ErrorReply refused(Session session, @Nullable CommandSpec spec, ErrorReply error) {
    if (spec != null && spec.runsQueue()) {
      if (session.isInTransaction()) {
        session.transaction().close();
      }
      String text = error.text();
      return ErrorReply.of(ABORTED_BY + (error.code().equals("ERR") ? text.substring(4) : text));
    }
    if (session.isInTransaction()) {
      session.transaction().abort();
    }
    return error;
  }

  /** Acts on a command of a client that has an open transaction; it has passed the gates. */
  Outcome take(Client client, CommandSpec spec, Call queued, Batch batch, int command) {
    if (spec.runsQueue()) {
      return execute(client, spec, command);
    }
    if (spec.isNeverQueued()) {
      return runner.run(client, spec, batch, command);
    }
    Transaction transaction = client.session().transaction();
    if (transaction.isAborted() || add(transaction, spec, queued, batch, command)) {
      reply.raw(QUEUED);
    } else {
      transaction.abort();
      stats.rejected(spec.index());
      replies.refuse(ErrorReply.OUT_OF_MEMORY);
    }
    return replies.end(client);
  }

  private boolean add(
      Transaction transaction, CommandSpec spec, Call queued, Batch batch, int command) {
    CommandQueue queue = queue(transaction);
    locks.collect(spec, queued, keys, queue.shards());
    transaction.addFlags(scriptFlags.of(spec, queued));
    if (spec.runsScript()) {
      transaction.addScript();
    }
    return queue.add(spec.index(), batch, command, queued.hashes());
  }

  private CommandQueue queue(Transaction transaction) {
    CommandQueue queue = transaction.queue();
    if (queue == null) {
      queue = new CommandQueue(loop.keyspace(), memory);
      transaction.queue(queue);
    }
    return queue;
  }

  // ---- EXEC ------------------------------------------------------------------------------------

  private Outcome execute(Client client, CommandSpec exec, int command) {
    Session session = client.session();
    Transaction transaction = session.transaction();
    CommandQueue queue = queue(transaction);
    Watches watches = transaction.watches();
    boolean isToRun = !transaction.isAborted() && (watches == null || !watches.areBroken());
    if (isToRun && watches != null) {
      queue.shards().addAll(watches.shards());
    }
    if (isToRun && transaction.runsScripts()) {
      return executeScripts(client, exec, command, session, queue);
    }
    if (isToRun) {
      Outcome wait = acquire(client, exec, session, queue);
      if (wait != null) {
        return wait;
      }
      isToRun = !isBroken(watches, unit);
    }
    long started = clock.start(exec, loop.call());
    boolean isSound = true;
    int mark = reply.mark();
    try {
      if (transaction.isAborted()) {
        replies.fail(exec, ABORTED);
      } else if (isToRun) {
        plain.begin(queue);
        plain.run(session, queue, Long.MAX_VALUE);
        blockedCalls.serveReady();
      } else {
        reply.nilArray();
      }
    } catch (Throwable t) {
      replies.bug(exec, t, mark);
      isSound = false;
    } finally {
      unit.releaseAll();
      plain.clear();
      transaction.close();
    }
    clock.end(exec, loop.call(), started);
    if (monitorFeed.hasReaders()) {
      monitorFeed.tell(loop.call());
    }
    return isSound ? replies.end(client) : Outcome.CLOSE;
  }

  /** Whether a key that is watched has changed; the unit owns the shards of all. */
  private static boolean isBroken(@Nullable Watches watches, Unit unit) {
    return watches != null && (watches.areBroken() || watches.haveExpired(unit));
  }

  /** Takes all shards; what to wait for instead, or null. */
  private @Nullable Outcome acquire(
      Client client, CommandSpec exec, Session session, CommandQueue queue) {
    Outcome wait = awaitRoom(client, session.transaction().anyFlags());
    if (wait != null) {
      return wait;
    }
    Shard missing = queue.shards().acquire(unit);
    boolean owns = missing == null;
    if (owns) {
      missing = blockedCalls.serveReady();
    }
    if (missing != null) {
      return owns ? runner.waitFor(client, missing, true) : waitFor(client, exec, session, missing);
    }
    Lease lease = unit.meetsLeases() ? plain.leaseAgainst(session, queue) : null;
    if (lease != null) {
      unit.releaseAll();
      return runner.waitFor(client, lease);
    }
    return null;
  }

  /** What commands with these flags have to wait for before they run, or null. */
  private @Nullable Outcome awaitRoom(Client client, long flagBits) {
    if (runner.isFull() && (flagBits & WRITE) != 0) {
      return runner.waitFor(client, loop.room().hold());
    }
    if (loop.messageRoom().isFullFor(flagBits)) {
      return runner.waitFor(client, loop.messageRoom().hold());
    }
    return null;
  }

  /** Has the client wait for a shard, unless that would take long: then nothing will be run. */
  private Outcome waitFor(Client client, CommandSpec exec, Session session, Shard missing) {
    if (missing.isBusy()) {
      replies.refuse(refused(session, exec, loop.scripts().busy()));
      return replies.end(client);
    }
    return runner.park(client, missing, false);
  }

  // ---- with scripts ----------------------------------------------------------------------------

  private Outcome executeScripts(
      Client client, CommandSpec exec, int command, Session session, CommandQueue queue) {
    ScriptedTransaction job = scripted();
    Outcome wait = acquireAll(client, exec, session, queue, job);
    if (wait != null) {
      return wait;
    }
    Transaction transaction = session.transaction();
    long started = clock.start(exec, loop.call());
    int mark = reply.mark();
    if (isBroken(transaction.watches(), job.unit())) {
      job.unit().releaseAll();
      transaction.close();
      reply.nilArray();
      if (monitorFeed.hasReaders()) {
        monitorFeed.tell(loop.call());
      }
    } else {
      transaction.takeQueue();
      transaction.close();
      try {
        job.begin(loop.call(), queue, scripts.lacksMemory());
        if (!job.step(reply, JobSteps.STEP_NANOS)) {
          halt.next(command + 1);
          return jobs.run(client, clock.time(job, exec, loop.call(), started));
        }
      } catch (RuntimeException | Error t) {
        replies.bug(exec, t, mark);
        return Outcome.CLOSE;
      }
    }
    clock.end(exec, loop.call(), started);
    return replies.end(client);
  }

  private ScriptedTransaction scripted() {
    ScriptedTransaction known = scripted;
    if (known != null && !known.hasFailed()) {
      return known;
    }
    close();
    ScriptedTransaction added =
        new ScriptedTransaction(loop, commands, scripts, scripts.newEngine(true));
    scripted = added;
    return added;
  }

  /** Takes all shards for a transaction with scripts; what to wait for instead, or null. */
  private @Nullable Outcome acquireAll(
      Client client,
      CommandSpec exec,
      Session session,
      CommandQueue queue,
      ScriptedTransaction job) {
    Outcome wait = awaitRoom(client, session.transaction().anyFlags() | WRITE);
    if (wait != null) {
      return wait;
    }
    if (job.isUnderWay()) {
      // It owns any shard.
      return waitFor(client, exec, session, loop.keyspace().shard(0));
    }
    Unit all = job.unit();
    all.startOver();
    all.begin(loop.nowMillis());
    Shard missing = queue.shards().acquire(all);
    if (missing != null) {
      return waitFor(client, exec, session, missing);
    }
    Lease lease = job.leaseAgainst();
    if (lease != null) {
      all.releaseAll();
      return runner.waitFor(client, lease);
    }
    return null;
  }

  /** No transaction follows. */
  void close() {
    if (scripted != null) {
      scripted.close();
    }
  }
}
