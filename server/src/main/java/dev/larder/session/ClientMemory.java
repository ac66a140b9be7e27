package dev.larder.session;

import dev.larder.resp.ByteString;
import dev.larder.session.Subscriptions.Kind;

/** What clients take of memory. Any thread; what their loops change is read racily. */
public final class ClientMemory {
  /** What a connection takes on the heap besides its buffers, roughly. */
  private static final int SESSION_BYTES = 1024;

  /** What a name takes besides its bytes, here and where it is looked up. */
  private static final int NAME_BYTES = 200;

  private static final int WATCH_BYTES = 100;

  private ClientMemory() {}

  /** All that a client has, in bytes: its buffers, what it has queued, and what it listens to. */
  public static long of(Session session) {
    Connection connection = session.connection();
    return SESSION_BYTES
        + connection.queryBufferBytes()
        + connection.queryBufferFreeBytes()
        + connection.outputBytes()
        + connection.encryptionBytes()
        + session.queuedBytes()
        + (long) session.watchedKeys() * WATCH_BYTES
        + ofNames(session);
  }

  private static long ofNames(Session session) {
    long bytes = 0;
    Subscriptions all = session.subscriptions();
    if (all != null && !all.isEmpty()) {
      for (Kind kind : Kind.values()) {
        bytes += all.bytes(kind, NAME_BYTES);
      }
    }
    Tracking tracking = session.tracking();
    if (tracking != null) {
      for (byte[] prefix : tracking.prefixes()) {
        bytes += NAME_BYTES + prefix.length;
      }
    }
    return bytes;
  }

  /** What names take, each with what finds it. */
  static long ofNames(Iterable<ByteString> names, int each) {
    long bytes = 0;
    for (ByteString name : names) {
      bytes += each + name.length();
    }
    return bytes;
  }
}
