package dev.larder.info;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.command.CommandGroup;
import dev.larder.command.CommandTable;
import dev.larder.command.Declarations;
import dev.larder.config.Version;
import dev.larder.metrics.ChangeCounter;
import dev.larder.metrics.LoopStats;
import dev.larder.metrics.MemoryUse;
import dev.larder.metrics.ServerStats;
import dev.larder.pubsub.PubSub;
import dev.larder.session.Sessions;
import dev.larder.storage.Bytes;
import dev.larder.storage.Keyspace;
import dev.larder.storage.Shard;
import dev.larder.storage.StorageOptions;
import dev.larder.storage.Unit;
import dev.larder.tracking.ClientTracking;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class InfoReportTest {
  private static final int SHARDS = 4;

  private final ChangeCounter changes = new ChangeCounter(SHARDS);
  private final Keyspace keyspace =
      Keyspace.open(new StorageOptions(SHARDS, 16, 1L << 28), changes);
  private final ServerStats stats = new ServerStats();
  private final Sessions sessions = new Sessions();
  private final MemoryUse memory = new MemoryUse(keyspace);
  private final Vitals vitals = new Vitals(memory, sessions, stats);
  private final InfoReport report =
      new InfoReport(
          new TestFacts(),
          keyspace,
          changes::total,
          sessions,
          new ClientTracking(keyspace, sessions, 1, () -> 0),
          new PubSub(),
          stats,
          vitals);
  private final CommandTable commands = commands();

  @AfterEach
  void close() {
    keyspace.close();
  }

  @Test
  void defaultHasAllSectionsButCommandstats() {
    String text = render();

    assertThat(titles(text))
        .containsExactly(
            "Server",
            "Clients",
            "Memory",
            "Persistence",
            "Stats",
            "Replication",
            "CPU",
            "Modules",
            "Errorstats",
            "Cluster",
            "Keyspace");
    assertThat(titles(render("default"))).isEqualTo(titles(text));
  }

  @Test
  void allAndEverythingHaveCommandstats() {
    assertThat(titles(render("all"))).contains("Commandstats").hasSize(13);
    assertThat(titles(render("Everything"))).contains("Commandstats").hasSize(13);
  }

  @Test
  void sectionsAreChosenOnceInAnyCaseAndUnknownOnesPassedOver() {
    assertThat(titles(render("CPU", "keySpace", "cpu", "sentinel")))
        .containsExactly("CPU", "Keyspace");
    assertThat(render("sentinel")).isEmpty();
    assertThat(titles(render("cpu", "default"))).hasSize(11);
  }

  @Test
  void everyLineIsATitleAFieldOrBlank() {
    Pattern field = Pattern.compile("[a-z0-9_|]+:.*");

    assertThat(render("everything").split("\r\n", -1))
        .allMatch(line -> line.isEmpty() || line.startsWith("# ") || field.matcher(line).matches());
  }

  @Test
  void serverNamesBothVersions() {
    assertThat(render("server"))
        .contains("redis_version:" + Version.REDIS + "\r\n")
        .contains("larder_version:" + Version.LARDER + "\r\n")
        .contains("multiplexing_api:epoll\r\n")
        .contains("tcp_port:7777\r\n")
        .containsPattern("run_id:[0-9a-f]{40}\r\n");
  }

  @Test
  void keyspaceCountsKeysDeadlinesAndMeanTtl() {
    store(3, "a", -1);
    store(3, "b", dev.larder.metrics.Clock.wallMillis() + 1_000_000);
    store(3, "c", dev.larder.metrics.Clock.wallMillis() + 3_000_000);

    assertThat(render("keyspace"))
        .containsPattern("db3:keys=3,expires=2,avg_ttl=(1999\\d{3}|2000000),subexpiry=0\r\n");
    assertThat(render("persistence")).contains("rdb_changes_since_last_save:3\r\n");
  }

  @Test
  void memoryRisesWithDataAndItsPeakStays() {
    for (int i = 0; i < 1000; i++) {
      store(0, "key " + i, -1);
    }
    memory.limit(1 << 30);
    vitals.tick();

    assertThat(number(render("memory"), "used_memory")).isGreaterThan(10_000);
    assertThat(number(render("memory"), "used_memory_peak"))
        .isEqualTo(number(render("memory"), "used_memory"));
    assertThat(render("memory")).contains("maxmemory_human:1.00G\r\n");
  }

  @Test
  void memoryAddsUp() {
    for (int i = 0; i < 1000; i++) {
      store(0, "key " + i, dev.larder.metrics.Clock.wallMillis() + 1_000_000);
    }
    memory.count(() -> 5000);
    String text = render("memory");

    long used = number(text, "used_memory");
    assertThat(used)
        .isEqualTo(
            number(text, "allocator_allocated") + number(text, "larder_index_correction") + 5000);
    assertThat(number(text, "used_memory_overhead") + number(text, "used_memory_dataset"))
        .isEqualTo(used);
    // Tables and deadlines, besides what is no data.
    assertThat(number(text, "used_memory_overhead")).isGreaterThan(5000 + 1000 * 16);
    assertThat(number(text, "allocator_active"))
        .isBetween(number(text, "allocator_allocated"), number(text, "allocator_resident"));
    assertThat(number(text, "allocator_frag_bytes"))
        .isEqualTo(number(text, "allocator_active") - number(text, "allocator_allocated"));
    assertThat(number(text, "used_memory_peak_time")).isPositive();
    assertThat(number(text, "total_system_memory")).isGreaterThan(1 << 28);
  }

  @Test
  void commandsAndErrorsAreCounted() {
    LoopStats loop = stats.addLoop();
    int get = commands.find("get").index();
    for (int i = 0; i < 64; i++) {
      loop.ran(get, 2_000, true);
    }
    loop.failed(get);
    stats.errorReply("ERR");

    assertThat(render("commandstats"))
        .contains(
            "cmdstat_get:calls=64,usec=128,usec_per_call=2.00,rejected_calls=0,failed_calls=1\r\n");
    assertThat(render("errorstats")).contains("errorstat_ERR:count=1\r\n");
    assertThat(render("latencystats"))
        .contains("latency_percentiles_usec_get:p50=2.047,p99.9=2.047\r\n");
    assertThat(number(render("stats"), "total_commands_processed")).isEqualTo(64);
  }

  @Test
  void resetForgetsExpiredKeys() {
    long[] expired = {5};
    stats.expiredKeys(() -> expired[0]);
    assertThat(number(render("stats"), "expired_keys")).isEqualTo(5);

    stats.reset();
    expired[0] = 7;

    assertThat(number(render("stats"), "expired_keys")).isEqualTo(2);
  }

  private CommandTable commands() {
    Declarations declarations = new Declarations();
    declarations
        .command("GET")
        .summary("For this test.")
        .since("1.0.0")
        .group(CommandGroup.STRING)
        .arity(1)
        .handler(call -> call.reply().ok());
    CommandTable table = declarations.build();
    stats.commandCount(table.specCount());
    return table;
  }

  private String render(String... sections) {
    return report.render(List.of(sections), commands);
  }

  private static List<String> titles(String text) {
    return text.lines().filter(l -> l.startsWith("# ")).map(l -> l.substring(2)).toList();
  }

  private static long number(String text, String field) {
    return text.lines()
        .filter(line -> line.startsWith(field + ":"))
        .mapToLong(line -> Long.parseLong(line.substring(field.length() + 1)))
        .sum();
  }

  private void store(int database, String name, long deadlineMillis) {
    ByteBuffer key = ByteBuffer.allocateDirect(name.length());
    key.put(name.getBytes(ISO_8859_1));
    long address = Bytes.addressOf(key);
    Unit unit = keyspace.newUnit();
    unit.begin(0);
    long hash = keyspace.hash(address, name.length());
    Shard shard = keyspace.shardOf(hash);
    while (!unit.acquire(shard)) {
      Thread.onSpinWait(); // The thread that gives memory back has it for a moment.
    }
    shard.store(
        unit, database, hash, address, name.length(), address, name.length(), deadlineMillis);
    unit.releaseAll();
  }
}
