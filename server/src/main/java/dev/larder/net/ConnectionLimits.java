package dev.larder.net;

import dev.larder.metrics.ServerStats;
import dev.larder.session.Session;
import dev.larder.session.Sessions;
import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may connect and who may stay: one place for every bound on clients. The checks of one
 * connection run on its loop.
 */
final class ConnectionLimits {
  private static final Logger log = LoggerFactory.getLogger(ConnectionLimits.class);

  private static final String TOO_MANY = "-ERR max number of clients reached\r\n";
  private static final String PROTECTED =
      "-DENIED Redis is running in protected mode because protected mode is enabled and no password"
          + " is set for the default user. In this mode connections are only accepted from the"
          + " loopback interface. If you want to connect from external computers to Redis you may"
          + " adopt one of the following solutions: 1) Just disable protected mode sending the"
          + " command 'CONFIG SET protected-mode no' from the loopback interface by connecting to"
          + " Redis from the same host the server is running, however MAKE SURE Redis is not"
          + " publicly accessible from internet if you do so. 2) Alternatively you can just disable"
          + " the protected mode by editing the configuration file, and setting the protected mode"
          + " option to 'no', and then restarting the server. 3) If you started the server manually"
          + " just for testing, restart it with the '--protected-mode no' option. 4) Set up an"
          + " authentication password for the default user. NOTE: You only need to do one of the"
          + " above things in order for the server to start accepting connections from the"
          + " outside.\r\n";

  private static final long MILLIS_PER_SECOND = 1000;

  private final NetSettings settings;
  private final Sessions sessions;
  private final ServerStats stats;
  private final AtomicInteger connected = new AtomicInteger();
  private volatile int room = Integer.MAX_VALUE;

  ConnectionLimits(NetSettings settings, Sessions sessions, ServerStats stats) {
    this.settings = settings;
    this.sessions = sessions;
    this.stats = stats;
  }

  /** Admits at most so many clients, whatever the settings say. */
  void roomForClients(int clients) {
    room = clients;
  }

  /**
   * Counts a new connection in, if it may come.
   *
   * @return what to answer instead of serving it, null if it is welcome
   */
  @Nullable String admit(Channel channel) {
    stats.connectionAccepted();
    if (settings.protectedMode()
        && !settings.passwordNeeded()
        && !Addresses.isLoopback(channel.remoteAddress())) {
      stats.connectionRefused();
      return PROTECTED;
    }
    if (connected.incrementAndGet() > Math.min(settings.maxClients(), room)) {
      connected.decrementAndGet();
      stats.connectionRefused();
      return TOO_MANY;
    }
    return null;
  }

  /** Whether a client is to be told why it may not come although that takes a handshake. */
  boolean isWorthHandshake(String refusal) {
    return !refusal.equals(TOO_MANY);
  }

  /** A connection that was admitted has ended before its handshake did. */
  void closedUnserved() {
    connected.decrementAndGet();
  }

  void opened(Session session) {
    sessions.add(session);
  }

  void closed(Session session) {
    sessions.remove(session);
    connected.decrementAndGet();
  }

  /**
   * Disconnects a client that sends too much before it is executed.
   *
   * @param bytes of a command that is not complete, and of those that wait for EXEC
   */
  void checkQuery(ClientConnection connection, long bytes) {
    if (bytes > settings.queryBufferLimitBytes()) {
      log.warn(
          "Closing client {} that reached max query buffer length: {} bytes not executed",
          connection.session().id(),
          bytes);
      stats.queryLimitReached();
      connection.closeNow();
    }
  }

  /**
   * Disconnects a client that does not read its replies.
   *
   * @param overSoftSince when it exceeded the soft limit, 0 if it did not
   * @return the new {@code overSoftSince}
   */
  long checkOutput(ClientConnection connection, long bytes, long overSoftSince, long nowMillis) {
    boolean isSubscriber = connection.session().isSubscribed();
    long hard = settings.outputHardLimitBytes(isSubscriber);
    long soft = settings.outputSoftLimitBytes(isSubscriber);
    long softMillis = settings.outputSoftLimitSeconds(isSubscriber) * MILLIS_PER_SECOND;
    boolean overSoft = soft > 0 && bytes >= soft;
    long since = !overSoft ? 0 : overSoftSince == 0 ? nowMillis : overSoftSince;
    boolean tooLong = overSoft && nowMillis - since > softMillis;
    if ((hard > 0 && bytes >= hard) || tooLong) {
      log.warn(
          "Closing client {} for overcoming of output buffer limits: {} bytes unread",
          connection.session().id(),
          bytes);
      stats.outputLimitReached();
      connection.closeNow();
    }
    return since;
  }

  void checkIdle(ClientConnection connection, long nowMillis) {
    int seconds = settings.idleTimeoutSeconds();
    Session session = connection.session();
    if (seconds > 0
        && !session.isSubscribed()
        && nowMillis - session.lastInteractionMillis() > seconds * MILLIS_PER_SECOND) {
      log.debug("Closing idle client {}", session.id());
      connection.closeNow();
    }
  }
}
