package dev.larder.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.metrics.Clock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clients move amounts by transactions with scripts, by scripts alone, look at all accounts, and
 * leave at random, while somebody ends scripts at random: whatever happens, accounts together have
 * nothing, and nobody waits for ever. {@code -Dseed=} chooses what happens, {@code
 * -Dscript.rounds=} how much.
 */
@Tag("slow")
@Timeout(600)
final class ScriptTransactionStressTest {
  private static final Logger LOG = LoggerFactory.getLogger(ScriptTransactionStressTest.class);
  private static final long SEED = Long.getLong("seed", Clock.nanos());
  private static final int ROUNDS = Integer.getInteger("script.rounds", 150);
  private static final int CLIENTS = 8;
  private static final int MOST_MILLIS = 10;
  private static final long BUSY_MILLIS = 20;

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void accountsTogetherHaveNothing(long loops) throws Exception {
    LOG.info("seed {}, {} loops", SEED, loops);
    Config config =
        new Config()
            .set(Options.PORT, 0L)
            .set(Options.IO_THREADS, loops)
            .set(Options.BUSY_REPLY_THRESHOLD, BUSY_MILLIS);
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    List<ScriptTransferClient> clients = new ArrayList<>();
    try (LarderServer server = LarderServer.start(config)) {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        ScriptTransferClient client = new ScriptTransferClient(server.port(), i, ROUNDS, SEED);
        clients.add(client);
        threads.add(start(client, failures));
      }
      AtomicBoolean isOver = new AtomicBoolean();
      Thread killer = start(() -> kill(server.port(), isOver), failures);
      for (Thread thread : threads) {
        thread.join();
      }
      isOver.set(true);
      killer.join();
      assertThat(failures).as("seed %d", SEED).isEmpty();
      assertThat(server.stats().bugs()).isZero();
      Validation.validate(server.keyspace());
    }
    int moved = clients.stream().mapToInt(ScriptTransferClient::moved).sum();
    int takenBack = clients.stream().mapToInt(ScriptTransferClient::takenBack).sum();
    int refused = clients.stream().mapToInt(ScriptTransferClient::refused).sum();
    LOG.info("{} moved, {} ended and taken back, {} refused", moved, takenBack, refused);
    assertThat(moved).isPositive();
  }

  private static Thread start(Runnable task, List<Throwable> failures) {
    return Thread.ofPlatform()
        .name("script-client")
        .uncaughtExceptionHandler((thread, failure) -> failures.add(failure))
        .start(task);
  }

  private static void kill(int port, AtomicBoolean isOver) {
    Random random = new Random(SEED);
    try (Wire wire = new Wire(port)) {
      while (!isOver.get()) {
        wire.ask("SCRIPT", "KILL");
        Pause.millis(random.nextInt(MOST_MILLIS));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
