package dev.larder.push;

/** Who gets messages: a connection, or all those of one loop who wait for the same. */
@FunctionalInterface
public interface PushTarget {

  /**
   * Puts a message behind all that goes to the peer already. Called on the target's loop, between
   * commands; it keeps what it needs of the message, which the caller goes on to own.
   *
   * @param sequence effects up to this one must be durable before the peer sees it; 0 for none
   */
  void push(PushMessage message, long sequence);
}
