package dev.larder.commands;

import dev.larder.command.CommandException;
import dev.larder.command.ErrorReply;
import dev.larder.command.Job;
import dev.larder.resp.ReplyWriter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for what another thread does, and replies how that ended. */
final class FutureWait implements Job {
  private static final Logger log = LoggerFactory.getLogger(FutureWait.class);
  private static final long PAUSE_NANOS = 1_000_000;
  private static final ErrorReply BUG = ErrorReply.of("ERR failed by a bug, see the log");

  private final CompletableFuture<Boolean> work;
  private final ErrorReply failure;
  private final Runnable onSuccess;
  private final boolean repliesOk;

  private FutureWait(
      CompletableFuture<Boolean> work, ErrorReply failure, boolean repliesOk, Runnable onSuccess) {
    this.work = work;
    this.failure = failure;
    this.repliesOk = repliesOk;
    this.onSuccess = onSuccess;
  }

  /** What is done on a thread of its own. */
  interface Work {
    /**
     * Does it; may read and write files.
     *
     * @throws CommandException with the reply, if it fails
     */
    void run() throws CommandException;
  }

  /**
   * Has a thread do something, and replies OK when it is done, or why it was not.
   *
   * @param name of the work, for the log
   */
  static FutureWait forThread(String name, Work work) {
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("larder-files")
        .daemon()
        .start(() -> {
          try {
            work.run();
            log.info("{}: done", name);
            result.complete(true);
          } catch (CommandException e) {
            log.warn("{}: {}", name, e.getMessage());
            result.completeExceptionally(e);
          } catch (RuntimeException e) {
            log.error("{} failed by a bug", name, e);
            result.complete(false);
          }
        });
    return forOk(result, BUG);
  }

  /**
   * Replies OK, or an error when the work has failed: that of the CommandException that it ended
   * with, otherwise this one.
   */
  static FutureWait forOk(CompletableFuture<Boolean> work, ErrorReply failure) {
    return new FutureWait(work, failure, true, () -> {});
  }

  /** Replies nothing but an error when the work has failed. */
  static FutureWait silently(
      CompletableFuture<Boolean> work, ErrorReply failure, Runnable onSuccess) {
    return new FutureWait(work, failure, false, onSuccess);
  }

  @Override
  public boolean step(ReplyWriter out, long budgetNanos) throws CommandException {
    if (!work.isDone()) {
      return false;
    }
    if (!hasSucceeded()) {
      throw new CommandException(failure);
    }
    if (repliesOk) {
      out.ok();
    }
    onSuccess.run();
    return true;
  }

  private boolean hasSucceeded() throws CommandException {
    try {
      return work.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof CommandException why) {
        throw why;
      }
      throw e;
    }
  }

  @Override
  public long pauseNanos() {
    return PAUSE_NANOS;
  }
}
