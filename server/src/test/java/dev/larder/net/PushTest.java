package dev.larder.net;

import static dev.larder.net.TestClients.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.resp.ByteString;
import dev.larder.resp.RespValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages to other connections, by real sockets on two event loops. */
@Tag("slow")
final class PushTest {
  private static final int MANY = 200;

  private final TestSettings settings = new TestSettings();
  private final TestClients clients = new TestClients();
  private TestServer server;

  static Stream<Transport> transports() {
    return ConnectionTest.transports();
  }

  private void start(Transport transport) {
    settings.transport = transport.wireName();
    server = new TestServer(settings);
  }

  @AfterEach
  void stop() throws IOException {
    clients.close();
    await(() -> server.sessions.count() == 0);
    await(() -> server.told.stream().allMatch(message -> message.refCnt() == 0));
    server.close();
    assertThat(server.stats.bugs()).isZero();
  }

  private TestClient connect() throws IOException {
    return clients.connect(server.port());
  }

  private static String id(TestClient client) throws IOException {
    return client.call("CLIENT", "ID").substring(1);
  }

  private static void hello3(TestClient client) throws IOException {
    client.send("HELLO", "3");
    client.read();
  }

  private static RespValue message(String text) {
    return new RespValue.Array(List.of(bulk("tell"), bulk(text)));
  }

  private static RespValue pushed(String text) {
    return new RespValue.Push(List.of(bulk("tell"), bulk(text)));
  }

  private static RespValue bulk(String text) {
    return new RespValue.BulkString(ByteString.of(text));
  }

  @ParameterizedTest
  @MethodSource("transports")
  void reachesClientsOfBothLoopsInTheirProtocol(Transport transport) throws IOException {
    start(transport);
    TestClient teller = connect();
    List<String> tell = new ArrayList<>(List.of("TELL", "hi"));
    List<TestClient> told = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      TestClient client = connect();
      if (i % 3 == 0) {
        hello3(client);
      }
      told.add(client);
      tell.add(id(client));
    }
    assertThat(teller.call(tell.toArray(String[]::new))).isEqualTo("+OK");
    for (int i = 0; i < 6; i++) {
      assertThat(told.get(i).read()).isEqualTo(i % 3 == 0 ? pushed("hi") : message("hi"));
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void keepsTheOrderOfShortAndLongOnes(Transport transport) throws IOException {
    start(transport);
    TestClient teller = connect();
    TestClient told = connect();
    String id = id(told);
    List<RespValue> expected = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      String text = i % 50 == 7 ? i + "x".repeat(40_000) : "short " + i;
      teller.send("TELL", text, id);
      expected.add(message(text));
    }
    for (RespValue next : expected) {
      assertThat(told.read()).isEqualTo(next);
    }
    for (int i = 0; i < MANY; i++) {
      assertThat(teller.readLine()).isEqualTo("+OK");
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void oneSenderIsHeardBehindTheReplyOfTheCommand(Transport transport) throws IOException {
    start(transport);
    TestClient self = connect();
    hello3(self);
    String id = id(self);
    self.send("TELL", "me", id, id);
    assertThat(self.readLine()).isEqualTo("+OK");
    assertThat(self.read()).isEqualTo(pushed("me"));
    assertThat(self.read()).isEqualTo(pushed("me"));
    assertThat(self.call("PING")).isEqualTo("+PONG");
  }

  @ParameterizedTest
  @MethodSource("transports")
  void reachesBlockedClients(Transport transport) throws IOException {
    start(transport);
    TestClient teller = connect();
    TestClient blocked = connect();
    String id = id(blocked);
    blocked.send("TAKE", "list", "0");
    await(() -> server.keyspace.awaitedKeys() == 1);
    assertThat(teller.call("TELL", "while you wait", id)).isEqualTo("+OK");
    assertThat(blocked.read()).isEqualTo(message("while you wait"));
    teller.call("PUSH", "list", "a");
    assertThat(blocked.read()).isEqualTo(new RespValue.Array(List.of(bulk("list"), bulk("a"))));
  }

  /** The reply is longer than what a peer that does not read gets ahead. */
  @ParameterizedTest
  @MethodSource("transports")
  void staysBehindAReplyInProgress(Transport transport) throws IOException {
    start(transport);
    TestClient teller = connect();
    TestClient busy = connect();
    String id = id(busy);
    int numbers = 2_000_000;
    busy.sendRaw("COUNT " + numbers + "\r\nPING\r\n");
    await(() -> server.sessions.find(Long.parseLong(id)).connection().outputBytes() > 1000);
    for (int i = 0; i < 3; i++) {
      assertThat(teller.call("TELL", "later " + i, id)).isEqualTo("+OK");
    }
    RespValue.Array reply = (RespValue.Array) busy.read();
    assertThat(reply.elements()).hasSize(numbers);
    List<RespValue> rest = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      rest.add(busy.read());
    }
    assertThat(rest).contains(new RespValue.SimpleString("PONG"));
    rest.remove(new RespValue.SimpleString("PONG"));
    assertThat(rest).containsExactly(message("later 0"), message("later 1"), message("later 2"));
  }

  /** What its socket does not take waits, and all that follows behind that. */
  @ParameterizedTest
  @MethodSource("transports")
  void whoReadsLateMissesNothing(Transport transport) throws IOException {
    start(transport);
    TestClient teller = connect();
    TestClient late = connect();
    String id = id(late);
    String filling = "x".repeat(50_000);
    int told = 0;
    // More than its socket takes, by far.
    while (server.sessions.find(Long.parseLong(id)).connection().outputBytes() < 4_000_000) {
      assertThat(teller.call("TELL", told++ + filling, id)).isEqualTo("+OK");
      assertThat(teller.call("TELL", "short " + told++, id)).isEqualTo("+OK");
    }
    late.sendRaw("PING\r\n");
    RespValue pong = new RespValue.SimpleString("PONG");
    boolean isAnswered = false;
    for (int i = 0; i < told; i++) {
      RespValue next = late.read();
      if (next.equals(pong)) {
        isAnswered = true;
        next = late.read();
      }
      assertThat(next).isEqualTo(message(i % 2 == 0 ? i + filling : "short " + i));
    }
    assertThat(isAnswered || late.read().equals(pong)).isTrue();
    for (int i = 0; i < MANY; i++) {
      assertThat(teller.call("TELL", "late " + i, id)).isEqualTo("+OK");
      assertThat(late.read()).isEqualTo(message("late " + i));
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void whoDoesNotReadIsCutOff(Transport transport) throws IOException {
    settings.outputHardLimitBytes = 10_000_000;
    start(transport);
    TestClient teller = connect();
    TestClient deaf = connect();
    String id = id(deaf);
    String text = "x".repeat(100_000);
    await(() -> {
      try {
        teller.call("TELL", text, id);
        return server.sessions.count() == 1;
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    });
  }

  @ParameterizedTest
  @MethodSource("transports")
  void theGoneAreForgotten(Transport transport) throws IOException {
    start(transport);
    TestClient teller = connect();
    for (int i = 0; i < MANY; i++) {
      TestClient gone = connect();
      String id = id(gone);
      teller.send("TELL", "bye", id, id);
      gone.close();
      assertThat(teller.readLine()).isEqualTo("+OK");
    }
    await(() -> server.sessions.count() == 1);
    assertThat(server.told).hasSize(MANY);
  }
}
