package dev.larder.bench;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** A blocking client for the commands around a measurement: INFO, DBSIZE, CONFIG, FLUSHALL. */
final class ControlClient implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 120_000;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  ControlClient(int port) throws IOException {
    this(connected(port));
  }

  /** Goes on with a connection that has no reply left to read. */
  ControlClient(Socket connected) throws IOException {
    socket = connected;
    socket.setSoTimeout(TIMEOUT_MILLIS);
    in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
  }

  private static Socket connected(int port) throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
    socket.setTcpNoDelay(true);
    return socket;
  }

  /** For a server known to be up. */
  static ControlClient to(int port) {
    try {
      return new ControlClient(port);
    } catch (IOException e) {
      throw new BenchException("cannot connect to port " + port, e);
    }
  }

  /**
   * Sends a command and returns its reply as text: an integer in digits, an array as {@code *} and
   * its length.
   *
   * @throws BenchException for an error reply
   */
  String call(String... words) {
    String reply = tryCall(words);
    if (reply.startsWith("-")) {
      throw new BenchException(String.join(" ", words) + ": " + reply);
    }
    return reply;
  }

  /** Like {@link #call}, but returns an error reply as text that begins with {@code -}. */
  String tryCall(String... words) {
    try {
      StringBuilder head = new StringBuilder().append('*').append(words.length).append("\r\n");
      for (String word : words) {
        head.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
      }
      out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      return reply();
    } catch (IOException e) {
      throw new BenchException(words[0] + " got no reply: " + e.getMessage(), e);
    }
  }

  /** All fields of INFO; none when the server has no INFO. */
  Map<String, String> info() {
    return info("everything");
  }

  /** The fields of a section of INFO: much less work for the server, where it counts. */
  Map<String, String> info(String section) {
    Map<String, String> fields = new HashMap<>();
    for (String line : tryCall("INFO", section).split("\r?\n")) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        fields.put(line.substring(0, colon), line.substring(colon + 1).trim());
      }
    }
    return fields;
  }

  /** A numeric field of INFO; NaN when the server has no such field. */
  double infoNumber(String field) {
    String value = info().get(field);
    try {
      return value == null ? Double.NaN : Double.parseDouble(value);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new BenchException("close failed", e);
    }
  }

  private String reply() throws IOException {
    String line = line();
    switch (line.charAt(0)) {
      case '+', ':' -> {
        return line.substring(1);
      }
      case '$' -> {
        int length = Integer.parseInt(line.substring(1));
        if (length < 0) {
          return "";
        }
        byte[] payload = in.readNBytes(length);
        line();
        return new String(payload, StandardCharsets.ISO_8859_1);
      }
      case '*' -> {
        int count = Integer.parseInt(line.substring(1));
        for (int i = 0; i < count; i++) {
          skipBulk();
        }
        return line;
      }
      default -> {
        return line;
      }
    }
  }

  /** Reads over an element of a long array without making garbage of it. */
  private void skipBulk() throws IOException {
    if (in.read() != '$') {
      throw new IOException("an array of something else than bulk strings");
    }
    int length = 0;
    for (int c = in.read(); c != '\r'; c = in.read()) {
      length = 10 * length + c - '0';
    }
    in.skipNBytes(1 + length + 2L);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("connection closed");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
