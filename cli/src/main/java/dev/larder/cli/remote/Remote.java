package dev.larder.cli.remote;

import dev.larder.tls.ClientTls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A server to ask. A health check makes one every few seconds, so it loads as little as it can.
 *
 * @param timeoutSeconds for connecting and for each reply, at least 1
 * @param tls null for a connection that anybody can read
 */
public record Remote(String host, int port, int timeoutSeconds, @Nullable ClientTls tls) {
  public static final String DEFAULT_HOST = "127.0.0.1";
  public static final int DEFAULT_TIMEOUT_SECONDS = 5;

  /** The variable that is meant for this alone. */
  public static final String PASSWORD = "LARDER_PING_PASSWORD";

  private static final String USER = "LARDER_PING_USER";

  /** The first of these that the environment has: arguments would show a password to everybody. */
  private static final List<String> PASSWORDS =
      List.of(PASSWORD, "REDISCLI_AUTH", "LARDER_REQUIREPASS");

  private static final int DEFAULT_PORT = 6379;
  private static final int MAX_PORT = 65535;
  private static final int MILLIS_PER_SECOND = 1000;
  private static final int MAX_SECONDS = Integer.MAX_VALUE / MILLIS_PER_SECOND;

  /**
   * The server that the same environment has configured, as in a container. Kubernetes may tell an
   * address by the variable of the port, which is no port.
   */
  public static Remote ofEnvironment(Map<String, String> environment) {
    int tlsPort = number(text(environment, "LARDER_TLS_PORT"));
    if (text(environment, "LARDER_PORT").equals("0") && tlsPort != 0) {
      return new Remote(DEFAULT_HOST, tlsPort, DEFAULT_TIMEOUT_SECONDS, tls(environment));
    }
    int port = number(text(environment, "LARDER_PORT"));
    int asked = port == 0 ? DEFAULT_PORT : port;
    return new Remote(DEFAULT_HOST, asked, DEFAULT_TIMEOUT_SECONDS, null);
  }

  /** What such a server shows is believed. It is shown that, too, or what it has for clients. */
  private static ClientTls tls(Map<String, String> environment) {
    String certificate = text(environment, "LARDER_TLS_CERT_FILE");
    String authority = text(environment, "LARDER_TLS_CA_CERT_FILE");
    String ours = text(environment, "LARDER_TLS_CLIENT_CERT_FILE");
    return new ClientTls(
        authority.isEmpty() ? List.of(certificate) : List.of(authority, certificate),
        ours.isEmpty() ? certificate : ours,
        text(environment, ours.isEmpty() ? "LARDER_TLS_KEY_FILE" : "LARDER_TLS_CLIENT_KEY_FILE"),
        false);
  }

  private static String text(Map<String, String> environment, String variable) {
    return environment.getOrDefault(variable, "");
  }

  /** Zero if it is none. */
  public static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** The words of the command that proves who asks; none if the environment has no password. */
  public static String[] login(Map<String, String> environment) {
    for (String variable : PASSWORDS) {
      String password = text(environment, variable);
      if (!password.isEmpty()) {
        return new String[] {"AUTH", environment.getOrDefault(USER, "default"), password};
      }
    }
    return new String[0];
  }

  /** Why this cannot be asked, null if it can. */
  public @Nullable String complaint() {
    if (port < 1 || port > MAX_PORT) {
      return "a port is a number from 1 to " + MAX_PORT;
    }
    if (timeoutSeconds < 1 || timeoutSeconds > MAX_SECONDS) {
      return "a timeout is a number of seconds from 1 to " + MAX_SECONDS;
    }
    return null;
  }

  /** Where it is, as it was given. */
  public String address() {
    return host + ":" + port;
  }

  /** Connects; reads from what this returns fail after the timeout. */
  public Socket connect() throws IOException {
    // A channel's socket, as another would look for proxies.
    Socket socket = SocketChannel.open().socket();
    try {
      socket.setSoTimeout(timeoutSeconds * MILLIS_PER_SECOND);
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(host, port), timeoutSeconds * MILLIS_PER_SECOND);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    return tls == null ? socket : tls.over(socket, host, port);
  }
}
