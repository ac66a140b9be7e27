package dev.larder.session;

import dev.larder.push.PushGroup;
import dev.larder.resp.ByteString;
import org.jspecify.annotations.Nullable;

/** One channel, or one pattern of channels, that a client listens to. On the session's loop. */
public final class Subscription {
  private final Connection connection;
  private final ByteString name;

  /** Of those who listen to the same; null before it has begun and after it has ended. */
  private @Nullable PushGroup group;

  private int serial;

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

  /** The client gets what is sent to a group of its loop. */
  public void join(PushGroup joined) {
    group = joined;
    serial = joined.add(connection);
  }

  /** The client does not listen any more: what is on its way does not get to it. */
  public void leave() {
    PushGroup left = group;
    if (left != null) {
      group = null;
      left.remove(serial);
    }
  }
}
