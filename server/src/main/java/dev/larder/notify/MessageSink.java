package dev.larder.notify;

import dev.larder.storage.Unit;

/** Where messages go. Called on the threads of units, which own shards meanwhile. */
public interface MessageSink {
  /** Whether there is any subscription; any thread, and cheap. */
  boolean isNeeded();

  /**
   * Publishes a message.
   *
   * @param bytes the channel, then the message; not used any more when this returns
   */
  void publish(Unit unit, byte[] bytes, int channelLength, int messageLength);

  /** All messages of a unit have been published, which must go before it gives its shards up. */
  void end(Unit unit);
}
