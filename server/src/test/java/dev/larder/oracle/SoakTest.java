package dev.larder.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.command.CommandTable;
import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.metrics.Clock;
import dev.larder.storage.Keyspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mixed random load from several clients at once; afterwards all structures are valid, and once all
 * keys are gone so is their memory. {@code -Dseed=} chooses the load, {@code -Dsoak.seconds=} its
 * length.
 */
@Tag("slow")
final class SoakTest {

  private static final Logger LOG = LoggerFactory.getLogger(SoakTest.class);
  private static final long SEED = Long.getLong("seed", Clock.nanos());
  private static final int LONG_SECONDS = Integer.getInteger("soak.seconds", 1800);
  private static final int SHORT_SECONDS = 5;
  private static final int CLIENTS = 6;

  /** What empty tables of all shards and databases may hold on to. */
  private static final long EMPTY_BYTES_PER_SHARD = 16 * 1024;

  private static final int RECLAIM_MILLIS = 30_000;
  private static final int CHECK_MILLIS = 20;

  /** Where commands of the load leave files. */
  @TempDir Path folder;

  @Test
  void mixedLoadLeavesValidStructures() throws Exception {
    soak(SHORT_SECONDS);
  }

  @Tag("deep")
  @Test
  void longMixedLoadLeavesValidStructures() throws Exception {
    soak(LONG_SECONDS);
  }

  private void soak(int seconds) throws Exception {
    LOG.info("seed {}, {} s", SEED, seconds);
    Config config = new Config().set(Options.PORT, 0L).set(Options.DIR, folder.toString());
    try (LarderServer larder = LarderServer.start(config)) {
      load(larder.port(), seconds);
      Validation.validate(larder.keyspace());
      emptied(larder);
      Validation.validate(larder.keyspace());
    } catch (ExecutionException | RuntimeException | AssertionError e) {
      throw new AssertionError("-Dseed=" + SEED + " repeats the load", e);
    }
  }

  private static void load(int port, int seconds) throws InterruptedException, ExecutionException {
    CommandTable commands = Commands.all();
    long end = Clock.nanos() + TimeUnit.SECONDS.toNanos(seconds);
    List<Future<Long>> clients = new ArrayList<>();
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("soak-", 0).factory())) {
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(
            threads.submit(new SoakClient(port, commands, SEED + i, () -> Clock.nanos() < end)));
      }
    }
    long replies = 0;
    for (Future<Long> client : clients) {
      replies += client.get();
    }
    LOG.info("{} replies", replies);
  }

  private static void emptied(LarderServer larder) throws IOException {
    Keyspace keyspace = larder.keyspace();
    long before = keyspace.usedBytes();
    try (Wire wire = new Wire(larder.port())) {
      assertThat(wire.ask("FLUSHALL").text()).isEqualTo("+OK\r\n");
    }
    long limit = EMPTY_BYTES_PER_SHARD * keyspace.shardCount();
    for (int waited = 0; keyspace.usedBytes() > limit && waited < RECLAIM_MILLIS; ) {
      Pause.millis(CHECK_MILLIS);
      waited += CHECK_MILLIS;
    }
    LOG.info("{} bytes used, {} after FLUSHALL", before, keyspace.usedBytes());
    assertThat(keyspace.usedBytes()).as("bytes used").isLessThanOrEqualTo(limit);
  }
}
