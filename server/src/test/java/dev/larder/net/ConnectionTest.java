package dev.larder.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.resp.Requests;
import dev.larder.resp.RespValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a connection does with bytes, on every transport that works here. */
final class ConnectionTest {
  private final TestSettings settings = new TestSettings();
  private TestServer server;

  static Stream<Transport> transports() {
    return Stream.of(Transport.values()).filter(transport -> transport.obstacle() == null);
  }

  private TestClient start(Transport transport) throws IOException {
    settings.transport = transport.wireName();
    server = new TestServer(settings);
    assertThat(server.transport()).isEqualTo(transport);
    return new TestClient(server.port());
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void answersByteByByte(Transport transport) throws IOException {
    try (TestClient client = start(transport)) {
      for (byte b : Requests.encode("ECHO", "hello")) {
        client.sendRaw(new byte[] {b});
      }
      assertThat(client.read()).isEqualTo(RespValue.BulkString.of("hello"));
      client.sendRaw("PING\r\nPING\r\nECHO 'a b'\r\n");
      assertThat(client.readLine()).isEqualTo("+PONG");
      assertThat(client.readLine()).isEqualTo("+PONG");
      assertThat(client.read()).isEqualTo(RespValue.BulkString.of("a b"));
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void answersPipelinesCutAnywhere(Transport transport) throws Exception {
    long seed = Long.getLong("seed", System.identityHashCode(this));
    Random random = new Random(seed);
    try (TestClient client = start(transport)) {
      ByteArrayOutputStream requests = new ByteArrayOutputStream();
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 3000; i++) {
        int length = random.nextInt(100) == 0 ? random.nextInt(200_000) : random.nextInt(40);
        String value = "v" + i + "-" + "x".repeat(length);
        requests.writeBytes(Requests.encode("SET", "key" + i % 50, value));
        requests.writeBytes(Requests.encode("GET", "key" + i % 50));
        expected.add(value);
      }
      byte[] bytes = requests.toByteArray();
      Thread writer =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  for (int at = 0; at < bytes.length; ) {
                    int piece = 1 + random.nextInt(random.nextBoolean() ? 100 : 100_000);
                    int end = Math.min(bytes.length, at + piece);
                    client.socket.getOutputStream().write(bytes, at, end - at);
                    at = end;
                  }
                } catch (IOException e) {
                  throw new AssertionError("seed " + seed, e);
                }
              });
      for (String value : expected) {
        assertThat(client.readLine()).as("seed %d", seed).isEqualTo("+OK");
        assertThat(client.read()).as("seed %d", seed).isEqualTo(RespValue.BulkString.of(value));
      }
      writer.join();
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void answersGoodCommandsBeforeAProtocolError(Transport transport) throws IOException {
    try (TestClient client = start(transport)) {
      client.sendRaw("PING\r\n*2\r\n$4\r\nECHO\r\n:1\r\n");
      assertThat(client.readToEnd())
          .isEqualTo("+PONG\r\n-ERR Protocol error: expected '$', got ':'\r\n");
    }
    try (TestClient other = new TestClient(server.port())) {
      assertThat(other.call("PING")).isEqualTo("+PONG");
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void answersAClientThatHasStoppedSending(Transport transport) throws IOException {
    try (TestClient client = start(transport)) {
      client.send("SET", "a", "1");
      client.send("COUNT", "3");
      client.send("GET", "a");
      client.socket.shutdownOutput();
      assertThat(client.readToEnd()).isEqualTo("+OK\r\n*3\r\n:0\r\n:1\r\n:2\r\n$1\r\n1\r\n");
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void quitEndsAfterItsReply(Transport transport) throws IOException {
    try (TestClient client = start(transport)) {
      client.sendRaw("PING\r\nQUIT\r\nPING\r\n");
      assertThat(client.readToEnd()).isEqualTo("+PONG\r\n+OK\r\n");
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aSlowReaderStopsOnlyItself(Transport transport) throws Exception {
    try (TestClient slow = start(transport);
        TestClient other = new TestClient(server.port())) {
      int count = 300;
      ByteArrayOutputStream requests = new ByteArrayOutputStream();
      for (int i = 0; i < count; i++) {
        requests.writeBytes(Requests.encode("FILL", "10", "20000"));
      }
      slow.sendRaw(requests.toByteArray());
      for (int i = 0; i < 100; i++) {
        assertThat(other.call("PING")).isEqualTo("+PONG");
      }
      assertThat(server.stats.commandsProcessed()).isLessThan(count + 100);
      for (int i = 0; i < count; i++) {
        RespValue.Array reply = (RespValue.Array) slow.read();
        assertThat(reply.elements()).hasSize(10);
        assertThat(reply.elements().get(9)).isEqualTo(RespValue.BulkString.of("j".repeat(20_000)));
      }
      assertThat(slow.call("PING")).isEqualTo("+PONG");
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void jobsGiveWayAndKeepTheOrder(Transport transport) throws IOException {
    settings.loops = 1;
    try (TestClient client = start(transport);
        TestClient other = new TestClient(server.port())) {
      client.send("COUNT", "20000");
      client.send("PING");
      assertThat(other.call("PING")).isEqualTo("+PONG");
      RespValue.Array reply = (RespValue.Array) client.read();
      assertThat(reply.elements()).hasSize(20_000);
      assertThat(client.readLine()).isEqualTo("+PONG");
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aJobOfAClientThatLeavesIsCancelled(Transport transport) throws Exception {
    try (TestClient client = start(transport)) {
      client.send("COUNT", "1000000000");
      assertThat(client.readRaw(11)).isEqualTo("*1000000000");
    }
    for (int i = 0; i < 1000 && server.cancelledJobs.get() == 0; i++) {
      try (TestClient other = new TestClient(server.port())) {
        assertThat(other.call("PING")).isEqualTo("+PONG");
      }
    }
    assertThat(server.cancelledJobs).hasValue(1);
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aBugEndsOneConnection(Transport transport) throws IOException {
    try (TestClient client = start(transport);
        TestClient other = new TestClient(server.port())) {
      client.sendRaw("PING\r\nBUG\r\nPING\r\n");
      assertThat(client.readToEnd()).isEqualTo("+PONG\r\n-ERR internal error\r\n");
      assertThat(other.call("PING")).isEqualTo("+PONG");
      assertThat(server.stats.bugs()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void authenticatesWithinAPipeline(Transport transport) throws IOException {
    settings.passwordNeeded = true;
    try (TestClient client = start(transport)) {
      client.sendRaw("PING\r\nNOPE\r\nAUTH bad\r\nAUTH secret\r\nPING\r\nNOPE\r\n");
      assertThat(client.readLine()).isEqualTo("-NOAUTH Authentication required.");
      assertThat(client.readLine()).startsWith("-ERR unknown command 'NOPE'");
      assertThat(client.readLine()).isEqualTo("-WRONGPASS");
      assertThat(client.readLine()).isEqualTo("+OK");
      assertThat(client.readLine()).isEqualTo("+PONG");
      assertThat(client.readLine()).startsWith("-ERR unknown command 'NOPE'");
    }
    try (TestClient stranger = new TestClient(server.port())) {
      stranger.sendRaw("*11\r\n");
      assertThat(stranger.readToEnd())
          .isEqualTo("-ERR Protocol error: unauthenticated multibulk length\r\n");
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void protocolChangesWithinAPipeline(Transport transport) throws IOException {
    try (TestClient client = start(transport)) {
      client.sendRaw("GET a\r\nHELLO 3\r\nGET a\r\nHELLO 2\r\nGET a\r\nQUIT\r\n");
      assertThat(client.readToEnd())
          .isEqualTo(
              "$-1\r\n%1\r\n$5\r\nproto\r\n:3\r\n_\r\n*2\r\n$5\r\nproto\r\n:2\r\n$-1\r\n+OK\r\n");
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void writesAreRefusedWithoutMemory(Transport transport) throws IOException {
    try (TestClient client = start(transport)) {
      assertThat(client.call("SET", "a", "1")).isEqualTo("+OK");
      server.memory.limit(1);
      assertThat(client.call("SET", "a", "2"))
          .isEqualTo("-OOM command not allowed when used memory > 'maxmemory'.");
      assertThat(client.call("DEL", "a")).isEqualTo(":1");
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void largeArgumentsArriveWhole(Transport transport) throws IOException {
    byte[] value = new byte[3_000_000];
    new Random(7).nextBytes(value);
    try (TestClient client = start(transport)) {
      byte[] key = "big".getBytes(ISO_8859_1);
      client.sendRaw(Requests.encode("SET".getBytes(ISO_8859_1), key, value));
      client.send("GET", "big");
      assertThat(client.readLine()).isEqualTo("+OK");
      RespValue.BulkString reply = (RespValue.BulkString) client.read();
      assertThat(reply.value().toArray()).isEqualTo(value);
      assertThat(client.call("DEL", "big")).isEqualTo(":1");
      // Given up in the middle.
      client.sendRaw("*2\r\n$4\r\nECHO\r\n$100000000\r\nabc");
    }
  }

  /** More than is executed in one turn of the loop, from a client that has nothing more to say. */
  @ParameterizedTest
  @MethodSource("transports")
  void answersALongPipelineWhoseClientHasEndedItsInput(Transport transport) throws Exception {
    try (TestClient client = start(transport)) {
      // What follows the first command arrives while that is executed.
      String pings = "PING\r\n".repeat(300_000);
      byte[] requests = ("HOLD 50000\r\n" + pings).getBytes(ISO_8859_1);
      Thread writer =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  client.sendRaw(requests);
                  client.socket.shutdownOutput();
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      String replies = client.readToEnd();
      writer.join();
      assertThat(replies.length()).isEqualTo(5 + 300_000 * "+PONG\r\n".length());
      assertThat(replies.replace("+PONG\r\n", "")).isEqualTo("+OK\r\n");
    }
  }

  /** Both requests wait for the loop, that of the killer first, mostly. */
  @ParameterizedTest
  @MethodSource("transports")
  void whoWasKilledDoesNothingMore(Transport transport) throws Exception {
    settings.loops = 1;
    try (TestClient holder = start(transport);
        TestClient killer = new TestClient(server.port());
        TestClient victim = new TestClient(server.port())) {
      assertThat(killer.call("PING")).isEqualTo("+PONG");
      String id = victim.call("CLIENT", "ID").substring(1);
      holder.send("HOLD", "100000");
      killer.sendRaw("CLIENT KILL ID " + id + "\r\nGET key\r\n");
      victim.send("SET", "key", "value");
      assertThat(holder.readLine()).isEqualTo("+OK");
      assertThat(killer.readLine()).isEqualTo(":1");
      RespValue atKill = killer.read();
      victim.awaitEnd();
      killer.send("GET", "key");
      assertThat(killer.read()).isEqualTo(atKill);
    }
  }
}
