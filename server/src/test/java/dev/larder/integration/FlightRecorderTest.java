package dev.larder.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.config.Config;
import dev.larder.config.DiagnosisOptions;
import dev.larder.config.Options;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.SetParams;

/** What Java's flight recorder gets, when somebody records. */
@Tag("slow")
final class FlightRecorderTest extends WithServer {
  @TempDir static Path folder;

  FlightRecorderTest() {
    super(config());
  }

  private static Config config() {
    return loops(1)
        .set(Options.DIR, folder.toString())
        .set(DiagnosisOptions.SLOWLOG_LOG_SLOWER_THAN, 0L);
  }

  @Test
  void slowCommandsSnapshotsAndEvictionsAreRecorded() throws Exception {
    Path file = folder.resolve("larder.jfr");
    try (Jedis jedis = new Jedis("127.0.0.1", server.port())) {
      // Loaded before somebody records, as in a server that runs.
      jedis.set("first", "x", SetParams.setParams().ex(1000));
      try (Recording recording = new Recording()) {
        recording.start();
        jedis.set("key", "secret");
        jedis.save();
        evict(jedis);
        recording.stop();
        recording.dump(file);
      }
    }
    List<RecordedEvent> events = RecordingFile.readAllEvents(file);
    RecordedEvent slow = of(events, "dev.larder.SlowCommand").getFirst();
    assertThat(slow.getString("command")).isEqualTo("set");
    assertThat(slow.getInt("arguments")).isEqualTo(3);
    assertThat(slow.getString("client")).startsWith("127.0.0.1:");
    assertThat(slow.getDuration("executed")).isPositive();
    assertThat(slow.toString()).doesNotContain("secret");

    RecordedEvent snapshot = of(events, "dev.larder.Snapshot").getFirst();
    assertThat(snapshot.getString("kind")).isEqualTo("rdb");
    assertThat(snapshot.getLong("keys")).isEqualTo(2);
    assertThat(snapshot.getDuration("took")).isPositive();
    assertThat(snapshot.getBoolean("complete")).isTrue();

    List<RecordedEvent> evictions = of(events, "dev.larder.Eviction");
    assertThat(evictions.stream().mapToLong(event -> event.getLong("keys")).sum())
        .isEqualTo(server.stats().evictedKeys())
        .isPositive();
  }

  private static void evict(Jedis jedis) {
    jedis.configSet("maxmemory-policy", "allkeys-lru");
    jedis.configSet("maxmemory", "2mb");
    String value = "x".repeat(1000);
    for (int i = 0; i < 5000; i++) {
      jedis.set("key" + i, value);
    }
    jedis.configSet("maxmemory", "0");
    jedis.ping();
  }

  private static List<RecordedEvent> of(List<RecordedEvent> events, String name) {
    List<RecordedEvent> found =
        events.stream().filter(event -> event.getEventType().getName().equals(name)).toList();
    assertThat(found).as(name).isNotEmpty();
    return found;
  }
}
