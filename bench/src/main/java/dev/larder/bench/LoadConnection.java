package dev.larder.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One client: a batch laid out once in {@code out}, whose holes are filled anew for every turn, and
 * a buffer with room for the longest replies of one batch. One thread.
 */
final class LoadConnection {
  private static final int READ_WRITE = SelectionKey.OP_READ | SelectionKey.OP_WRITE;

  private final SocketChannel channel;
  private final SelectionKey key;
  private final Template[] requests;
  private final Reply[] replies;
  private final ByteBuffer out;
  private final ByteBuffer in;
  private final long[] numbers;
  private int repliesDone;
  private int checkedBytes;
  private long sentAt;
  private long completed;

  /**
   * @param opening commands that are sent first; may be empty
   */
  LoadConnection(
      Selector selector, int port, List<Exchange> exchanges, int pipeline, String opening)
      throws IOException {
    requests = new Template[pipeline];
    replies = new Reply[pipeline];
    numbers = new long[pipeline];
    int outLength = 0;
    int inLength = 0;
    for (int i = 0; i < pipeline; i++) {
      Exchange exchange = exchanges.get(i % exchanges.size());
      requests[i] = exchange.request();
      replies[i] = exchange.reply();
      outLength += requests[i].length();
      inLength += replies[i].maxLength();
    }
    out = buffer(outLength);
    in = buffer(inLength);
    int at = 0;
    for (Template request : requests) {
      request.lay(out, at);
      at += request.length();
    }
    channel = SocketChannel.open();
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    if (!opening.isEmpty()) {
      ManyReaders.ask(channel, opening);
    }
    channel.configureBlocking(false);
    key = channel.register(selector, SelectionKey.OP_READ, this);
  }

  static ByteBuffer buffer(int length) {
    return ByteBuffer.allocateDirect(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Requests answered and verified since the connection was made. */
  long completed() {
    return completed;
  }

  /** Fills the batch with numbers from {@code source} and sends it. */
  void send(KeySource source) throws IOException {
    int at = 0;
    for (int i = 0; i < numbers.length; i++) {
      long number = source.next();
      numbers[i] = number;
      requests[i].fill(out, at, number);
      at += requests[i].length();
    }
    out.clear();
    in.clear();
    repliesDone = 0;
    checkedBytes = 0;
    sentAt = Clock.nanos();
    flush();
  }

  /** Sends what the socket takes; asks to be called again when it did not take all. */
  void flush() throws IOException {
    channel.write(out);
    int wanted = out.hasRemaining() ? READ_WRITE : SelectionKey.OP_READ;
    if (key.interestOps() != wanted) {
      key.interestOps(wanted);
    }
  }

  /** Reads and verifies; true when the last reply of the batch has come. */
  boolean receive(Histogram latencies) throws IOException {
    int read = channel.read(in);
    if (read < 0) {
      throw new BenchException("the server closed a connection under load");
    }
    while (repliesDone < replies.length) {
      int available = in.position() - checkedBytes;
      int length = replies[repliesDone].check(in, checkedBytes, available, numbers[repliesDone]);
      if (length == Reply.WRONG || length == Reply.INCOMPLETE && !in.hasRemaining()) {
        throw wrongReply();
      }
      if (length == Reply.INCOMPLETE) {
        return false;
      }
      checkedBytes += length;
      repliesDone++;
    }
    if (checkedBytes != in.position()) {
      throw new BenchException("the server sent more than the replies of a batch");
    }
    completed += replies.length;
    latencies.record(Clock.nanos() - sentAt);
    return true;
  }

  void close() throws IOException {
    key.cancel();
    channel.close();
  }

  private BenchException wrongReply() {
    byte[] seen = new byte[Math.min(120, in.position() - checkedBytes)];
    in.get(checkedBytes, seen);
    String text = new String(seen, StandardCharsets.ISO_8859_1).replaceAll("[^ -~]", "?");
    if (text.startsWith("-")) {
      // What follows a comma are the arguments of an unknown command.
      return new BenchException("error reply " + text.split(",", 2)[0]);
    }
    return new BenchException(
        "wrong reply to request %d of a batch, number %d: %s"
            .formatted(repliesDone, numbers[repliesDone], text));
  }
}
