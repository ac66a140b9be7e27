package dev.larder.cli.top;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.larder.cli.remote.Remote;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks a server one command after the other, in RESP2. For one thread. */
final class ServerConnection implements AutoCloseable {
  /** Longer strings and arrays are no reply to what is asked here. */
  private static final int MAX_LENGTH = 64 << 20;

  private static final int MAX_LINE_BYTES = 64 * 1024;
  private static final int MAX_DEPTH = 8;

  private final Socket socket;
  private final InputStream in;

  /** Connects. */
  ServerConnection(Remote remote) throws IOException {
    socket = remote.connect();
    in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
  }

  /** Proves who asks, if the environment has a password: arguments are seen by everybody. */
  void authenticate(Map<String, String> environment) throws IOException, ServerErrorException {
    String[] login = Remote.login(environment);
    if (login.length > 0) {
      call(login);
    }
  }

  /**
   * Sends a command and waits for the reply.
   *
   * @return text with one char a byte, a Long, a list of such, or null
   * @throws ServerErrorException if the reply is an error
   * @throws IOException if there is none, or nothing that makes sense
   */
  @Nullable Object call(String... words) throws IOException, ServerErrorException {
    StringBuilder request = new StringBuilder("*").append(words.length).append("\r\n");
    for (String word : words) {
      String bytes = new String(word.getBytes(UTF_8), ISO_8859_1);
      request.append('$').append(bytes.length()).append("\r\n").append(bytes).append("\r\n");
    }
    socket.getOutputStream().write(request.toString().getBytes(ISO_8859_1));
    return read(0);
  }

  private @Nullable Object read(int depth) throws IOException, ServerErrorException {
    String line = line();
    String rest = line.substring(Math.min(1, line.length()));
    switch (line.isEmpty() ? ' ' : line.charAt(0)) {
      case '+' -> {
        return rest;
      }
      case '-' -> throw new ServerErrorException(rest);
      case ':' -> {
        return number(rest);
      }
      case '$' -> {
        int length = length(rest);
        return length < 0 ? null : text(length);
      }
      case '*' -> {
        int length = length(rest);
        return length < 0 ? null : list(length, depth + 1);
      }
      default -> throw new IOException("that is no server that speaks RESP");
    }
  }

  private List<@Nullable Object> list(int length, int depth)
      throws IOException, ServerErrorException {
    if (depth > MAX_DEPTH) {
      throw new IOException("a reply with too many levels");
    }
    List<@Nullable Object> elements = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      elements.add(read(depth));
    }
    return elements;
  }

  private String text(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length || !line().isEmpty()) {
      throw new IOException("a reply that is cut off");
    }
    return new String(bytes, ISO_8859_1);
  }

  private static int length(String text) throws IOException {
    long length = number(text);
    if (length < -1 || length > MAX_LENGTH) {
      throw new IOException("a reply of " + length + " elements or bytes");
    }
    return (int) length;
  }

  private static long number(String text) throws IOException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IOException("a reply with a wrong number", e);
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("the server has closed the connection");
      }
      if (line.length() > MAX_LINE_BYTES) {
        throw new IOException("a reply with a line without an end");
      }
      line.append((char) next);
    }
    int end = line.length() - 1;
    return end >= 0 && line.charAt(end) == '\r' ? line.substring(0, end) : line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
