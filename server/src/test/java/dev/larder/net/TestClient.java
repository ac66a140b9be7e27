package dev.larder.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.resp.Requests;
import dev.larder.resp.RespReader;
import dev.larder.resp.RespValue;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;

/** A client that sends what it is told, also nonsense. */
public final class TestClient implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 20_000;

  public final Socket socket;
  private final OutputStream out;
  private final BufferedInputStream in;
  private final RespReader reader;

  public TestClient(int port) throws IOException {
    this(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /** A client with a connection that exists. */
  public TestClient(Socket connected) throws IOException {
    socket = connected;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    out = socket.getOutputStream();
    in = new BufferedInputStream(socket.getInputStream());
    reader = new RespReader(in);
  }

  public void send(String... arguments) throws IOException {
    out.write(Requests.encode(arguments));
  }

  public void sendRaw(String bytes) throws IOException {
    out.write(bytes.getBytes(ISO_8859_1));
  }

  public void sendRaw(byte[] bytes) throws IOException {
    out.write(bytes);
  }

  public RespValue read() throws IOException {
    return reader.read();
  }

  /** The next reply as it came, without its line end; it must be of one line. */
  public String readLine() throws IOException {
    RespValue reply = reader.read();
    return switch (reply) {
      case RespValue.SimpleString(String text) -> "+" + text;
      case RespValue.SimpleError(String message) -> "-" + message;
      case RespValue.Int(long value) -> ":" + value;
      default -> throw new IOException("the reply is no line: " + reply);
    };
  }

  /** Reads so many bytes as they come; not after replies were read otherwise. */
  public String readRaw(int bytes) throws IOException {
    return new String(in.readNBytes(bytes), ISO_8859_1);
  }

  /** Sends a command and reads a reply of one line. */
  public String call(String... arguments) throws IOException {
    send(arguments);
    return readLine();
  }

  /** Reads until the server closes; not after replies were read otherwise. */
  public String readToEnd() throws IOException {
    return new String(in.readAllBytes(), ISO_8859_1);
  }

  /** Waits until the server has ended the connection: by a reset if it has not read all of ours. */
  public void awaitEnd() throws IOException {
    try {
      in.readAllBytes();
    } catch (SocketException e) {
      assertThat(e).hasMessage("Connection reset");
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
