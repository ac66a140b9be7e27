package dev.larder.session;

/** The wait of a client that is blocked, as others see it and may end it. Any thread. */
public interface Blocked {

  /** What became of an attempt to unblock. */
  enum Unblocking {
    /** The wait ends by it. */
    DONE,
    /** The client does not wait any more. */
    TOO_LATE,
    /** The client may be getting what it waits for at this moment: ask again. */
    UNDECIDED
  }

  /** Whether nothing has ended the wait yet. */
  boolean isWaiting();

  /** Whether the wait ends by itself some time. */
  boolean hasTimeout();

  /**
   * Ends the wait.
   *
   * @param asError whether the client gets an error instead of the reply of a timeout
   */
  Unblocking unblock(boolean asError);
}
