package dev.larder.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.resp.RespValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Several clients that track keys do the same, one at a time, in redis-server and in Larder: each
 * gets the same replies and the same messages after every command.
 */
@Tag("slow")
final class TrackingDifferentialTest {
  private static final Logger LOG = LoggerFactory.getLogger(TrackingDifferentialTest.class);

  private static final long SEED = Long.getLong("seed", 20_261_128);
  private static final int SESSIONS = Integer.getInteger("oracle.sessions", 20);
  private static final int STEPS = 300;
  private static final int PIPELINE = 6;

  /** All but the last one speak RESP3. */
  private static final int CLIENTS = 4;

  /**
   * Messages of others go to this one, which begins no transaction: Redis 7.0 puts them into the
   * reply of EXEC.
   */
  private static final int TOLD_FOR_OTHERS = 1;

  /** Ids of clients are above any number that replies contain otherwise. */
  private static final int USED_IDS = 1_001;

  /** So often is asked whether messages have come. */
  private static final int PATIENCE = 500;

  private static final String[] KEYS = {"k1", "k2", "k12", "x1", "y"};
  private static final String[] PREFIXES = {"k", "k1", "x", "y", "k12"};

  private static final String[] READS = {
    "GET k", "MGET k k", "EXISTS k k", "STRLEN k", "LRANGE k 0 -1", "HGETALL k", "SCARD k",
    "TTL k", "TYPE k", "ZRANGE k 0 -1", "SINTERCARD 2 k k", "GETRANGE k 0 1", "PING", "FOO k"
  };

  private static final String[] WRITES = {
    "SET k v",
    "MSET k v k w",
    "DEL k k",
    "UNLINK k",
    "APPEND k x",
    "INCR k",
    "EXPIRE k 1000",
    "EXPIRE k -1",
    "PERSIST k",
    "GETDEL k",
    "GETSET k z",
    "LPUSH k a b",
    "RPOP k",
    "SADD k a b",
    "SREM k a",
    "HSET k f v",
    "HDEL k f",
    "ZADD k 1 a",
    "ZREM k a",
    "RENAME k k",
    "COPY k k REPLACE",
    "MOVE k 1",
    "SETNX k v",
    "LMOVE k k LEFT RIGHT",
    "SMOVE k k a",
    "SUNIONSTORE k k k",
    "MSETNX k 1 k 2",
    "GETEX k EX 100",
    "SELECT 1",
    "SELECT 0",
    "FLUSHDB",
    "FLUSHALL"
  };

  private RedisProcess redis;
  private LarderServer larder;

  @BeforeEach
  void start() throws IOException {
    redis = RedisProcess.start();
    larder = LarderServer.start(new Config().set(Options.PORT, 0L).set(Options.IO_THREADS, 1L));
    for (int port : new int[] {redis.port(), larder.port()}) {
      for (int i = 0; i < USED_IDS; i++) {
        new Wire(port).close();
      }
    }
  }

  @AfterEach
  void stop() {
    larder.close();
    redis.close();
  }

  /** One server's side of a session. */
  private static final class Side implements AutoCloseable {
    private final List<Wire> clients = new ArrayList<>();
    private final List<String> ids = new ArrayList<>();
    private final List<List<String>> pushed = new ArrayList<>();

    Side(int port) throws IOException {
      for (int i = 0; i < CLIENTS; i++) {
        Wire client = new Wire(port);
        clients.add(client);
        pushed.add(new ArrayList<>());
        ids.add(client.ask("CLIENT", "ID").text().substring(1).strip());
        if (i < CLIENTS - 1) {
          client.ask("HELLO", "3");
        }
      }
    }

    /** The reply; what was pushed before it is kept. */
    String ask(int client, String command) throws IOException {
      String[] words = command.split(" ");
      for (int i = 0; i < words.length; i++) {
        if (words[i].startsWith("id:")) {
          words[i] = ids.get(Integer.parseInt(words[i].substring(3)));
        }
      }
      Wire wire = clients.get(client);
      wire.send(List.of(Request.of(words)));
      while (true) {
        Frame frame = wire.receive(1).getFirst();
        if (!(frame.value() instanceof RespValue.Push)) {
          return named(frame.text());
        }
        // Redis writes the null that the reader's protocol has, not that of who is told.
        pushed.get(client).add(named(frame.text()).replace("$-1", "_"));
      }
    }

    private String named(String text) {
      String result = text;
      for (int i = 0; i < CLIENTS; i++) {
        result = result.replaceAll(":" + ids.get(i) + "(?![0-9])", ":id" + i);
      }
      return result;
    }

    /** What the clients were told since the last {@link #forget}, but in a transaction. */
    List<String> told(boolean[] inMulti) throws IOException {
      List<String> told = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        if (!inMulti[i]) {
          ask(i, "PING");
          told.add(i + ": " + pushed.get(i).stream().sorted().toList());
        }
      }
      return told;
    }

    /** As {@link #told}, which may take a moment to become what is expected. */
    List<String> told(boolean[] inMulti, List<String> expected) throws IOException {
      List<String> told = told(inMulti);
      for (int i = 0; i < PATIENCE && !told.equals(expected); i++) {
        told = told(inMulti);
      }
      return told;
    }

    void forget(boolean[] inMulti) {
      for (int i = 0; i < CLIENTS; i++) {
        if (!inMulti[i]) {
          pushed.get(i).clear();
        }
      }
    }

    @Override
    public void close() throws IOException {
      for (Wire client : clients) {
        client.close();
      }
    }
  }

  @Test
  void clientsAreToldTheSame() throws IOException {
    long messages = 0;
    for (long seed = SEED; seed < SEED + SESSIONS; seed++) {
      messages += session(seed);
    }
    LOG.info("seed {}: {} clients were told the same", SEED, messages);
    assertThat(messages).isPositive();
  }

  private long session(long seed) throws IOException {
    Random random = new Random(seed);
    boolean[] inMulti = new boolean[CLIENTS];
    List<String> log = new ArrayList<>();
    long messages = 0;
    try (Side one = new Side(redis.port());
        Side other = new Side(larder.port())) {
      one.ask(0, "FLUSHALL");
      other.ask(0, "FLUSHALL");
      for (int step = 0; step < STEPS; step++) {
        int client = random.nextInt(CLIENTS);
        String command = command(random, inMulti[client], client != TOLD_FOR_OTHERS);
        log.add(client + "> " + command);
        assertThat(other.ask(client, command))
            .as("-Dseed=%d -Doracle.sessions=1 %s", seed, tail(log))
            .isEqualTo(one.ask(client, command));
        inMulti[client] =
            command.equals("MULTI")
                || (inMulti[client] && !command.equals("EXEC") && !command.equals("DISCARD"));
        List<String> told = one.told(inMulti);
        assertThat(other.told(inMulti, told))
            .as("-Dseed=%d -Doracle.sessions=1 %s", seed, tail(log))
            .isEqualTo(told);
        one.forget(inMulti);
        other.forget(inMulti);
        messages += told.stream().filter(each -> !each.endsWith("[]")).count();
      }
    }
    return messages;
  }

  @Test
  void oneIsToldOfOwnChangesBehindTheirReplies() throws IOException {
    long messages = 0;
    for (long seed = SEED; seed < SEED + SESSIONS; seed++) {
      Random random = new Random(seed);
      try (Wire one = new Wire(redis.port());
          Wire other = new Wire(larder.port())) {
        List<String> opening = List.of("FLUSHALL", "HELLO 3", "CLIENT TRACKING ON");
        all(one, opening);
        all(other, opening);
        for (int i = 0; i < STEPS / PIPELINE; i++) {
          List<String> pipeline = pipeline(random);
          List<String> expected = all(one, pipeline);
          assertThat(all(other, pipeline))
              .as("-Dseed=%d -Doracle.sessions=1 %s", seed, pipeline)
              .isEqualTo(expected);
          messages += expected.stream().filter(frame -> frame.startsWith(">")).count();
        }
      }
    }
    assertThat(messages).isPositive();
  }

  /** Commands that are sent at once; the last one is a PING. */
  private static List<String> pipeline(Random random) {
    List<String> commands = new ArrayList<>();
    boolean isTransaction = random.nextInt(4) == 0;
    if (isTransaction) {
      commands.add("MULTI");
    }
    while (commands.size() < PIPELINE) {
      commands.add(command(random.nextBoolean() ? READS : WRITES, random));
    }
    if (isTransaction) {
      commands.add("EXEC");
    }
    commands.add("PING");
    return commands;
  }

  /** All that comes back for a pipeline; what one command tells of several keys is sorted. */
  private static List<String> all(Wire wire, List<String> commands) throws IOException {
    wire.send(commands.stream().map(command -> Request.of(command.split(" "))).toList());
    List<String> frames = new ArrayList<>();
    for (int replies = 0, told = 0; replies < commands.size(); ) {
      Frame frame = wire.receive(1).getFirst();
      frames.add(frame.text());
      if (frame.value() instanceof RespValue.Push) {
        told++;
        Collections.sort(frames.subList(frames.size() - told, frames.size()));
      } else {
        told = 0;
        replies++;
      }
    }
    return frames;
  }

  private static String tail(List<String> log) {
    return String.join("\n", log.subList(Math.max(0, log.size() - 60), log.size()));
  }

  private static String command(Random random, boolean inMulti, boolean mayMulti) {
    int kind = random.nextInt(100);
    if (inMulti && kind < 20) {
      return kind < 16 ? "EXEC" : "DISCARD";
    }
    if (kind < 12) {
      return tracking(random);
    }
    if (kind < 22) {
      String[] others = {
        "CLIENT CACHING YES", "CLIENT CACHING NO", "CLIENT TRACKINGINFO", "CLIENT GETREDIR"
      };
      return others[random.nextInt(others.length)];
    }
    if (kind < 24 && !inMulti && mayMulti) {
      return "MULTI";
    }
    return command(kind < 60 ? READS : WRITES, random);
  }

  private static String command(String[] from, Random random) {
    StringBuilder text = new StringBuilder();
    for (String word : from[random.nextInt(from.length)].split(" ")) {
      text.append(text.isEmpty() ? "" : " ");
      text.append(word.equals("k") ? KEYS[random.nextInt(KEYS.length)] : word);
    }
    return text.toString();
  }

  private static String tracking(Random random) {
    if (random.nextInt(4) == 0) {
      return "CLIENT TRACKING off";
    }
    StringBuilder text = new StringBuilder("CLIENT TRACKING on");
    if (random.nextInt(4) == 0) {
      text.append(" REDIRECT id:").append(TOLD_FOR_OTHERS);
    }
    int mode = random.nextInt(6);
    if (mode < 2) {
      text.append(" BCAST");
      for (int i = random.nextInt(3); i > 0; i--) {
        text.append(" PREFIX ").append(PREFIXES[random.nextInt(PREFIXES.length)]);
      }
    }
    text.append(mode == 2 ? " OPTIN" : mode == 3 ? " OPTOUT" : "");
    return random.nextInt(3) == 0 ? text.append(" NOLOOP").toString() : text.toString();
  }
}
