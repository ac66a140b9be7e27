package dev.larder.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.command.CommandTable;
import dev.larder.config.Config;
import dev.larder.config.Options;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The same random transactions to redis-server and to Larder, by clients that change each other's
 * keys: what is run, what is not because a key has changed, and all replies are the same. {@code
 * -Dseed=} and {@code -Doracle.sessions=} as in {@link DifferentialTest}.
 */
@Tag("slow")
final class TransactionDifferentialTest {
  private static final Logger LOG = LoggerFactory.getLogger(TransactionDifferentialTest.class);

  private static final long SEED = Long.getLong("seed", 20_261_129);
  private static final int SESSIONS = Integer.getInteger("oracle.sessions", 100);
  private static final int DEEP_FACTOR = 50;
  private static final int REPORTED_MAX = 5;

  @Test
  void transactionsAreAnsweredAlike() throws IOException {
    compare(SESSIONS);
  }

  @Tag("deep")
  @Test
  void manyTransactionsAreAnsweredAlike() throws IOException {
    compare(SESSIONS * DEEP_FACTOR);
  }

  private static void compare(int sessions) throws IOException {
    CommandTable commands = Commands.all();
    TransactionSessions generator = new TransactionSessions(commands);
    List<String> differences = new ArrayList<>();
    try (RedisProcess redis = RedisProcess.start();
        LarderServer larder = LarderServer.start(new Config().set(Options.PORT, 0L))) {
      LOG.info("seed {}, {} sessions", SEED, sessions);
      SessionRunner runner = new SessionRunner(redis.port(), larder.port());
      for (long seed = SEED; seed < SEED + sessions && differences.size() < REPORTED_MAX; seed++) {
        List<Step> session = generator.session(seed);
        SessionRunner.Mismatch mismatch = runner.run(session);
        if (mismatch != null) {
          String shrunk = new Shrinker(runner).explain(session, mismatch);
          differences.add("%n-Dseed=%d -Doracle.sessions=1 repeats:%n%s".formatted(seed, shrunk));
        }
      }
      Validation.validate(larder.keyspace());
      LOG.info("{} requests answered alike", runner.requestCount());
    }
    assertThat(differences).isEmpty();
  }
}
