package dev.larder.oracle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.Options;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bytes that are no good requests: both servers answer the same and close, or wait, the same. */
final class ProtocolDifferentialTest {

  private static final List<String> INPUTS =
      List.of(
          "PING\r\n",
          "PING\n",
          "\r\n\r\nPING\r\n",
          "   \r\nPING\r\n",
          "  PING   hello  \r\n",
          "SET a \"b c\\x41\\n\"\r\nGET a\r\n",
          "SET a 'b \\' c'\r\nGET a\r\n",
          "GET \"unbalanced\r\nPING\r\n",
          "GET 'a'b\r\nPING\r\n",
          "GET \"a\"\"b\"\r\nPING\r\n",
          "\"\"\r\nPING\r\n",
          "*0\r\nPING\r\n",
          "*-1\r\nPING\r\n",
          "*-10\r\nPING\r\n",
          "*x\r\n",
          "*\r\n",
          "*1.5\r\n",
          "* 1\r\n",
          "*01\r\n$4\r\nPING\r\n",
          "*+1\r\n$4\r\nPING\r\n",
          "*2147483648\r\n",
          "*99999999999999999999\r\n",
          "*1\r\n:4\r\n",
          "*1\r\nPING\r\n",
          "*1\r\n*1\r\n$4\r\nPING\r\n",
          "*1\r\n\r\n",
          "*1\r\n$x\r\n",
          "*1\r\n$\r\n",
          "*1\r\n$-1\r\n",
          "*1\r\n$-5\r\n",
          "*1\r\n$536870913\r\n",
          "*1\r\n$99999999999999999999\r\n",
          "*1\r\n$4\r\nPINGXYPING\r\n",
          "*1\r\n$4\r\nPING\n\n*1\r\n$4\r\nPING\r\n",
          "*2\r\n$3\r\nGET\r\n$0\r\n\r\n*1\r\n$4\r\nPING\r\n",
          "*1\r\n$0\r\n\r\nPING\r\n",
          "PING\r\n*1\r\n$4\r\nPING\r\n*1\r\n!\r\nPING\r\n",
          "*1\r\n$4\r\nPI",
          "*3\r\n$3\r\nSET\r\n$1\r\na\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\n\r\n",
          "host: a\r\nPING\r\n",
          "*1\r\n$" + "1".repeat(70_000),
          "*" + "1".repeat(70_000),
          "PING " + "x".repeat(70_000),
          "PING " + "x".repeat(1_000) + "\r\n");

  @Test
  void brokenRequestsAreAnsweredAlike() throws IOException {
    try (RedisProcess redis = RedisProcess.start();
        LarderServer larder = LarderServer.start(new Config().set(Options.PORT, 0L))) {
      List<String> differences = new ArrayList<>();
      for (String input : INPUTS) {
        compare(input, redis.port(), larder.port(), differences);
      }
      assertThat(differences).isEmpty();
    }
  }

  /** Redis also drops its replies to what came before; we only do not go on. */
  @Test
  void browsersAreDisconnected() throws IOException {
    try (LarderServer larder = LarderServer.start(new Config().set(Options.PORT, 0L))) {
      assertThat(answer(larder.port(), "GET / HTTP/1.1\r\nHost: a\r\nPING\r\n"))
          .isEqualTo("-ERR wrong number of arguments for 'get' command\r\n");
    }
  }

  /** Good requests with one byte changed, added or missing; see {@link KnownDifferences} on NUL. */
  @Test
  void damagedRequestsAreAnsweredAlike() throws IOException {
    long seed = Long.getLong("seed", new Random().nextLong());
    Random random = new Random(seed);
    String good =
        "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$5\r\nvalue\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\n"
            + "ECHO \"x y\"\r\n*1\r\n$4\r\nPING\r\n";
    try (RedisProcess redis = RedisProcess.start();
        LarderServer larder = LarderServer.start(new Config().set(Options.PORT, 0L))) {
      List<String> differences = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        StringBuilder input = new StringBuilder(good);
        int at = random.nextInt(good.length());
        char other = "\r\n*$-109 \"\u00ff".charAt(random.nextInt(10));
        switch (random.nextInt(3)) {
          case 0 -> input.deleteCharAt(at);
          case 1 -> input.insert(at, other);
          default -> input.setCharAt(at, other);
        }
        compare(input.toString(), redis.port(), larder.port(), differences);
      }
      assertThat(differences).as("seed %d", seed).isEmpty();
    }
  }

  /** What was asked before authentication is limited, so that strangers cannot fill the memory. */
  @Test
  void strangersAreAnsweredAlike() throws IOException {
    Config config = new Config().set(Options.PORT, 0L).set(Options.REQUIREPASS, "secret");
    try (RedisProcess redis = RedisProcess.start("--requirepass", "secret");
        LarderServer larder = LarderServer.start(config)) {
      List<String> differences = new ArrayList<>();
      for (String input :
          List.of(
              "PING\r\n",
              "GET a\r\nSET a b c\r\nGET\r\nNOSUCH x\r\nCLIENT\r\nCLIENT NOSUCH\r\n",
              "*11\r\n",
              "*1\r\n$16385\r\n",
              "*2\r\n$4\r\nECHO\r\n$16384\r\n" + "x".repeat(16384) + "\r\n",
              "AUTH\r\nAUTH a b c\r\nAUTH wrong\r\nAUTH other secret\r\nPING\r\n",
              "AUTH wrong\r\nAUTH secret\r\nPING\r\nAUTH wrong\r\nPING\r\n",
              "AUTH default secret\r\n*11\r\n$4\r\nPING\r\n",
              "HELLO 3\r\nHELLO 2 AUTH default wrong\r\nHELLO 2 SETNAME x\r\n",
              "AUTH secret\r\nRESET\r\nPING\r\n",
              "QUIT\r\nPING\r\n",
              "HELLO 9\r\nHELLO x\r\nHELLO 2 AUTH default\r\nHELLO 2 NOSUCH\r\n")) {
        compare(input, redis.port(), larder.port(), differences);
      }
      assertThat(differences).isEmpty();
    }
  }

  private static void compare(String input, int reference, int subject, List<String> differences)
      throws IOException {
    String expected = answer(reference, input);
    // The hint in this error was completed in Redis 7.2.
    String actual = answer(subject, input).replace("HELLO <proto> AUTH", "HELLO AUTH");
    if (!expected.equals(actual)) {
      differences.add(
          "%ninput  %s%nredis  %s%nlarder %s"
              .formatted(quote(input), quote(expected), quote(actual)));
    }
  }

  private static String quote(String text) {
    return Request.quote(text.getBytes(ISO_8859_1));
  }

  private static String answer(int port, String input) throws IOException {
    try (Wire wire = new Wire(port)) {
      return new String(wire.exchange(input.getBytes(ISO_8859_1)), ISO_8859_1);
    }
  }
}
