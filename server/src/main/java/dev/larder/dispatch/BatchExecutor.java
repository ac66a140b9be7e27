package dev.larder.dispatch;

import static java.util.Objects.requireNonNull;

import dev.larder.command.Arguments;
import dev.larder.command.Ascii;
import dev.larder.command.Block;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.CommandSpec;
import dev.larder.command.CommandTable;
import dev.larder.command.ErrorReply;
import dev.larder.command.Flag;
import dev.larder.command.Job;
import dev.larder.command.KeyPositions;
import dev.larder.metrics.AofProgress;
import dev.larder.metrics.Clock;
import dev.larder.metrics.LoopStats;
import dev.larder.resp.Batch;
import dev.larder.resp.HotPath;
import dev.larder.resp.ReplyWriter;
import dev.larder.resp.Status;
import dev.larder.session.Session;
import dev.larder.storage.Lease;
import dev.larder.storage.Shard;
import dev.larder.storage.Unit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executes the commands of a batch in order, on one event loop.
 *
 * <p>First all commands are looked up, their keys hashed, and what they are about to read is loaded
 * in stages, so that the cache misses of a pipeline overlap; that takes no shard and cannot be
 * wrong, only useless, for example after a SELECT in the same batch. Then each command passes the
 * gates, takes the shards of its keys, runs, and gives them back.
 */
@HotPath
public final class BatchExecutor {
  private static final Logger log = LoggerFactory.getLogger(BatchExecutor.class);

  /** Replies are sent in pieces of about this size. */
  private static final int PIECE_BYTES = 64 * 1024;

  /** How long a job may keep the loop from its other clients. */
  static final long JOB_STEP_NANOS = 500_000;

  /** How a browser starts a request, or goes on with one: never with a command of ours. */
  private static final byte[] POST = Ascii.keyword("post");

  private static final byte[] HOST = Ascii.keyword("host:");

  private static final long WRITE = Flag.WRITE.bit();

  private static final ErrorReply UNBLOCKED =
      ErrorReply.of("UNBLOCKED client unblocked via CLIENT UNBLOCK");

  private static final ErrorReply BUG = ErrorReply.of("ERR internal error");

  private final LoopContext loop;
  private final CommandTable commands;
  private final LoopStats stats;
  private final AofProgress aof;
  private final Unit unit;
  private final Call call;
  private final ReplyWriter reply;
  private final Gates gates;
  private final ShardLocks locks;
  private final BlockedCalls blockedCalls;
  private final Lookahead lookahead;
  private final KeyPositions keys = new KeyPositions();

  /** Where execution goes on after a suspension. */
  private int next;

  private @Nullable Job job;
  private @Nullable Shard contended;
  private @Nullable Lease lease;
  private boolean isToServe;

  /** Whether commands that write have to wait for room in the journal. */
  private boolean isFull;

  private @Nullable BlockedCall blocked;

  BatchExecutor(LoopContext loop, CommandTable commands, LongSupplier maxMemoryBytes) {
    this.loop = loop;
    this.commands = commands;
    this.stats = loop.stats();
    this.aof = loop.serverStats().aof();
    this.unit = loop.unit();
    this.call = loop.call();
    this.reply = loop.reply();
    this.gates = new Gates(loop.keyspace(), maxMemoryBytes, loop.serverStats());
    this.locks = new ShardLocks(loop.keyspace(), unit);
    this.blockedCalls = loop.blockedCalls();
    this.lookahead = new Lookahead(commands, unit, call, loop.batch());
  }

  /**
   * Executes the loop's batch. The reply writer is attached to a buffer of the client.
   *
   * @return how far it came; for any WAIT the caller has to {@link #suspend}
   */
  public Outcome execute(Client client) {
    unit.startOver();
    Outcome outcome = execute(client, loop.batch(), 0);
    showLater(client);
    return outcome;
  }

  /** What has been done and seen may be shown when it is durable. */
  private void showLater(Client client) {
    if (unit.done() != 0) {
      client.session().lastEffect(unit.done());
    }
    if (aof.holdsReplies()) {
      client.holdUntilDurable(unit.seen());
    }
  }

  /** Sends what has been replied so far; whether the peer reads. */
  private boolean sendReplies(Client client) {
    showLater(client);
    return client.sendReplies();
  }

  /**
   * Makes the stop that {@link #execute} reported last.
   *
   * @param decoded what the decoder said when it had filled the batch
   */
  public Suspension suspend(Outcome reason, Status decoded) {
    Batch batch;
    if (blocked == null) {
      batch = loop.handOverBatch();
    } else {
      loop.batch().clear();
      batch = blocked.batch;
    }
    return new Suspension(batch, decoded, takeStop(reason));
  }

  private Stop takeStop(Outcome reason) {
    Stop stop = new Stop(reason, next, job, contended, lease, isToServe, blocked);
    job = null;
    contended = null;
    lease = null;
    isToServe = false;
    blocked = null;
    return stop;
  }

  /**
   * Goes on where a client was suspended.
   *
   * @return as {@link #execute}; after any WAIT the suspension stands for the new stop
   */
  public Outcome resume(Client client, Suspension suspension) {
    unit.startOver();
    Outcome outcome = goOn(client, suspension);
    showLater(client);
    return outcome;
  }

  private Outcome goOn(Client client, Suspension suspension) {
    loop.refreshClock();
    Stop stop = suspension.stop();
    Shard awaited = stop.shard();
    if (awaited != null) {
      stats.shardWait(Clock.nanos() - suspension.sinceNanos());
    }
    Outcome outcome = finish(client, suspension, stop);
    Batch batch = suspension.batch();
    if (outcome == Outcome.DONE) {
      outcome = execute(client, batch, stop.next());
    }
    if (awaited != null && awaited != contended && (contended != null || stop.isToServe())) {
      // This was woken for a shard that it perhaps has not taken: nobody else knows that it is
      // free.
      awaited.passTurn();
    }
    boolean isOver = outcome == Outcome.DONE || outcome == Outcome.CLOSE;
    if (!isOver) {
      suspension.move(takeStop(outcome));
    }
    if (isOver || suspension.batch() != batch) {
      batch.clear();
      loop.returnBatch(batch);
    }
    return outcome;
  }

  /** Ends the command that was under way, if one was. */
  private Outcome finish(Client client, Suspension suspension, Stop stop) {
    next = stop.next();
    if (stop.job() != null) {
      // A step of an earlier turn does not run again if this one throws.
      suspension.move(new Stop(Outcome.WAIT_FOR_JOB, next, null, null, null, false, null));
      return step(client, suspension.batch(), stop.job());
    }
    if (stop.blocked() == null) {
      return Outcome.DONE;
    }
    // Nobody waits any more, even if this throws.
    suspension.move(new Stop(Outcome.WAIT_FOR_JOB, next, null, null, null, false, null));
    return unblock(client, stop.blocked());
  }

  /** Replies to a client that was blocked. */
  private Outcome unblock(Client client, BlockedCall ended) {
    Session session = client.session();
    session.blocked(null);
    blockedCalls.forget(ended);
    reply.protocol(session.protocol());
    switch (ended.end()) {
      case SERVED -> {
        if (aof.holdsReplies()) {
          client.holdUntilDurable(ended.seen());
        }
        session.lastEffect(Math.max(session.lastEffect(), ended.seen()));
        client.append(ended.takeReply());
      }
      case TIMEOUT, UNBLOCKED -> ended.block.replyTimeout(reply);
      case UNBLOCKED_BY_ERROR -> fail(ended.spec, UNBLOCKED);
      case CLIENT_GONE -> throw new IllegalStateException("a client that has gone is resumed");
    }
    return ended.hasFailed() ? Outcome.CLOSE : afterReply(client, session);
  }

  /**
   * The time of a blocked client is over.
   *
   * @return whether it can be resumed now; if not, its command is being served or was, and its
   *     resumption is run
   */
  public boolean timeOut(Suspension suspension) {
    BlockedCall waiting = suspension.stop().blocked();
    return waiting != null && waiting.endOrNote(BlockedCall.End.TIMEOUT);
  }

  /**
   * The suspended client has gone: gives back what is held.
   *
   * @return whether that is all; if not, its resumption will be run, and {@link #leave} follows
   */
  public boolean abandon(Suspension suspension) {
    BlockedCall waiting = suspension.stop().blocked();
    if (waiting == null) {
      leaveJob(suspension.abandon());
      return suspension.stop().shard() == null && suspension.stop().lease() == null;
    }
    boolean ends = waiting.endOrNote(BlockedCall.End.CLIENT_GONE);
    if (ends) {
      leave(suspension);
    }
    return ends;
  }

  /** A client that has gone was woken: its turn goes to whoever waits next. */
  public void leave(Suspension suspension) {
    BlockedCall ended = suspension.stop().blocked();
    if (ended != null) {
      blockedCalls.forget(ended);
      ended.discard();
    }
    leaveJob(suspension.abandon());
    Shard shard = suspension.stop().shard();
    if (shard != null) {
      shard.passTurn();
    }
  }

  private void leaveJob(@Nullable Job orphan) {
    if (orphan != null) {
      new OrphanJob(loop, orphan).start();
    }
  }

  private Outcome execute(Client client, Batch batch, int from) {
    Session session = client.session();
    int count = batch.commandCount();
    // A request may be younger than the turn it is read in: its deadlines count from now.
    loop.refreshClock();
    long now = loop.nowMillis();
    isFull = aof.isFull();
    call.begin(session, batch);
    reply.protocol(session.protocol());
    Outcome outcome = Outcome.DONE;
    int command = from;
    int prepared = from;
    while (command < count && outcome == Outcome.DONE) {
      if (command == prepared) {
        // What a suspended client goes on with was touched before it was suspended.
        boolean touching = from == 0 || command > from;
        prepared = lookahead.prepare(batch, command, touching, session.database());
      }
      unit.begin(now);
      outcome = executeOne(client, session, batch, command);
      if (outcome == Outcome.WAIT_FOR_SHARD) {
        next = command;
        break;
      }
      next = ++command;
    }
    if (blocked != null) {
      next = blocked.command + 1;
    }
    CommandSpec last = command > from ? lookahead.spec(command - 1) : null;
    session.interacted(now, last == null ? null : last.fullName(), command - from);
    return outcome;
  }

  private Outcome executeOne(Client client, Session session, Batch batch, int command) {
    CommandSpec spec = lookahead.spec(command);
    int mark = reply.mark();
    if (spec == null) {
      Arguments named = lookahead.name(batch, command);
      if (named.argIs(0, POST) || named.argIs(0, HOST)) {
        log.warn(
            "Client {} speaks HTTP, perhaps made to by a web page: disconnected", session.id());
        return Outcome.CLOSE;
      }
      refuse(commands.unknown(named));
      return afterReply(client, session);
    }
    call.select(spec, command);
    ErrorReply refusal = gates.refusal(spec, call, session, batch, command);
    if (refusal != null) {
      stats.rejected(spec.index());
      refuse(refusal);
      return afterReply(client, session);
    }
    if (isFull && (spec.flagBits() & WRITE) != 0) {
      lease = loop.room().hold();
      lease.park(client.resumption());
      return Outcome.WAIT_FOR_SHARD;
    }
    boolean owns = locks.acquire(spec, call, keys);
    Shard missing = owns ? serveReady() : locks.takeContended();
    if (missing != null) {
      unit.releaseAll();
      contended = missing;
      isToServe = owns;
      missing.park(client.resumption());
      return Outcome.WAIT_FOR_SHARD;
    }
    lease = unit.meetsLeases() ? locks.leaseAgainst(spec, call, keys) : null;
    if (lease != null) {
      unit.releaseAll();
      lease.park(client.resumption());
      return Outcome.WAIT_FOR_SHARD;
    }
    if (spec.isReadOnly()) {
      unit.reading();
    }
    boolean timed = stats.called(spec.index());
    long started = timed ? Clock.nanos() : 0;
    boolean sound = run(client, spec, mark, batch, command);
    if (timed) {
      stats.timed(spec.index(), Clock.nanos() - started);
    }
    if (!sound) {
      return Outcome.CLOSE;
    }
    if (blocked != null) {
      return Outcome.WAIT_FOR_KEY;
    }
    Job deferred = call.takeJob();
    if (deferred != null) {
      lease = call.takePrecedence();
      if (lease != null) {
        deferred.cancel();
        reply.rollback(mark);
        lease.park(client.resumption());
        return Outcome.WAIT_FOR_SHARD;
      }
      next = command + 1;
      return step(client, batch, deferred);
    }
    return afterReply(client, session);
  }

  /** Serves those who wait for keys that are ready; where that has to stop, null if it need not. */
  private @Nullable Shard serveReady() {
    return unit.hasReady() ? blockedCalls.serve() : null;
  }

  /** Runs the handler; false when it failed in a way that no handler may. */
  private boolean run(Client client, CommandSpec spec, int mark, Batch batch, int command) {
    try {
      // A container never gets here: what it is called with fails its arity.
      requireNonNull(spec.handler()).handle(call);
      Block block = call.takeBlock();
      if (block != null) {
        blocked = blockedCalls.await(client, call, block, batch, command);
      }
      serveReady();
    } catch (CommandException e) {
      reply.rollback(mark);
      call.error(e.reply());
    } catch (Throwable t) {
      bug(spec.fullName(), t, mark);
      return false;
    } finally {
      unit.releaseAll();
    }
    ErrorReply error = call.repliedError();
    if (error != null) {
      loop.countFailure(spec, error);
    }
    return true;
  }

  private void bug(String command, Throwable t, int mark) {
    log.error("The command {} failed by a bug; its client is disconnected", command, t);
    loop.serverStats().bug();
    reply.rollback(mark);
    refuse(BUG);
  }

  /** A command that ran replies an error. */
  private void fail(CommandSpec spec, ErrorReply error) {
    loop.countFailure(spec, error);
    reply.raw(error.encoded());
  }

  private void refuse(ErrorReply error) {
    loop.serverStats().errorReply(error.code());
    reply.raw(error.encoded());
  }

  private Outcome afterReply(Client client, Session session) {
    return afterReply(client, session, reply.mark() < PIECE_BYTES || sendReplies(client));
  }

  private Outcome afterReply(Client client, Session session, boolean peerReads) {
    if (session.isCloseAfterReply()) {
      return Outcome.CLOSE;
    }
    reply.protocol(session.protocol());
    return peerReads ? Outcome.DONE : Outcome.WAIT_FOR_PEER;
  }

  /**
   * Runs steps of a job while it gets on, for a bounded time.
   *
   * @param batch whose command before the next one has left the job
   */
  private Outcome step(Client client, Batch batch, Job current) {
    // Between steps the writer has served others.
    reply.protocol(client.session().protocol());
    long end = Clock.nanos() + JOB_STEP_NANOS;
    boolean finished;
    boolean gotOn;
    boolean peerReads = true;
    do {
      int mark = reply.mark();
      unit.begin(loop.nowMillis());
      try {
        finished = current.step(reply, JOB_STEP_NANOS);
        serveReady();
      } catch (CommandException e) {
        current.cancel();
        reply.rollback(mark);
        fail(lookahead.specAgain(batch, next - 1), e.reply());
        return afterReply(client, client.session(), peerReads);
      } catch (Throwable t) {
        current.cancel();
        // What it has replied so far may have been sent: only the end of the connection is clear.
        log.error("A job failed by a bug; its client is disconnected", t);
        loop.serverStats().bug();
        return Outcome.CLOSE;
      } finally {
        unit.releaseAll();
      }
      gotOn = reply.mark() > mark;
      if (reply.mark() >= PIECE_BYTES) {
        peerReads = sendReplies(client) || current.isUrgent();
      }
    } while (!finished && gotOn && peerReads && Clock.nanos() < end);
    if (finished) {
      return afterReply(client, client.session(), peerReads);
    }
    job = current;
    return peerReads ? Outcome.WAIT_FOR_JOB : Outcome.WAIT_FOR_PEER;
  }
}
