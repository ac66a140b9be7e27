package dev.larder.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.metrics.Clock;
import dev.larder.resp.RespValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clients on two event loops run transactions over a few counters, with WATCH or without. Each
 * write tells the version that it made of its key, each read the version that it has seen; from
 * these follows who must have come before whom, and that must not go round in a circle. {@code
 * -Dseed=} chooses the transactions, {@code -Dserializability.seconds=} how long the long test
 * looks.
 */
final class SerializabilityTest {
  private static final Logger LOG = LoggerFactory.getLogger(SerializabilityTest.class);
  private static final long SEED = Long.getLong("seed", Clock.nanos());
  private static final long SECONDS = Long.getLong("serializability.seconds", 600);
  private static final int CLIENTS = 4;
  private static final int KEYS = 6;
  private static final int TRANSACTIONS = 1_000;

  /** What one transaction has seen and made. */
  private static final class History {
    /** The version of each key that it found, 0 for no key, -1 where it did not look. */
    final long[] read = new long[KEYS];

    /** The last version of each key that it made, 0 for none. */
    final long[] written = new long[KEYS];

    History() {
      Arrays.fill(read, -1);
    }
  }

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
    try (LarderServer server = start()) {
      for (long seed = SEED; Clock.nanos() < end; seed++) {
        round(server, seed);
      }
      Validation.validate(server.keyspace());
    }
  }

  private static LarderServer start() throws IOException {
    return LarderServer.start(new Config().set(Options.PORT, 0L).set(Options.IO_THREADS, 2L));
  }

  private static void round(LarderServer server, long seed) throws Exception {
    LOG.info("seed {}", seed);
    try (Wire wire = new Wire(server.port())) {
      wire.ask("FLUSHALL");
    }
    List<CompletableFuture<List<History>>> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Random random = new Random(seed * CLIENTS + i);
      clients.add(CompletableFuture.supplyAsync(() -> client(server.port(), random)));
    }
    List<History> all = new ArrayList<>();
    for (CompletableFuture<List<History>> client : clients) {
      all.addAll(client.get(1, TimeUnit.MINUTES));
    }
    assertThat(all).hasSizeGreaterThan(TRANSACTIONS);
    assertThat(ordered(all)).as("transactions in an order, -Dseed=%d", seed).isEqualTo(all.size());
  }

  private static List<History> client(int port, Random random) {
    List<History> histories = new ArrayList<>();
    try (Wire wire = new Wire(port)) {
      for (int i = 0; i < TRANSACTIONS; i++) {
        History history =
            random.nextInt(3) == 0 ? watching(wire, random) : transaction(wire, random);
        if (history != null) {
          histories.add(history);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return histories;
  }

  /** Reads and increments a few keys. */
  private static History transaction(Wire wire, Random random) throws IOException {
    History history = new History();
    List<Request> requests = new ArrayList<>();
    requests.add(Request.of("MULTI"));
    for (int i = random.nextInt(5); i >= 0; i--) {
      boolean writes = random.nextBoolean();
      requests.add(Request.of(writes ? "INCR" : "GET", "k" + random.nextInt(KEYS)));
    }
    if (random.nextInt(20) == 0) {
      requests.add(Request.of("DBSIZE"));
    }
    requests.add(Request.of("EXEC"));
    wire.send(requests);
    List<Frame> frames = wire.receive(requests.size());
    List<RespValue> replies = Rules.elements(frames.getLast().value());
    for (int i = 0; i < replies.size(); i++) {
      note(history, requests.get(i + 1), replies.get(i));
    }
    return history;
  }

  /** Reads under a watch, then increments others, if nothing that was read has changed. */
  private static @Nullable History watching(Wire wire, Random random) throws IOException {
    History history = new History();
    Request first = Request.of("GET", "k" + random.nextInt(KEYS));
    Request second = Request.of("GET", "k" + random.nextInt(KEYS));
    Request write = Request.of("INCR", "k" + random.nextInt(KEYS));
    wire.ask("WATCH", first.text(1), second.text(1));
    note(history, first, wire.ask(first).value());
    note(history, second, wire.ask(second).value());
    wire.send(List.of(Request.of("MULTI"), write, Request.of("EXEC")));
    Frame exec = wire.receive(3).getLast();
    if (exec.text().equals("*-1\r\n")) {
      return null;
    }
    note(history, write, Rules.elements(exec.value()).getFirst());
    return history;
  }

  /** A version that was read counts if the transaction had not made one of its own before. */
  private static void note(History history, Request request, RespValue reply) {
    if (request.command().equals("dbsize")) {
      return;
    }
    int key = Integer.parseInt(request.text(1).substring(1));
    if (request.command().equals("incr")) {
      long version = ((RespValue.Int) reply).value();
      long before = history.written[key] > 0 ? history.written[key] : history.read[key];
      assertThat(before).as("nobody comes between").isIn(-1L, version - 1);
      if (before == -1) {
        history.read[key] = version - 1;
      }
      history.written[key] = version;
      return;
    }
    long version =
        reply instanceof RespValue.BulkString(var text) ? Long.parseLong(text.toString()) : 0;
    long before = history.written[key] > 0 ? history.written[key] : history.read[key];
    assertThat(before).as("a read is repeatable").isIn(-1L, version);
    if (before == -1) {
      history.read[key] = version;
    }
  }

  /** How many transactions can be put into an order; all, if there is no circle. */
  private static int ordered(List<History> all) {
    Map<Long, Integer> writers = new HashMap<>();
    for (int i = 0; i < all.size(); i++) {
      for (int key = 0; key < KEYS; key++) {
        History history = all.get(i);
        // A transaction that writes a key several times makes all versions from one to another.
        for (long v = history.read[key] + 1; history.written[key] > 0; v++) {
          assertThat(writers.put(v * KEYS + key, i)).as("a version has one maker").isNull();
          if (v == history.written[key]) {
            break;
          }
        }
      }
    }
    List<List<Integer>> followers = new ArrayList<>();
    int[] waitsFor = new int[all.size()];
    all.forEach(_ -> followers.add(new ArrayList<>()));
    for (int i = 0; i < all.size(); i++) {
      for (int key = 0; key < KEYS; key++) {
        long read = all.get(i).read[key];
        if (read >= 0) {
          follow(followers, waitsFor, writers.get(read * KEYS + key), i);
          if (all.get(i).written[key] == 0) {
            follow(followers, waitsFor, i, writers.get((read + 1) * KEYS + key));
          }
        }
      }
    }
    return count(followers, waitsFor);
  }

  private static void follow(
      List<List<Integer>> followers,
      int[] waitsFor,
      @Nullable Integer first,
      @Nullable Integer second) {
    if (first != null && second != null && !first.equals(second)) {
      followers.get(first).add(second);
      waitsFor[second]++;
    }
  }

  private static int count(List<List<Integer>> followers, int[] waitsFor) {
    ArrayDeque<Integer> free = new ArrayDeque<>();
    for (int i = 0; i < waitsFor.length; i++) {
      if (waitsFor[i] == 0) {
        free.add(i);
      }
    }
    int count = 0;
    while (!free.isEmpty()) {
      count++;
      for (int follower : followers.get(free.remove())) {
        if (--waitsFor[follower] == 0) {
          free.add(follower);
        }
      }
    }
    return count;
  }

  /** Two that have read what the other one overwrote, as no order allows. */
  @Test
  void aCircleIsFound() {
    History one = new History();
    History other = new History();
    one.read[0] = 0;
    one.read[1] = 0;
    one.written[1] = 1;
    other.read[1] = 0;
    other.read[0] = 0;
    other.written[0] = 1;
    assertThat(ordered(List.of(one, other))).isZero();
  }
}
