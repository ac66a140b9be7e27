package dev.larder.integration;

import static dev.larder.net.TestClients.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.net.TestClient;
import dev.larder.resp.RespValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that cache what they have read, on two event loops. */
@Timeout(120)
@Tag("slow")
final class TrackingTest extends WithServer {
  TrackingTest() {
    super(loops(2));
  }

  private CachingClient cache(String options) throws IOException {
    return CachingClient.of(clients, server.port(), options);
  }

  private String fact(String name) throws IOException {
    try (TestClient client = new TestClient(server.port())) {
      client.send("INFO", "everything");
      String info = CachingClient.text(client.read());
      int at = info.indexOf("\n" + name + ":");
      return info.substring(at + name.length() + 2, info.indexOf('\r', at + 1));
    }
  }

  @Test
  void oneIsToldBehindTheReply() throws IOException {
    TestClient client = connect();
    client.send("HELLO", "3");
    client.read();
    client.call("CLIENT", "TRACKING", "ON");
    client.sendRaw("GET k\r\nSET k v\r\nGET k\r\nPING\r\n");
    client.read();
    assertThat(client.readLine()).isEqualTo("+OK");
    assertThat(client.read()).isInstanceOf(RespValue.Push.class);
    assertThat(client.read()).isEqualTo(RespValue.BulkString.of("v"));
    assertThat(client.readLine()).isEqualTo("+PONG");
  }

  @Test
  void broadcastsOfCommandsOneAfterTheOtherAreApart() throws IOException {
    TestClient client = connect();
    client.send("HELLO", "3");
    client.read();
    client.call("CLIENT", "TRACKING", "ON", "BCAST");
    TestClient first = connect();
    TestClient second = connect();
    for (int i = 0; i < 300; i++) {
      String key = "key" + i;
      assertThat((i % 2 == 0 ? first : second).call("SET", key, "v")).isEqualTo("+OK");
    }
    List<RespValue> told = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      told.add(((RespValue.Push) client.read()).elements().get(1));
    }
    // The two loops need not be in step.
    assertThat(told)
        .doesNotHaveDuplicates()
        .allMatch(keys -> ((RespValue.Array) keys).elements().size() == 1);
  }

  @Test
  void oneIsToldThatTheOtherHasQuit() throws IOException {
    TestClient other = connect();
    String id = other.call("CLIENT", "ID").substring(1);
    TestClient client = connect();
    client.send("HELLO", "3");
    client.read();
    client.call("CLIENT", "TRACKING", "ON", "REDIRECT", id);
    client.send("GET", "k");
    client.read();
    assertThat(other.call("QUIT")).isEqualTo("+OK");
    assertThat(connect().call("SET", "k", "v")).isEqualTo("+OK");
    RespValue.Push told = (RespValue.Push) client.read();
    assertThat(told.elements())
        .containsExactly(
            RespValue.BulkString.of("tracking-redir-broken"),
            new RespValue.Int(Long.parseLong(id)));
  }

  @Test
  void thereIsAMostOfTrackedKeys() throws Exception {
    CachingClient cache = cache("");
    cache.ask("CONFIG", "SET", "tracking-table-max-keys", "100");
    for (int i = 0; i < 1000; i++) {
      cache.read("key" + i);
    }
    cache.ask("PING");
    assertThat(Long.parseLong(fact("tracking_total_keys"))).isLessThanOrEqualTo(100);
    await(() -> {
      cache.ask("PING");
      return cache.values().size() <= 100;
    });
    assertThat(fact("tracking_total_items")).isEqualTo(fact("tracking_total_keys"));
  }

  @Test
  void keysAreForgottenAsSoonAsFewerMayBeTracked() throws Exception {
    CachingClient cache = cache("");
    CachingClient other = cache("");
    for (int i = 0; i < 3000; i++) {
      cache.read("key" + i);
    }
    for (int i = 0; i < 20; i++) {
      other.read("key" + i);
    }
    cache.ask("CONFIG", "SET", "tracking-table-max-keys", "10");
    await(() -> {
      cache.ask("PING");
      return cache.values().size() <= 10;
    });
    await(() -> {
      other.ask("PING");
      return other.values().size() <= 10;
    });
    assertThat(fact("tracking_total_keys")).isEqualTo(Integer.toString(cache.values().size()));
    // Each of the two loops may have taken one while the other did.
    assertThat(cache.values().size()).isGreaterThanOrEqualTo(9);
  }

  @Test
  void nothingIsLeftOfThoseWhoHaveGone() throws Exception {
    CachingClient stays = cache("");
    stays.read("key1");
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 20; i++) {
        CachingClient leaves = cache(i % 4 == 0 ? " BCAST PREFIX a PREFIX b" + i : "");
        for (int key = 0; key < 50; key++) {
          leaves.read("key" + key);
        }
        leaves.client.close();
      }
      await(() -> fact("tracking_clients").equals("1"));
      await(() -> fact("tracking_total_items").equals("1"));
      assertThat(fact("tracking_total_keys")).isEqualTo("1");
      assertThat(fact("tracking_total_prefixes")).isEqualTo("0");
    }
    TestClient writer = connect();
    writer.call("SET", "key1", "v");
    await(() -> {
      stays.ask("PING");
      return stays.invalidations() == 1;
    });
    stays.client.close();
    await(() -> fact("tracking_total_keys").equals("0"));
  }
}
