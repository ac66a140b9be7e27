package dev.larder.dispatch;

/** How the execution of a batch ended. */
public enum Outcome {
  /** Every command has been executed. */
  DONE,
  /** The next command's shard is taken; the client's resumption is parked there. */
  WAIT_FOR_SHARD,
  /** The command waits for a key: it is blocked. */
  WAIT_FOR_KEY,
  /** A job is under way; the commands after it wait. */
  WAIT_FOR_JOB,
  /** Clients are paused: the next command waits for the end of that. */
  WAIT_FOR_PAUSE,
  /**
   * Others' messages, which come first, are too many for one turn; its resumption is behind them.
   */
  WAIT_FOR_MESSAGES,
  /** The peer must read before the next command may run. */
  WAIT_FOR_PEER,
  /** The connection ends when the replies so far are sent. */
  CLOSE
}
