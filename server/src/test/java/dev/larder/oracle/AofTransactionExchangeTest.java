package dev.larder.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.config.PersistenceOptions;
import dev.larder.metrics.Clock;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server is killed among transactions, also behind a rewrite of its append-only file. What it
 * leaves, and the same cut anywhere near its end, means the same to redis-server and to Larder: of
 * each transaction all or nothing, and of what was acknowledged everything. {@code -Dseed=} chooses
 * the moments and the cuts.
 */
@Tag("slow")
final class AofTransactionExchangeTest {
  private static final long SEED = Long.getLong("seed", Clock.nanos());
  private static final String FOLDER = "appendonlydir";
  private static final int CLIENTS = 3;
  private static final int MOST_MILLIS = 300;
  private static final int CUTS = 3;
  private static final int MOST_CUT_BYTES = 400;
  private static final String[] OPTIONS = {"--appendonly", "yes", "--appendfsync", "always"};

  @TempDir Path folder;

  private final Random random = new Random(SEED);
  private final List<Client> clients = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  /** Does one transaction after the other. */
  private static final class Client implements Runnable {
    final int number;
    private final int port;
    long acknowledged;

    Client(int number, int port) {
      this.number = number;
      this.port = port;
    }

    @Override
    public void run() {
      try (Wire wire = new Wire(port)) {
        for (long i = 1; send(wire, i); i++) {
          acknowledged = i;
        }
      } catch (IOException e) {
        // Killed.
      }
    }

    private boolean send(Wire wire, long i) throws IOException {
      List<Request> requests =
          List.of(
              Request.of("MULTI"),
              Request.of("INCR", "count:" + number),
              Request.of("RPUSH", "list:" + number, "element:" + i),
              Request.of("SELECT", "5"),
              Request.of("HSET", "all", number + "", i + ""),
              Request.of("SELECT", "0"),
              Request.of("SPOP", "set:" + number),
              Request.of("SADD", "set:" + number, "a" + i, "b" + i),
              Request.of("EXEC"));
      wire.send(requests);
      return wire.receive(requests.size()).size() == requests.size();
    }
  }

  @Test
  void larderLoadsWhatAKilledRedisLeaves() throws Exception {
    try (RedisProcess redis = RedisProcess.start(options())) {
      load(redis.port());
    }
    compare();
  }

  @Test
  void redisLoadsWhatAKilledLarderLeaves() throws Exception {
    try (LarderProcess larder = LarderProcess.start(folder, OPTIONS)) {
      load(larder.port());
    }
    compare();
  }

  private String[] options() {
    return Stream.concat(Stream.of("--dir", folder.toString()), Stream.of(OPTIONS))
        .toArray(String[]::new);
  }

  private void load(int port) throws IOException {
    for (int i = 0; i < CLIENTS; i++) {
      Client client = new Client(i, port);
      clients.add(client);
      threads.add(Thread.ofPlatform().name("client").start(client));
    }
    try (Wire wire = new Wire(port)) {
      Pause.millis(random.nextInt(MOST_MILLIS));
      wire.ask("BGREWRITEAOF");
      Pause.millis(random.nextInt(MOST_MILLIS));
    }
  }

  private void compare() throws IOException, InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
    for (int i = 0; i <= CUTS; i++) {
      int bytes = i == 0 ? 0 : random.nextInt(MOST_CUT_BYTES);
      String what = "seed " + SEED + ", " + bytes + " bytes cut";
      Path forLarder = copy("larder" + i, bytes);
      Path forRedis = copy("redis" + i, bytes);
      String digest;
      try (LarderServer larder = LarderServer.start(config(forLarder));
          Wire wire = new Wire(larder.port())) {
        digest = digest(wire);
        for (Client client : clients) {
          check(wire, client, i == 0 ? client.acknowledged : 0, what);
        }
      }
      try (RedisProcess redis =
              RedisProcess.start("--dir", forRedis.toString(), "--appendonly", "yes");
          Wire wire = new Wire(redis.port())) {
        assertThat(digest(wire)).as(what).isEqualTo(digest);
      }
    }
  }

  private static Config config(Path directory) {
    Config config = new Config().set(Options.PORT, 0L).set(Options.DIR, directory.toString());
    config.set(Options.ENABLE_DEBUG_COMMAND, "yes");
    return config.set(PersistenceOptions.APPENDONLY, true);
  }

  private static String digest(Wire wire) throws IOException {
    String digest = wire.ask("DEBUG", "DIGEST").text();
    assertThat(digest).hasSize(43);
    return digest;
  }

  private static void check(Wire wire, Client client, long least, String what) throws IOException {
    String number = wire.ask("LLEN", "list:" + client.number).text().strip();
    long count = Long.parseLong(number.substring(1));
    assertThat(count).as(what).isGreaterThanOrEqualTo(least);
    if (count > 0) {
      String bulk = "$" + (count + "").length() + "\r\n" + count + "\r\n";
      assertThat(wire.ask("GET", "count:" + client.number).text()).as(what).isEqualTo(bulk);
      // One goes before two come, but for the first time.
      String members = wire.ask("SCARD", "set:" + client.number).text();
      assertThat(members).as(what).isEqualTo(":" + (count + 1) + "\r\n");
      wire.ask("SELECT", "5");
      assertThat(wire.ask("HGET", "all", client.number + "").text()).as(what).isEqualTo(bulk);
      wire.ask("SELECT", "0");
    }
  }

  /** A folder with the same files, the last one so much shorter. */
  private Path copy(String name, int cutBytes) throws IOException {
    Path target = Files.createDirectories(folder.resolve(name).resolve(FOLDER));
    List<Path> files;
    try (Stream<Path> all = Files.list(folder.resolve(FOLDER))) {
      files = all.sorted().toList();
    }
    Path last = files.getFirst();
    for (Path file : files) {
      Path copied = Files.copy(file, target.resolve(file.getFileName().toString()));
      last = copied.toString().endsWith(".incr.aof") ? copied : last;
    }
    try (FileChannel channel = FileChannel.open(last, StandardOpenOption.WRITE)) {
      channel.truncate(Math.max(0, channel.size() - cutBytes));
    }
    return folder.resolve(name);
  }
}
