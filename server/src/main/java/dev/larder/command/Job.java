package dev.larder.command;

import dev.larder.resp.ReplyWriter;

/**
 * Work too long for one turn of the event loop. The loop calls {@link #step} again and again
 * between serving other clients, holding no shard; the session's later commands wait.
 */
public interface Job {

  /**
   * Does a part of the work.
   *
   * @param out where the reply goes, when it is complete or piece by piece
   * @param budgetNanos about how long this step may take, in nanoseconds
   * @return true when the work is done and its reply complete
   * @throws CommandException if the command fails, of whose reply nothing has been written in an
   *     earlier step; {@link #cancel} follows
   */
  boolean step(ReplyWriter out, long budgetNanos) throws CommandException;

  /**
   * How long the next step may wait, in nanoseconds: for a job that waits for time to pass, so that
   * it does not keep its loop busy.
   */
  default long pauseNanos() {
    return 0;
  }

  /**
   * Whether others wait for what the job holds: then it goes on although the peer does not read its
   * replies.
   */
  default boolean isUrgent() {
    return false;
  }

  /**
   * Whether nobody else gets to any key until it is done, so that its pauses count as its work when
   * it is timed.
   */
  default boolean keepsOthers() {
    return false;
  }

  /** Whether it does nothing but wait for a client, and so ends when that has ended its input. */
  default boolean isWait() {
    return false;
  }

  /**
   * Whether the work is done to its end although the connection has gone, as a command that has
   * begun to change something has to be. The command's arguments are gone then.
   */
  default boolean outlivesClient() {
    return false;
  }

  /**
   * The connection has gone, and the job does not outlive it, or it has failed: give back what the
   * job holds. No step follows.
   */
  default void cancel() {}
}
