package dev.larder.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.LarderServer;
import dev.larder.command.CommandGroup;
import dev.larder.command.CommandSpec;
import dev.larder.command.CommandTable;
import dev.larder.command.Flag;
import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.config.PersistenceOptions;
import dev.larder.metrics.Clock;
import dev.larder.resp.RespValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * After random commands, an append-only file gives the same data again: to Larder, and to
 * redis-server.
 */
@Tag("slow")
final class AofExchangeTest {
  private static final long SEED = Long.getLong("seed", Clock.nanos());
  private static final int ROUNDS = Integer.getInteger("aof.rounds", 4);
  private static final int REQUESTS = 4_000;
  private static final int TRANSACTION_EVERY = 20;
  private static final int TRANSACTION_REQUESTS = 4;
  private static final String FOLDER = "appendonlydir";

  /** Groups of commands that change keys and do nothing else. */
  private static final Set<CommandGroup> GROUPS =
      Set.of(
          CommandGroup.STRING,
          CommandGroup.BITMAP,
          CommandGroup.LIST,
          CommandGroup.SET,
          CommandGroup.SORTED_SET,
          CommandGroup.HASH,
          CommandGroup.GEO,
          CommandGroup.STREAM,
          CommandGroup.HYPERLOGLOG,
          CommandGroup.GENERIC);

  /** Far enough for what is compared not to expire meanwhile, in milliseconds. */
  private static final String LATER = "100000000";

  @TempDir Path folder;

  private Config config() {
    Config config = new Config().set(Options.PORT, 0L).set(Options.DIR, folder.toString());
    config.set(Options.ENABLE_DEBUG_COMMAND, "yes");
    config.set(PersistenceOptions.APPENDONLY, true);
    return config;
  }

  @Test
  void theFileGivesTheDataAgain() throws IOException {
    for (int round = 0; round < ROUNDS; round++) {
      String digest;
      try (LarderServer larder = LarderServer.start(config());
          Wire wire = new Wire(larder.port())) {
        change(wire, SEED + round);
        if (round % 2 == 1) {
          wire.ask("BGREWRITEAOF");
          change(wire, SEED - 1 - round);
        }
        digest = digest(wire);
        assertThat(digest).hasSize(43).isNotEqualTo("+" + "0".repeat(40) + "\r\n");
      }
      assertThat(again()).as("Larder, seed %d", SEED + round).isEqualTo(digest);
      assertThat(inRedis(round)).as("redis-server, seed %d", SEED + round).isEqualTo(digest);
    }
  }

  private static void change(Wire wire, long seed) throws IOException {
    CommandTable commands = Commands.all();
    Set<String> sent =
        commands.all().stream()
            .filter(spec -> GROUPS.contains(spec.group()) || spec.fullName().equals("select"))
            .filter(spec -> !spec.has(Flag.BLOCKING))
            .map(CommandSpec::fullName)
            .collect(Collectors.toSet());
    RequestGenerator requests =
        RequestGenerator.comparable(commands, new Pools(new Random(seed)), seed);
    for (int i = 0; i < REQUESTS; i++) {
      if (i % TRANSACTION_EVERY == 0) {
        wire.ask("MULTI");
      } else if (i % TRANSACTION_EVERY == TRANSACTION_REQUESTS) {
        wire.ask("EXEC");
      }
      Request request = requests.next();
      if (sent.contains(request.command())) {
        wire.send(List.of(request));
        wire.receive(1);
      }
    }
  }

  /** Puts deadlines off, and sums up all data. */
  private static String digest(Wire wire) throws IOException {
    for (int database = 0; database < 16; database++) {
      wire.ask("SELECT", database + "");
      RespValue.Array keys = (RespValue.Array) wire.ask("KEYS", "*").value();
      for (RespValue key : keys.elements()) {
        byte[] name = ((RespValue.BulkString) key).value().toArray();
        wire.ask(
            new Request(
                "pexpire",
                List.of(Pools.bytes("PEXPIRE"), name, Pools.bytes(LATER), Pools.bytes("XX")),
                false));
      }
    }
    return wire.ask("DEBUG", "DIGEST").text();
  }

  private String again() throws IOException {
    try (LarderServer larder = LarderServer.start(config());
        Wire wire = new Wire(larder.port())) {
      return wire.ask("DEBUG", "DIGEST").text();
    }
  }

  private String inRedis(int round) throws IOException {
    Path copy = Files.createDirectories(folder.resolve("copy" + round + "/" + FOLDER));
    try (Stream<Path> files = Files.list(folder.resolve(FOLDER))) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    try (RedisProcess redis =
            RedisProcess.start("--dir", copy.getParent().toString(), "--appendonly", "yes");
        Wire wire = new Wire(redis.port())) {
      return wire.ask("DEBUG", "DIGEST").text();
    }
  }
}
