package dev.larder;

import dev.larder.command.CommandTable;
import dev.larder.config.Config;
import dev.larder.config.MonitoringOptions;
import dev.larder.info.InfoReport;
import dev.larder.info.ServerFacts;
import dev.larder.monitoring.Health;
import dev.larder.monitoring.MetricsPage;
import dev.larder.monitoring.MonitoringServer;
import dev.larder.net.StartException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server as those see it who watch it over HTTP. */
final class Monitoring implements Health {
  private static final Logger log = LoggerFactory.getLogger(Monitoring.class);

  /** A loop that has made no turn for so long will hardly make one again. */
  private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final LarderServer server;

  private Monitoring(LarderServer server) {
    this.server = server;
  }

  /**
   * Begins to answer, if the configuration wants it.
   *
   * @return what is to be closed before the server's data are gone; null if there is nothing
   * @throws StartException when the port cannot be had
   */
  static @Nullable MonitoringServer open(
      LarderServer server, InfoReport info, CommandTable commands, ServerFacts facts) {
    Config config = server.config();
    int port = Math.toIntExact(config.get(MonitoringOptions.METRICS_PORT));
    if (port == 0) {
      return null;
    }
    String bind = config.get(MonitoringOptions.METRICS_BIND);
    MetricsPage page = new MetricsPage(info, commands, server.stats(), server.keyspace(), facts);
    try {
      MonitoringServer opened =
          MonitoringServer.open(bind, port, page::text, new Monitoring(server));
      log.info("Metrics and health by HTTP at {}", opened.address());
      return opened;
    } catch (IOException e) {
      throw new StartException(
          "cannot listen on larder-metrics-bind "
              + bind
              + ", larder-metrics-port "
              + port
              + ": "
              + e.getMessage());
    }
  }

  @Override
  public @Nullable String illness() {
    long stuck = server.stuckNanos();
    return stuck < STUCK_NANOS
        ? null
        : "an event loop has been stuck for " + TimeUnit.NANOSECONDS.toSeconds(stuck) + " s";
  }

  @Override
  public @Nullable String unreadiness() {
    if (server.isStopping()) {
      return "stopping";
    }
    return server.stats().load().isLoading() ? server.statusLine() : illness();
  }
}
