package dev.larder.monitoring;

import dev.larder.command.CommandSpec;
import dev.larder.command.CommandTable;
import dev.larder.config.Version;
import dev.larder.info.InfoReport;
import dev.larder.info.InfoValues;
import dev.larder.info.ServerFacts;
import dev.larder.metrics.Clock;
import dev.larder.metrics.CommandStats;
import dev.larder.metrics.LatencyHistogram;
import dev.larder.metrics.LatencyMonitor;
import dev.larder.metrics.ServerStats;
import dev.larder.metrics.SlowLog;
import dev.larder.storage.HitCurve;
import dev.larder.storage.Keyspace;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a server in Prometheus's text format. It asks what INFO asks, so it costs what
 * INFO costs. Safe for any thread; it must not be asked once the server's data are gone.
 */
public final class MetricsPage {
  /** What the page is, for the header of a response. */
  public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double NANOS_PER_MICRO = 1e3;
  private static final double MILLIS_PER_SECOND = 1e3;
  private static final double MICROS_PER_SECOND = 1e6;

  /** Empty databases beyond these are left out. */
  private static final int DATABASES_SHOWN = 16;

  /** Bounds of durations from 1 µs to a second; the same for all commands, so that they add up. */
  private static final double[] BOUNDS = bounds();

  private final InfoReport info;
  private final CommandTable commands;
  private final ServerStats stats;
  private final Keyspace keyspace;
  private final ServerFacts facts;
  private final List<ExportedFields.Export> fields = ExportedFields.all();
  private final AtomicLong scrapes = new AtomicLong();

  public MetricsPage(
      InfoReport info,
      CommandTable commands,
      ServerStats stats,
      Keyspace keyspace,
      ServerFacts facts) {
    this.info = info;
    this.commands = commands;
    this.stats = stats;
    this.keyspace = keyspace;
    this.facts = facts;
  }

  private static double[] bounds() {
    double[] bounds = new double[22];
    for (int i = 0; i < bounds.length - 1; i++) {
      bounds[i] = LatencyHistogram.doublingMicros(i);
    }
    bounds[bounds.length - 1] = Double.POSITIVE_INFINITY;
    return bounds;
  }

  /** The page as it is now. */
  public byte[] text() {
    long start = Clock.nanos();
    Snapshots out = new Snapshots();
    InfoValues values = info.values(commands);
    out.gauge("redis_up", "Whether the server answers", 1);
    for (ExportedFields.Export field : fields) {
      addField(out, field, values);
    }
    addInstance(out, values);
    addDatabases(out);
    addHitCurve(out);
    addErrors(out);
    addSlowLog(out);
    addLatencyEvents(out);
    for (CommandSpec command : commands.all()) {
      addCommand(out, command);
    }
    addScrape(out, (Clock.nanos() - start) / NANOS_PER_SECOND);
    return out.text();
  }

  private static void addField(Snapshots out, ExportedFields.Export export, InfoValues values) {
    Double number = number(values, export.field());
    if (number == null) {
      return;
    }
    String help = export.field() + " in INFO";
    double value = number * export.factor();
    switch (export.kind()) {
      case GAUGE -> out.gauge(export.metric(), help, value);
      case COUNTER -> out.counter(export.metric(), help, value);
      case UNTYPED -> out.untyped(export.metric(), help, value);
    }
  }

  /** A field's number, 1 and 0 for a status, null if there is none. */
  private static @Nullable Double number(InfoValues values, String field) {
    return switch (values.text(field)) {
      case "ok" -> Double.valueOf(1);
      case "err" -> Double.valueOf(0);
      default -> values.number(field);
    };
  }

  private void addInstance(Snapshots out, InfoValues values) {
    out.gauge(
        "redis_instance_info",
        "Which server this is",
        1,
        "role",
        values.text("role"),
        "redis_version",
        values.text("redis_version"),
        "redis_build_id",
        "",
        "redis_mode",
        values.text("redis_mode"),
        "os",
        values.text("os"),
        "maxmemory_policy",
        values.text("maxmemory_policy"),
        "tcp_port",
        Integer.toString(facts.port()),
        "run_id",
        values.text("run_id"),
        "process_id",
        Long.toString(ProcessHandle.current().pid()),
        "master_replid",
        values.text("master_replid"));
    out.gauge(
        "larder_build_info",
        "Which program this is",
        1,
        "version",
        Version.LARDER,
        "java_version",
        values.text("java_version"),
        "transport",
        values.text("multiplexing_api"));
    out.gauge(
        "redis_start_time_seconds",
        "When the server started, since 1970",
        Math.floor((Clock.wallMillis() - stats.uptimeMillis()) / MILLIS_PER_SECOND));
  }

  private void addDatabases(Snapshots out) {
    long now = Clock.wallMillis();
    for (int i = 0; i < keyspace.databases(); i++) {
      long keys = keyspace.size(i);
      if (keys > 0 || i < DATABASES_SHOWN) {
        String name = "db" + i;
        out.gauge("redis_db_keys", "Keys of a database", keys, "db", name);
        out.gauge(
            "redis_db_keys_expiring",
            "Keys of a database that have a deadline",
            keyspace.volatileSize(i),
            "db",
            name);
        if (keys > 0) {
          out.gauge(
              "redis_db_avg_ttl_seconds",
              "Mean time to the deadlines of a database",
              keyspace.meanTtlMillis(i, now) / MILLIS_PER_SECOND,
              "db",
              name);
          out.gauge(
              "redis_db_keys_with_expiring_items",
              "Hashes of a database with fields that have a deadline",
              keyspace.fieldVolatileSize(i),
              "db",
              name);
        }
      }
    }
  }

  /** The hit ratios of other sizes, while they are estimated. */
  private void addHitCurve(Snapshots out) {
    HitCurve.Reading reading = keyspace.eviction().hitCurve().reading();
    if (reading != null) {
      for (HitCurve.Point point : reading.points()) {
        out.gauge(
            "larder_mrc_hit_ratio",
            "The hit ratio that a cache of so many times the size would have",
            point.hitRatio(),
            "factor",
            Double.toString(point.factor()));
      }
    }
  }

  private void addErrors(Snapshots out) {
    stats
        .errorsByCode()
        .forEach((code, n) -> out.counter("redis_errors_total", "Errors by kind", n, "err", code));
  }

  private void addSlowLog(Snapshots out) {
    List<SlowLog.Entry> latest = stats.slowLog().latest(1);
    out.gauge("redis_slowlog_length", "Entries of the slow log", stats.slowLog().size());
    out.gauge(
        "redis_slowlog_last_id",
        "The last entry's id",
        latest.isEmpty() ? 0 : latest.getFirst().id());
    out.gauge(
        "redis_last_slow_execution_duration_seconds",
        "How long the command of the last entry took",
        latest.isEmpty() ? 0 : latest.getFirst().micros() / MICROS_PER_SECOND);
  }

  private void addLatencyEvents(Snapshots out) {
    for (LatencyMonitor.Series series : stats.latency().all()) {
      out.gauge(
          "redis_latency_spike_last",
          "When an event last took long, since 1970",
          series.latest().seconds(),
          "event_name",
          series.event());
      out.gauge(
          "redis_latency_spike_duration_seconds",
          "How long it took then",
          series.latest().millis() / MILLIS_PER_SECOND,
          "event_name",
          series.event());
    }
  }

  private void addCommand(Snapshots out, CommandSpec command) {
    CommandStats counts = stats.command(command.index());
    if (counts.calls() == 0 && counts.rejected() == 0 && counts.failed() == 0) {
      return;
    }
    String name = command.fullName();
    out.counter("redis_commands_total", "Calls of a command", counts.calls(), "cmd", name);
    out.counter(
        "redis_commands_duration_seconds_total",
        "How long all calls of a command took",
        counts.nanos() / NANOS_PER_SECOND,
        "cmd",
        name);
    out.counter(
        "redis_commands_rejected_calls_total",
        "Calls of a command that were refused before it ran",
        counts.rejected(),
        "cmd",
        name);
    out.counter(
        "redis_commands_failed_calls_total",
        "Calls of a command that ended in an error",
        counts.failed(),
        "cmd",
        name);
    long[] durations = stats.tracksLatency() ? stats.histogram(command.index()) : null;
    if (durations != null) {
      addDurations(out, name, durations, counts);
    }
  }

  /**
   * Percentiles are a summary in all but the type: redis_exporter labels them from 0 to 100, which
   * a summary may not.
   */
  private void addDurations(Snapshots out, String name, long[] durations, CommandStats counts) {
    String percentiles = "redis_latency_percentiles_usec";
    String help = "How many microseconds a command takes, by percentiles";
    for (double percent : facts.latencyPercentiles()) {
      out.untyped(
          percentiles,
          help,
          LatencyHistogram.percentile(durations, percent) / NANOS_PER_MICRO,
          "cmd",
          name,
          "quantile",
          BigDecimal.valueOf(percent).stripTrailingZeros().toPlainString());
    }
    long[] doublings = LatencyHistogram.byDoubling(durations);
    long[] counted = Arrays.copyOf(doublings, BOUNDS.length);
    for (int i = BOUNDS.length; i < doublings.length; i++) {
      counted[BOUNDS.length - 1] += doublings[i];
    }
    out.untyped(percentiles + "_sum", help, counts.micros(), "cmd", name);
    out.untyped(percentiles + "_count", help, counts.calls(), "cmd", name);
    out.histogram(
        "redis_commands_latencies_usec",
        "How many microseconds a command takes",
        BOUNDS,
        counted,
        counts.micros(),
        "cmd",
        name);
  }

  /** What redis_exporter tells of itself, as far as alerts ask for it. */
  private void addScrape(Snapshots out, double seconds) {
    out.gauge("redis_exporter_last_scrape_error", "Whether the last scrape failed", 0, "err", "");
    out.gauge("redis_exporter_last_scrape_duration_seconds", "How long it took to ask", seconds);
    out.counter("redis_exporter_scrapes_total", "Scrapes so far", scrapes.incrementAndGet());
  }
}
