package dev.larder.dispatch;

import dev.larder.session.Session;
import io.netty.buffer.ByteBuf;

/** A connection as the dispatcher sees it. All methods are called on the connection's loop. */
public interface Client {

  Session session();

  /**
   * Sends what the loop's reply writer holds and attaches an empty buffer to it.
   *
   * @return false when the peer reads too slowly: no further command may run until it has
   */
  boolean sendReplies();

  /**
   * Keeps what was replied, and what will be, from the peer until the effects up to this sequence
   * are durable.
   *
   * @return the sequence that all of it waits for now, which may be higher
   */
  long holdUntilDurable(long sequence);

  /** The reply to a command that took several turns is complete. */
  void endReply();

  /**
   * What continues this client after a wait for a shard, or for a key when somebody else has ended
   * it; itself it may be run on any thread, and at any time, also when the client has gone.
   */
  Runnable resumption();

  /**
   * A direct buffer with room for so many bytes at first, which grows; the caller releases it or
   * hands it over. Any thread.
   */
  ByteBuf newBuffer(int bytes);

  /** Appends a reply that was written elsewhere to what the loop's writer holds; takes it over. */
  void append(ByteBuf reply);
}
