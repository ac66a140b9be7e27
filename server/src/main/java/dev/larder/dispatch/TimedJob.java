package dev.larder.dispatch;

import dev.larder.command.Arguments;
import dev.larder.command.CommandException;
import dev.larder.command.CommandSpec;
import dev.larder.command.Job;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;
import dev.larder.session.Session;

/** A job whose command is timed: the slices count, the pauses between them mostly do not. */
final class TimedJob implements Job {
  private final CommandClock clock;
  private final Job job;
  private final Session session;
  private final CommandSpec spec;
  private final Arguments arguments;
  private final long beganNanos = Clock.nanos();
  private final long spentBefore;
  private long spentNanos;

  /**
   * @param spentNanos how long the command has taken so far
   */
  TimedJob(
      CommandClock clock,
      Job job,
      Session session,
      CommandSpec spec,
      Arguments call,
      long spentNanos) {
    this.clock = clock;
    this.job = job;
    this.session = session;
    this.spec = spec;
    this.arguments = new Arguments(call.batch());
    this.arguments.point(call.batch(), call.firstArg(), call.argCount());
    this.spentBefore = spentNanos;
    this.spentNanos = spentNanos;
  }

  /** The command that has left it. */
  CommandSpec spec() {
    return spec;
  }

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) throws CommandException {
    long started = Clock.nanos();
    boolean isOver = true;
    try {
      isOver = job.step(out, budgetNanos);
    } finally {
      long nanos = Clock.nanos();
      spentNanos += nanos - started;
      if (isOver) {
        clock.ended(
            session,
            spec,
            arguments,
            job.keepsOthers() ? spentBefore + nanos - beganNanos : spentNanos);
      }
    }
    return isOver;
  }

  @Override
  public long pauseNanos() {
    return job.pauseNanos();
  }

  @Override
  public boolean isUrgent() {
    return job.isUrgent();
  }

  @Override
  public boolean isWait() {
    return job.isWait();
  }

  @Override
  public boolean keepsOthers() {
    return job.keepsOthers();
  }

  @Override
  public boolean outlivesClient() {
    return job.outlivesClient();
  }

  @Override
  public void cancel() {
    job.cancel();
  }
}
