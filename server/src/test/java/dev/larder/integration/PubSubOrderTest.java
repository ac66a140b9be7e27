package dev.larder.integration;

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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In which order messages of a pipeline come, byte by byte, on each transport. */
@Timeout(60)
final class PubSubOrderTest {
  private final TestClients clients = new TestClients();
  private LarderServer server;

  private void start(String transport) throws IOException, ConfigException {
    server =
        LarderServer.start(
            new Config()
                .set(Options.PORT, 0L)
                .set(Options.IO_THREADS, 2L)
                .set(Options.IO_TRANSPORT, transport));
  }

  @AfterEach
  void close() throws IOException {
    clients.close();
    assertThat(server.stats().bugs()).isZero();
    server.close();
  }

  private TestClient connect(int protocol) throws IOException {
    TestClient client = clients.connect(server.port());
    client.sendRaw("HELLO " + protocol + "\r\nECHO ready\r\n");
    String end = "$5\r\nready\r\n";
    StringBuilder greeting = new StringBuilder();
    while (greeting.indexOf(end) < 0) {
      greeting.append(client.readRaw(1));
    }
    return client;
  }

  private static void expect(TestClient client, String bytes) throws IOException {
    assertThat(client.readRaw(bytes.length())).isEqualTo(bytes);
  }

  private static String bulk(String text) {
    return "$" + text.length() + "\r\n" + text + "\r\n";
  }

  private static String confirmation(int protocol, String kind, String channel, int count) {
    return (protocol == 2 ? "*" : ">")
        + "3\r\n"
        + bulk(kind)
        + bulk(channel)
        + ":"
        + count
        + "\r\n";
  }

  private static String message(int protocol, String channel, String text) {
    return (protocol == 2 ? "*" : ">") + "3\r\n" + bulk("message") + bulk(channel) + bulk(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "epoll", "nio"})
  void twoChannelsByTurns(String transport) throws IOException, ConfigException {
    start(transport);
    TestClient publisher = connect(2);
    List<TestClient> both = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int protocol = 2 + i % 2;
      TestClient client = connect(protocol);
      client.sendRaw("SUBSCRIBE a b\r\n");
      expect(client, confirmation(protocol, "subscribe", "a", 1));
      expect(client, confirmation(protocol, "subscribe", "b", 2));
      both.add(client);
    }
    StringBuilder commands = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      // Runs of different lengths.
      String channel = i % 7 < 4 ? "a" : "b";
      commands.append("PUBLISH ").append(channel).append(" ").append(i).append("\r\n");
    }
    publisher.sendRaw(commands.toString());
    for (int i = 0; i < 300; i++) {
      expect(publisher, ":6\r\n");
    }
    for (int i = 0; i < 300; i++) {
      for (int client = 0; client < both.size(); client++) {
        String channel = i % 7 < 4 ? "a" : "b";
        expect(both.get(client), message(2 + client % 2, channel, Integer.toString(i)));
      }
    }
  }

  /** Who publishes to itself gets each message behind its command, before what follows. */
  @ParameterizedTest
  @ValueSource(strings = {"auto", "epoll", "nio"})
  void subscriptionsChangeInThePipeline(String transport) throws IOException, ConfigException {
    start(transport);
    TestClient client = connect(3);
    for (int round = 0; round < 20; round++) {
      client.sendRaw(
          "PUBLISH a 1\r\nSUBSCRIBE a\r\nPUBLISH a 2\r\nSUBSCRIBE b\r\nPUBLISH a 3\r\n"
              + "PUBLISH b 4\r\nUNSUBSCRIBE a\r\nPUBLISH a 5\r\nPUBLISH b 6\r\n"
              + "UNSUBSCRIBE b\r\nPUBLISH b 7\r\nECHO end\r\n");
      String all =
          ":0\r\n"
              + confirmation(3, "subscribe", "a", 1)
              + (":1\r\n" + message(3, "a", "2"))
              + confirmation(3, "subscribe", "b", 2)
              + (":1\r\n" + message(3, "a", "3"))
              + (":1\r\n" + message(3, "b", "4"))
              + confirmation(3, "unsubscribe", "a", 1)
              + ":0\r\n"
              + (":1\r\n" + message(3, "b", "6"))
              + confirmation(3, "unsubscribe", "b", 0)
              + ":0\r\n"
              + bulk("end");
      expect(client, all);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "epoll", "nio"})
  void transactionOfWhoListens(String transport) throws IOException, ConfigException {
    start(transport);
    TestClient client = connect(3);
    TestClient other = connect(2);
    client.sendRaw("SUBSCRIBE a b\r\n");
    expect(client, confirmation(3, "subscribe", "a", 1) + confirmation(3, "subscribe", "b", 2));
    other.sendRaw("SUBSCRIBE b a\r\n");
    expect(other, confirmation(2, "subscribe", "b", 1) + confirmation(2, "subscribe", "a", 2));
    for (int round = 0; round < 20; round++) {
      client.sendRaw(
          "MULTI\r\nPUBLISH a 1\r\nPUBLISH a 2\r\nPUBLISH b 3\r\nPUBLISH a 4\r\nEXEC\r\n"
              + "PUBLISH b 5\r\nPING\r\n");
      expect(client, "+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n");
      expect(client, "*4\r\n:2\r\n:2\r\n:2\r\n:2\r\n");
      expect(client, message(3, "a", "1") + message(3, "a", "2") + message(3, "b", "3"));
      expect(client, message(3, "a", "4") + ":2\r\n" + message(3, "b", "5") + "+PONG\r\n");
      expect(other, message(2, "a", "1") + message(2, "a", "2") + message(2, "b", "3"));
      expect(other, message(2, "a", "4") + message(2, "b", "5"));
    }
  }
}
