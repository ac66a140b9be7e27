package dev.larder.integration;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.ConfigException;
import dev.larder.config.Options;
import dev.larder.net.TestClient;
import dev.larder.resp.Requests;
import dev.larder.resp.RespValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that are broken, slow or gone: the others do not notice, and afterwards all the memory
 * that was used for them is back.
 */
final class BadInputTest {
  /** By so much the receive buffers of two loops grow under load, and stay. */
  private static final long RING_BYTES = 2L * 64 * 64 * 1024;

  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  /** What the tables of all shards keep when they have held something once. */
  private static final int EMPTY_TABLES_BYTES = 4 * KIB;

  /** The witness's own last reply may be on its way. */
  private static final int REPLY_BYTES = KIB;

  private LarderServer server;
  private TestClient witness;
  private long baseBytes;
  private long baseBufferBytes;

  private void start(String transport) throws ConfigException, IOException {
    server =
        LarderServer.start(
            new Config()
                .set(Options.PORT, 0L)
                .set(Options.IO_THREADS, 2L)
                .set(Options.IO_TRANSPORT, transport));
    witness = new TestClient(server.port());
    // Both loops have received something: buffers that stay are there.
    for (int i = 0; i < 4; i++) {
      try (TestClient client = new TestClient(server.port())) {
        assertThat(client.call("PING")).isEqualTo("+PONG");
      }
    }
    awaitOnlyTheWitness();
    baseBytes = server.keyspace().usedBytes() + EMPTY_TABLES_BYTES;
    boolean hasRings = server.transport().equals("io_uring");
    baseBufferBytes = server.bufferBytes() + REPLY_BYTES + (hasRings ? RING_BYTES : 0);
  }

  @AfterEach
  void nothingIsLost() throws IOException {
    try {
      assertThat(witness.call("PING")).isEqualTo("+PONG");
      awaitOnlyTheWitness();
      assertThat(witness.call("FLUSHALL")).isEqualTo("+OK");
      await("memory of keys", () -> server.keyspace().usedBytes() <= baseBytes);
      await("network buffers", () -> server.bufferBytes() <= baseBufferBytes);
      assertThat(server.stats().bugs()).isZero();
    } finally {
      witness.close();
      server.close();
    }
  }

  private void awaitOnlyTheWitness() throws IOException {
    for (int i = 0; i < 20_000; i++) {
      witness.send("CLIENT", "LIST");
      RespValue.BulkString list = (RespValue.BulkString) witness.read();
      if (new String(list.value().toArray(), ISO_8859_1).lines().count() == 1) {
        return;
      }
    }
    throw new AssertionError("clients that are gone are still listed");
  }

  /** Memory is given back by the loops' housekeeping: the witness keeps them going. */
  private void await(String what, BooleanSupplier condition) throws IOException {
    for (int i = 0; i < 20_000; i++) {
      if (condition.getAsBoolean()) {
        return;
      }
      assertThat(witness.call("PING")).isEqualTo("+PONG");
    }
    throw new AssertionError(
        "%s: %d of %d bytes, %d of %d in buffers"
            .formatted(
                what,
                server.keyspace().usedBytes(),
                baseBytes,
                server.bufferBytes(),
                baseBufferBytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "nio"})
  void slowDrip(String transport) throws Exception {
    start(transport);
    ByteArrayOutputStream requests = new ByteArrayOutputStream();
    requests.writeBytes(Requests.encode("SET", "drip", "v".repeat(300)));
    requests.writeBytes("get drip\r\nECHO 'a b'\r\n".getBytes(ISO_8859_1));
    requests.writeBytes(Requests.encode("MGET", "drip", "none", "drip"));
    requests.writeBytes(Requests.encode("STRLEN", "drip"));
    RespValue value = RespValue.BulkString.of("v".repeat(300));
    try (TestClient first = new TestClient(server.port());
        TestClient second = new TestClient(server.port())) {
      for (byte b : requests.toByteArray()) {
        first.sendRaw(new byte[] {b});
        second.sendRaw(new byte[] {b});
      }
      for (TestClient client : List.of(first, second)) {
        assertThat(client.readLine()).isEqualTo("+OK");
        assertThat(client.read()).isEqualTo(value);
        assertThat(client.read()).isEqualTo(RespValue.BulkString.of("a b"));
        assertThat(((RespValue.Array) client.read()).elements()).hasSize(3).contains(value);
        assertThat(client.readLine()).isEqualTo(":300");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "nio"})
  void thousandsOfCommandsInOneWrite(String transport) throws Exception {
    start(transport);
    int count = 20_000;
    ByteArrayOutputStream requests = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      requests.writeBytes(Requests.encode("INCR", "n"));
      requests.writeBytes(Requests.encode("SET", "key:" + i, "value"));
    }
    try (TestClient client = new TestClient(server.port())) {
      Thread writer = send(client, requests.toByteArray());
      for (int i = 1; i <= count; i++) {
        assertThat(client.readLine()).isEqualTo(":" + i);
        assertThat(client.readLine()).isEqualTo("+OK");
      }
      writer.join();
      assertThat(client.call("DBSIZE")).isEqualTo(":" + (count + 1));
    }
  }

  private static Thread send(TestClient client, byte[] bytes) {
    return Thread.ofPlatform()
        .start(() -> {
          try {
            client.sendRaw(bytes);
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  /** Each leaves at another place of a request, some by a reset. */
  @ParameterizedTest
  @ValueSource(strings = {"auto", "nio"})
  void goneInTheMiddleOfARequest(String transport) throws Exception {
    start(transport);
    byte[] small = Requests.encode("SET", "some-key", "some value");
    for (int end = 1; end < small.length; end += 3) {
      leaveAfter(small, end, end % 2 == 0);
    }
    byte[] large = Requests.encode("SET", "large", "v".repeat(3 * MIB));
    for (int end : new int[] {30, 100, 64 * KIB, 300 * KIB, MIB, large.length - 1}) {
      leaveAfter(large, end, true);
      leaveAfter(large, end, false);
    }
    // Announced only: the memory for it is not the client's word.
    byte[] announced = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$536870912\r\nabc".getBytes(ISO_8859_1);
    leaveAfter(announced, announced.length, false);
    byte[] arguments = "*1000000\r\n$3\r\nDEL\r\n$1\r\na\r\n".getBytes(ISO_8859_1);
    leaveAfter(arguments, arguments.length, false);
    assertThat(witness.call("DBSIZE")).isEqualTo(":0");
  }

  private void leaveAfter(byte[] request, int bytes, boolean reset) throws IOException {
    try (TestClient client = new TestClient(server.port())) {
      client.socket.getOutputStream().write(request, 0, bytes);
      if (reset) {
        client.socket.setSoLinger(true, 0);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "nio"})
  void goneInTheMiddleOfAReply(String transport) throws Exception {
    start(transport);
    assertThat(witness.call("SET", "large", "v".repeat(3 * MIB))).isEqualTo("+OK");
    for (int i = 0; i < 3000; i++) {
      witness.send("SET", "key:" + i, "value");
      assertThat(witness.readLine()).isEqualTo("+OK");
    }
    ByteArrayOutputStream requests = new ByteArrayOutputStream();
    for (int i = 0; i < 20; i++) {
      requests.writeBytes(Requests.encode("GET", "large"));
      requests.writeBytes(Requests.encode("KEYS", "*"));
    }
    for (int bytes : new int[] {0, 1, 100_000, 4_000_000}) {
      for (boolean reset : new boolean[] {false, true}) {
        try (TestClient client = new TestClient(server.port())) {
          client.sendRaw(requests.toByteArray());
          assertThat(client.readRaw(bytes)).hasSize(bytes);
          if (reset) {
            client.socket.setSoLinger(true, 0);
          }
        }
      }
    }
  }

  /** A client that has nothing more to say gets its answers; what is incomplete is dropped. */
  @ParameterizedTest
  @ValueSource(strings = {"auto", "nio"})
  void halfOpen(String transport) throws Exception {
    start(transport);
    for (String tail : List.of("", "*2\r\n$3\r\nGET\r\n", "*2\r\n$3\r\nGET\r\n$3\r\nab", "PIN")) {
      try (TestClient client = new TestClient(server.port())) {
        client.sendRaw("PING\r\n" + tail);
        client.socket.shutdownOutput();
        assertThat(client.readToEnd()).isEqualTo("+PONG\r\n");
      }
    }
    assertThat(witness.call("SET", "large", "v".repeat(2 * MIB))).isEqualTo("+OK");
    try (TestClient client = new TestClient(server.port())) {
      client.send("GET", "large");
      client.send("GET", "large");
      client.socket.shutdownOutput();
      assertThat(client.readToEnd()).hasSize(2 * (2 * MIB + 12));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "nio"})
  void nonsense(String transport) throws Exception {
    start(transport);
    long seed = Long.getLong("seed", System.identityHashCode(this));
    Random random = new Random(seed);
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      byte[] bytes = new byte[1 + random.nextInt(3000)];
      random.nextBytes(bytes);
      if (i % 2 == 0) {
        bytes[0] = '*';
      }
      TestClient client = new TestClient(server.port());
      client.sendRaw(bytes);
      client.socket.shutdownOutput();
      clients.add(client);
    }
    for (TestClient client : clients) {
      // Whatever it is, it is an end: nobody waits for more.
      assertThat(client.readToEnd()).as("seed %d", seed).doesNotContain("internal error");
      client.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "nio"})
  void oversize(String transport) throws Exception {
    start(transport);
    assertThat(witness.call("CONFIG", "SET", "proto-max-bulk-len", "1mb")).isEqualTo("+OK");
    String whole = "v".repeat(MIB);
    assertThat(witness.call("SET", "a", whole)).isEqualTo("+OK");
    String tooLong = "-ERR string exceeds maximum allowed size (proto-max-bulk-len)";
    assertThat(witness.call("APPEND", "a", "v")).isEqualTo(tooLong);
    assertThat(witness.call("SETRANGE", "a", "1048575", "vv")).isEqualTo(tooLong);
    assertThat(witness.call("SETRANGE", "a", "9223372036854775807", "v")).isEqualTo(tooLong);
    assertThat(witness.call("SETRANGE", "a", "1048575", "v")).isEqualTo(":1048576");
    assertThat(witness.call("SETBIT", "a", "8388607", "1")).isEqualTo(":0");
    assertThat(witness.call("SETBIT", "a", "8388608", "1"))
        .isEqualTo("-ERR bit offset is not an integer or out of range");
    try (TestClient client = new TestClient(server.port())) {
      client.sendRaw("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1048577\r\n");
      assertThat(client.readToEnd()).isEqualTo("-ERR Protocol error: invalid bulk length\r\n");
    }
    assertThat(witness.call("STRLEN", "a")).isEqualTo(":1048576");
    assertThat(witness.call("CONFIG", "SET", "proto-max-bulk-len", "512mb")).isEqualTo("+OK");
    assertThat(witness.call("SETRANGE", "far", "536870911", "vv")).isEqualTo(tooLong);
    assertThat(witness.call("SETBIT", "far", "4294967296", "1"))
        .isEqualTo("-ERR bit offset is not an integer or out of range");
    assertThat(witness.call("EXISTS", "far")).isEqualTo(":0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "nio"})
  void outOfMemory(String transport) throws Exception {
    start(transport);
    String refusal = "-OOM command not allowed when used memory > 'maxmemory'.";
    assertThat(witness.call("SET", "a", "1")).isEqualTo("+OK");
    long limit = server.keyspace().usedBytes() + 4L * MIB;
    assertThat(witness.call("CONFIG", "SET", "maxmemory", Long.toString(limit))).isEqualTo("+OK");
    try (TestClient client = new TestClient(server.port())) {
      int stored = 0;
      while (client.call("SET", "key:" + stored, "v".repeat(10_000)).equals("+OK")) {
        assertThat(stored++).isLessThan(1000);
      }
      assertThat(client.call("INCR", "a")).isEqualTo(refusal);
      assertThat(client.call("APPEND", "a", "v")).isEqualTo(refusal);
      assertThat(client.call("SETRANGE", "a", "1000000", "v")).isEqualTo(refusal);
      assertThat(client.call("MSET", "b", "1", "c", "2")).isEqualTo(refusal);
      assertThat(client.call("SET", "b", "v".repeat(5 * MIB))).isEqualTo(refusal);
      assertThat(client.call("EXPIRE", "a", "1000")).isEqualTo(":1");
      client.send("GET", "a");
      assertThat(client.read()).isEqualTo(RespValue.BulkString.of("1"));
      for (int i = 0; i < stored; i++) {
        assertThat(client.call("DEL", "key:" + i)).isEqualTo(":1");
      }
      await("room for keys", () -> server.keyspace().usedBytes() < limit);
      assertThat(client.call("SET", "b", "1")).isEqualTo("+OK");
      assertThat(client.call("INCR", "a")).isEqualTo(":2");
    }
    assertThat(witness.call("CONFIG", "SET", "maxmemory", "0")).isEqualTo("+OK");
  }
}
