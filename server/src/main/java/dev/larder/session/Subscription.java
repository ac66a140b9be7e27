package dev.larder.session;

import dev.larder.push.PushMessage;
import dev.larder.push.PushTarget;
import dev.larder.resp.ByteString;

/** One channel, or one pattern of channels, that a client listens to. */
public final class Subscription implements PushTarget {
  private final Connection connection;
  private final ByteString name;

  /** Touched on the session's loop only. */
  private boolean isOver;

  Subscription(Connection connection, ByteString name) {
    this.connection = connection;
    this.name = name;
  }

  /** The channel or the pattern. */
  public ByteString name() {
    return name;
  }

  /** The number of the loop that serves the client. */
  public int loop() {
    return connection.eventLoop();
  }

  /** The client does not listen any more: what is on its way does not get to it. */
  void end() {
    isOver = true;
  }

  @Override
  public void push(PushMessage message, long sequence) {
    if (!isOver) {
      connection.push(message, sequence);
    }
  }
}
