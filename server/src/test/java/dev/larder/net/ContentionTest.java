package dev.larder.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.resp.Requests;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Several event loops on the same shards. */
@Tag("slow")
final class ContentionTest {
  private static final int CLIENTS = 6;
  private static final int ROUNDS = 20;
  private static final int PIPELINE = 100;

  private final TestSettings settings = new TestSettings();
  private TestServer server;

  static Stream<Transport> transports() {
    return ConnectionTest.transports();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void noUpdateOfAHotKeyIsLost(Transport transport) throws Exception {
    settings.transport = transport.wireName();
    settings.loops = 3;
    server = new TestServer(settings);
    run((client, id) -> {
      ByteArrayOutputStream requests = new ByteArrayOutputStream();
      for (int i = 0; i < PIPELINE; i++) {
        // Whoever owns all shards for a while makes the others park.
        boolean holds = id == 0 && i % 25 == 0;
        requests.writeBytes(holds ? Requests.encode("HOLD", "50") : Requests.encode("INCR", "hot"));
      }
      long last = 0;
      for (int round = 0; round < ROUNDS; round++) {
        client.sendRaw(requests.toByteArray());
        for (int i = 0; i < PIPELINE; i++) {
          String reply = client.readLine();
          if (reply.startsWith(":")) {
            long value = Long.parseLong(reply.substring(1));
            assertThat(value).isGreaterThan(last);
            last = value;
          }
        }
      }
    });
    try (TestClient client = new TestClient(server.port())) {
      int holds = ROUNDS * PIPELINE / 25;
      assertThat(client.call("INCR", "hot"))
          .isEqualTo(":" + (CLIENTS * ROUNDS * PIPELINE - holds + 1));
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void commandsOfManyKeysAreAtomicAndDoNotDeadlock(Transport transport) throws Exception {
    settings.transport = transport.wireName();
    settings.loops = 3;
    server = new TestServer(settings);
    try (TestClient client = new TestClient(server.port())) {
      for (int i = 0; i < 8; i++) {
        assertThat(client.call("SET", "k" + i, "v" + i)).isEqualTo("+OK");
      }
    }
    run((client, id) -> {
      for (int round = 0; round < ROUNDS * 5; round++) {
        String[] move = new String[9];
        move[0] = "MOVEALL";
        for (int i = 0; i < 8; i++) {
          move[i + 1] = "k" + (id % 2 == 0 ? i : 7 - i);
        }
        assertThat(client.call(move)).isEqualTo("+OK");
      }
    });
    List<String> values = new ArrayList<>();
    try (TestClient client = new TestClient(server.port())) {
      for (int i = 0; i < 8; i++) {
        client.send("GET", "k" + i);
        values.add(client.read().toString());
      }
    }
    assertThat(values).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void clientsThatLeaveWhileParkedPassTheirTurnOn(Transport transport) throws Exception {
    settings.transport = transport.wireName();
    settings.loops = 2;
    server = new TestServer(settings);
    run((first, id) -> {
      for (int round = 0; round < ROUNDS; round++) {
        try (TestClient client = new TestClient(server.port())) {
          if (id == 0) {
            assertThat(client.call("HOLD", "2000")).isEqualTo("+OK");
          } else if (id % 2 == 0) {
            client.sendRaw("INCR a\r\nINCR a\r\n");
          } else {
            assertThat(client.call("INCR", "a")).startsWith(":");
          }
        }
      }
    });
  }

  private interface Work {
    void run(TestClient client, int id) throws Exception;
  }

  private void run(Work work) throws Exception {
    List<Thread> threads = new ArrayList<>();
    List<Throwable> failures = new ArrayList<>();
    for (int id = 0; id < CLIENTS; id++) {
      int number = id;
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                try (TestClient client = new TestClient(server.port())) {
                  work.run(client, number);
                } catch (Throwable t) {
                  synchronized (failures) {
                    failures.add(t);
                  }
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failures).isEmpty();
  }
}
