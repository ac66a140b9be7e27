package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.config.PersistenceOptions;
import dev.larder.net.TestClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What redis-server 7.0 does not know comes back from a base of commands as well. */
final class AofCommandBaseTest {
  /** What is asked before and after. */
  private static final List<String> QUESTIONS =
      List.of(
          "DEBUG DIGEST",
          "HPEXPIRETIME hash FIELDS 3 f0 f1 f200",
          "HPEXPIRETIME small FIELDS 2 a b",
          "PEXPIRETIME small",
          "XPENDING stream group - + 100",
          "XINFO GROUPS stream",
          "XRANGE stream - +",
          "XLEN empty",
          "XINFO GROUPS empty",
          "STRLEN long",
          "LLEN list",
          "ZRANGE zset 0 -1 WITHSCORES");

  private static final Pattern AGE = Pattern.compile("Int\\[value=-?\\d+], (Int\\[value=\\d+])");

  @TempDir Path folder;

  private LarderServer start() throws IOException {
    Config config = new Config().set(Options.PORT, 0L).set(Options.DIR, folder.toString());
    config.set(Options.ENABLE_DEBUG_COMMAND, "yes");
    config.set(PersistenceOptions.APPENDONLY, true);
    config.set(PersistenceOptions.AOF_USE_RDB_PREAMBLE, false);
    return LarderServer.start(config);
  }

  private static String ask(TestClient client, String command) throws IOException {
    client.send(command.split(" "));
    return client.read().toString();
  }

  private static void fill(TestClient client) throws IOException {
    for (int i = 0; i < 300; i++) {
      ask(client, "HSET hash f" + i + " v" + i);
    }
    ask(client, "HPEXPIREAT hash 9000000000000 FIELDS 2 f0 f200");
    ask(client, "HSET small a 1 b 2");
    ask(client, "HPEXPIREAT small 9000000000001 FIELDS 1 a");
    ask(client, "PEXPIREAT small 9000000000002");
    for (int i = 1; i <= 9; i++) {
      ask(client, "XADD stream " + i + "-1 f v" + i);
    }
    ask(client, "XGROUP CREATE stream group 0");
    ask(client, "XGROUP CREATE stream other 5-1 ENTRIESREAD 4");
    ask(client, "XREADGROUP GROUP group one COUNT 4 STREAMS stream >");
    ask(client, "XREADGROUP GROUP group two COUNT 2 STREAMS stream >");
    ask(client, "XACK stream group 2-1");
    ask(client, "XNACK stream group FAIL IDS 1 6-1");
    // Pending, and gone.
    ask(client, "XDEL stream 1-1");
    ask(client, "XGROUP CREATE empty group $ MKSTREAM");
    ask(client, "SET long " + "x".repeat(3_000_000));
    ask(client, "RPUSH list 1 two -3 " + "y".repeat(100_000) + " 5");
    ask(client, "ZADD zset 1.5 a -inf b inf c 3 d -0.0 e 1e300 f 0.1 g 9007199254740993 h");
  }

  private static List<String> answers(TestClient client) throws IOException {
    List<String> answers = new ArrayList<>();
    for (String question : QUESTIONS) {
      String answer = ask(client, question);
      // But for how long ago it was.
      boolean hasAges = question.startsWith("XPENDING");
      answers.add(question + (hasAges ? AGE.matcher(answer).replaceAll("$1") : answer));
    }
    return answers;
  }

  private static void rewrite(TestClient client) throws IOException {
    ask(client, "BGREWRITEAOF");
    String info = "";
    while (!info.contains("aof_rewrite_in_progress:0")) {
      info = ask(client, "INFO persistence");
    }
    assertThat(info).contains("aof_last_bgrewrite_status:ok");
  }

  @Test
  void allOfItComesBack() throws IOException {
    List<String> before;
    try (LarderServer server = start();
        TestClient client = new TestClient(server.port())) {
      fill(client);
      before = answers(client);
      rewrite(client);
      assertThat(answers(client)).isEqualTo(before);
      // In the increment: a group that gives an entry back.
      ask(client, "XNACK stream group FAIL IDS 1 5-1");
      before = answers(client);
    }
    Path base = folder.resolve("appendonlydir/appendonly.aof.2.base.aof");
    assertThat(Files.size(base)).isGreaterThan(3_000_000);
    try (LarderServer server = start();
        TestClient client = new TestClient(server.port())) {
      assertThat(answers(client)).isEqualTo(before);
    }
  }
}
