package dev.larder.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.metrics.Clock;
import dev.larder.resp.RespValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server is killed again and again at random moments, also while it writes a snapshot or rewrites
 * its append-only file. After each restart, what a client did is there up to some moment, and under
 * {@code appendfsync always} nothing that clients were told is missing; nothing is there that they
 * did not write; of a transaction or a script there is all or nothing, and libraries of functions
 * are what they were. {@code -Dseed=} chooses the load and the moments, {@code -Dcrash.kills=} how
 * many there are.
 */
@Tag("slow")
final class CrashTest {
  private static final Logger LOG = LoggerFactory.getLogger(CrashTest.class);
  private static final long SEED = Long.getLong("seed", Clock.nanos());
  private static final int MANY_KILLS = Integer.getInteger("crash.kills", 200);
  private static final int FEW_KILLS = 4;
  private static final int FEW_CLIENTS = 4;
  private static final int MANY_CLIENTS = 50;
  private static final int MOST_MILLIS = 400;
  private static final int REWRITE_CHECKS = 500;
  private static final int REPLY_CHECKS = 3_000;
  private static final int CHECK_MILLIS = 10;
  private static final int WRITTEN_BYTES = 1000;
  private static final int SHORT_BLOCKS = 200;

  private static final String ALWAYS = "always";
  private static final String EVERY_SECOND = "everysec";

  private static final String[] OPTIONS = {
    "--appendonly", "yes",
    "--save", "",
    "--auto-aof-rewrite-min-size", "256kb",
    "--auto-aof-rewrite-percentage", "50"
  };

  @TempDir Path folder;

  private final Random random = new Random(SEED);
  private final List<CrashClient> clients = new ArrayList<>();

  @Test
  void nothingAcknowledgedIsLost() throws Exception {
    crash(ALWAYS, FEW_KILLS, FEW_CLIENTS);
  }

  @Test
  void nothingIsHalfDone() throws Exception {
    crash(EVERY_SECOND, FEW_KILLS, FEW_CLIENTS);
  }

  @Tag("deep")
  @Test
  void nothingAcknowledgedIsLostInManyCrashes() throws Exception {
    crash(ALWAYS, MANY_KILLS, MANY_CLIENTS);
  }

  @Tag("deep")
  @Test
  void nothingIsHalfDoneInManyCrashes() throws Exception {
    crash(EVERY_SECOND, MANY_KILLS, MANY_CLIENTS);
  }

  /** What could not be written was not acknowledged, and is not there afterwards. */
  @Test
  void aDiskThatFailsEndsTheProcess() throws Exception {
    String value = "x".repeat(WRITTEN_BYTES);
    long acknowledged = 0;
    try (LarderProcess server =
            LarderProcess.startWithShortFiles(SHORT_BLOCKS, folder, options(ALWAYS));
        Wire wire = new Wire(server.port())) {
      wire.ask("CONFIG", "SET", "auto-aof-rewrite-percentage", "0");
      boolean goesOn = true;
      while (goesOn) {
        wire.send(List.of(Request.of("RPUSH", "list", value)));
        goesOn = wire.receive(1).size() == 1;
        acknowledged += goesOn ? 1 : 0;
      }
      assertThat(server.awaitEnd()).isEqualTo(1);
    }
    assertThat(Files.readString(folder.resolve("log"))).contains("the server ends");
    try (LarderProcess server = LarderProcess.start(folder, options(ALWAYS));
        Wire wire = new Wire(server.port())) {
      assertThat(acknowledged).isPositive();
      assertThat(wire.ask("LLEN", "list").text()).isEqualTo(":" + acknowledged + "\r\n");
    }
  }

  /** The server ends soon, and what the transaction did is not there afterwards. */
  @Test
  void aTransactionWithAScriptIsCutOffByShutdown() throws Exception {
    try (LarderProcess server = LarderProcess.start(folder, options(EVERY_SECOND));
        Wire client = new Wire(server.port());
        Wire other = new Wire(server.port())) {
      other.ask("SET", "before", "1");
      other.ask("CONFIG", "SET", "busy-reply-threshold", "50");
      List<Request> transaction = new ArrayList<>();
      transaction.add(Request.of("MULTI"));
      transaction.add(Request.of("SET", "first", "1"));
      transaction.add(Request.of("EVAL", "redis.call('SET', 'second', 1) while true do end", "0"));
      transaction.add(Request.of("EXEC"));
      client.send(transaction);
      while (!other.ask("GET", "first").text().startsWith("-BUSY")) {
        Pause.millis(CHECK_MILLIS);
      }
      other.send(List.of(Request.of("SHUTDOWN", "NOSAVE")));
      assertThat(server.awaitEnd()).isZero();
    }
    try (LarderProcess server = LarderProcess.start(folder, options(EVERY_SECOND));
        Wire wire = new Wire(server.port())) {
      assertThat(wire.ask("EXISTS", "before").text()).isEqualTo(":1\r\n");
      assertThat(wire.ask("EXISTS", "first", "second").text()).isEqualTo(":0\r\n");
    }
  }

  private static String[] options(String fsync) {
    List<String> options = new ArrayList<>(List.of(OPTIONS));
    options.addAll(List.of("--appendfsync", fsync));
    return options.toArray(String[]::new);
  }

  private void crash(String fsync, int kills, int count) throws Exception {
    LOG.info("seed {}, {}, {} kills, {} clients", SEED, fsync, kills, count);
    boolean isDurable = fsync.equals(ALWAYS);
    String[] options = options(fsync);
    for (int i = 0; i < count; i++) {
      clients.add(new CrashClient(i, count, isDurable, SEED + i));
    }
    for (int i = 0; i < kills; i++) {
      try (LarderProcess server = LarderProcess.start(folder, options)) {
        verify(server.port(), isDurable);
        loadAndKill(server);
      } catch (AssertionError | IOException e) {
        throw new AssertionError("kill " + i + ", -Dseed=" + SEED, e);
      }
    }
    try (LarderProcess server = LarderProcess.start(folder, options)) {
      verify(server.port(), isDurable);
    }
    long replies = acknowledged();
    LOG.info("{} replies under {}", replies, fsync);
    assertThat(replies).isPositive();
  }

  private void loadAndKill(LarderProcess server) throws InterruptedException, IOException {
    long before = acknowledged();
    List<Thread> threads = new ArrayList<>();
    List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
    for (CrashClient client : clients) {
      client.port(server.port());
      threads.add(
          Thread.ofPlatform()
              .name("crash-client")
              .uncaughtExceptionHandler((thread, failure) -> failures.add(failure))
              .start(client));
    }
    try (Wire wire = new Wire(server.port())) {
      awaitReplies(before, failures);
      Pause.millis(random.nextInt(MOST_MILLIS));
      switch (random.nextInt(4)) {
        case 0 -> wire.ask("BGREWRITEAOF");
        case 1 -> wire.ask("BGSAVE");
        case 2 -> {
          wire.ask("BGREWRITEAOF");
          wire.ask("BGSAVE", "SCHEDULE");
        }
        default -> {}
      }
      // Often in the middle of that, and often just behind its end.
      if (random.nextInt(3) == 0) {
        awaitRewrite(wire);
      }
      Pause.millis(random.nextInt(random.nextBoolean() ? 20 : MOST_MILLIS));
    }
    server.close();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failures).isEmpty();
  }

  private long acknowledged() {
    return clients.stream().mapToLong(CrashClient::acknowledged).sum();
  }

  /** A server on a busy machine may take longer to begin than it has until it is killed. */
  private void awaitReplies(long before, List<Throwable> failures) {
    for (int i = 0; i < REPLY_CHECKS && acknowledged() == before && failures.isEmpty(); i++) {
      Pause.millis(CHECK_MILLIS);
    }
  }

  /** Without this the file of a busy machine would only grow. */
  private static void awaitRewrite(Wire wire) throws IOException {
    for (int i = 0; i < REWRITE_CHECKS; i++) {
      if (!wire.ask("INFO", "persistence").text().contains("aof_rewrite_in_progress:1")) {
        return;
      }
      Pause.millis(CHECK_MILLIS);
    }
  }

  private void verify(int port, boolean isDurable) throws IOException {
    Map<String, List<String>> found = new TreeMap<>();
    try (Wire wire = new Wire(port)) {
      for (RespValue name : ((RespValue.Array) wire.ask("KEYS", "*").value()).elements()) {
        String key = text(name);
        found.put(
            key,
            key.startsWith("list:")
                ? ((RespValue.Array) wire.ask("LRANGE", key, "0", "-1").value())
                    .elements().stream().map(CrashTest::text).toList()
                : List.of(text(wire.ask("GET", key).value())));
      }
      addLibraries(wire, found);
    }
    for (CrashClient client : clients) {
      client.verify(found);
    }
    long balance =
        found.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith("account:"))
            .mapToLong(entry -> Long.parseLong(entry.getValue().getFirst()))
            .sum();
    assertThat(balance).as("what all accounts have").isZero();
    assertThat(found.keySet())
        .as("keys that nobody wrote")
        .allMatch(key ->
            key.matches("((count|account):\\d+|(string|left|right|list|library):\\d+:\\d+)"));
    if (isDurable) {
      verifyShown();
    }
  }

  private void verifyShown() {
    for (CrashClient reader : clients) {
      for (int i = 0; i < clients.size(); i++) {
        assertThat(clients.get(i).counted())
            .as("what a client was shown of client %d", i)
            .isGreaterThanOrEqualTo(reader.shown(i));
      }
    }
  }

  /** Adds the version of each library. */
  private static void addLibraries(Wire wire, Map<String, List<String>> found) throws IOException {
    RespValue all = wire.ask("FUNCTION", "LIST", "WITHCODE").value();
    for (RespValue library : ((RespValue.Array) all).elements()) {
      List<RespValue> facts = ((RespValue.Array) library).elements();
      String client = text(facts.get(1)).substring("lib".length());
      found.put(
          CrashScripts.libraryKey(client), List.of(CrashScripts.version(text(facts.getLast()))));
    }
  }

  private static String text(RespValue value) {
    return ((RespValue.BulkString) value).value().toString();
  }
}
