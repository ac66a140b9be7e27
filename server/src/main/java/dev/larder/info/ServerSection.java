package dev.larder.info;

import dev.larder.command.CommandTable;
import dev.larder.config.Version;
import dev.larder.metrics.Clock;
import dev.larder.metrics.ServerStats;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Which program this is, and since when it runs. */
final class ServerSection implements InfoSection {
  private static final int RUN_ID_BYTES = 20;
  private static final long SECONDS_PER_DAY = 24 * 60 * 60;

  private final ServerFacts facts;
  private final ServerStats stats;
  private final String runId = randomId();

  ServerSection(ServerFacts facts, ServerStats stats) {
    this.facts = facts;
    this.stats = stats;
  }

  /** 40 random hexadecimal digits. */
  static String randomId() {
    byte[] id = new byte[RUN_ID_BYTES];
    new SecureRandom().nextBytes(id);
    return HexFormat.of().formatHex(id);
  }

  @Override
  public void write(InfoFields out, CommandTable commands) {
    long uptimeSeconds = stats.uptimeMillis() / 1000;
    out.section("Server");
    out.field("redis_version", Version.REDIS);
    out.field("larder_version", Version.LARDER);
    out.field("redis_mode", "standalone");
    out.field("os", property("os.name") + " " + property("os.version") + " " + property("os.arch"));
    out.field("arch_bits", property("sun.arch.data.model"));
    out.field("java_version", property("java.vm.name") + " " + property("java.vm.version"));
    out.field("monotonic_clock", "POSIX clock_gettime");
    out.field("multiplexing_api", facts.transport());
    out.field("process_id", ProcessHandle.current().pid());
    out.field("process_supervised", "no");
    out.field("run_id", runId);
    out.field("tcp_port", facts.port());
    out.field("server_time_usec", Clock.wallMicros());
    out.field("uptime_in_seconds", uptimeSeconds);
    out.field("uptime_in_days", uptimeSeconds / SECONDS_PER_DAY);
    out.field("hz", facts.housekeepingPerSecond());
    ProcessHandle.current().info().command().ifPresent(path -> out.field("executable", path));
    out.field("config_file", facts.configFile());
    out.field("io_threads_active", facts.eventLoops() > 1 ? 1 : 0);
    facts.listeners().forEach(out::line);
    out.field("larder_event_loops", facts.eventLoops());
  }

  private static String property(String name) {
    return System.getProperty(name, "unknown");
  }
}
