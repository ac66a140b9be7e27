package dev.larder.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.net.TestClient;
import dev.larder.net.TestClients;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What holds as soon as CLIENT KILL has replied, on two event loops. */
@Timeout(120)
final class KilledClientsTest extends WithServer {
  private static final String INCREMENTS = "INCR k\r\n".repeat(20_000);

  KilledClientsTest() {
    super(loops(2));
  }

  private static String id(TestClient client) throws IOException {
    return client.call("CLIENT", "ID").substring(1);
  }

  private static String text(TestClient client, String... command) throws IOException {
    client.send(command);
    return CachingClient.text(client.read());
  }

  @Test
  void whatTheyHaveSentIsNotExecuted() throws IOException {
    TestClient killer = connect();
    killer.call("SET", "k", "0");
    for (int i = 0; i < 20; i++) {
      TestClient victim = connect();
      String id = id(victim);
      victim.sendRaw(INCREMENTS);
      assertThat(killer.call("CLIENT", "KILL", "ID", id)).isEqualTo(":1");
      String atKill = text(killer, "GET", "k");
      assertThat(killer.call("CLIENT", "KILL", "ID", id)).isEqualTo(":0");
      victim.awaitEnd();
      assertThat(text(killer, "GET", "k")).isEqualTo(atKill);
    }
  }

  @Test
  void whatTheyHaveWaitedForIsNotTheirs() throws IOException {
    TestClient killer = connect();
    for (int i = 0; i < 20; i++) {
      TestClient victim = connect();
      String id = id(victim);
      victim.send("BLPOP", "list", "0");
      TestClients.await(() -> text(killer, "INFO", "clients").contains("blocked_clients:1"));
      killer.sendRaw("CLIENT KILL ID " + id + "\r\nRPUSH list e\r\nLLEN list\r\nDEL list\r\n");
      assertThat(killer.readLine()).isEqualTo(":1");
      assertThat(killer.readLine()).isEqualTo(":1");
      assertThat(killer.readLine()).isEqualTo(":1");
      assertThat(killer.readLine()).isEqualTo(":1");
    }
  }

  @Test
  void theyAreNotCounted() throws IOException {
    TestClient killer = connect();
    for (int i = 0; i < 20; i++) {
      for (int client = 0; client < 4; client++) {
        id(connect());
      }
      assertThat(killer.call("CLIENT", "KILL", "SKIPME", "yes")).isEqualTo(":4");
      assertThat(text(killer, "INFO", "clients")).contains("connected_clients:1\r\n");
    }
    connect().call("PING");
    assertThat(killer.call("CLIENT", "KILL", "SKIPME", "no")).isEqualTo(":2");
    killer.awaitEnd();
  }
}
