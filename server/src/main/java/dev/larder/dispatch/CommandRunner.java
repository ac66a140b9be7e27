package dev.larder.dispatch;

import static java.util.Objects.requireNonNull;

import dev.larder.command.Block;
import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.CommandSpec;
import dev.larder.command.ErrorReply;
import dev.larder.command.Flag;
import dev.larder.command.Job;
import dev.larder.command.KeyPositions;
import dev.larder.resp.Batch;
import dev.larder.resp.HotPath;
import dev.larder.resp.ReplyWriter;
import dev.larder.session.Session;
import dev.larder.storage.Lease;
import dev.larder.storage.Shard;
import dev.larder.storage.Unit;

/** Runs commands that have passed the gates: takes their shards, has them handled, gives back. */
@HotPath
final class CommandRunner {
  private static final long WRITE = Flag.WRITE.bit();

  private final LoopContext loop;
  private final CommandClock clock;
  private final MonitorFeed monitorFeed;
  private final Unit unit;
  private final Call call;
  private final ReplyWriter reply;
  private final Replies replies;
  private final JobSteps jobs;
  private final Halt halt;
  private final ShardLocks locks;
  private final BlockedCalls blockedCalls;
  private final KeyPositions keys = new KeyPositions();
  private final TrackedReads reads;
  private final MessageRoom messageRoom;

  private boolean isFull;

  CommandRunner(LoopContext loop, Replies replies, JobSteps jobs, Halt halt, ShardLocks locks) {
    this.loop = loop;
    this.clock = loop.clock();
    this.monitorFeed = loop.monitorFeed();
    this.unit = loop.unit();
    this.call = loop.call();
    this.reply = loop.reply();
    this.replies = replies;
    this.jobs = jobs;
    this.halt = halt;
    this.locks = locks;
    this.blockedCalls = loop.blockedCalls();
    this.reads = new TrackedReads(loop.tracking());
    this.messageRoom = loop.messageRoom();
  }

  /** Commands are about to be run. */
  void begin() {
    isFull = loop.serverStats().aof().isFull();
  }

  /** Runs the command that is selected in the loop's call, in a unit that has begun. */
  Outcome run(Client client, CommandSpec spec, Batch batch, int command) {
    int mark = reply.mark();
    if (isFull && (spec.flagBits() & WRITE) != 0) {
      return waitFor(client, loop.room().hold());
    }
    if (messageRoom.isFullFor(spec.flagBits())) {
      return waitFor(client, messageRoom.hold());
    }
    boolean owns = locks.acquire(spec, call, keys);
    Shard missing = owns ? blockedCalls.serveReady() : locks.takeContended();
    if (missing != null) {
      return waitFor(client, missing, owns);
    }
    Lease lease = unit.meetsLeases() ? locks.leaseAgainst(spec, call, keys) : null;
    if (lease != null) {
      unit.releaseAll();
      return waitFor(client, lease);
    }
    JobSteps.announce(spec, client.session(), unit);
    if (monitorFeed.hasReaders()) {
      monitorFeed.tell(call);
    }
    long started = clock.start(spec, call);
    boolean sound = handle(client, spec, mark, batch, command);
    if (spec.looksEverywhere()) {
      // DBSIZE counts without owning a shard.
      unit.hasSeen(loop.serverStats().aof().drawn());
    }
    if (halt.blocked() != null) {
      clock.blocked(spec, started);
      return Outcome.WAIT_FOR_KEY;
    }
    Job deferred = sound ? call.takeJob() : null;
    if (deferred != null) {
      return begin(client, clock.time(deferred, spec, call, started), mark, command);
    }
    clock.end(spec, call, started);
    return sound ? replies.end(client) : Outcome.CLOSE;
  }

  /** Whether commands that write have to wait for room in the journal. */
  boolean isFull() {
    return isFull;
  }

  /**
   * Has the client wait for a shard, without any; unless that would take long.
   *
   * @param isToServe as of {@link Halt#shard}
   */
  Outcome waitFor(Client client, Shard missing, boolean isToServe) {
    if (missing.isBusy() && !isToServe) {
      unit.releaseAll();
      replies.refuse(loop.scripts().busy());
      return replies.end(client);
    }
    return park(client, missing, isToServe);
  }

  /** As {@link #waitFor(Client, Shard, boolean)}, of a shard that was not busy. */
  Outcome park(Client client, Shard missing, boolean isToServe) {
    unit.releaseAll();
    halt.shard(missing, isToServe);
    missing.park(client.resumption());
    if (!isToServe && missing.isBusy()) {
      // It has become so meanwhile, and perhaps has told those only who were parked before.
      missing.wakeAll();
    }
    return Outcome.WAIT_FOR_SHARD;
  }

  /** Has the client wait for a lease; the unit owns no shard. */
  Outcome waitFor(Client client, Lease lease) {
    halt.lease(lease);
    lease.park(client.resumption());
    return Outcome.WAIT_FOR_SHARD;
  }

  /** Runs the handler; false when it failed in a way that no handler may. */
  private boolean handle(Client client, CommandSpec spec, int mark, Batch batch, int command) {
    try {
      // A container never gets here: what it is called with fails its arity.
      requireNonNull(spec.handler()).handle(call);
      Block block = call.takeBlock();
      if (block != null) {
        halt.blocked(blockedCalls.await(client, call, block, batch, command));
      }
      blockedCalls.serveReady();
    } catch (CommandException e) {
      reply.rollback(mark);
      call.error(e.reply());
    } catch (Throwable t) {
      replies.bug(spec, t, mark);
      return false;
    } finally {
      release(client.session(), spec);
    }
    ErrorReply error = call.repliedError();
    if (error != null) {
      loop.countFailure(spec, error);
    }
    return true;
  }

  private void release(Session session, CommandSpec spec) {
    try {
      reads.note(session, spec, call);
    } finally {
      unit.releaseAll();
    }
  }

  /** The handler has left a job, unless it is to run again. */
  private Outcome begin(Client client, TimedJob deferred, int mark, int command) {
    Lease precedence = call.takePrecedence();
    if (precedence != null) {
      deferred.cancel();
      reply.rollback(mark);
      return waitFor(client, precedence);
    }
    halt.next(command + 1);
    return jobs.run(client, deferred);
  }
}
