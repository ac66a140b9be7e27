package dev.larder.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Against a server that answers every GET rightly until it is told to lie. */
@Tag("slow")
class LoadGeneratorTest {
  private static final Workload WORKLOAD = Workload.of(Operation.GET, 32, 7, 2, 1_000);

  private final Template request = Protocol.RESP.request(Operation.GET, WORKLOAD);
  private final Template reply = Protocol.RESP.reply(Operation.GET, WORKLOAD);
  private volatile int lieAfter = Integer.MAX_VALUE;
  private ServerSocket server;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0);
    Thread.ofVirtual().start(this::accept);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void countsVerifiedReplies() {
    try (LoadGenerator load =
        new LoadGenerator(server.getLocalPort(), Protocol.RESP, WORKLOAD, false)) {
      load.numbers(KeySource.ascending(0, 1_000));
      load.start();
      LoadResult result = load.runRequests(500);
      load.drain();
      assertThat(result.requests()).isBetween(500L, 520L);
      assertThat(result.latencies().count()).isEqualTo(result.requests() / 7);
      assertThat(load.completedByConnection()).hasSize(2).doesNotContain(0);
    }
  }

  @Test
  void sendsExactlyWhatTheLimitAllows() {
    try (LoadGenerator load =
        new LoadGenerator(server.getLocalPort(), Protocol.RESP, WORKLOAD, false)) {
      load.numbers(KeySource.ascending(0, 1_000));
      load.limit(35);
      load.start();
      assertThat(load.run(10 * Clock.SECOND).requests()).isEqualTo(35);
      load.start();
      assertThat(load.runRequests(1).requests()).isZero();
      load.limit(7);
      load.start();
      load.drain();
      assertThat(load.completedByConnection())
          .satisfies(c -> assertThat(c[0] + c[1]).isEqualTo(42));
      assertThatThrownBy(() -> load.limit(10)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void oneWrongByteEndsTheRun() {
    lieAfter = 100;
    try (LoadGenerator load =
        new LoadGenerator(server.getLocalPort(), Protocol.RESP, WORKLOAD, true)) {
      load.numbers(KeySource.ascending(0, 1_000));
      load.start();
      assertThatThrownBy(() -> load.runRequests(500))
          .isInstanceOf(BenchException.class)
          .hasMessageStartingWith("wrong reply to request ");
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> answer(socket));
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  private void answer(Socket socket) {
    ByteBuffer in = ByteBuffer.allocate(request.length()).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer out = ByteBuffer.allocate(reply.length()).order(ByteOrder.LITTLE_ENDIAN);
    reply.lay(out, 0);
    try (socket) {
      for (int i = 0;
          socket.getInputStream().readNBytes(in.array(), 0, request.length()) > 0;
          i++) {
        reply.fill(out, 0, numberIn(in));
        if (i >= lieAfter) {
          out.put(20, (byte) (out.get(20) + 1));
        }
        socket.getOutputStream().write(out.array());
      }
    } catch (IOException e) {
      // The client has left.
    }
  }

  private long numberIn(ByteBuffer in) {
    long number = 0;
    while (!request.matches(in, 0, number)) {
      number++;
    }
    return number;
  }
}
