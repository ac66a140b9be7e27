package dev.larder.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.Options;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Three clients subscribe, unsubscribe and publish at random, one at a time, in redis-server and in
 * Larder: each gets the same bytes after every command.
 */
final class PubSubDifferentialTest {
  private static final long SEED = Long.getLong("seed", 20_261_128);
  private static final int SESSIONS = Integer.getInteger("oracle.sessions", 20);
  private static final int STEPS = 150;
  private static final int CLIENTS = 3;

  private static final String[] COMMANDS = {
    "SUBSCRIBE c",
    "SUBSCRIBE c c c",
    "UNSUBSCRIBE c",
    "UNSUBSCRIBE c c",
    "PSUBSCRIBE p",
    "PSUBSCRIBE p p",
    "PUNSUBSCRIBE p",
    "PUNSUBSCRIBE p p",
    "SSUBSCRIBE c",
    "SSUBSCRIBE c c",
    "SUNSUBSCRIBE c c",
    "PUBLISH c t",
    "PUBLISH c t",
    "PUBLISH c t",
    "PUBLISH c t",
    "SPUBLISH c t",
    "SPUBLISH c t",
    "PUBSUB NUMSUB c c",
    "PUBSUB NUMSUB",
    "PUBSUB NUMPAT",
    "PUBSUB SHARDNUMSUB c",
    "PUBSUB CHANNELS none*",
    "PUBSUB FOO",
    "PUBSUB CHANNELS a b",
    "GET c",
    "PING",
    "PING t",
    "RESET",
    "HELLO 3",
    "MULTI",
    "EXEC",
    "DISCARD",
    "SUBSCRIBE",
    "PUBLISH c",
    "SET c t"
  };

  private static final String[] CHANNELS = {"a", "ab", "abc", "b", "x[y", "", "news.art"};
  private static final String[] PATTERNS = {
    "*", "a*", "ab", "a?", "[ab]", "[^a]*", "x\\[y", "news.*", "a[bc]c", ""
  };

  private final Random random = new Random();

  @Test
  void everybodyGetsTheSame() throws IOException {
    try (RedisProcess redis = RedisProcess.start();
        LarderServer larder =
            LarderServer.start(new Config().set(Options.PORT, 0L).set(Options.IO_THREADS, 2L))) {
      for (long seed = SEED; seed < SEED + SESSIONS; seed++) {
        random.setSeed(seed);
        run(seed, redis.port(), larder.port());
      }
    }
  }

  private void run(long seed, int reference, int subject) throws IOException {
    List<Wire> wanted = new ArrayList<>();
    List<Wire> got = new ArrayList<>();
    try {
      for (int i = 0; i < CLIENTS; i++) {
        wanted.add(new Wire(reference));
        got.add(new Wire(subject));
      }
      List<String> history = new ArrayList<>();
      for (int step = 0; step < STEPS; step++) {
        int client = random.nextInt(CLIENTS);
        String[] command = command();
        history.add(client + ": " + String.join(" ", command));
        List<List<String>> expected = replies(wanted, client, command, step);
        List<List<String>> actual = replies(got, client, command, step);
        assertThat(actual).as("-Dseed=%d %s", seed, history).isEqualTo(expected);
      }
    } finally {
      for (Wire wire : wanted) {
        wire.close();
      }
      for (Wire wire : got) {
        wire.close();
      }
    }
    awaitNobody(reference);
    awaitNobody(subject);
  }

  /** Clients have gone when their subscriptions have. */
  private static void awaitNobody(int port) throws IOException {
    try (Wire wire = new Wire(port)) {
      while (!wire.ask("PUBSUB", "NUMPAT").text().equals(":0\r\n")
          || !wire.ask("PUBSUB", "CHANNELS").text().equals("*0\r\n")
          || !wire.ask("PUBSUB", "SHARDCHANNELS").text().equals("*0\r\n")) {
        Thread.onSpinWait();
      }
    }
  }

  private String[] command() {
    String[] words = COMMANDS[random.nextInt(COMMANDS.length)].split(" ");
    for (int i = 1; i < words.length; i++) {
      words[i] =
          switch (words[i]) {
            case "c" -> CHANNELS[random.nextInt(CHANNELS.length)];
            case "p" -> PATTERNS[random.nextInt(PATTERNS.length)];
            case "t" -> "text " + random.nextInt(100);
            default -> words[i];
          };
    }
    return words;
  }

  /** What each client gets after a command, up to the error that is asked for next. */
  private static List<List<String>> replies(
      List<Wire> wires, int client, String[] command, int step) throws IOException {
    String mark = "mark " + step;
    List<List<String>> all = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Wire wire = wires.get((client + i) % CLIENTS);
      if (i == 0) {
        wire.send(List.of(Request.of(command)));
      }
      // An error, which is never queued, since a transaction may be open.
      wire.send(List.of(Request.of("NO-SUCH-COMMAND", mark)));
      all.add(readTo(wire, mark));
    }
    return all;
  }

  private static List<String> readTo(Wire wire, String mark) throws IOException {
    List<String> frames = new ArrayList<>();
    List<String> ofPatterns = new ArrayList<>();
    while (true) {
      String frame = wire.receive(1).getFirst().text();
      if (frame.startsWith("-") && frame.contains(mark)) {
        ofPatterns.sort(null);
        frames.addAll(ofPatterns);
        return frames;
      }
      if (frame.startsWith(":")) {
        // In 7.0 it is not the first, if the client has published to itself.
        frames.addFirst(frame);
        continue;
      }
      // Redis takes matching patterns in no order.
      (frame.contains("\npmessage\r\n") ? ofPatterns : frames).add(idless(frame));
    }
  }

  /** HELLO tells the release, and the number of the client. */
  private static String idless(String frame) {
    return frame.contains("\nproto\r\n") ? "hello" : frame;
  }
}
