package dev.larder.net;

import dev.larder.session.Session;
import dev.larder.session.User;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the network needs to know of the configuration. The first group is read at the start; the
 * second may change while the server runs and is read when it matters, on any event loop.
 */
public interface NetSettings {
  /** {@code auto}, or a {@link Transport#wireName}. */
  String transport();

  /** Event loops, each with a thread of its own; at least 1. */
  int loops();

  /** Addresses to listen on; {@code *} and {@code ::*} for all, a leading {@code -}: if there. */
  List<String> bind();

  /** TCP port; 0 for none unless {@link #anyPort}. */
  int port();

  /** Whether port 0 stands for any that is free. */
  boolean anyPort();

  /** TCP port for TLS; 0 for none. */
  int tlsPort();

  @Nullable String unixSocket();

  /** Permission bits of the socket's file, 0 to leave them to the umask. */
  int unixSocketMode();

  /** Connections that the kernel may hold before they are accepted. */
  int backlog();

  /** Seconds between keep-alive probes, 0 for none; read for each new connection. */
  int keepAliveSeconds();

  int maxClients();

  /** Seconds after which an idle client is disconnected, 0 for never. */
  int idleTimeoutSeconds();

  /** Whether only local clients are served as long as there is no password. */
  boolean protectedMode();

  /** Whether the default user has a password. */
  boolean passwordNeeded();

  /** Who a client is that has not authenticated. */
  User defaultUser();

  /** Whether a client is the user that its certificate names. */
  boolean trustsCertifiedNames();

  /** Makes a client, which is among the sessions, the user of this name, if it may come. */
  void authenticateCertified(Session session, String name);

  /** Bytes of an unfinished command that a client may send. */
  long queryBufferLimitBytes();

  /**
   * Bytes of unread replies at which a client is disconnected at once; 0 for no limit.
   *
   * @param isSubscriber whether it listens to channels, here and below
   */
  long outputHardLimitBytes(boolean isSubscriber);

  /** Bytes of unread replies at which a client is disconnected after a time; 0 for no limit. */
  long outputSoftLimitBytes(boolean isSubscriber);

  /** The time for {@link #outputSoftLimitBytes}. */
  int outputSoftLimitSeconds(boolean isSubscriber);
}
