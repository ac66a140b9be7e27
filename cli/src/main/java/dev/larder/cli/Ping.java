package dev.larder.cli;

import dev.larder.cli.remote.Remote;
import dev.larder.tls.ClientTls;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server whether it serves. A health check runs this every few seconds, so it loads as
 * little as it can: not Picocli, nor a log.
 */
record Ping(Remote remote) {
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
    Remote usual = Remote.ofEnvironment(environment);
    String host = usual.host();
    int port = usual.port();
    int timeoutSeconds = usual.timeoutSeconds();
    ClientTls tls = usual.tls();
    for (int i = 0; i < arguments.size(); i += 2) {
      if (i + 1 == arguments.size()) {
        return null;
      }
      String value = arguments.get(i + 1);
      switch (arguments.get(i)) {
        case "-h", "--host" -> host = value;
        case "-p", "--port" -> {
          port = Remote.number(value);
          tls = null;
        }
        case "-t", "--timeout" -> timeoutSeconds = Remote.number(value);
        default -> {
          return null;
        }
      }
    }
    Remote remote = new Remote(host, port, timeoutSeconds, tls);
    return remote.complaint() == null ? new Ping(remote) : null;
  }

  /**
   * Asks the server.
   *
   * @param environment may have the user and the password, which arguments would show to everybody
   * @return the exit code: 0 if it serves, otherwise 1
   */
  int run(Map<String, String> environment, PrintStream out, PrintStream errors) {
    try (Socket socket = remote.connect()) {
      InputStream in = new BufferedInputStream(socket.getInputStream(), 512);
      String[] login = Remote.login(environment);
      if (login.length > 0) {
        ask(socket, in, login);
      }
      out.println(ask(socket, in, "PING"));
      return 0;
    } catch (RefusedException e) {
      errors.println("larder: " + remote.address() + " answers: " + e.getMessage());
    } catch (SocketTimeoutException e) {
      errors.println(
          "larder: no answer from %s in %d s".formatted(remote.address(), remote.timeoutSeconds()));
    } catch (IOException e) {
      errors.println("larder: cannot reach " + remote.address() + ": " + e.getMessage());
    }
    return 1;
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
        needsPassword ? text + " Set " + Remote.PASSWORD + " in the environment." : text);
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
