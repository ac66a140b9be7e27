package dev.larder.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * A blocking client for values of hundreds of megabytes, which it never holds: chunk {@code i} of
 * every value is a function of {@code i}, made when it is sent and checked when it comes back.
 */
final class BigValueClient implements AutoCloseable {
  static final int CHUNK = KeyValues.MAX_VALUE_LENGTH;

  private final SocketChannel channel;
  private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK).order(ByteOrder.LITTLE_ENDIAN);

  BigValueClient(ServerProcess server) {
    try {
      channel = SocketChannel.open();
      channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    } catch (IOException e) {
      throw new BenchException("cannot connect to " + server.name(), e);
    }
  }

  /**
   * Sends a command whose last argument is chunks {@code [from, to)}, and returns the first line of
   * its reply, without the line end.
   */
  String send(String[] words, int from, int to) {
    try {
      String head = "*" + (words.length + 1) + "\r\n" + words(words);
      write(head + "$" + (long) (to - from) * CHUNK + "\r\n");
      for (int i = from; i < to; i++) {
        chunk.clear();
        KeyValues.putValue(chunk, 0, CHUNK, i);
        writeFully();
      }
      write("\r\n");
      String reply = line();
      if (reply.startsWith("-")) {
        throw new BenchException(words[0] + " of a big value: " + reply);
      }
      return reply;
    } catch (IOException e) {
      throw new BenchException(words[0] + " of a big value failed", e);
    }
  }

  /** GETs a value and checks that it is chunks {@code [0, chunks)}. */
  void getAndCheck(String key, int chunks) {
    try {
      write("*2\r\n" + words("GET", key));
      String head = line();
      if (!head.equals("$" + (long) chunks * CHUNK)) {
        throw new BenchException("GET of a big value: " + head);
      }
      for (int i = 0; i < chunks; i++) {
        readFully(CHUNK);
        if (!KeyValues.valueMatches(chunk, 0, CHUNK, i)) {
          throw new BenchException("GET of a big value: wrong bytes in chunk " + i);
        }
      }
      readFully(2);
    } catch (IOException e) {
      throw new BenchException("GET of a big value failed", e);
    }
  }

  /** DUMPs a value of any type; its payload is kept as it is. */
  ByteBuffer dump(String key) {
    try {
      write("*2\r\n" + words("DUMP", key));
      ByteBuffer payload = ByteBuffer.allocateDirect(Integer.parseInt(line().substring(1)));
      while (payload.hasRemaining()) {
        if (channel.read(payload) < 0) {
          throw new IOException("connection closed");
        }
      }
      readFully(2);
      return payload.flip();
    } catch (IOException e) {
      throw new BenchException("DUMP of a big value failed", e);
    }
  }

  /** RESTOREs what was dumped. */
  void restore(String key, ByteBuffer payload) {
    try {
      write("*4\r\n" + words("RESTORE", key, "0") + "$" + payload.remaining() + "\r\n");
      for (ByteBuffer left = payload.duplicate(); left.hasRemaining(); ) {
        channel.write(left);
      }
      write("\r\n");
      String reply = line();
      if (!reply.equals("+OK")) {
        throw new BenchException("RESTORE of a big value: " + reply);
      }
    } catch (IOException e) {
      throw new BenchException("RESTORE of a big value failed", e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new BenchException("close failed", e);
    }
  }

  private static String words(String... words) {
    StringBuilder bulks = new StringBuilder();
    for (String word : words) {
      bulks.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
    }
    return bulks.toString();
  }

  private void write(String ascii) throws IOException {
    chunk.clear();
    chunk.put(ascii.getBytes(StandardCharsets.US_ASCII)).flip();
    writeFully();
  }

  private void writeFully() throws IOException {
    while (chunk.hasRemaining()) {
      channel.write(chunk);
    }
  }

  private void readFully(int bytes) throws IOException {
    chunk.clear().limit(bytes);
    while (chunk.hasRemaining()) {
      if (channel.read(chunk) < 0) {
        throw new IOException("connection closed");
      }
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      readFully(1);
      char c = (char) chunk.get(0);
      if (c == '\n') {
        return line.substring(0, line.length() - 1);
      }
      line.append(c);
    }
  }
}
