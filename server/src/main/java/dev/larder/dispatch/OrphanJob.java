package dev.larder.dispatch;

import dev.larder.command.CommandException;
import dev.larder.command.Job;
import dev.larder.resp.ReplyWriter;
import dev.larder.storage.Unit;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** A job whose client has gone: it is done to its end, and what it replies is forgotten. */
final class OrphanJob implements Runnable {
  private static final int REPLY_BYTES = 256;

  private final LoopContext loop;
  private final Job job;

  OrphanJob(LoopContext loop, Job job) {
    this.loop = loop;
    this.job = job;
  }

  /** Has the next step done on the loop. */
  void start() {
    loop.post(this);
  }

  @Override
  public void run() {
    if (!step()) {
      start();
    }
  }

  /** Whether the job is over. */
  private boolean step() {
    loop.refreshClock();
    Unit unit = loop.unit();
    unit.begin(loop.nowMillis());
    ReplyWriter reply = loop.reply();
    ByteBuf forgotten = Unpooled.directBuffer(REPLY_BYTES);
    reply.attach(forgotten);
    try {
      boolean isOver = job.step(reply, JobSteps.STEP_NANOS);
      loop.blockedCalls().serve();
      return isOver;
    } catch (CommandException e) {
      job.cancel();
      return true;
    } catch (Throwable t) {
      loop.noteFailure("a command whose client has gone", t);
      job.cancel();
      return true;
    } finally {
      unit.releaseAll();
      loop.postMessages();
      reply.attach(Unpooled.EMPTY_BUFFER);
      forgotten.release();
    }
  }
}
