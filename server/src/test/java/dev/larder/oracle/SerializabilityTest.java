package dev.larder.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.metrics.Clock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clients on two event loops run transactions over a few counters and lists, with WATCH or without,
 * and commands alone. Each write tells the version that it made of its key, each read the version
 * that it has seen; from these and from time follows who must have come before whom: {@link
 * HistoryOrder}. {@code -Dseed=} chooses the transactions, {@code -Dserializability.seconds=} how
 * long the long test looks.
 */
final class SerializabilityTest {
  private static final Logger LOG = LoggerFactory.getLogger(SerializabilityTest.class);
  private static final long SEED = Long.getLong("seed", Clock.nanos());
  private static final long SECONDS = Long.getLong("serializability.seconds", 600);
  private static final int CLIENTS = 4;
  private static final int HISTORIES = 500;

  /** How many transactions were not executed as a watched key had changed. */
  private long broken;

  @Test
  void transactionsHaveAnOrder() throws Exception {
    try (LarderServer server = start()) {
      round(server, SEED);
      Validation.validate(server.keyspace());
    }
  }

  @Tag("deep")
  @Test
  void manyTransactionsHaveAnOrder() throws Exception {
    long end = Clock.nanos() + TimeUnit.SECONDS.toNanos(SECONDS);
    long rounds = 0;
    try (LarderServer server = start()) {
      for (; Clock.nanos() < end; rounds++) {
        round(server, SEED + rounds);
      }
      Validation.validate(server.keyspace());
    }
    LOG.info("{} rounds of {}, {} broken", rounds, CLIENTS * HISTORIES, broken);
    assertThat(broken).as("clients at the same time").isPositive();
  }

  private static LarderServer start() throws IOException {
    return LarderServer.start(new Config().set(Options.PORT, 0L).set(Options.IO_THREADS, 2L));
  }

  private void round(LarderServer server, long seed) throws Exception {
    LOG.debug("seed {}", seed);
    try (Wire wire = new Wire(server.port())) {
      wire.ask("FLUSHALL");
    }
    List<List<History>> clients = new ArrayList<>();
    List<Future<HistoryClient>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      for (int i = 0; i < CLIENTS; i++) {
        int number = i;
        running.add(threads.submit(() -> client(server.port(), number, seed)));
      }
      for (Future<HistoryClient> client : running) {
        clients.add(client.get(1, TimeUnit.MINUTES).histories());
        broken += client.get().broken();
      }
    }
    assertThat(clients).allSatisfy(client -> assertThat(client).hasSizeGreaterThan(HISTORIES - 1));
    assertThat(new HistoryOrder(clients).exists()).as("an order, -Dseed=%d", seed).isTrue();
  }

  private static HistoryClient client(int port, int number, long seed) throws IOException {
    try (HistoryClient client = new HistoryClient(port, number, seed * CLIENTS + number)) {
      client.run(HISTORIES);
      return client;
    }
  }

  // ---- what the check itself finds

  private static History history(long begin, long end) {
    return new History(2).during(begin, end);
  }

  /** Two that have read what the other one overwrote, as no order allows. */
  @Test
  void aCircleIsFound() {
    History one = history(0, 9).sees(0, 0).makes(1, 1);
    History other = history(0, 9).sees(1, 0).makes(0, 1);
    assertThat(new HistoryOrder(List.of(List.of(one), List.of(other))).exists()).isFalse();
  }

  @Test
  void anOrderIsFound() {
    History one = history(0, 9).sees(0, 0).makes(1, 1);
    History other = history(0, 9).sees(1, 1).makes(0, 1);
    assertThat(new HistoryOrder(List.of(List.of(one), List.of(other))).exists()).isTrue();
  }

  @Test
  void whoDoesNotSeeWhatHadEndedIsFound() {
    History writer = history(0, 5).makes(0, 1);
    History late = history(6, 9).sees(0, 0);
    History meanwhile = history(5, 9).sees(0, 0);
    assertThat(new HistoryOrder(List.of(List.of(writer), List.of(meanwhile))).exists()).isTrue();
    assertThat(new HistoryOrder(List.of(List.of(writer), List.of(late))).exists()).isFalse();
  }

  @Test
  void aClientThatDoesNotSeeItsOwnIsFound() {
    History writer = history(0, 9).makes(0, 1);
    History reader = history(0, 9).sees(0, 0);
    assertThat(new HistoryOrder(List.of(List.of(writer, reader))).exists()).isFalse();
  }

  @Test
  void aVersionMadeTwiceIsFound() {
    History one = history(0, 9).makes(0, 1);
    History other = history(0, 9).makes(0, 1);
    assertThatThrownBy(() -> new HistoryOrder(List.of(List.of(one), List.of(other))))
        .hasMessageContaining("one maker");
  }

  @Test
  void aForeignElementIsFound() {
    History writer = history(0, 9).pushes(0, 1, "a");
    History reader = history(0, 9).sees(0, List.of("b"));
    assertThatThrownBy(() -> new HistoryOrder(List.of(List.of(writer), List.of(reader))))
        .hasMessageContaining("element 0");
  }
}
