package dev.larder.dispatch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.acl.AccessCheck;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.CommandSpec;
import dev.larder.command.CommandTable;
import dev.larder.command.ErrorReply;
import dev.larder.command.Flag;
import dev.larder.command.KeyPositions;
import dev.larder.command.Numbers;
import dev.larder.metrics.LoopStats;
import dev.larder.resp.Batch;
import dev.larder.resp.HotPath;
import dev.larder.resp.LargeArguments;
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
  private final ShardLocks locks;
  private final ScriptRunner scripts;
  private final ScriptCallFlags scriptFlags;
  private final BlockedCalls blockedCalls;
  private final KeyPositions keys = new KeyPositions();
  private final QueueMemory memory = new QueueMemory();
  private final QueuedLarge large;
  private final TrackedReads reads;

  /** The commands of the server by their numbers. */
  private final CommandSpec[] specs;

  private final @Nullable CommandSpec select;

  /** The rules may have changed since a command was queued. */
  private final AccessCheck access;

  /** Runs queued commands, while the loop's own call is at EXEC. */
  private final Call call;

  /** Some of the commands that are being run, and what their numbers are. */
  private final Batch window = new Batch();

  private final int[] numbers = new int[Batch.DEFAULT_MAX_COMMANDS];

  Transactions(
      LoopContext loop,
      CommandTable commands,
      Call call,
      Replies replies,
      CommandRunner runner,
      ShardLocks locks,
      ScriptRunner scripts,
      ScriptCallFlags scriptFlags) {
    this.loop = loop;
    this.stats = loop.stats();
    this.clock = loop.clock();
    this.monitorFeed = loop.monitorFeed();
    this.unit = loop.unit();
    this.reply = loop.reply();
    this.replies = replies;
    this.runner = runner;
    this.locks = locks;
    this.scripts = scripts;
    this.scriptFlags = scriptFlags;
    this.blockedCalls = loop.blockedCalls();
    this.reads = new TrackedReads(loop.tracking());
    this.large = new QueuedLarge(loop.keyspace());
    this.access = new AccessCheck(loop.serverStats().denials());
    this.call = call;
    call.mayBlock(false);
    select = commands.find("select");
    specs = new CommandSpec[commands.specCount()];
    for (CommandSpec spec : commands.all()) {
      specs[spec.index()] = spec;
    }
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
      return execute(client, spec);
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

  private Outcome execute(Client client, CommandSpec exec) {
    Session session = client.session();
    Transaction transaction = session.transaction();
    CommandQueue queue = queue(transaction);
    Watches watches = transaction.watches();
    boolean isBroken = watches != null && watches.areBroken();
    if (!transaction.isAborted() && !isBroken) {
      if (watches != null) {
        queue.shards().addAll(watches.shards());
      }
      Outcome wait = acquire(client, session, transaction, queue);
      if (wait != null) {
        return wait;
      }
      isBroken = watches != null && (watches.areBroken() || watches.haveExpired(unit));
    }
    long started = clock.start(exec, loop.call());
    boolean isSound = true;
    int mark = reply.mark();
    try {
      if (transaction.isAborted()) {
        replies.fail(exec, ABORTED);
      } else if (isBroken) {
        reply.nilArray();
      } else {
        isSound = run(session, queue);
        blockedCalls.serveReady();
      }
    } catch (Throwable t) {
      replies.bug(exec, t, mark);
      isSound = false;
    } finally {
      unit.releaseAll();
      window.clear();
      transaction.close();
    }
    clock.end(exec, loop.call(), started);
    if (monitorFeed.hasReaders()) {
      monitorFeed.tell(loop.call());
    }
    return isSound ? replies.end(client) : Outcome.CLOSE;
  }

  /** Takes all shards; what to wait for instead, or null. */
  private @Nullable Outcome acquire(
      Client client, Session session, Transaction transaction, CommandQueue queue) {
    if (runner.isFull() && (transaction.anyFlags() & WRITE) != 0) {
      return runner.waitFor(client, loop.room().hold());
    }
    if (loop.messageRoom().isFullFor(transaction.anyFlags())) {
      return runner.waitFor(client, loop.messageRoom().hold());
    }
    Shard missing = queue.shards().acquire(unit);
    boolean owns = missing == null;
    if (owns) {
      missing = blockedCalls.serveReady();
    }
    if (missing != null) {
      if (missing.isBusy() && !owns) {
        transaction.close();
      }
      return runner.waitFor(client, missing, owns);
    }
    Lease lease = unit.meetsLeases() ? leaseAgainst(session, queue) : null;
    if (lease != null) {
      unit.releaseAll();
      return runner.waitFor(client, lease);
    }
    return null;
  }

  /** The lease that keeps one of the commands from its keys; null if there is none. */
  private @Nullable Lease leaseAgainst(Session session, CommandQueue queue) {
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
    call.begin(session, window);
    queue.read(window, numbers, call.hashes(), owner);
  }

  /** Runs the commands; false when a handler failed in a way that none may. */
  private boolean run(Session session, CommandQueue queue) {
    int mark = reply.mark();
    boolean isSound = true;
    reply.array(queue.count());
    queue.rewind();
    while (isSound && queue.hasMore()) {
      read(session, queue, large);
      for (int i = 0; isSound && i < window.commandCount(); i++) {
        CommandSpec spec = specs[numbers[i]];
        call.select(spec, i);
        ErrorReply denial = access.refusalAtExec(session.user(), spec, call);
        if (denial != null) {
          replies.refuse(denial);
          continue;
        }
        if (monitorFeed.hasReaders()) {
          monitorFeed.tell(call);
        }
        long started = clock.start(spec, call);
        isSound = handle(spec, mark);
        clock.end(spec, call, started);
      }
      // The window is used again.
      clock.endRun();
    }
    return isSound;
  }

  /** Runs the selected command to its end. */
  private boolean handle(CommandSpec spec, int start) {
    int mark = reply.mark();
    try {
      if (spec.runsScript()) {
        scripts.runInTransaction(call, spec);
      } else {
        JobSteps.runNext(spec, call);
      }
    } catch (CommandException e) {
      reply.rollback(mark);
      call.error(e.reply());
    } catch (Throwable t) {
      replies.bug(spec, t, start);
      return false;
    }
    reads.note(call.session(), spec, call);
    ErrorReply error = call.repliedError();
    if (error != null) {
      loop.countFailure(spec, error);
    }
    return true;
  }
}
