package dev.larder.oracle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;

/** Cuts a stream of replies into frames without interpreting them: no byte is lost or changed. */
final class FrameReader {

  private final InputStream in;
  private final ByteArrayOutputStream frame = new ByteArrayOutputStream();

  FrameReader(InputStream in) {
    this.in = new BufferedInputStream(in, 1 << 16);
  }

  /**
   * The next reply; waits for it.
   *
   * @throws EOFException when the stream ends before or within it
   */
  Frame read() throws IOException {
    frame.reset();
    readValue();
    return new Frame(frame.toByteArray());
  }

  /** Everything to the end of the stream, which need not be whole replies, nor a regular end. */
  byte[] readToEnd() throws IOException {
    frame.reset();
    try {
      for (int b = in.read(); b >= 0; b = in.read()) {
        frame.write(b);
      }
    } catch (SocketException e) {
      return frame.toByteArray();
    }
    return frame.toByteArray();
  }

  private void readValue() throws IOException {
    String line = readLine();
    char type = line.charAt(0);
    switch (type) {
      case '+', '-', ':', '_', ',', '#', '(' -> {}
      case '$', '!', '=' -> readPayload(length(line));
      case '*', '~', '>' -> readValues(length(line));
      case '%' -> readValues(2 * length(line));
      case '|' -> readValues(2 * length(line) + 1);
      default -> throw new IOException("not RESP: " + Request.quote(line.getBytes(ISO_8859_1)));
    }
  }

  private static int length(String line) throws IOException {
    try {
      return Integer.parseInt(line.substring(1));
    } catch (NumberFormatException e) {
      throw new IOException("not a length: " + Request.quote(line.getBytes(ISO_8859_1)), e);
    }
  }

  private void readValues(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      readValue();
    }
  }

  private void readPayload(int length) throws IOException {
    if (length < 0) {
      return;
    }
    byte[] payload = in.readNBytes(length + 2);
    frame.writeBytes(payload);
    if (payload.length < length + 2) {
      throw new EOFException("the stream ended within a string");
    }
    if (payload[length] != '\r' || payload[length + 1] != '\n') {
      throw new IOException("a string is longer than its header says");
    }
  }

  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException("the stream ended");
      }
      frame.write(b);
      if (b == '\n' && !line.isEmpty() && line.charAt(line.length() - 1) == '\r') {
        line.setLength(line.length() - 1);
        if (line.isEmpty()) {
          throw new IOException("an empty line");
        }
        return line.toString();
      }
      line.append((char) b);
    }
  }
}
