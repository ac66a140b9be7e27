package dev.larder.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.command.CommandTable;
import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.metrics.Clock;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The same random sessions to redis-server and to Larder: every reply is the same. A build sends
 * the sessions of one seed, so that it says the same of the same sources; {@code -Dseed=} chooses
 * others, {@code -Doracle.sessions=} sets its length, and {@code -Doracle.groups=string,bitmap}
 * limits it to commands of these groups.
 */
final class DifferentialTest {

  private static final Logger LOG = LoggerFactory.getLogger(DifferentialTest.class);

  /** What every build compares is the same; new sessions are for those who look for differences. */
  private static final long BUILD_SEED = Long.getLong("seed", 20_261_128);

  private static final long SEED = Long.getLong("seed", Clock.nanos());
  private static final int SESSIONS = Integer.getInteger("oracle.sessions", 300);
  private static final int DEEP_FACTOR = 100;

  /** Differences of so many commands are shown; a broken server has more. */
  private static final int REPORTED_MAX = 10;

  @Test
  void sessionsAreAnsweredAlike() throws IOException {
    compare(BUILD_SEED, SESSIONS);
  }

  @Tag("deep")
  @Test
  void manySessionsAreAnsweredAlike() throws IOException {
    compare(SEED, SESSIONS * DEEP_FACTOR);
  }

  private static void compare(long seed, int sessions) throws IOException {
    CommandTable commands = Commands.all();
    try (RedisProcess redis = RedisProcess.start();
        LarderServer larder = LarderServer.start(new Config().set(Options.PORT, 0L))) {
      run(seed, sessions, new SessionRunner(redis.port(), larder.port()), commands);
      Validation.validate(larder.keyspace());
    }
  }

  private static void run(long firstSeed, int sessions, SessionRunner runner, CommandTable commands)
      throws IOException {
    LOG.info("seed {}, {} sessions", firstSeed, sessions);
    SessionGenerator generator = new SessionGenerator(commands);
    Map<String, String> differences = new TreeMap<>();
    for (long seed = firstSeed;
        seed < firstSeed + sessions && differences.size() < REPORTED_MAX;
        seed++) {
      List<Step> session = generator.session(seed);
      SessionRunner.Mismatch mismatch = runner.run(session);
      if (mismatch != null && !differences.containsKey(mismatch.command())) {
        String shrunk = new Shrinker(runner).explain(session, mismatch);
        differences.put(
            mismatch.command(),
            "%n-Dseed=%d -Doracle.sessions=1 repeats:%n%s".formatted(seed, shrunk));
      }
    }
    assertThat(differences.values()).as("one difference for each of some commands").isEmpty();
    LOG.info("{} requests answered alike", runner.requestCount());
  }

  /** The reference agrees with itself, so that no rule depends on chance. */
  @Test
  void redisAgreesWithItself() throws IOException {
    try (RedisProcess one = RedisProcess.start();
        RedisProcess other = RedisProcess.start()) {
      run(BUILD_SEED, 20, new SessionRunner(one.port(), other.port()), Commands.all());
    }
  }

  /** Two servers that differ in one setting are told apart: the comparison compares. */
  @Test
  void aDifferenceIsFound() throws IOException {
    try (RedisProcess one = RedisProcess.start();
        RedisProcess other = RedisProcess.start("--proto-max-bulk-len", "1048576")) {
      SessionRunner runner = new SessionRunner(one.port(), other.port());
      List<Step> session =
          List.of(
              new Step(0, List.of(Request.of("PING"), Request.of("GET", "a"))),
              new Step(
                  1, List.of(Request.of("DEL", "b"), Request.of("SETRANGE", "a", "2000000", "x"))));
      SessionRunner.Mismatch mismatch = runner.run(session);
      assertThat(mismatch).isNotNull();
      assertThat(new Shrinker(runner).explain(session, mismatch))
          .startsWith("  [1] SETRANGE a 2000000 x\n")
          .doesNotContain("PING");
    }
  }
}
