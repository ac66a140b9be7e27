package dev.larder.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;

/**
 * A client on its own schedule: 1,000 GETs a second of keys that do not exist, spread over all
 * shards, each sent when it is due whether or not the earlier ones were answered. Latency counts
 * from the scheduled time, so a stop is seen in full by every request that falls into it.
 *
 * <p>One thread sends, one receives; both sleep in between, so that a prober can share a core with
 * the load.
 */
final class Prober implements AutoCloseable {
  private static final long PERIOD_NANOS = Clock.MILLI;

  /** Far above every key that is ever stored. */
  private static final long FIRST_NUMBER = 1L << 40;

  private static final Template REQUEST =
      Template.of("*2\r\n$3\r\nGET\r\n$16\r\n@K\r\n", 0, Deadlines.NONE);
  private static final int REPLY_LENGTH = "$-1\r\n".length();

  private final SocketChannel channel;
  private final Thread sender;
  private final Thread receiver;
  private final long start;
  private volatile long toSend = Long.MAX_VALUE;
  private volatile boolean failed;
  private final Histogram latencies = new Histogram();

  private Prober(int port) throws IOException {
    channel = SocketChannel.open();
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    start = Clock.nanos() + 10 * Clock.MILLI;
    sender = new Thread(this::send, "probe-sender");
    receiver = new Thread(this::receive, "probe-receiver");
  }

  /** Starts probing. */
  static Prober start(ServerProcess server) {
    try {
      Prober prober = new Prober(server.port());
      prober.sender.start();
      prober.receiver.start();
      return prober;
    } catch (IOException e) {
      throw new BenchException("cannot connect to " + server.name(), e);
    }
  }

  /** Stops sending, waits for the last reply, and returns all latencies in nanoseconds. */
  Histogram stop() {
    // Two beyond what is due now, so that the sender cannot have passed it already.
    toSend = (Clock.nanos() - start) / PERIOD_NANOS + 2;
    try {
      sender.join();
      receiver.join(60_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (failed || receiver.isAlive()) {
      throw new BenchException("a probe lost its connection or its replies");
    }
    return latencies;
  }

  @Override
  public void close() {
    toSend = 0;
    try {
      channel.close();
    } catch (IOException e) {
      throw new BenchException("close failed", e);
    }
  }

  private void send() {
    ByteBuffer request = ByteBuffer.allocateDirect(REQUEST.length()).order(ByteOrder.LITTLE_ENDIAN);
    REQUEST.lay(request, 0);
    try {
      for (long i = 0; i <= toSend; i++) {
        long wait = start + i * PERIOD_NANOS - Clock.nanos();
        if (wait > 0) {
          Clock.pause(wait);
        }
        REQUEST.fill(request, 0, FIRST_NUMBER + i);
        request.clear();
        while (request.hasRemaining()) {
          channel.write(request);
        }
      }
    } catch (IOException e) {
      failed = true;
    }
  }

  private void receive() {
    ByteBuffer replies = ByteBuffer.allocateDirect(1 << 16);
    long bytes = 0;
    long done = 0;
    try {
      while (done <= toSend) {
        replies.clear();
        int read = channel.read(replies);
        if (read < 0) {
          throw new IOException("connection closed");
        }
        long now = Clock.nanos();
        for (int i = 0; i < read; i++) {
          if (replies.get(i) != "$-1\r\n".charAt((int) ((bytes + i) % REPLY_LENGTH))) {
            throw new IOException("wrong reply");
          }
        }
        bytes += read;
        for (; done < bytes / REPLY_LENGTH; done++) {
          latencies.record(now - (start + done * PERIOD_NANOS));
        }
      }
    } catch (IOException e) {
      failed = true;
    }
  }
}
