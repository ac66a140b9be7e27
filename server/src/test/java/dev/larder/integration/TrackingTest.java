package dev.larder.integration;

import static dev.larder.net.TestClients.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.net.TestClient;
import dev.larder.net.TestClients;
import dev.larder.resp.RespValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that cache what they have read, on two event loops. */
@Timeout(120)
final class TrackingTest {
  private static final long SEED = Long.getLong("seed", System.identityHashCode(new Object()));
  private static final int KEYS = 40;
  private static final int WRITES = 4_000;

  private final LarderServer server =
      LarderServer.start(new Config().set(Options.PORT, 0L).set(Options.IO_THREADS, 2L));

  private final TestClients clients = new TestClients();

  @AfterEach
  void close() throws IOException {
    clients.close();
    assertThat(server.stats().bugs()).isZero();
    server.close();
  }

  private TestClient connect() throws IOException {
    return clients.connect(server.port());
  }

  /** A client that keeps what it has read until it is told that this has changed. */
  private final class Cache {
    private final TestClient client = connect();
    private final Map<String, RespValue> values = new HashMap<>();
    private long invalidations;

    Cache(String options) throws IOException {
      ask("HELLO", "3");
      ask(("CLIENT TRACKING ON" + options).split(" "));
    }

    RespValue ask(String... command) throws IOException {
      client.send(command);
      while (true) {
        RespValue frame = client.read();
        if (!(frame instanceof RespValue.Push push)) {
          return frame;
        }
        invalidate(push.elements().get(1));
      }
    }

    private void invalidate(RespValue keys) {
      invalidations++;
      if (keys instanceof RespValue.Array array) {
        array.elements().forEach(key -> values.remove(text(key)));
      } else {
        values.clear();
      }
    }

    void read(String key) throws IOException {
      values.put(key, ask("GET", key));
    }
  }

  private static String text(RespValue value) {
    return ((RespValue.BulkString) value).value().toString();
  }

  private String fact(String name) throws IOException {
    try (TestClient client = new TestClient(server.port())) {
      client.send("INFO", "everything");
      String info = text(client.read());
      int at = info.indexOf("\n" + name + ":");
      return info.substring(at + name.length() + 2, info.indexOf('\r', at + 1));
    }
  }

  @Test
  void noCacheIsStaleForEver() throws Exception {
    AtomicBoolean isOver = new AtomicBoolean();
    List<Cache> caches = new ArrayList<>();
    for (String options : List.of("", "", " NOLOOP", " BCAST", " BCAST PREFIX key1 PREFIX big")) {
      caches.add(new Cache(options));
    }
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<?>> writers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Random random = new Random(SEED + i);
        TestClient client = connect();
        writers.add(threads.submit(() -> write(client, random)));
      }
      List<Future<?>> readers = new ArrayList<>();
      for (Cache cache : caches) {
        Random random = new Random(SEED + 100 + readers.size());
        readers.add(
            threads.submit(() -> {
              while (!isOver.get()) {
                cache.read(key(random));
              }
              return null;
            }));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
      isOver.set(true);
      for (Future<?> reader : readers) {
        reader.get();
      }
    }
    TestClient judge = connect();
    for (Cache cache : caches.subList(0, 4)) {
      await(() -> isRight(cache, judge));
      assertThat(cache.invalidations).isPositive();
    }
    caches.get(4).values.keySet().removeIf(key -> !key.startsWith("key1") && !key.equals("big"));
    await(() -> isRight(caches.get(4), judge));
  }

  private static String key(Random random) {
    return random.nextInt(50) == 0 ? "big" : "key" + random.nextInt(KEYS);
  }

  private static Void write(TestClient client, Random random) throws IOException {
    for (int i = 0; i < WRITES; i++) {
      String key = key(random);
      String value = Integer.toString(i);
      switch (random.nextInt(12)) {
        case 0 -> client.send("DEL", key);
        case 1 -> client.send("APPEND", key, value);
        case 2 -> client.send("RENAME", key, key(random));
        case 3 -> client.send("SET", key, value, "PX", "1");
        case 4 -> client.send("MSET", key, value, key(random), value);
        case 5 -> client.send("SETRANGE", key.equals("big") ? key : "big", "300000", value);
        case 6 -> client.send(random.nextInt(50) == 0 ? "FLUSHALL" : "PING");
        default -> client.send("SET", key, value);
      }
      client.read();
    }
    return null;
  }

  /** Whether the client has nothing but what the server has. */
  private static boolean isRight(Cache cache, TestClient judge) throws IOException {
    cache.ask("PING");
    for (Map.Entry<String, RespValue> entry : cache.values.entrySet()) {
      judge.send("GET", entry.getKey());
      RespValue truth = judge.read();
      // A null differs by the version of the protocol.
      boolean isRight =
          truth instanceof RespValue.BulkString
              ? truth.equals(entry.getValue())
              : !(entry.getValue() instanceof RespValue.BulkString);
      if (!isRight) {
        return false;
      }
    }
    return true;
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
    List<RespValue> rest = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      rest.add(client.read());
    }
    assertThat(rest).filteredOn(RespValue.Push.class::isInstance).hasSize(1);
  }

  @Test
  void thereIsAMostOfTrackedKeys() throws Exception {
    Cache cache = new Cache("");
    cache.ask("CONFIG", "SET", "tracking-table-max-keys", "100");
    for (int i = 0; i < 1000; i++) {
      cache.read("key" + i);
    }
    cache.ask("PING");
    assertThat(Long.parseLong(fact("tracking_total_keys"))).isLessThanOrEqualTo(100);
    await(() -> {
      cache.ask("PING");
      return cache.values.size() <= 100;
    });
    assertThat(fact("tracking_total_items")).isEqualTo(fact("tracking_total_keys"));
  }

  @Test
  void nothingIsLeftOfThoseWhoHaveGone() throws Exception {
    Cache stays = new Cache("");
    stays.read("key1");
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 20; i++) {
        Cache leaves = new Cache(i % 4 == 0 ? " BCAST PREFIX a PREFIX b" + i : "");
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
      return stays.invalidations == 1;
    });
    stays.client.close();
    await(() -> fact("tracking_total_keys").equals("0"));
  }
}
