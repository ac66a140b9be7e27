package dev.larder.net;

import java.util.ArrayList;
import java.util.List;

/**
 * The connections of a loop that have got messages and not sent them yet: each sends all of them at
 * once, when the loop is through with what it had to deliver. Used on the loop.
 */
final class PushedConnections {
  private final IoLoop io;
  private final Runnable flush = this::flush;
  private List<ClientConnection> connections = new ArrayList<>();
  private List<ClientConnection> spare = new ArrayList<>();

  /** Whether {@link #flush} will be called anyway. */
  private boolean isPosted;

  PushedConnections(IoLoop io) {
    this.io = io;
  }

  /** A connection has got a message. */
  void add(ClientConnection connection) {
    if (!connection.isPushed) {
      connection.isPushed = true;
      connections.add(connection);
      if (!isPosted) {
        isPosted = true;
        io.executeNextTurn(flush);
      }
    }
  }

  /** Says that {@link #flush} follows. */
  void willFlush() {
    isPosted = true;
  }

  /** Has them all send. */
  void flush() {
    isPosted = false;
    List<ClientConnection> flushed = connections;
    connections = spare;
    for (ClientConnection connection : flushed) {
      connection.isPushed = false;
      connection.flushPushed();
    }
    flushed.clear();
    spare = flushed;
  }
}
