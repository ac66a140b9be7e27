package dev.larder.net;

import static dev.larder.net.TestClients.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.resp.Requests;
import dev.larder.resp.RespValue;
import dev.larder.storage.Bytes;
import dev.larder.storage.Shard;
import dev.larder.storage.Unit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that block, by real sockets on two event loops. */
@Tag("slow")
final class BlockedClientsTest {
  private static final int MANY = 600;

  private final TestSettings settings = new TestSettings();
  private final TestClients clients = new TestClients();
  private TestServer server;
  private int expectedBugs;

  static Stream<Transport> transports() {
    return ConnectionTest.transports();
  }

  private void start(Transport transport) {
    start(transport, 2);
  }

  private void start(Transport transport, int loops) {
    settings.transport = transport.wireName();
    settings.loops = loops;
    server = new TestServer(settings);
  }

  @AfterEach
  void stop() throws IOException {
    clients.close();
    await(() -> server.sessions.count() == 0);
    assertThat(server.keyspace.awaitedKeys()).as("keys waited for by nobody").isZero();
    server.close();
    assertThat(server.stats.bugs()).isEqualTo(expectedBugs);
  }

  private TestClient connect() throws IOException {
    return clients.connect(server.port());
  }

  /** A client that waits in a queue. */
  private TestClient block(String... command) throws IOException {
    TestClient client = connect();
    block(client, command);
    return client;
  }

  private void block(TestClient client, String... command) throws IOException {
    int before = blocked();
    client.send(command);
    await(() -> blocked() > before);
  }

  private int blocked() {
    int[] count = new int[1];
    server.sessions.forEach(session -> count[0] += session.isBlocked() ? 1 : 0);
    return count[0];
  }

  private static String read(TestClient client) throws IOException {
    return text(client.read());
  }

  private static String text(RespValue value) {
    return switch (value) {
      case RespValue.Array(List<RespValue> items) ->
          items.stream().map(BlockedClientsTest::text).toList().toString();
      case RespValue.BulkString(var bytes) -> bytes.toString();
      case RespValue.SimpleError(String message) -> message;
      case RespValue.Int(long number) -> ":" + number;
      default -> value.toString();
    };
  }

  private static String call(TestClient client, String... command) throws IOException {
    client.send(command);
    return read(client);
  }

  @ParameterizedTest
  @MethodSource("transports")
  void clientsAreServedInTheOrderInWhichTheyCame(Transport transport) throws Exception {
    start(transport);
    List<TestClient> waiting = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      waiting.add(i % 2 == 0 ? block("TAKE", "k", "0") : block("TAKE", "a", "k", "b", "0"));
    }
    TestClient pusher = connect();
    assertThat(call(pusher, "PUSH", "k", "e0", "e1", "e2")).isEqualTo(":3");
    for (int i = 3; i < 6; i++) {
      assertThat(call(pusher, "PUSH", "k", "e" + i)).isEqualTo(":1");
    }
    for (int i = 0; i < 6; i++) {
      assertThat(read(waiting.get(i))).isEqualTo("[k, e" + i + "]");
    }
    assertThat(blocked()).isZero();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void manyAreServedAtOnceInOrder(Transport transport) throws Exception {
    start(transport);
    List<TestClient> waiting = new ArrayList<>();
    String[] push = new String[MANY + 2];
    push[0] = "PUSH";
    push[1] = "k";
    for (int i = 0; i < MANY; i++) {
      waiting.add(block("TAKE", "k", "0"));
      push[i + 2] = "e" + i;
    }
    // More than one step: what is pipelined behind must wait for all of them.
    TestClient pusher = connect();
    ByteArrayOutputStream requests = new ByteArrayOutputStream();
    requests.writeBytes(Requests.encode(push));
    requests.writeBytes(Requests.encode("PEEK", "k"));
    pusher.sendRaw(requests.toByteArray());
    assertThat(read(pusher)).isEqualTo(":" + MANY);
    assertThat(read(pusher)).isEmpty();
    for (int i = 0; i < MANY; i++) {
      assertThat(read(waiting.get(i))).isEqualTo("[k, e" + i + "]");
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void waitsEndByTimeouts(Transport transport) throws Exception {
    start(transport);
    TestClient client = connect();
    for (int i = 0; i < 20; i++) {
      assertThat(call(client, "TAKE", "k", "l", "m", "1")).isEqualTo("ARRAY");
      assertThat(call(client, "SHIFT", "k", "l", "1")).isEqualTo("BULK");
    }
    assertThat(server.keyspace.awaitedKeys()).as("keys waited for by nobody").isZero();
    assertThat(call(client, "HELLO", "3")).isNotEmpty();
    assertThat(call(client, "TAKE", "k", "1")).isEqualTo("RESP3");
    TestClient patient = block("TAKE", "k", "600000");
    assertThat(call(client, "PUSH", "k", "e")).isEqualTo(":1");
    assertThat(read(patient)).isEqualTo("[k, e]");
  }

  @ParameterizedTest
  @MethodSource("transports")
  void othersUnblock(Transport transport) throws Exception {
    start(transport);
    TestClient other = connect();
    TestClient client = connect();
    String id = call(client, "CLIENT", "ID").substring(1);
    assertThat(call(other, "CLIENT", "UNBLOCK", id)).isEqualTo(":0");
    block(client, "TAKE", "k", "0");
    assertThat(call(other, "CLIENT", "LIST", "ID", id)).contains(" flags=b ", " cmd=take ");
    assertThat(call(other, "CLIENT", "UNBLOCK", id, "NEVER"))
        .isEqualTo("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
    assertThat(call(other, "CLIENT", "UNBLOCK", id)).isEqualTo(":1");
    assertThat(call(other, "CLIENT", "UNBLOCK", id)).isEqualTo(":0");
    assertThat(read(client)).isEqualTo("ARRAY");
    block(client, "SHIFT", "k", "l", "0");
    assertThat(call(other, "CLIENT", "UNBLOCK", id, "timeout")).isEqualTo(":1");
    assertThat(read(client)).isEqualTo("BULK");
    block(client, "TAKE", "k", "l", "100000");
    assertThat(call(other, "CLIENT", "UNBLOCK", id, "ERROR")).isEqualTo(":1");
    assertThat(read(client)).isEqualTo("UNBLOCKED client unblocked via CLIENT UNBLOCK");
    assertThat(call(other, "CLIENT", "UNBLOCK", "12345")).isEqualTo(":0");
    assertThat(call(other, "CLIENT", "LIST", "ID", id)).contains(" flags=N ");
    assertThat(call(other, "PUSH", "k", "e")).isEqualTo(":1");
    assertThat(call(client, "TAKE", "k", "0")).isEqualTo("[k, e]");
    assertThat(server.stats.errorsByCode()).containsEntry("UNBLOCKED", 1L);
  }

  @ParameterizedTest
  @MethodSource("transports")
  void whoHasGoneGetsNothing(Transport transport) throws Exception {
    start(transport);
    TestClient pusher = connect();
    for (int i = 0; i < 10; i++) {
      TestClient gone = block("TAKE", "k", "other", "0");
      TestClient killed = connect();
      String id = call(killed, "CLIENT", "ID").substring(1);
      block(killed, "TAKE", "k", "0");
      TestClient stays = block("TAKE", "k", "0");
      if (i % 2 == 0) {
        gone.close();
      } else {
        gone.socket.shutdownOutput();
      }
      assertThat(call(pusher, "CLIENT", "KILL", "ID", id)).isEqualTo(":1");
      await(() -> blocked() == 1);
      assertThat(call(pusher, "PUSH", "k", "e" + i)).isEqualTo(":1");
      assertThat(read(stays)).isEqualTo("[k, e" + i + "]");
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void whatIsPipelinedWaitsBehind(Transport transport) throws Exception {
    start(transport);
    TestClient client = connect();
    ByteArrayOutputStream requests = new ByteArrayOutputStream();
    requests.writeBytes(Requests.encode("PUSH", "x", "1"));
    requests.writeBytes(Requests.encode("TAKE", "k", "0"));
    requests.writeBytes(Requests.encode("PUSH", "x", "2"));
    requests.writeBytes(Requests.encode("TAKE", "l", "0"));
    requests.writeBytes(Requests.encode("PEEK", "x"));
    requests.writeBytes(Requests.encode("ECHO", "a".repeat(1000)));
    byte[] all = requests.toByteArray();
    // Cut inside the last command, whose rest comes while the client is blocked.
    int cut = all.length - 300;
    client.sendRaw(Arrays.copyOf(all, cut));
    await(() -> blocked() == 1);
    client.sendRaw(Arrays.copyOfRange(all, cut, all.length));
    client.send("PING");
    TestClient pusher = connect();
    assertThat(call(pusher, "PEEK", "x")).isEqualTo("1,");
    assertThat(call(pusher, "PUSH", "k", "e")).isEqualTo(":1");
    assertThat(read(client)).isEqualTo(":1");
    assertThat(read(client)).isEqualTo("[k, e]");
    assertThat(read(client)).isEqualTo(":2");
    assertThat(call(pusher, "PUSH", "l", "f")).isEqualTo(":1");
    assertThat(read(client)).isEqualTo("[l, f]");
    assertThat(read(client)).isEqualTo("1,2,");
    assertThat(read(client)).isEqualTo("a".repeat(1000));
    assertThat(client.readLine()).isEqualTo("+PONG");
  }

  @ParameterizedTest
  @MethodSource("transports")
  void longArgumentsAndRepliesAreCarriedOver(Transport transport) throws Exception {
    start(transport);
    TestClient pusher = connect();
    String key = "k".repeat(100_000);
    TestClient client = block("TAKE", "a", key, "b".repeat(70_000), "0");
    TestClient timed = connect();
    assertThat(call(timed, "TAKE", key, "1")).isEqualTo("ARRAY");
    String element = "e".repeat(30_000);
    assertThat(call(pusher, "PUSH", key, element)).isEqualTo(":1");
    assertThat(read(client)).isEqualTo("[" + key + ", " + element + "]");
    assertThat(call(client, "PEEK", key)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void whatIsMovedOnServesTheNext(Transport transport) throws Exception {
    start(transport);
    int length = 20;
    List<TestClient> chain = new ArrayList<>();
    TestClient end = block("TAKE", "k" + length, "0");
    for (int i = length - 1; i >= 0; i--) {
      chain.add(block("SHIFT", "k" + i, "k" + (i + 1), "0"));
    }
    TestClient circle = block("SHIFT", "c", "c", "0");
    TestClient pusher = connect();
    assertThat(call(pusher, "PUSH", "k0", "e")).isEqualTo(":1");
    for (int i = 0; i <= length; i++) {
      assertThat(call(pusher, "PEEK", "k" + i)).isEmpty();
    }
    assertThat(read(end)).isEqualTo("[k" + length + ", e]");
    for (TestClient client : chain) {
      assertThat(read(client)).isEqualTo("e");
    }
    assertThat(call(pusher, "PUSH", "c", "e")).isEqualTo(":1");
    assertThat(read(circle)).isEqualTo("e");
    assertThat(call(pusher, "PEEK", "c")).isEqualTo("e,");
  }

  @ParameterizedTest
  @MethodSource("transports")
  void whoIsWokenForNothingPassesItsTurnOn(Transport transport) throws Exception {
    start(transport, 1);
    int i = 0;
    while (shardOf("t" + i) == shardOf("k")) {
      i++;
    }
    String target = "t" + i;
    TestClient witness = connect();
    TestClient waiting = block("SHIFT", "k", target, "0");
    Unit owner = server.keyspace.newUnit();
    owner.begin(0);
    while (!owner.acquire(shardOf(target))) {
      Thread.onSpinWait(); // The thread that gives memory back has it for a moment.
    }
    assertThat(call(connect(), "PUSH", "k", "e")).isEqualTo(":1");
    // What parks for the target's shard: the service, two who would serve, one who needs it.
    List<TestClient> parked = new ArrayList<>();
    for (String key : new String[] {"k", "k", target}) {
      TestClient client = connect();
      assertThat(client.call("PING")).isEqualTo("+PONG");
      client.send("PEEK", key);
      parked.add(client);
      // The loop has looked at its sockets twice.
      assertThat(witness.call("PING")).isEqualTo("+PONG");
      assertThat(witness.call("PING")).isEqualTo("+PONG");
    }
    owner.releaseAll();
    assertThat(read(waiting)).isEqualTo("e");
    assertThat(read(parked.get(0))).isEmpty();
    assertThat(read(parked.get(1))).isEmpty();
    assertThat(read(parked.get(2))).isEqualTo("e,");
  }

  private Shard shardOf(String key) {
    byte[] bytes = key.getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer memory = ByteBuffer.allocateDirect(bytes.length).put(0, bytes);
    try {
      return server.keyspace.shardOf(server.keyspace.hash(Bytes.addressOf(memory), bytes.length));
    } finally {
      Reference.reachabilityFence(memory);
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aBugInOneClientsCommandIsNotTheOthers(Transport transport) throws Exception {
    start(transport);
    TestClient unlucky = block("TAKEBUG", "k", "0");
    TestClient next = block("TAKE", "k", "0");
    TestClient pusher = connect();
    assertThat(call(pusher, "PUSH", "k", "e")).isEqualTo(":1");
    assertThat(read(next)).isEqualTo("[k, e]");
    assertThat(read(unlucky)).isEqualTo("ERR internal error");
    assertThat(unlucky.readToEnd()).isEmpty();
    expectedBugs = 1;
  }

  @ParameterizedTest
  @MethodSource("transports")
  void blockedClientsDoNotKeepTheServerFromClosing(Transport transport) throws Exception {
    start(transport);
    for (int i = 0; i < 20; i++) {
      block("TAKE", "k" + i % 3, "l", i % 2 == 0 ? "0" : "100000");
    }
    server.close();
    assertThat(server.sessions.count()).isZero();
    server = new TestServer(settings);
  }
}
