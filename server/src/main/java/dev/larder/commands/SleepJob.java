package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.metrics.Clock;
import dev.larder.resp.ReplyWriter;

/** DEBUG SLEEP: no key can be reached until the time is over. */
final class SleepJob extends ExclusiveJob {
  private static final long PAUSE_NANOS = 1_000_000;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double MAX_SECONDS = 1e9;

  private final long nanos;
  private long startNanos;
  private boolean isAsleep;

  SleepJob(Call call, double seconds) {
    super(call);
    this.nanos = (long) (Math.clamp(seconds, 0, MAX_SECONDS) * NANOS_PER_SECOND);
  }

  @Override
  boolean work(ReplyWriter out, long budgetNanos) {
    long now = Clock.nanos();
    if (!isAsleep) {
      isAsleep = true;
      startNanos = now;
    }
    if (now - startNanos < nanos) {
      return false;
    }
    out.ok();
    return true;
  }

  @Override
  public boolean keepsOthers() {
    return true;
  }

  @Override
  public long pauseNanos() {
    long left = isAsleep ? startNanos + nanos - Clock.nanos() : 0;
    return Math.clamp(left, 0, PAUSE_NANOS);
  }
}
