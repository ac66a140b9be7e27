package dev.larder.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A server that ends while messages are on their way. */
final class PushEndTest {
  private static final int CLIENTS = 20;
  private static final int MESSAGES = 2_000;

  static Stream<Transport> transports() {
    return ConnectionTest.transports();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void whatIsOnItsWayIsReleased(Transport transport) throws IOException {
    TestSettings settings = new TestSettings();
    settings.transport = transport.wireName();
    TestServer server = new TestServer(settings);
    try (TestClients clients = new TestClients()) {
      TestClient teller = clients.connect(server.port());
      StringBuilder ids = new StringBuilder();
      for (int i = 0; i < CLIENTS; i++) {
        TestClient told = clients.connect(server.port());
        ids.append(' ').append(told.call("CLIENT", "ID").substring(1));
      }
      List<String> commands = new ArrayList<>();
      for (int i = 0; i < MESSAGES; i++) {
        commands.add("TELL message" + i + ids);
      }
      teller.sendRaw(String.join("\r\n", commands) + "\r\n");
      assertThat(teller.readLine()).isEqualTo("+OK");
    } finally {
      server.close();
    }
    assertThat(server.told).isNotEmpty().allMatch(message -> message.refCnt() == 0);
    assertThat(server.mailboxes.backlog().isFull()).isFalse();
  }
}
