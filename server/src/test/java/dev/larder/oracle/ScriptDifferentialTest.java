package dev.larder.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.Options;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Scripts end in Larder as they do in redis-server, in both protocols: those of a file, and random
 * ones. What may differ is in {@link ScriptDifferences}.
 */
@Tag("slow")
final class ScriptDifferentialTest {
  private static final int RANDOM_SCRIPTS = Integer.getInteger("oracle.scripts", 1_500);
  private static final int SHOWN_MAX = 40;

  @Test
  void writtenScriptsEndAlike() throws IOException {
    List<ScriptProbe> probes = ScriptProbe.written();
    assertThat(probes).hasSizeGreaterThan(1_000);
    assertThat(differences(probes)).isEmpty();
  }

  @Test
  void randomScriptsEndAlike() throws IOException {
    long seed = Long.getLong("seed", new Random().nextLong());
    ScriptGenerator generator = new ScriptGenerator(new Random(seed));
    List<ScriptProbe> probes = new ArrayList<>();
    for (int i = 0; i < RANDOM_SCRIPTS; i++) {
      probes.add(ScriptProbe.of("random", generator.line()));
    }
    assertThat(differences(probes)).as("seed %d", seed).isEmpty();
  }

  private static List<String> differences(List<ScriptProbe> probes) throws IOException {
    List<String> differences = new ArrayList<>();
    try (RedisProcess redis = RedisProcess.start();
        LarderServer larder = LarderServer.start(new Config().set(Options.PORT, 0L))) {
      for (int protocol = 2; protocol <= 3; protocol++) {
        compare(probes, protocol, redis.port(), larder.port(), differences);
      }
      assertThat(larder.stats().bugs()).as("bugs of larder").isZero();
    }
    return differences.size() < SHOWN_MAX ? differences : differences.subList(0, SHOWN_MAX);
  }

  private static void compare(
      List<ScriptProbe> probes, int protocol, int reference, int subject, List<String> differences)
      throws IOException {
    try (Asker redis = new Asker(reference, protocol);
        Asker larder = new Asker(subject, protocol)) {
      for (ScriptProbe probe : probes) {
        String expected = redis.ask(probe);
        String actual = larder.ask(probe);
        if (!expected.equals(actual) && !ScriptDifferences.explain(probe, expected, actual)) {
          differences.add(
              "%nRESP%d   %s: %s%nredis   %s%nlarder  %s"
                  .formatted(
                      protocol, probe.group(), probe.text(), quote(expected), quote(actual)));
        }
      }
    }
  }

  private static String quote(String text) {
    return text.replace("\r", "\\r").replace("\n", "\\n");
  }

  /** Two connections to one server: one empties it before each script, which the other sends. */
  private static final class Asker implements AutoCloseable {
    private final Wire asking;
    private final Wire emptying;

    Asker(int port, int protocol) throws IOException {
      asking = new Wire(port);
      asking.ask("HELLO", Integer.toString(protocol));
      emptying = new Wire(port);
      emptying.ask("SCRIPT", "FLUSH");
      emptying.ask("FLUSHALL");
    }

    /** The reply, with addresses of objects hidden. */
    String ask(ScriptProbe probe) throws IOException {
      if (!probe.isCommand()) {
        emptying.ask("FLUSHALL");
      }
      try {
        return asking.ask(probe.request()).text().replaceAll("0x[0-9a-f]{6,}", "0x");
      } catch (IOException e) {
        throw new IOException("no answer to " + probe.text(), e);
      }
    }

    @Override
    public void close() throws IOException {
      asking.close();
      emptying.close();
    }
  }
}
