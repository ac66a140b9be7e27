package dev.larder.oracle;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/** One connection to one server. Used by one thread at a time. */
final class Wire implements AutoCloseable {

  /** A reply that takes longer never comes. */
  private static final int PATIENCE_MILLIS = 30_000;

  /** Less than this always fits into the socket's buffers, so that writing cannot wait. */
  private static final int SENT_BY_CALLER_BYTES = 32 * 1024;

  private final Socket socket;
  private final OutputStream out;
  private final FrameReader in;

  Wire(int port) throws IOException {
    this(port, PATIENCE_MILLIS);
  }

  Wire(int port, int patienceMillis) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(patienceMillis);
    out = socket.getOutputStream();
    in = new FrameReader(socket.getInputStream());
  }

  /** Sends a pipeline; does not wait for a server that wants its replies read first. */
  void send(List<Request> pipeline) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    pipeline.forEach(r -> bytes.writeBytes(r.encoded()));
    sendRaw(bytes.toByteArray());
  }

  void sendRaw(byte[] bytes) throws IOException {
    if (bytes.length <= SENT_BY_CALLER_BYTES) {
      out.write(bytes);
      return;
    }
    Thread.ofVirtual()
        .name("oracle-sender")
        .start(() -> {
          try {
            out.write(bytes);
          } catch (IOException e) {
            // The reader meets the same end, and reports it.
          }
        });
  }

  /** So many replies, fewer if the server closes the connection before. */
  List<Frame> receive(int count) throws IOException {
    List<Frame> frames = new ArrayList<>();
    try {
      while (frames.size() < count) {
        frames.add(in.read());
      }
    } catch (EOFException | SocketException e) {
      return frames;
    }
    return frames;
  }

  Frame ask(Request request) throws IOException {
    send(List.of(request));
    return in.read();
  }

  Frame ask(String... args) throws IOException {
    return ask(Request.of(args));
  }

  /** Sends these bytes and nothing more; all that comes back until the server closes. */
  byte[] exchange(byte[] bytes) throws IOException {
    try {
      out.write(bytes);
      socket.shutdownOutput();
    } catch (SocketException e) {
      // The server has closed before it read everything; what it said comes next.
    }
    return in.readToEnd();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
