package dev.larder.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * One client that uses a server as a cache: GET, and SET of what was not there.
 *
 * <p>Up to {@link #WINDOW} GETs of different objects go in one write, with the SETs of what the
 * window before has missed ahead of them. So an object comes into the cache a few requests later
 * than a client would bring it there that waits for every reply.
 */
final class TraceReplay implements AutoCloseable {
  private static final int WINDOW = 8;

  /** Every key is one letter and so many digits. */
  private static final int DIGITS = 9;

  private static final byte[] OK = "+OK\r\n".getBytes(StandardCharsets.US_ASCII);

  private final SocketChannel channel;
  private final ControlClient control;
  private final byte[] get;
  private final byte[] set;
  private final int valueLength;
  private final ByteBuffer out;
  private final ByteBuffer in = ByteBuffer.allocateDirect(1 << 16).flip();
  private final int[] asked = new int[WINDOW];
  private final int[] missed = new int[WINDOW];
  private int missedCount;
  private int[] trace = {};
  private int next;
  private int hits;
  private boolean toleratesRefusals;

  TraceReplay(int port, int valueLength) {
    this.valueLength = valueLength;
    String key = "$" + (1 + DIGITS) + "\r\nt" + "0".repeat(DIGITS) + "\r\n";
    String value = "$" + valueLength + "\r\n" + "v".repeat(valueLength) + "\r\n";
    get = ("*2\r\n$3\r\nGET\r\n" + key).getBytes(StandardCharsets.US_ASCII);
    set = ("*3\r\n$3\r\nSET\r\n" + key + value).getBytes(StandardCharsets.US_ASCII);
    out = ByteBuffer.allocateDirect(WINDOW * (get.length + set.length));
    try {
      channel =
          SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
              .setOption(StandardSocketOptions.TCP_NODELAY, true);
      control = new ControlClient(channel.socket());
    } catch (IOException e) {
      throw new BenchException("cannot connect to port " + port, e);
    }
  }

  /** From now on an object that the server has no room for just does not come into the cache. */
  void tolerateRefusals() {
    toleratesRefusals = true;
  }

  /** Asks for all objects of a trace; {@link #hits} tells how many were there. */
  void run(int[] ids) {
    begin(ids);
    while (step()) {
      // All of them.
    }
  }

  /** As {@link #run}, of two servers in turns, so that neither has more time for it. */
  static void runBoth(TraceReplay a, TraceReplay b, int[] ids) {
    a.begin(ids);
    b.begin(ids);
    while (a.step() | b.step()) {
      // All of them.
    }
  }

  private void begin(int[] ids) {
    trace = ids;
    next = 0;
    hits = 0;
    missedCount = 0;
  }

  /** Goes one window on; false at the end. */
  private boolean step() {
    int count = 0;
    while (count < WINDOW && next < trace.length && !isAsked(trace[next], count)) {
      asked[count++] = trace[next++];
    }
    try {
      hits += exchange(count);
    } catch (IOException e) {
      throw new BenchException("a replay failed: " + e.getMessage(), e);
    }
    return count > 0;
  }

  /** For other commands, by the same connection; to be used between replays, and not closed. */
  ControlClient control() {
    return control;
  }

  /** How many objects of the last trace were there. */
  int hits() {
    return hits;
  }

  private boolean isAsked(int id, int count) {
    for (int i = 0; i < count; i++) {
      if (asked[i] == id) {
        return true;
      }
    }
    return false;
  }

  /** Sends the SETs that are due and some GETs; remembers what they miss, and counts the hits. */
  private int exchange(int gets) throws IOException {
    out.clear();
    for (int i = 0; i < missedCount; i++) {
      put(set, set.length - valueTail(), missed[i]);
    }
    for (int i = 0; i < gets; i++) {
      put(get, get.length, asked[i]);
    }
    out.flip();
    while (out.hasRemaining()) {
      channel.write(out);
    }
    for (int i = 0; i < missedCount; i++) {
      expectOk();
    }
    missedCount = 0;
    int hits = 0;
    for (int i = 0; i < gets; i++) {
      if (isHit()) {
        hits++;
      } else {
        missed[missedCount++] = asked[i];
      }
    }
    return hits;
  }

  private int valueTail() {
    return 1 + Integer.toString(valueLength).length() + 2 + valueLength + 2;
  }

  /** Writes a command whose key ends two bytes before {@code keyEnd}. */
  private void put(byte[] template, int keyEnd, int id) {
    int at = out.position() + keyEnd - 3;
    out.put(template);
    int rest = id;
    for (int i = 0; i < DIGITS; i++) {
      out.put(at - i, (byte) ('0' + rest % 10));
      rest /= 10;
    }
  }

  private void expectOk() throws IOException {
    need(OK.length);
    if (toleratesRefusals && in.get(in.position()) == '-') {
      skipLine();
      return;
    }
    for (byte b : OK) {
      if (in.get() != b) {
        throw unexpected();
      }
    }
  }

  private void skipLine() throws IOException {
    do {
      need(1);
    } while (in.get() != '\n');
  }

  private boolean isHit() throws IOException {
    need(5);
    if (in.get() != '$') {
      throw unexpected();
    }
    if (in.get(in.position()) == '-') {
      in.position(in.position() + 4);
      return false;
    }
    int length = valueTail() - 1;
    need(length);
    in.position(in.position() + length);
    return true;
  }

  private BenchException unexpected() {
    byte[] rest = new byte[Math.min(80, in.remaining())];
    in.get(rest);
    return new BenchException(
        "an unexpected reply: ..." + new String(rest, StandardCharsets.ISO_8859_1));
  }

  private void need(int bytes) throws IOException {
    while (in.remaining() < bytes) {
      in.compact();
      int read = channel.read(in);
      in.flip();
      if (read < 0) {
        throw new EOFException("the server has closed the connection");
      }
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
}
