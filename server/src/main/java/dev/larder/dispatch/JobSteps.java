package dev.larder.dispatch;

import static java.util.Objects.requireNonNull;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.command.CommandSpec;
import dev.larder.command.Job;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.session.Session;
import dev.larder.storage.Unit;
import java.util.concurrent.locks.LockSupport;

/** Does the jobs that commands have left, a turn at a time. */
final class JobSteps {
  /** How long a job may keep the loop from its other clients. */
  static final long STEP_NANOS = 500_000;

  /** A job that has replied nothing for so many steps is stuck. */
  private static final int MAX_IDLE_STEPS = 100_000;

  private final LoopContext loop;
  private final Unit unit;
  private final ReplyWriter reply;
  private final Replies replies;
  private final Halt halt;

  JobSteps(LoopContext loop, Replies replies, Halt halt) {
    this.loop = loop;
    this.unit = loop.unit();
    this.reply = loop.reply();
    this.replies = replies;
    this.halt = halt;
  }

  /** Runs steps of a job while it gets on, for a bounded time. */
  Outcome run(Client client, TimedJob job) {
    // Between steps the writer has served others.
    reply.protocol(client.session().protocol());
    long end = Clock.nanos() + STEP_NANOS;
    boolean finished;
    boolean gotOn;
    boolean peerReads = true;
    do {
      int mark = reply.mark();
      unit.begin(loop.nowMillis());
      // The command has used its keys before it left the job.
      unit.touches(false);
      try {
        finished = job.step(reply, STEP_NANOS);
        loop.blockedCalls().serveReady();
      } catch (CommandException e) {
        job.cancel();
        reply.rollback(mark);
        replies.fail(job.spec(), e.reply());
        return replies.end(client, peerReads);
      } catch (Throwable t) {
        job.cancel();
        // What it has replied so far may have been sent: only the end of the connection is clear.
        loop.noteFailure("the command " + job.spec(), t);
        return Outcome.CLOSE;
      } finally {
        unit.releaseAll();
      }
      gotOn = reply.mark() > mark;
      replies.dropMuted(client.session());
      if (replies.isPieceFull()) {
        peerReads = replies.send(client) || job.isUrgent();
      }
    } while (!finished && gotOn && peerReads && Clock.nanos() < end);
    if (finished) {
      return replies.end(client, peerReads);
    }
    halt.job(job);
    return peerReads ? Outcome.WAIT_FOR_JOB : Outcome.WAIT_FOR_PEER;
  }

  /** As {@link #runWhole}, of the next of several commands of one unit. */
  static void runNext(CommandSpec spec, Call call, Session client) throws CommandException {
    announce(spec, client, call.unit());
    runWhole(spec, call);
  }

  /** Tells a unit what a client's next command does with what it finds. */
  static void announce(CommandSpec spec, Session client, Unit unit) {
    if (spec.isReadOnly()) {
      unit.reading();
    } else {
      unit.writing();
    }
    unit.touches(spec.usesKeys(!client.modes().isNoTouch()));
  }

  /**
   * Runs the selected command to its end, with what it would leave as a job, since it belongs to a
   * larger unit of work. If it fails, what it has replied so far is the caller's to take back.
   */
  static void runWhole(CommandSpec spec, Call call) throws CommandException {
    requireNonNull(spec.handler()).handle(call);
    Job rest = call.takeJob();
    if (rest != null) {
      finish(rest, call.reply());
    }
  }

  /**
   * Does all of a job at once, since it belongs to a larger unit of work: that of a transaction, or
   * of whoever serves a blocked command.
   */
  static void finish(Job job, ReplyWriter reply) throws CommandException {
    try {
      int mark = reply.mark();
      int idleSteps = 0;
      while (!job.step(reply, STEP_NANOS)) {
        long pause = job.pauseNanos();
        if (pause > 0) {
          LockSupport.parkNanos(pause);
        }
        // A job may count before it replies.
        idleSteps = reply.mark() == mark && pause == 0 ? idleSteps + 1 : 0;
        mark = reply.mark();
        if (idleSteps > MAX_IDLE_STEPS) {
          throw new IllegalStateException("what a command has left does not get on");
        }
      }
    } catch (Throwable t) {
      job.cancel();
      throw t;
    }
  }
}
