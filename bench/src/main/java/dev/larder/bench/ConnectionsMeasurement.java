package dev.larder.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * What an idle connection keeps of the server's memory after it has exchanged 64 KB in one
 * pipeline.
 */
final class ConnectionsMeasurement implements Measurement {
  private static final String ROW = "connections, memory each";
  private static final int CONNECTIONS = 10_000;

  /** Connections that have sent their pipeline while none of them reads yet. */
  private static final int AT_ONCE = 50;

  private static final int PIPELINE_BYTES = 64_000;
  private static final long KEYS = 10_000;
  private static final int VALUE_LENGTH = 32;

  @Override
  public String name() {
    return "connections";
  }

  @Override
  public String summary() {
    return "memory of 10,000 connections, 30 s after each exchanged 64 KB";
  }

  @Override
  public void run(Bench bench, List<Row> rows) {
    if (!bench.options().wants(ROW)) {
      return;
    }
    String[] limit = {"--maxclients", "12000"};
    long waitNanos = (bench.options().quick() ? 5 : 30) * Clock.SECOND;
    double larder;
    double redis;
    try {
      larder = kilobytesEach(bench, bench.larder(limit), waitNanos);
      redis = kilobytesEach(bench, bench.redis(limit), waitNanos);
    } catch (IOException e) {
      rows.add(
          Row.unknown(
              ROW, Goals.CONNECTION_RSS, "needs 10,100 open files (ulimit -n): " + e.getMessage()));
      return;
    }
    rows.add(
        Row.judged(
            ROW,
            Goals.CONNECTION_RSS,
            larder,
            Text.fixed(larder, 2) + " KB",
            "redis %s KB; %d s after the exchange"
                .formatted(Text.fixed(redis, 2), waitNanos / Clock.SECOND)));
  }

  private static double kilobytesEach(Bench bench, ServerSpec spec, long waitNanos)
      throws IOException {
    List<SocketChannel> channels = new ArrayList<>();
    try (ServerProcess server = ServerProcess.start(spec)) {
      bench.say("connections: " + server.name());
      Populate.range(server, 0, KEYS, VALUE_LENGTH, bench.pinned());
      Exchange exchange = new Exchange();
      // Pools and compiled code are the server's, not a connection's.
      for (int i = 0; i < 10; i++) {
        List<SocketChannel> warming = connect(server, AT_ONCE);
        exchange.run(warming);
        close(warming);
      }
      Clock.pause(2 * Clock.SECOND);
      long before = server.residentBytes();
      for (int i = 0; i < CONNECTIONS; i += AT_ONCE) {
        List<SocketChannel> group = connect(server, AT_ONCE);
        channels.addAll(group);
        exchange.run(group);
      }
      Clock.pause(waitNanos);
      double each = (server.residentBytes() - before) / 1e3 / CONNECTIONS;
      // They are not just idle but usable.
      exchange.run(channels.subList(CONNECTIONS - AT_ONCE, CONNECTIONS));
      return each;
    } finally {
      close(channels);
    }
  }

  private static List<SocketChannel> connect(ServerProcess server, int count) throws IOException {
    List<SocketChannel> channels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      channels.add(
          SocketChannel.open(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port())));
    }
    return channels;
  }

  private static void close(List<SocketChannel> channels) throws IOException {
    for (SocketChannel channel : channels) {
      channel.close();
    }
  }

  /** One pipeline of SETs and GETs, the same for all connections. */
  private static final class Exchange {
    private final ByteBuffer requests;
    private final ByteBuffer replies;
    private final Template[] replyOf = new Template[2];
    private final int pairs;

    Exchange() {
      Workload workload = Workload.mixed(VALUE_LENGTH, 1, 1, KEYS);
      Template set = Protocol.RESP.request(Operation.SET, workload);
      Template get = Protocol.RESP.request(Operation.GET, workload);
      replyOf[0] = Protocol.RESP.reply(Operation.SET, workload);
      replyOf[1] = Protocol.RESP.reply(Operation.GET, workload);
      pairs = PIPELINE_BYTES / (set.length() + get.length());
      requests = buffer(pairs * (set.length() + get.length()));
      replies = buffer(pairs * (replyOf[0].length() + replyOf[1].length()));
      int at = 0;
      for (int i = 0; i < pairs; i++) {
        for (Template request : List.of(set, get)) {
          request.lay(requests, at);
          request.fill(requests, at, i);
          at += request.length();
        }
      }
    }

    /** Sends to all, then reads and checks all replies. */
    void run(List<SocketChannel> channels) throws IOException {
      for (SocketChannel channel : channels) {
        requests.clear();
        while (requests.hasRemaining()) {
          channel.write(requests);
        }
      }
      for (SocketChannel channel : channels) {
        replies.clear();
        while (replies.hasRemaining()) {
          if (channel.read(replies) < 0) {
            throw new BenchException("the server closed one of many connections");
          }
        }
        check();
      }
    }

    private void check() {
      int at = 0;
      for (int i = 0; i < pairs; i++) {
        for (Template reply : replyOf) {
          if (!reply.matches(replies, at, i)) {
            throw new BenchException("wrong reply " + i + " of a 64 KB pipeline");
          }
          at += reply.length();
        }
      }
    }

    private static ByteBuffer buffer(int length) {
      return ByteBuffer.allocateDirect(length).order(ByteOrder.LITTLE_ENDIAN);
    }
  }
}
