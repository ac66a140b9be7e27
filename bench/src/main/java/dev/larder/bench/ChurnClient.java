package dev.larder.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * A client that keeps a cache in motion until it is stopped: values of any size, some with a
 * deadline, some deleted; or one that asks for many at once and takes its time to read them.
 */
final class ChurnClient implements Runnable {
  private static final int SMALLEST = 16;
  private static final int LARGEST = 1 << 20;

  /** Numbers that keys end with. */
  static final int KEYS = 1_000_000;

  private static final int MAX_SECONDS = 60;

  /** What a slow reader asks for at once, and how long it lets that wait. */
  private static final int SLOW_REPLIES = 64;

  private static final long SLOW_NANOS = 2 * Clock.SECOND;

  private final int port;
  private final boolean isSlow;
  private final SplittableRandom random;
  private final byte[] value = new byte[LARGEST];
  private volatile boolean stopped;
  private volatile long requests;
  private volatile String failure = "";

  ChurnClient(int port, boolean isSlow, long seed) {
    this.port = port;
    this.isSlow = isSlow;
    this.random = new SplittableRandom(seed);
    // Not compressible by anyone, and of no two clients alike.
    this.random.nextBytes(value);
  }

  void stop() {
    stopped = true;
  }

  long requests() {
    return requests;
  }

  /** Why it has ended by itself, empty if it has not. */
  String failure() {
    return failure;
  }

  @Override
  public void run() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
      while (!stopped) {
        if (isSlow) {
          readSlowly(out, in);
        } else {
          request(out, in);
        }
      }
    } catch (IOException e) {
      failure = String.valueOf(e.getMessage());
    }
  }

  private void request(OutputStream out, InputStream in) throws IOException {
    int what = random.nextInt(10);
    if (what < 6) {
      int length = anySize();
      String key = key();
      String end =
          what < 2 ? "$2\r\nEX\r\n" + bulk(Integer.toString(1 + random.nextInt(MAX_SECONDS))) : "";
      String head = "*" + (what < 2 ? 5 : 3) + "\r\n$3\r\nSET\r\n" + bulk(key) + "$" + length;
      out.write((head + "\r\n").getBytes(StandardCharsets.US_ASCII));
      out.write(value, 0, length);
      out.write(("\r\n" + end).getBytes(StandardCharsets.US_ASCII));
    } else {
      String name = what < 9 ? "GET" : "DEL";
      out.write(("*2\r\n" + bulk(name) + bulk(key())).getBytes(StandardCharsets.US_ASCII));
    }
    skipReply(in);
    requests++;
  }

  private void readSlowly(OutputStream out, InputStream in) throws IOException {
    StringBuilder commands = new StringBuilder();
    for (int i = 0; i < SLOW_REPLIES; i++) {
      commands.append("*2\r\n").append(bulk("GET")).append(bulk(key()));
    }
    out.write(commands.toString().getBytes(StandardCharsets.US_ASCII));
    Clock.pause(SLOW_NANOS);
    for (int i = 0; i < SLOW_REPLIES; i++) {
      skipReply(in);
      requests++;
    }
  }

  /** Of sizes twice as long there are as many. */
  private int anySize() {
    double doublings = Math.log((double) LARGEST / SMALLEST) * random.nextDouble();
    return (int) (SMALLEST * Math.exp(doublings));
  }

  private String key() {
    return "churn:" + random.nextInt(KEYS);
  }

  private static String bulk(String text) {
    return "$" + text.length() + "\r\n" + text + "\r\n";
  }

  private void skipReply(InputStream in) throws IOException {
    int kind = in.read();
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("connection closed");
      }
      line.append((char) c);
    }
    if (kind == '-') {
      throw new IOException("error reply: " + line.toString().trim());
    }
    if (kind == '$' && line.charAt(0) != '-') {
      in.skipNBytes(Integer.parseInt(line.toString().trim()) + 2L);
    }
  }
}
