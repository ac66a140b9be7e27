package dev.larder.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.resp.RespValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Clients that push, block, move, give up, unblock and kill each other on a few keys and two event
 * loops: every element that was pushed is taken exactly once, or is still there.
 */
@Tag("slow")
final class BlockedClientsStressTest {
  private static final int THREADS = 6;
  private static final int ROUNDS = 300;
  private static final String[] KEYS = {"a", "b", "c", "d"};

  private final long seed = Long.getLong("seed", System.identityHashCode(this));
  private final Set<String> pushed = ConcurrentHashMap.newKeySet();
  private final Set<String> taken = ConcurrentHashMap.newKeySet();
  private final List<Throwable> failures = new ArrayList<>();
  private TestServer server;

  static Stream<Transport> transports() {
    return ConnectionTest.transports();
  }

  private void start(Transport transport) {
    TestSettings settings = new TestSettings();
    settings.transport = transport.wireName();
    settings.loops = 2;
    server = new TestServer(settings);
  }

  @AfterEach
  void stop() {
    server.close();
    assertThat(server.stats.bugs()).isZero();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void nothingIsLostNorTakenTwice(Transport transport) throws Exception {
    start(transport);
    run((client, id) -> {
      Random random = new Random(seed + id);
      for (int round = 0; round < ROUNDS; round++) {
        act(client, random, id + "-" + round);
      }
    });
    takeTheRest();
    assertThat(taken).as("seed %d", seed).isEqualTo(pushed);
  }

  @ParameterizedTest
  @MethodSource("transports")
  void nobodyTakesTwiceWhileClientsAreKilled(Transport transport) throws Exception {
    start(transport);
    AtomicInteger killed = new AtomicInteger();
    run((client, id) -> {
      Random random = new Random(seed + id);
      for (int round = 0; round < ROUNDS; round++) {
        if (id % 3 != 0) {
          act(client, random, id + "-" + round);
        } else {
          leaveWhileBlocked(random);
          killed.incrementAndGet();
        }
      }
    });
    takeTheRest();
    assertThat(pushed).as("seed %d", seed).containsAll(taken);
    // Who is served at the very moment that he leaves takes the element with him.
    assertThat(pushed.size() - taken.size()).isLessThanOrEqualTo(killed.get());
  }

  @ParameterizedTest
  @MethodSource("transports")
  void everyElementWakesSomebody(Transport transport) throws Exception {
    start(transport);
    int each = THREADS * ROUNDS / 2;
    run((client, id) -> {
      switch (id % 3) {
        case 0 -> {
          for (int i = 0; i < each; i++) {
            push(client, "a", id + "-" + i);
          }
        }
        case 1 -> {
          for (int i = 0; i < each; i++) {
            client.send("SHIFT", "a", "b", "0");
            assertThat(client.read()).isInstanceOf(RespValue.BulkString.class);
          }
        }
        default -> {
          for (int i = 0; i < each; i++) {
            take(client, "TAKE", "c", "b", "0");
          }
        }
      }
    });
    assertThat(taken).isEqualTo(pushed).hasSize(THREADS / 3 * each);
    assertThat(server.keyspace.size(0)).isZero();
    assertThat(server.keyspace.awaitedKeys()).isZero();
  }

  private void act(TestClient client, Random random, String element) throws IOException {
    String key = KEYS[random.nextInt(KEYS.length)];
    String other = KEYS[random.nextInt(KEYS.length)];
    String millis = "" + (1 + random.nextInt(3));
    switch (random.nextInt(10)) {
      case 0, 1, 2 -> push(client, key, element);
      case 3, 4 -> take(client, "TAKE", key, millis);
      case 5, 6 -> take(client, "TAKE", key, other, "e", millis);
      case 7 -> {
        client.send("SHIFT", key, other, millis);
        client.read();
      }
      case 8 -> {
        client.send("CLIENT", "UNBLOCK", "" + (1 + random.nextInt(THREADS)));
        client.read();
      }
      default -> assertThat(client.call("HOLD", "100")).isEqualTo("+OK");
    }
  }

  private void push(TestClient client, String key, String element) throws IOException {
    pushed.add(element);
    client.send("PUSH", key, element);
    assertThat(client.read()).isInstanceOf(RespValue.Int.class);
  }

  private boolean take(TestClient client, String... command) throws IOException {
    client.send(command);
    return note(client.read());
  }

  private boolean note(RespValue reply) {
    if (reply instanceof RespValue.Array(List<RespValue> items)
        && items.get(1) instanceof RespValue.BulkString(var element)) {
      assertThat(taken.add(element.toString())).as("taken twice: %s", element).isTrue();
      return true;
    }
    return false;
  }

  private void leaveWhileBlocked(Random random) throws IOException {
    try (TestClient client = new TestClient(server.port())) {
      client.send("TAKE", KEYS[random.nextInt(KEYS.length)], KEYS[random.nextInt(4)], "0");
      if (random.nextBoolean()) {
        client.socket.shutdownOutput();
        try {
          note(client.read());
        } catch (IOException e) {
          assertThat(e).isNotNull();
        }
      }
    }
  }

  private void takeTheRest() throws IOException {
    try (TestClient client = new TestClient(server.port())) {
      for (String key : KEYS) {
        while (take(client, "TAKE", key, "1")) {
          // Until none is left.
        }
      }
    }
  }

  private interface Work {
    void run(TestClient client, int id) throws Exception;
  }

  private void run(Work work) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int id = 0; id < THREADS; id++) {
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
    assertThat(failures).as("seed %d", seed).isEmpty();
  }
}
