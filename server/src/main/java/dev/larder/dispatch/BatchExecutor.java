package dev.larder.dispatch;

import static java.util.Objects.requireNonNull;

import dev.larder.command.Arguments;
import dev.larder.command.Ascii;
import dev.larder.command.Call;
import dev.larder.command.CommandSpec;
import dev.larder.command.CommandTable;
import dev.larder.command.ErrorReply;
import dev.larder.command.Job;
import dev.larder.metrics.Clock;
import dev.larder.metrics.LoopStats;
import dev.larder.metrics.MemoryUse;
import dev.larder.resp.Batch;
import dev.larder.resp.HotPath;
import dev.larder.resp.ReplyWriter;
import dev.larder.resp.Status;
import dev.larder.session.Session;
import dev.larder.storage.Shard;
import dev.larder.storage.Unit;
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

  /** How a browser starts a request, or goes on with one: never with a command of ours. */
  private static final byte[] POST = Ascii.keyword("post");

  private static final byte[] HOST = Ascii.keyword("host:");

  private final LoopContext loop;
  private final CommandTable commands;
  private final LoopStats stats;
  private final Unit unit;
  private final Call call;
  private final ReplyWriter reply;
  private final MemoryRoom room;
  private final Gates gates;
  private final BlockedCalls blockedCalls;
  private final Lookahead lookahead;
  private final Halt halt = new Halt();
  private final Replies replies;
  private final JobSteps jobs;
  private final CommandRunner runner;
  private final PausedClients paused;
  private final CommandClock clock;
  private final Transactions transactions;
  private final ScriptRunner scripts;
  private final ScriptCallFlags scriptFlags;

  /**
   * @param queued for the commands of transactions
   */
  BatchExecutor(LoopContext loop, CommandTable commands, Call queued, MemoryUse memory) {
    this.loop = loop;
    this.commands = commands;
    this.stats = loop.stats();
    this.unit = loop.unit();
    this.call = loop.call();
    this.reply = loop.reply();
    this.room =
        new MemoryRoom(
            memory,
            loop.keyspace(),
            loop.keyspace().newEvictor(loop.newUnit()),
            loop.serverStats(),
            loop::makeRoomSoon);
    this.gates = new Gates(room, loop.serverStats());
    this.blockedCalls = loop.blockedCalls();
    this.lookahead = new Lookahead(loop, commands);
    this.replies = new Replies(loop);
    this.jobs = new JobSteps(loop, replies, halt);
    this.clock = loop.clock();
    this.paused = loop.pausedClients();
    ShardLocks locks = new ShardLocks(loop.keyspace(), unit);
    this.runner = new CommandRunner(loop, replies, jobs, halt, locks);
    this.scripts = new ScriptRunner(loop, commands, runner, replies, jobs, halt, gates);
    this.scriptFlags = new ScriptCallFlags(loop.scripts());
    this.transactions =
        new Transactions(loop, commands, queued, replies, runner, jobs, halt, locks, scripts);
  }

  /**
   * Executes the loop's batch. The reply writer is attached to a buffer of the client.
   *
   * @return how far it came; for any WAIT the caller has to {@link #suspend}
   */
  public Outcome execute(Client client) {
    begin(client);
    Outcome outcome;
    if (replies.hearFirst(client)) {
      outcome = execute(client, loop.batch(), 0);
    } else {
      halt.next(0);
      outcome = Outcome.WAIT_FOR_MESSAGES;
    }
    end(client);
    return outcome;
  }

  /**
   * Makes the stop that {@link #execute} reported last.
   *
   * @param decoded what the decoder said when it had filled the batch
   */
  public Suspension suspend(Outcome reason, Status decoded) {
    Batch batch;
    BlockedCall blocked = halt.blocked();
    if (blocked == null) {
      batch = loop.handOverBatch();
    } else {
      loop.batch().clear();
      batch = blocked.batch;
    }
    return new Suspension(batch, decoded, halt.take(reason));
  }

  /**
   * Goes on where a client was suspended.
   *
   * @return as {@link #execute}; after any WAIT the suspension stands for the new stop
   */
  public Outcome resume(Client client, Suspension suspension) {
    begin(client);
    Outcome outcome = goOn(client, suspension);
    end(client);
    return outcome;
  }

  /** The turn of the loop is over. */
  void endTurn(long nowNanos) {
    scripts.endTurn(nowNanos);
    room.endTurn();
  }

  /** Evicts keys for commands that wait for that; whether there is more to do. */
  boolean goOnMakingRoom(long nowMillis) {
    return room.goOn(nowMillis);
  }

  /** Whether keys should go, and could. */
  boolean lacksRoom() {
    return room.lacksRoom();
  }

  /** Evicts keys without a command; whether there is more to do at once. */
  boolean makeRoom(long nowMillis) {
    return room.makeSomeRoom(nowMillis);
  }

  /** As {@link #makeRoom}, and puts in order what is known of keys. */
  boolean keepHouse(long nowMillis) {
    return room.keepHouse(nowMillis);
  }

  /** The loop has ended. */
  void close() {
    transactions.close();
    scripts.close();
  }

  private void begin(Client client) {
    unit.startOver();
    loop.tracking().author(client.session());
  }

  private void end(Client client) {
    loop.tracking().author(null);
    replies.showLater(client);
  }

  private Outcome goOn(Client client, Suspension suspension) {
    loop.refreshClock();
    Stop stop = suspension.stop();
    Shard awaited = stop.shard();
    if (awaited != null) {
      stats.shardWait(Clock.nanos() - suspension.sinceNanos());
    }
    replies.begin(client.session());
    Outcome outcome = finish(client, suspension, stop);
    Batch batch = suspension.batch();
    if (outcome == Outcome.DONE) {
      client.endReply();
      outcome = execute(client, batch, stop.next());
    }
    Shard missing = halt.shard();
    if (awaited != null && awaited != missing && (missing != null || stop.isToServe())) {
      // This was woken for a shard that it perhaps has not taken: nobody else knows that it is
      // free.
      awaited.passTurn();
    }
    boolean isOver = outcome == Outcome.DONE || outcome == Outcome.CLOSE;
    if (!isOver) {
      suspension.move(halt.take(outcome));
    }
    if (isOver || suspension.batch() != batch) {
      batch.clear();
      loop.returnBatch(batch);
    }
    return outcome;
  }

  /** Ends the command that was under way, if one was. */
  private Outcome finish(Client client, Suspension suspension, Stop stop) {
    int next = stop.next();
    halt.next(next);
    if (stop.reason() == Outcome.WAIT_FOR_PAUSE) {
      return paused.goOn(requireNonNull(stop.job()), halt);
    }
    if (stop.job() != null) {
      // A step of an earlier turn does not run again if this one throws.
      suspension.move(new Stop(Outcome.WAIT_FOR_JOB, next, null, null, null, false, null));
      return jobs.run(client, (TimedJob) stop.job());
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
        replies.showLater(client, ended.seen());
        replies.append(client, ended.takeReply());
      }
      case TIMEOUT, UNBLOCKED -> ended.block.replyTimeout(reply);
      case UNBLOCKED_BY_ERROR -> replies.fail(ended.spec, ErrorReply.UNBLOCKED);
      case CLIENT_GONE -> throw new IllegalStateException("a client that has gone is resumed");
    }
    return ended.hasFailed() ? Outcome.CLOSE : replies.end(client);
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
      return suspension.stop().shard() == null
          && suspension.stop().lease() == null
          && suspension.reason() != Outcome.WAIT_FOR_MESSAGES;
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
    long nanos = loop.refreshClock();
    long now = loop.nowMillis();
    runner.begin();
    clock.begin(session, nanos);
    call.begin(session, batch);
    reply.protocol(session.protocol());
    Outcome outcome = Outcome.DONE;
    int command = from;
    int prepared = from;
    while (command < count && outcome == Outcome.DONE) {
      if (command == prepared) {
        // What a suspended client goes on with was touched before it was suspended.
        boolean touching = from == 0 || command > from;
        prepared = lookahead.prepare(batch, command, touching, session);
      }
      unit.begin(now);
      outcome = executeOne(client, session, batch, command);
      if (outcome == Outcome.WAIT_FOR_SHARD || outcome == Outcome.WAIT_FOR_PAUSE) {
        halt.next(command);
        break;
      }
      halt.next(++command);
    }
    clock.endRun();
    BlockedCall blocked = halt.blocked();
    if (blocked != null) {
      // In a batch of its own, perhaps.
      halt.next(blocked.command + 1);
    }
    CommandSpec last = command > from ? lookahead.spec(command - 1) : null;
    session.interacted(now, last == null ? null : last.fullName(), command - from);
    return outcome;
  }

  private Outcome executeOne(Client client, Session session, Batch batch, int command) {
    CommandSpec spec = lookahead.spec(command);
    if (spec == null) {
      Arguments named = lookahead.name(batch, command);
      if (named.argIs(0, POST) || named.argIs(0, HOST)) {
        log.warn(
            "Client {} speaks HTTP, perhaps made to by a web page: disconnected", session.id());
        return Outcome.CLOSE;
      }
      replies.begin(session);
      replies.refuse(transactions.refused(session, null, commands.unknown(named)));
      return replies.end(client);
    }
    call.select(spec, command);
    replies.begin(session, spec);
    ErrorReply refusal = gates.refusal(spec, call, session, batch, command);
    boolean waitsForRoom = room.takeMustWait();
    if (refusal != null) {
      stats.rejected(spec.index());
      replies.refuse(transactions.refused(session, spec, refusal));
      return replies.end(client);
    }
    if (waitsForRoom) {
      return runner.waitFor(client, room.hold());
    }
    if (paused.mayHold() && paused.holds(flags(session, spec, call))) {
      return paused.hold(session, spec, halt);
    }
    if (session.isInTransaction()) {
      return transactions.take(client, spec, call, batch, command);
    }
    return spec.runsScript()
        ? scripts.run(client, spec, command)
        : runner.run(client, spec, batch, command);
  }

  /** The flags of a command as bits, and of EXEC those of what it will run. */
  private long flags(Session session, CommandSpec spec, Call call) {
    boolean runsOthers = spec.runsQueue() && session.isInTransaction();
    return scriptFlags.of(spec, call) | (runsOthers ? session.transaction().anyFlags() : 0);
  }
}
