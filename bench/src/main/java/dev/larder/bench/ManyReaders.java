package dev.larder.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Many connections, each of which reads some of the keys of all. One thread. */
final class ManyReaders implements AutoCloseable {
  static final int KEYS_EACH = 100;

  /** Has a client remembered for what it reads. */
  static final String TRACK = "HELLO 3\r\nCLIENT TRACKING ON\r\n";

  private static final String PING = "PING\r\n";
  private static final String PONG = "+PONG\r\n";

  /** So many keys fit into a line. */
  private static final int KEYS_OF_LINE = 1_000;

  private final List<SocketChannel> channels = new ArrayList<>();

  ManyReaders(ServerProcess server, int count) {
    try {
      for (int i = 0; i < count; i++) {
        channels.add(
            SocketChannel.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port())));
      }
    } catch (IOException e) {
      close();
      throw new BenchException("needs 10,100 open files (ulimit -n): " + e.getMessage(), e);
    }
  }

  /** As {@link #TRACK}, and has a client read all of so many keys. */
  static String trackAll(long keys) {
    StringBuilder commands = new StringBuilder(TRACK);
    for (long key = 0; key < keys; key++) {
      commands.append(key % KEYS_OF_LINE == 0 ? "\r\nEXISTS " : " ").append(KeyValues.key(key));
    }
    return commands.append("\r\n").toString();
  }

  /** Has all send the same commands. */
  void ask(String commands) {
    try {
      for (SocketChannel channel : channels) {
        ask(channel, commands);
      }
    } catch (IOException e) {
      throw new BenchException("a reader failed: " + e.getMessage(), e);
    }
  }

  /** Sends commands, and waits for their replies, which are short and no errors. */
  static void ask(SocketChannel channel, String commands) throws IOException {
    ByteBuffer out = ByteBuffer.wrap((commands + PING).getBytes(StandardCharsets.US_ASCII));
    while (out.hasRemaining()) {
      channel.write(out);
    }
    ByteBuffer in = ByteBuffer.allocate(1 << 14);
    String seen = "\n";
    while (!seen.endsWith(PONG)) {
      if (channel.read(in) < 0 || !in.hasRemaining()) {
        throw new BenchException("the server does not answer a reader");
      }
      seen = "\n" + new String(in.array(), 0, in.position(), StandardCharsets.ISO_8859_1);
    }
    int error = seen.indexOf("\n-");
    if (error >= 0) {
      throw new BenchException("error reply " + seen.substring(error).strip());
    }
  }

  /**
   * Has each read its keys, one after the other.
   *
   * @param keys how many there are, with values of this length; a multiple of {@link #KEYS_EACH}
   */
  void read(int valueLength, long keys) {
    Workload workload = Workload.of(Operation.GET, valueLength, KEYS_EACH, 1, KEYS_EACH);
    Template request = Protocol.RESP.request(Operation.GET, workload);
    Template reply = Protocol.RESP.reply(Operation.GET, workload);
    ByteBuffer requests = LoadConnection.buffer(KEYS_EACH * request.length());
    ByteBuffer replies = LoadConnection.buffer(KEYS_EACH * reply.length());
    for (int i = 0; i < KEYS_EACH; i++) {
      request.lay(requests, i * request.length());
    }
    try {
      long first = 0;
      for (SocketChannel channel : channels) {
        requests.clear();
        for (int i = 0; i < KEYS_EACH; i++) {
          request.fill(requests, i * request.length(), first + i);
        }
        channel.write(requests);
        replies.clear();
        while (replies.hasRemaining()) {
          if (channel.read(replies) < 0) {
            throw new BenchException("the server closed a reader's connection");
          }
        }
        for (int i = 0; i < KEYS_EACH; i++) {
          if (!reply.matches(replies, i * reply.length(), first + i)) {
            throw new BenchException("a reader got a wrong reply");
          }
        }
        first = (first + KEYS_EACH) % keys;
      }
    } catch (IOException e) {
      throw new BenchException("a reader failed: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    for (SocketChannel channel : channels) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new BenchException("close failed", e);
      }
    }
  }
}
