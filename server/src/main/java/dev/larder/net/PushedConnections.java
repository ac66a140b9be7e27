package dev.larder.net;

import java.util.ArrayDeque;

/**
 * The connections of a loop that have got messages and not sent them yet: each sends all of them at
 * once. A turn lets some of them do that, in the order in which they were told, as what one message
 * brings about may be a hundred thousand writes. Used on the loop.
 */
final class PushedConnections {

  /** A write takes some microseconds. */
  private static final int MAX_CONNECTIONS = 256;

  /** About what can be copied in a millisecond. */
  private static final int MAX_BYTES = 1024 * 1024;

  private final IoLoop io;
  private final Runnable flush = this::flush;
  private final ArrayDeque<ClientConnection> connections = new ArrayDeque<>();

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
      post();
    }
  }

  private void post() {
    if (!isPosted) {
      isPosted = true;
      io.executeNextTurn(flush);
    }
  }

  /** Says that {@link #flush} follows. */
  void willFlush() {
    isPosted = true;
  }

  /** Has some of them send, and the others later. */
  void flush() {
    isPosted = false;
    long bytes = 0;
    for (int i = 0; i < MAX_CONNECTIONS && bytes < MAX_BYTES; i++) {
      ClientConnection connection = connections.poll();
      if (connection == null) {
        return;
      }
      connection.isPushed = false;
      bytes += connection.flushPushed();
    }
    if (!connections.isEmpty()) {
      post();
    }
  }
}
