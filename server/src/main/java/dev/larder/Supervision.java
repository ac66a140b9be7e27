package dev.larder;

import dev.larder.config.Config;
import dev.larder.config.ConfigException;
import dev.larder.config.ConfigLoader;
import dev.larder.config.ConfigReload;
import java.io.InputStream;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes on between a server's process and who looks after it: the service manager is told how
 * it is, and SIGHUP has the configuration read again.
 */
final class Supervision implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Supervision.class);

  private static final long STATUS_MILLIS = 2_000;

  private final List<String> arguments;
  private final ConfigReload reload;
  private final ServiceManager manager;

  /**
   * Tells nobody anything yet.
   *
   * @param config of the server, as it was loaded
   * @param arguments from which it was loaded
   */
  Supervision(Config config, List<String> arguments, ServiceManager manager) {
    this.arguments = List.copyOf(arguments);
    this.reload = new ConfigReload(config, config);
    this.manager = manager;
  }

  /** The server has opened its ports and may begin to load its data. */
  void opened(LarderServer server) {
    HangupSignal.runs(this::reload);
    if (manager.isThere()) {
      manager.status(server.statusLine());
      server.every(STATUS_MILLIS, () -> manager.status(server.statusLine()));
    }
    long aliveMillis = manager.aliveMillis();
    if (aliveMillis > 0) {
      server.every(aliveMillis, () -> manager.alive(server.stuckNanos()));
    }
  }

  /** The server serves clients. */
  void ready(LarderServer server) {
    manager.status(server.statusLine());
    manager.ready();
  }

  /** The server is going to end. */
  void stopping() {
    manager.stopping();
  }

  /** Reads the configuration again, and applies it or says why not. */
  synchronized void reload() {
    manager.reloading();
    try {
      if (arguments.contains("-")) {
        log.warn("The configuration came from the standard input, so it cannot be read again");
        return;
      }
      ConfigLoader.Loaded read =
          ConfigLoader.load(arguments, System.getenv(), InputStream.nullInputStream());
      read.warnings().forEach(log::warn);
      tell(reload.apply(read.config()));
    } catch (ConfigException e) {
      log.error("The configuration stays as it is: {}", e.getMessage());
    } finally {
      manager.ready();
    }
  }

  private static void tell(ConfigReload.Outcome outcome) {
    Config.Failure failure = outcome.failure();
    if (failure != null) {
      log.error("The configuration stays as it is: {}: {}", failure.name(), failure.reason());
      return;
    }
    String changed = outcome.changed().isEmpty() ? "none" : String.join(", ", outcome.changed());
    log.info("The configuration was read again; options that were applied: {}", changed);
    if (!outcome.fixed().isEmpty()) {
      log.warn("Only a restart changes these: {}", String.join(", ", outcome.fixed()));
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
