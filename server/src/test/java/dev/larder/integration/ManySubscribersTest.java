package dev.larder.integration;

import static dev.larder.net.TestClients.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.ConfigException;
import dev.larder.config.Options;
import dev.larder.net.TestClient;
import dev.larder.net.TestClients;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many who listen, much that is published, and clients that vanish meanwhile. */
@Timeout(120)
@Tag("slow")
final class ManySubscribersTest {
  private static final int CONFIRMATION_BYTES =
      "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n".length();

  private final long seed = Long.getLong("seed", System.identityHashCode(this));
  private final Random random = new Random(seed);
  private final TestClients clients = new TestClients();
  private LarderServer server;
  private TestClient publisher;

  @BeforeEach
  void start() throws IOException, ConfigException {
    server = LarderServer.start(new Config().set(Options.PORT, 0L).set(Options.IO_THREADS, 2L));
    publisher = clients.connect(server.port());
  }

  @AfterEach
  void close() throws IOException {
    clients.close();
    assertThat(server.stats().bugs()).isZero();
    server.close();
  }

  private List<TestClient> subscribe(int count) throws IOException {
    List<TestClient> listeners = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      TestClient listener = clients.connect(server.port());
      listener.send("SUBSCRIBE", "a");
      listeners.add(listener);
    }
    for (TestClient listener : listeners) {
      assertThat(listener.readRaw(CONFIRMATION_BYTES)).contains("subscribe");
    }
    return listeners;
  }

  private static String message(String text) {
    return "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$" + text.length() + "\r\n" + text + "\r\n";
  }

  @Test
  void everybodyHearsWhileOthersAreServed() throws IOException {
    List<TestClient> listeners = subscribe(2_000);
    for (int i = 0; i < 5; i++) {
      publisher.sendRaw("PUBLISH a " + i + "\r\nPING\r\n");
      assertThat(publisher.readLine()).isEqualTo(":2000");
      assertThat(publisher.readLine()).isEqualTo("+PONG");
    }
    String all = message("0") + message("1") + message("2") + message("3") + message("4");
    for (TestClient listener : listeners) {
      assertThat(listener.readRaw(all.length())).isEqualTo(all);
    }
  }

  /** More deliveries than may be on their way: who publishes waits, and nothing is lost. */
  @Test
  void whoPublishesTooMuchWaits() throws IOException {
    int messages = 4_000;
    List<TestClient> listeners = subscribe(200);
    StringBuilder commands = new StringBuilder();
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < messages; i++) {
      commands.append("PUBLISH a ").append(i).append("\r\n");
      expected.append(message(Integer.toString(i)));
    }
    publisher.sendRaw(commands.toString());
    for (TestClient listener : listeners) {
      assertThat(listener.readRaw(expected.length()).contentEquals(expected)).isTrue();
    }
    for (int i = 0; i < messages; i++) {
      assertThat(publisher.readLine()).isEqualTo(":200");
    }
  }

  /** More messages than a turn delivers: who asks meanwhile hears them before the answer. */
  @Test
  void messagesComeBeforeLaterAnswers() throws IOException {
    List<TestClient> listeners = subscribe(400);
    StringBuilder commands = new StringBuilder();
    StringBuilder expected = new StringBuilder();
    String large = "x".repeat(20_000);
    for (int i = 0; i < 50; i++) {
      commands.append("PUBLISH a ").append(i).append(large).append("\r\n");
      expected.append(message(i + large));
    }
    String answers = "*2\r\n$4\r\npong\r\n$0\r\n\r\n".repeat(3);
    publisher.sendRaw(commands.toString());
    for (int i = 0; i < 50; i++) {
      assertThat(publisher.readLine()).isEqualTo(":400");
    }
    for (TestClient listener : listeners) {
      listener.sendRaw("PING\r\nPING\r\nPING\r\n");
    }
    for (TestClient listener : listeners) {
      assertThat(listener.readRaw(expected.length()).contentEquals(expected)).isTrue();
      assertThat(listener.readRaw(answers.length())).isEqualTo(answers);
    }
  }

  /** Messages of two publishers on different loops come in one order to all. */
  @Test
  void allHearOneOrder() throws IOException {
    int messages = 500;
    List<TestClient> listeners = subscribe(6);
    TestClient other = clients.connect(server.port());
    for (int i = 0; i < messages; i++) {
      publisher.send("PUBLISH", "a", "p" + i);
      other.send("PUBLISH", "a", "o" + i);
    }
    List<String> first = null;
    for (TestClient listener : listeners) {
      List<String> heard = new ArrayList<>();
      for (int i = 0; i < 2 * messages; i++) {
        heard.add(rawMessage(listener));
      }
      first = first == null ? heard : first;
      assertThat(heard.equals(first)).isTrue();
    }
  }

  private static String rawMessage(TestClient listener) throws IOException {
    listener.readRaw("*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$".length());
    int length = Integer.parseInt(listener.readRaw(1));
    listener.readRaw(2);
    String text = listener.readRaw(length);
    listener.readRaw(2);
    return text;
  }

  @Test
  void clientsVanishWhileTheyAreTold() throws IOException {
    TestClient staying = subscribe(1).getFirst();
    String text = "x".repeat(200);
    int published = 0;
    for (int round = 0; round < 60; round++) {
      List<TestClient> passing = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        TestClient client = clients.connect(server.port());
        client.sendRaw("SUBSCRIBE a b c\r\nPSUBSCRIBE a* *a\r\nSSUBSCRIBE a\r\n");
        passing.add(client);
      }
      StringBuilder commands = new StringBuilder();
      for (int i = 0; i < 100; i++) {
        commands.append("PUBLISH a ").append(text).append("\r\nSPUBLISH a x\r\n");
      }
      publisher.sendRaw(commands.toString());
      published += 100;
      for (TestClient client : passing) {
        if (random.nextInt(3) > 0) {
          // Does not say goodbye.
          client.socket.setSoLinger(true, 0);
        } else if (random.nextBoolean()) {
          client.sendRaw("UNSUBSCRIBE\r\nRESET\r\nPUNSUBSCRIBE\r\n");
        }
        client.close();
      }
      for (int i = 0; i < 200; i++) {
        assertThat(publisher.readLine()).startsWith(":");
      }
    }
    String expected = message(text);
    for (int i = 0; i < published; i++) {
      assertThat(staying.readRaw(expected.length())).as("seed %d", seed).isEqualTo(expected);
    }
    await(() -> publisher.call("PUBLISH", "a", "last").equals(":1"));
    assertThat(publisher.call("PUBSUB", "NUMPAT")).isEqualTo(":0");
    assertThat(publisher.call("SPUBLISH", "a", "x")).isEqualTo(":0");
    await(() -> server.stats().bugs() > 0 || connectedClients() == 2);
  }

  private int connectedClients() throws IOException {
    publisher.send("INFO", "clients");
    String info = publisher.read().toString();
    int at = info.indexOf("connected_clients:") + "connected_clients:".length();
    return Integer.parseInt(info.substring(at, info.indexOf('\r', at)));
  }

  /** Redis does not end those who listen for being idle. */
  @Test
  void idleSubscribersStay() throws IOException {
    TestClient idle = clients.connect(server.port());
    assertThat(idle.call("PING")).isEqualTo("+PONG");
    TestClient listener = subscribe(1).getFirst();
    assertThat(publisher.call("CONFIG", "SET", "timeout", "1")).isEqualTo("+OK");
    await(() -> publisher.call("PUBLISH", "a", "x").equals(":1") && connectedClients() == 2);
    assertThat(idle.socket.getInputStream().read()).isEqualTo(-1);
    assertThat(listener.readRaw(message("x").length())).isEqualTo(message("x"));
  }
}
