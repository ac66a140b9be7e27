package dev.larder.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients who hear what is published, every byte of which is checked, and others who only listen to
 * patterns that it does not match. For one thread.
 */
final class Listeners {
  static final String CHANNEL = "news:weather";
  static final String TEXT = "mild-and-dry-wind-from-the-west!";

  private static final int READ_BYTES = 64 * 1024;
  private static final int PATTERNS_EACH = 1_000;
  private static final byte[] MESSAGE =
      ("*3\r\n$7\r\nmessage\r\n" + bulk(CHANNEL) + bulk(TEXT)).getBytes(US_ASCII);

  private final List<SocketChannel> listening = new ArrayList<>();
  private final List<SocketChannel> others = new ArrayList<>();
  private final ByteBuffer in = ByteBuffer.allocateDirect(READ_BYTES);

  /** What comes from any byte of a message on. */
  private final ByteBuffer expected = ByteBuffer.allocateDirect(READ_BYTES + 2 * MESSAGE.length);

  /** Bytes that are still to come. */
  private long missing;

  /** One client, and where in a message its next byte is. */
  private static final class Listener {
    private int offset;
  }

  /** Connects clients of a server, and has them listen. */
  Listeners(int port, int count, int patterns) throws IOException {
    while (expected.remaining() >= MESSAGE.length) {
      expected.put(MESSAGE);
    }
    for (int i = 0; i < patterns; i += PATTERNS_EACH) {
      List<String> names = new ArrayList<>();
      for (int j = i; j < Math.min(i + PATTERNS_EACH, patterns); j++) {
        names.add(pattern(j));
      }
      others.add(subscribe(port, "psubscribe", names));
    }
    for (int i = 0; i < count; i++) {
      SocketChannel channel = subscribe(port, "subscribe", List.of(CHANNEL));
      channel.configureBlocking(false);
      listening.add(channel);
    }
  }

  /** What others listen to: with something special at the end, at the start, or around it. */
  private static String pattern(int i) {
    return switch (i % 4) {
      case 0 -> "room:" + i + ":*";
      case 1 -> "*suffix" + i;
      case 2 -> "?x" + i + "*";
      default -> "*:item" + i + ":*";
    };
  }

  private static String bulk(String text) {
    return "$" + text.length() + "\r\n" + text + "\r\n";
  }

  private static SocketChannel subscribe(int port, String command, List<String> names)
      throws IOException {
    StringBuilder request = new StringBuilder("*" + (names.size() + 1) + "\r\n" + bulk(command));
    StringBuilder confirmation = new StringBuilder();
    for (int i = 0; i < names.size(); i++) {
      request.append(bulk(names.get(i)));
      confirmation.append("*3\r\n").append(bulk(command)).append(bulk(names.get(i)));
      confirmation.append(':').append(i + 1).append("\r\n");
    }
    SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    ByteBuffer sent = ByteBuffer.wrap(request.toString().getBytes(US_ASCII));
    while (sent.hasRemaining()) {
      channel.write(sent);
    }
    byte[] right = confirmation.toString().getBytes(US_ASCII);
    ByteBuffer received = ByteBuffer.allocate(right.length);
    while (received.hasRemaining() && channel.read(received) >= 0) {
      // The rest follows.
    }
    if (!received.flip().equals(ByteBuffer.wrap(right))) {
      throw new BenchException("the server did not confirm " + command);
    }
    return channel;
  }

  void register(Selector selector) throws IOException {
    for (SocketChannel channel : listening) {
      channel.register(selector, SelectionKey.OP_READ, new Listener());
    }
  }

  /** So many messages are about to be published. */
  void expect(int messages) {
    missing += (long) messages * MESSAGE.length * listening.size();
  }

  /** Whether everybody has heard everything. */
  boolean haveAll() {
    return missing == 0;
  }

  /** Reads and verifies what has come for one of them. */
  void receive(SelectionKey key) throws IOException {
    Listener listener = (Listener) key.attachment();
    in.clear();
    int read = ((SocketChannel) key.channel()).read(in);
    if (read < 0) {
      throw new BenchException("the server closed a connection that listens");
    }
    in.flip();
    if (!in.equals(expected.slice(listener.offset, read)) || read > missing) {
      throw new BenchException("the server sent something else than what was published");
    }
    listener.offset = (listener.offset + read) % MESSAGE.length;
    missing -= read;
  }

  void close() throws IOException {
    for (SocketChannel channel : listening) {
      channel.close();
    }
    for (SocketChannel channel : others) {
      channel.close();
    }
  }
}
