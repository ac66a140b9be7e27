package dev.larder.integration;

import static dev.larder.net.TestClients.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.net.TestClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clients that cache what they read, in every mode, while others change it in every way, on two
 * event loops: when all is quiet, no cache has anything but what the server has.
 */
@Timeout(120)
@Tag("slow")
final class TrackingModelTest extends WithServer {
  private static final Logger LOG = LoggerFactory.getLogger(TrackingModelTest.class);
  private static final long SEED = Long.getLong("seed", System.identityHashCode(new Object()));
  private static final int KEYS = 40;
  private static final int WRITERS = 3;
  private static final int WRITES = 4_000;

  /** Fewer than there are keys. */
  private static final long FEW_KEYS = 25;

  private static final List<String> MODES =
      List.of(
          "",
          " NOLOOP",
          " OPTIN",
          " OPTOUT NOLOOP",
          " BCAST",
          " BCAST NOLOOP",
          " BCAST PREFIX " + CachingClient.PREFIX + " PREFIX x");

  TrackingModelTest() {
    super(loops(2));
  }

  @Test
  void noCacheIsStaleForEver() throws Exception {
    cacheAndChange();
  }

  @Test
  void noCacheIsStaleWhereFewerKeysAreRememberedThanThereAre() throws Exception {
    TestClient client = clients.connect(server.port());
    client.call("CONFIG", "SET", "tracking-table-max-keys", Long.toString(FEW_KEYS));
    cacheAndChange();
  }

  private void cacheAndChange() throws Exception {
    LOG.info("seed {}", SEED);
    AtomicBoolean isOver = new AtomicBoolean();
    List<CachingClient> caches = new ArrayList<>();
    for (String mode : MODES) {
      caches.add(CachingClient.of(clients, server.port(), mode));
    }
    caches.add(CachingClient.redirected(clients, server.port(), 2, ""));
    caches.add(CachingClient.redirected(clients, server.port(), 3, " OPTIN"));
    caches.add(CachingClient.redirected(clients, server.port(), 2, " BCAST NOLOOP"));
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<?>> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        Random random = new Random(SEED + i);
        TestClient client = clients.connect(server.port());
        client.call("SELECT", Integer.toString(i % 2));
        writers.add(threads.submit(() -> write(client, random)));
      }
      List<Future<?>> readers = new ArrayList<>();
      for (CachingClient cache : caches) {
        Random random = new Random(SEED + 100 + readers.size());
        readers.add(threads.submit(() -> use(cache, random, isOver)));
      }
      try {
        for (Future<?> writer : writers) {
          writer.get();
        }
      } finally {
        isOver.set(true);
      }
      for (Future<?> reader : readers) {
        reader.get();
      }
    }
    TestClient judge = clients.connect(server.port());
    for (CachingClient cache : caches) {
      await(() -> cache.isRight(judge));
      assertThat(cache.invalidations()).isPositive();
    }
  }

  private static Void use(CachingClient cache, Random random, AtomicBoolean isOver)
      throws IOException {
    while (!isOver.get()) {
      if (random.nextInt(20) == 0) {
        cache.write(key(random), "own" + random.nextInt(100));
      } else {
        cache.read(key(random), random);
      }
    }
    return null;
  }

  private static String key(Random random) {
    return random.nextInt(50) == 0 ? "big" : "key" + random.nextInt(KEYS);
  }

  private static Void write(TestClient client, Random random) throws IOException {
    for (int i = 0; i < WRITES; i++) {
      boolean isTransaction = random.nextInt(10) == 0;
      if (isTransaction) {
        client.call("MULTI");
        client.call(change(random, i));
      }
      client.send(change(random, i));
      client.read();
      if (isTransaction) {
        client.send("EXEC");
        client.read();
      }
    }
    return null;
  }

  private static String[] change(Random random, int i) {
    String key = key(random);
    String value = Integer.toString(i);
    String command =
        switch (random.nextInt(20)) {
          case 0 -> "DEL " + key;
          case 1 -> "UNLINK " + key + " " + key(random);
          case 2 -> "APPEND " + key + " " + value;
          case 3 -> "RENAME " + key + " " + key(random);
          case 4 -> "RENAMENX " + key + " " + key(random);
          case 5 -> "SET " + key + " " + value + " PX 1";
          case 6 -> "PEXPIRE " + key + " " + random.nextInt(20);
          case 7 -> "MSET " + key + " " + value + " " + key(random) + " " + value;
          case 8 -> "SETRANGE " + (key.equals("big") ? key : "big") + " 300000 " + value;
          case 9 -> "COPY " + key + " " + key(random) + " REPLACE";
          case 10 -> "MOVE " + key + " " + random.nextInt(2);
          case 11 -> "GETDEL " + key;
          case 12 -> "INCR " + key;
          case 13 -> random.nextInt(20) == 0 ? "SWAPDB 0 1" : "GETEX " + key + " PX 5";
          case 14 -> random.nextInt(50) == 0 ? flush(random) : "SETNX " + key + " " + value;
          default -> "SET " + key + " " + value;
        };
    return command.split(" ");
  }

  private static String flush(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> "FLUSHALL";
      case 1 -> "FLUSHALL ASYNC";
      case 2 -> "FLUSHDB";
      default -> "FLUSHDB ASYNC";
    };
  }
}
