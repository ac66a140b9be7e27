package dev.larder.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server whether it serves. A health check runs this every few seconds, so it loads as
 * little as it can: not Picocli, nor a log.
 *
 * @param timeoutSeconds for connecting and for each reply, at least 1
 */
record Ping(String host, int port, int timeoutSeconds) {
  static final String DEFAULT_HOST = "127.0.0.1";
  static final int DEFAULT_PORT = 6379;
  static final int DEFAULT_TIMEOUT_SECONDS = 5;

  private static final String USER = "LARDER_PING_USER";
  private static final String PASSWORD = "LARDER_PING_PASSWORD";

  private static final int MILLIS_PER_SECOND = 1000;
  private static final int MAX_SECONDS = Integer.MAX_VALUE / MILLIS_PER_SECOND;
  private static final int MAX_PORT = 65535;

  /** A reply longer than this is not one to PING. */
  private static final int MAX_REPLY_BYTES = 64 * 1024;

  private static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
      super(message);
    }
  }

  /** {@code larder ping}, whose name is not among the arguments; ends with its exit code. */
  static void main(String[] args) {
    Ping ping = parse(Arrays.asList(args), System.getenv());
    if (ping == null) {
      String[] all = new String[args.length + 1];
      all[0] = "ping";
      System.arraycopy(args, 0, all, 1, args.length);
      Main.main(all);
    } else if (ping.run(System.getenv(), System.out, System.err) != 0) {
      System.exit(1);
    }
  }

  /**
   * What these arguments ask for.
   *
   * @param environment tells the port, if they do not
   * @return null if they are anything but the plain options: Picocli explains then
   */
  static @Nullable Ping parse(List<String> arguments, Map<String, String> environment) {
    String host = DEFAULT_HOST;
    int port = defaultPort(environment);
    int timeoutSeconds = DEFAULT_TIMEOUT_SECONDS;
    for (int i = 0; i < arguments.size(); i += 2) {
      if (i + 1 == arguments.size()) {
        return null;
      }
      String value = arguments.get(i + 1);
      switch (arguments.get(i)) {
        case "-h", "--host" -> host = value;
        case "-p", "--port" -> port = number(value);
        case "-t", "--timeout" -> timeoutSeconds = number(value);
        default -> {
          return null;
        }
      }
    }
    Ping ping = new Ping(host, port, timeoutSeconds);
    return ping.complaint() == null ? ping : null;
  }

  /**
   * The port of a server that the same environment has configured, as in a container. Kubernetes
   * may tell an address by the same variable, which is no port.
   */
  static int defaultPort(Map<String, String> environment) {
    int port = number(environment.getOrDefault("LARDER_PORT", ""));
    return port == 0 ? DEFAULT_PORT : port;
  }

  /** Zero if it is none. */
  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** Why this cannot be done, null if it can. */
  @Nullable String complaint() {
    if (port < 1 || port > MAX_PORT) {
      return "a port is a number from 1 to " + MAX_PORT;
    }
    if (timeoutSeconds < 1 || timeoutSeconds > MAX_SECONDS) {
      return "a timeout is a number of seconds from 1 to " + MAX_SECONDS;
    }
    return null;
  }

  /**
   * Asks the server.
   *
   * @param environment may have the user and the password, which arguments would show to everybody
   * @return the exit code: 0 if it serves, otherwise 1
   */
  int run(Map<String, String> environment, PrintStream out, PrintStream errors) {
    // A channel's socket, as another would look for proxies.
    try (SocketChannel channel = SocketChannel.open()) {
      Socket socket = channel.socket();
      socket.setSoTimeout(timeoutSeconds * MILLIS_PER_SECOND);
      socket.connect(new InetSocketAddress(host, port), timeoutSeconds * MILLIS_PER_SECOND);
      InputStream in = new BufferedInputStream(socket.getInputStream(), 512);
      authenticate(socket, in, environment);
      out.println(ask(socket, in, "PING"));
      return 0;
    } catch (RefusedException e) {
      errors.println("larder: " + host + ":" + port + " answers: " + e.getMessage());
    } catch (SocketTimeoutException e) {
      String place = host + ":" + port;
      errors.println("larder: no answer from " + place + " in " + timeoutSeconds + " s");
    } catch (IOException e) {
      errors.println("larder: cannot reach " + host + ":" + port + ": " + e.getMessage());
    }
    return 1;
  }

  private static void authenticate(Socket socket, InputStream in, Map<String, String> environment)
      throws IOException {
    String password = "";
    for (String variable : List.of(PASSWORD, "REDISCLI_AUTH", "LARDER_REQUIREPASS")) {
      password = password.isEmpty() ? environment.getOrDefault(variable, "") : password;
    }
    if (!password.isEmpty()) {
      String user = environment.getOrDefault(USER, "default");
      ask(socket, in, "AUTH", user, password);
    }
  }

  private static String ask(Socket socket, InputStream in, String... words) throws IOException {
    StringBuilder request = new StringBuilder("*").append(words.length).append("\r\n");
    for (String word : words) {
      int bytes = word.getBytes(StandardCharsets.UTF_8).length;
      request.append('$').append(bytes).append("\r\n").append(word).append("\r\n");
    }
    socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
    String reply = readLine(in);
    if (reply.startsWith("+")) {
      return reply.substring(1);
    }
    boolean needsPassword = reply.startsWith("-NOAUTH");
    String text = reply.startsWith("-") ? reply.substring(1) : "no reply of a Redis server";
    throw new RefusedException(
        needsPassword ? text + " Set " + PASSWORD + " in the environment." : text);
  }

  private static String readLine(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0 || line.length() > MAX_REPLY_BYTES) {
        throw new IOException("the connection was closed without an answer");
      }
      line.append((char) next);
    }
    return line.toString().strip();
  }
}
