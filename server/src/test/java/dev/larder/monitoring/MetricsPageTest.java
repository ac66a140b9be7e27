package dev.larder.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.larder.LarderServer;
import dev.larder.config.Config;
import dev.larder.config.MonitoringOptions;
import dev.larder.config.Options;
import dev.larder.config.PersistenceOptions;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

/** What a scrape brings, of a server that does something. */
final class MetricsPageTest {
  private static final Pattern SAMPLE =
      Pattern.compile("([a-z_]+)(\\{[a-z_]+=\"[^\"]*\"(?:,[a-z_]+=\"[^\"]*\")*})? (\\S+)");

  @TempDir Path folder;
  private LarderServer server;
  private Jedis jedis;
  private Http http;

  @BeforeEach
  void start() throws Exception {
    int port = Http.freePort();
    Config config =
        new Config()
            .set(Options.PORT, 0L)
            .set(Options.IO_THREADS, 2L)
            .set(Options.DIR, folder.toString())
            .set(PersistenceOptions.APPENDONLY, true)
            .set(MonitoringOptions.METRICS_PORT, (long) port);
    server = LarderServer.start(config);
    jedis = new Jedis("127.0.0.1", server.port());
    http = new Http(port);
  }

  @AfterEach
  void stop() {
    http.close();
    jedis.close();
    server.close();
  }

  /** Samples by name and labels. */
  private Map<String, Double> scrape() throws Exception {
    HttpResponse<String> response = http.get("/metrics");
    assertThat(response.statusCode()).isEqualTo(200);
    Map<String, Double> samples = new HashMap<>();
    response
        .body()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(line -> {
          Matcher sample = SAMPLE.matcher(line);
          assertThat(sample.matches()).as(line).isTrue();
          String labels = sample.group(2) == null ? "" : sample.group(2);
          double value =
              sample.group(3).equals("+Inf") ? 1 / 0.0 : Double.parseDouble(sample.group(3));
          assertThat(samples.put(sample.group(1) + labels, value)).as("once: " + line).isNull();
        });
    return samples;
  }

  private static Set<String> names(Map<String, Double> samples) {
    Set<String> names = new HashSet<>();
    samples.keySet().forEach(sample -> names.add(sample.replaceAll("\\{.*", "")));
    return names;
  }

  /** The metrics in the queries of redis_exporter's dashboard, number 763 at grafana.com. */
  @Test
  void theDashboardFindsEverySeries() throws Exception {
    jedis.set("key", "value");
    Map<String, Double> samples = scrape();

    assertThat(names(samples))
        .contains(
            "redis_up",
            "redis_uptime_in_seconds",
            "redis_connected_clients",
            "redis_blocked_clients",
            "redis_memory_used_bytes",
            "redis_memory_max_bytes",
            "redis_commands_processed_total",
            "redis_commands_total",
            "redis_commands_duration_seconds_total",
            "redis_keyspace_hits_total",
            "redis_keyspace_misses_total",
            "redis_net_input_bytes_total",
            "redis_net_output_bytes_total",
            "redis_db_keys",
            "redis_db_keys_expiring",
            "redis_expired_keys_total",
            "redis_evicted_keys_total");
    assertThat(samples).containsKeys("redis_commands_total{cmd=\"set\"}");
    assertThat(samples).containsKeys("redis_db_keys{db=\"db0\"}", "redis_db_keys{db=\"db15\"}");
  }

  @Test
  void everyFieldExistsUnderTheNameThatIsExported() throws Exception {
    Set<String> names = names(scrape());
    for (ExportedFields.Export export : ExportedFields.all()) {
      // Only while data are loaded.
      if (!export.field().startsWith("loading_")) {
        assertThat(names).contains(export.metric());
      }
    }
  }

  @Test
  void countsWhatClientsDo() throws Exception {
    jedis.set("a", "1");
    jedis.set("b", "2");
    jedis.setex("c", 1000, "3");
    jedis.get("a");
    jedis.get("nothing");
    jedis.set("text", "x");
    assertThatThrownBy(() -> jedis.incr("text")).isInstanceOf(JedisDataException.class);

    Map<String, Double> samples = scrape();
    assertThat(samples)
        .containsEntry("redis_up", 1.0)
        .containsEntry("redis_connected_clients", 1.0)
        .containsEntry("redis_db_keys{db=\"db0\"}", 4.0)
        .containsEntry("redis_db_keys_expiring{db=\"db0\"}", 1.0)
        .containsEntry("redis_db_keys{db=\"db1\"}", 0.0)
        .containsEntry("redis_keyspace_hits_total", 1.0)
        .containsEntry("redis_keyspace_misses_total", 1.0)
        .containsEntry("redis_commands_total{cmd=\"set\"}", 3.0)
        .containsEntry("redis_commands_total{cmd=\"get\"}", 2.0)
        .containsEntry("redis_commands_failed_calls_total{cmd=\"incr\"}", 1.0)
        .containsEntry("redis_errors_total{err=\"ERR\"}", 1.0)
        .containsEntry("redis_aof_enabled", 1.0)
        .containsEntry("redis_rdb_last_bgsave_status", 1.0)
        .containsEntry("larder_event_loops", 2.0)
        .containsEntry("redis_exporter_scrapes_total", 1.0);
    assertThat(samples.get("redis_db_avg_ttl_seconds{db=\"db0\"}")).isCloseTo(1000, within(30.0));
    assertThat(samples.get("redis_memory_used_bytes")).isPositive();
    assertThat(samples.get("redis_start_time_seconds"))
        .isCloseTo(System.currentTimeMillis() / 1000.0, within(120.0));
    assertThat(scrape()).containsEntry("redis_exporter_scrapes_total", 2.0);
  }

  @Test
  void durationsAreCountedByBoundsAndByPercentiles() throws Exception {
    for (int i = 0; i < 10; i++) {
      jedis.get("key");
    }
    Map<String, Double> samples = scrape();

    assertThat(samples)
        .containsEntry("redis_commands_latencies_usec_bucket{cmd=\"get\",le=\"+Inf\"}", 10.0)
        .containsEntry("redis_commands_latencies_usec_count{cmd=\"get\"}", 10.0)
        .containsEntry("redis_latency_percentiles_usec_count{cmd=\"get\"}", 10.0)
        .containsKeys(
            "redis_commands_latencies_usec_bucket{cmd=\"get\",le=\"1.0\"}",
            "redis_commands_latencies_usec_bucket{cmd=\"get\",le=\"1073741.0\"}",
            "redis_latency_percentiles_usec{cmd=\"get\",quantile=\"50\"}",
            "redis_latency_percentiles_usec{cmd=\"get\",quantile=\"99.9\"}");
    jedis.configSet("latency-tracking", "no");
    assertThat(names(scrape())).doesNotContain("redis_commands_latencies_usec_bucket");
  }

  @Test
  void subcommandsAndSlowCommandsHaveTheirNames() throws Exception {
    jedis.configSet("slowlog-log-slower-than", "0");
    jedis.get("key");
    jedis.get("key");

    assertThat(scrape())
        .containsEntry("redis_commands_total{cmd=\"config|set\"}", 1.0)
        .containsEntry("redis_slowlog_length", 2.0)
        .containsEntry("redis_slowlog_last_id", 1.0);
  }

  @Test
  void everyMetricHasOneTypeAheadOfIt() throws Exception {
    jedis.get("key");
    List<String> lines = http.get("/metrics").body().lines().toList();
    String type = "";
    Set<String> seen = new HashSet<>();
    for (String line : lines) {
      if (line.startsWith("# TYPE ")) {
        type = line.split(" ", -1)[2];
        assertThat(seen.add(type)).as(line).isTrue();
      } else if (!line.startsWith("#")) {
        assertThat(line).startsWith(type);
      }
    }
    assertThat(lines).contains("# TYPE redis_connected_clients gauge");
    assertThat(lines).contains("# TYPE redis_keyspace_hits_total counter");
    assertThat(lines).contains("# TYPE redis_commands_latencies_usec histogram");
    assertThat(lines)
        .anyMatch(
            line -> line.startsWith("redis_instance_info{") && line.contains("role=\"master\""));
  }

  @Test
  void hitRatiosOfOtherSizesAreThereWhileTheyAreEstimated() throws Exception {
    assertThat(names(scrape())).doesNotContain("larder_mrc_hit_ratio");
    jedis.configSet("larder-mrc", "yes");
    for (int i = 0; i < 1000; i++) {
      jedis.get("key" + i % 10);
    }
    assertThat(names(scrape())).contains("larder_mrc_hit_ratio");
  }
}
