package dev.larder.session;

import dev.larder.session.Subscriptions.Kind;
import org.jspecify.annotations.Nullable;

/** A session as CLIENT LIST and CLIENT INFO describe it. */
public final class ClientLine {

  private static final long MILLIS_PER_SECOND = 1000;

  private ClientLine() {}

  /**
   * Appends a line without its end.
   *
   * @param argumentBytes of the command that it is executing, 0 if that is not known
   * @param requestBytes what that took on its way
   */
  public static void append(
      StringBuilder line, Session session, long nowMillis, long argumentBytes, long requestBytes) {
    Connection connection = session.connection();
    long input = connection.queryBufferBytes() + requestBytes;
    int free = connection.queryBufferFreeBytes();
    long output = connection.outputBytes();
    line.append("id=").append(session.id());
    line.append(" addr=").append(connection.remoteAddress());
    line.append(" laddr=").append(connection.localAddress());
    line.append(" fd=").append(connection.fileDescriptor());
    line.append(" name=").append(orEmpty(session.name()));
    line.append(" age=").append(seconds(nowMillis - session.createdMillis()));
    line.append(" idle=").append(seconds(nowMillis - session.lastInteractionMillis()));
    line.append(" flags=").append(flags(session));
    line.append(" db=").append(session.database());
    line.append(" sub=").append(subscriptions(session, Kind.CHANNEL));
    line.append(" psub=").append(subscriptions(session, Kind.PATTERN));
    line.append(" ssub=").append(subscriptions(session, Kind.SHARD_CHANNEL));
    line.append(" multi=")
        .append(session.isInTransaction() ? session.queuedCommands() : -1)
        .append(" watch=")
        .append(session.watchedKeys());
    line.append(" qbuf=").append(input).append(" qbuf-free=").append(free);
    line.append(" argv-mem=")
        .append(argumentBytes)
        .append(" multi-mem=")
        .append(session.queuedBytes());
    // Replies are written to a buffer of the event loop: a client has none of its own.
    line.append(" rbs=0 rbp=0 obl=0 oll=").append(output > 0 ? 1 : 0);
    line.append(" omem=").append(output);
    line.append(" tot-mem=").append(ClientMemory.of(session) + requestBytes);
    line.append(" events=").append(output > 0 ? "rw" : "r");
    String command = session.lastCommand();
    line.append(" cmd=").append(command == null ? "NULL" : command);
    line.append(" user=").append(session.user().name());
    Tracking tracking = session.tracking();
    line.append(" redir=").append(tracking == null ? -1 : tracking.redirect());
    line.append(" resp=").append(session.protocol());
    line.append(" lib-name=").append(orEmpty(session.libraryName()));
    line.append(" lib-ver=").append(orEmpty(session.libraryVersion()));
    line.append(" io-thread=").append(connection.eventLoop());
    line.append(" tot-cmds=").append(session.commandCount());
  }

  private static int subscriptions(Session session, Kind kind) {
    Subscriptions all = session.subscriptions();
    return all == null ? 0 : all.count(kind);
  }

  private static String flags(Session session) {
    StringBuilder flags = new StringBuilder();
    if (session.isSubscribed()) {
      flags.append('P');
    }
    if (session.isInTransaction()) {
      flags.append('x');
    }
    if (session.isBlocked()) {
      flags.append('b');
    }
    if (session.modes().isMonitor()) {
      flags.append('O');
    }
    Tracking tracking = session.tracking();
    if (tracking != null && tracking.isOn()) {
      flags.append('t');
      flags.append(tracking.isBroken() ? "R" : "");
      flags.append(tracking.has(Tracking.BROADCAST) ? "B" : "");
    }
    if (session.modes().isNoEvict()) {
      flags.append('e');
    }
    if (session.modes().isNoTouch()) {
      flags.append('T');
    }
    if (session.isCloseAfterReply()) {
      flags.append('c');
    }
    if (session.isCloseRequested()) {
      flags.append('A');
    }
    if (session.connection().isUnixSocket()) {
      flags.append('U');
    }
    return flags.isEmpty() ? "N" : flags.toString();
  }

  private static long seconds(long millis) {
    return Math.max(0, millis) / MILLIS_PER_SECOND;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
