package dev.larder.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.resp.RespValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One client sends as fast as it can; others share its event loop. */
final class FairnessTest {
  private static final int STREAM_BYTES = 256 << 20;
  private static final byte[] PIECE = new byte[256 << 10];

  /** Each takes some turns of the loop; a fair one serves them in a tenth of the stream. */
  private static final int ROUNDS = 10;

  private static final int SENDERS = 6;

  /** More than all the sockets' own buffers hold. */
  private static final long MAX_SENT_BYTES = 200L << 20;

  /** Round trips of another client in which no byte could be sent. */
  private static final int IDLE_ROUNDS = 2000;

  private final TestSettings settings = new TestSettings();
  private TestServer server;

  static Stream<Transport> transports() {
    return ConnectionTest.transports();
  }

  private void start(Transport transport) {
    settings.transport = transport.wireName();
    settings.loops = 1;
    server = new TestServer(settings);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void othersAreServedWhileALargeArgumentStreamsIn(Transport transport) throws Exception {
    start(transport);
    AtomicBoolean served = new AtomicBoolean();
    AtomicBoolean ended = new AtomicBoolean();
    try (TestClient large = new TestClient(server.port());
        TestClient other = new TestClient(server.port())) {
      large.sendRaw("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$" + STREAM_BYTES + "\r\n");
      Thread stream =
          Thread.ofPlatform()
              .start(() -> {
                stream(large, served);
                ended.set(true);
              });
      for (int round = 0; round < ROUNDS; round++) {
        assertThat(other.call("PING")).isEqualTo("+PONG");
        // A job of three steps, each in a turn of its own.
        other.send("COUNT", "3");
        assertThat(other.read()).isInstanceOf(RespValue.Array.class);
      }
      boolean inTime = !ended.get();
      served.set(true);
      stream.join();
      assertThat(inTime).as("served before the stream ended").isTrue();
    }
  }

  /** Sends the argument, except for its end, until the other client is served. */
  private static void stream(TestClient client, AtomicBoolean served) {
    try {
      for (int sent = 0; sent < STREAM_BYTES && !served.get(); sent += PIECE.length) {
        client.sendRaw(PIECE);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Several, so that together they exhaust the receive buffers of a loop. */
  @ParameterizedTest
  @MethodSource("transports")
  void whoDoesNotReadIsNotReadForLong(Transport transport) throws Exception {
    start(transport);
    LongAdder sent = new LongAdder();
    List<TestClient> senders = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    try (TestClient clock = new TestClient(server.port())) {
      for (int i = 0; i < SENDERS; i++) {
        TestClient sender = new TestClient(server.port());
        senders.add(sender);
        threads.add(Thread.ofPlatform().start(() -> flood(sender, sent)));
      }
      long before = 0;
      for (int idle = 0; idle < IDLE_ROUNDS && before < MAX_SENT_BYTES; idle++) {
        assertThat(clock.call("PING")).isEqualTo("+PONG");
        idle = sent.sum() > before || before == 0 ? 0 : idle;
        before = sent.sum();
      }
      assertThat(before).isLessThan(MAX_SENT_BYTES);
    } finally {
      for (TestClient sender : senders) {
        sender.close();
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  /** Asks for more than the sockets hold, and goes on asking, until the connection is closed. */
  private static void flood(TestClient client, LongAdder sent) {
    byte[] pings = "PING\r\n".repeat(100_000).getBytes(ISO_8859_1);
    try {
      client.sendRaw("FILL 1000 20000\r\n".repeat(5));
      while (sent.sum() < MAX_SENT_BYTES) {
        client.sendRaw(pings);
        sent.add(pings.length);
      }
    } catch (IOException e) {
      // The end of the test.
    }
  }
}
