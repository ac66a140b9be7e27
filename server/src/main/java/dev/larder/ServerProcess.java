package dev.larder;

import dev.larder.config.Config;
import dev.larder.config.ConfigException;
import dev.larder.config.ConfigLoader;
import dev.larder.config.LogOptions;
import dev.larder.config.MachineMemory;
import dev.larder.config.MemoryBudget;
import dev.larder.config.Options;
import dev.larder.config.Version;
import dev.larder.net.StartException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server as a process of its own: arguments, banner, log, pid file, signals, exit code. */
public final class ServerProcess {
  private static final long MIB = 1L << 20;
  private static final int FINISH_SECONDS = 5;

  private ServerProcess() {}

  /**
   * Runs a server until a signal or a client ends it.
   *
   * @param arguments as redis-server takes them: a file, then {@code --name value}
   * @param standardInput read if the file is {@code -}
   * @param errors gets one line when the server cannot start
   * @return the exit code: 0 after a clean end, 1 when it could not start or go on
   */
  public static int run(List<String> arguments, InputStream standardInput, PrintWriter errors) {
    // A sampling of buffers that costs a little on every request and helps only in tests.
    System.getProperties().putIfAbsent("io.netty.leakDetection.level", "disabled");
    LogProvider.choose();
    HeadStart.ofKeyspaces();
    try {
      ConfigLoader.Loaded loaded = ConfigLoader.load(arguments, System.getenv(), standardInput);
      return serve(loaded, arguments) ? 0 : 1;
    } catch (ConfigException | StartException e) {
      errors.println("larder: " + e.getMessage());
      errors.flush();
      return 1;
    }
  }

  /** Logs a failure that nobody expected, wherever logs go if nothing is configured yet. */
  public static void report(Throwable failure) {
    if (!LogSetup.isApplied()) {
      LogSetup.apply(new Config());
    }
    LoggerFactory.getLogger(ServerProcess.class).error("The server has failed", failure);
  }

  /** Whether it came to a clean end. */
  private static boolean serve(ConfigLoader.Loaded loaded, List<String> arguments) {
    Config config = loaded.config();
    LogSetup.apply(config);
    HeadStart.ofNetwork(config);
    Logger log = LoggerFactory.getLogger(ServerProcess.class);
    loaded.warnings().forEach(log::warn);
    MachineMemory machine = MachineMemory.here();
    limitInContainer(config, machine, log);
    ServiceManager manager = ServiceManager.of(config, System.getenv());
    try (Supervision supervision = new Supervision(config, arguments, manager)) {
      return serve(config, machine, supervision, log);
    }
  }

  private static boolean serve(
      Config config, MachineMemory machine, Supervision supervision, Logger log) {
    LarderServer server = LarderServer.open(config);
    long base = server.ownProcess(machine.mostBytes());
    // Not before: the file may be that of the process that has the port.
    Path pidFile = pidFile(config, server);
    CountDownLatch finished = new CountDownLatch(1);
    AtomicInteger exitCode = new AtomicInteger();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  supervision.stopping();
                  stopOnSignal(server, finished, exitCode);
                },
                "larder-signal"));
    log.info(
        "Larder {} (commands of Redis {}), Java {}",
        Version.LARDER,
        Version.REDIS,
        Runtime.version().feature());
    log.info(
        "pid {}, {}, transport {}, memory limit {} and {} for the JVM",
        ProcessHandle.current().pid(),
        ports(server),
        server.transport(),
        memoryLimit(config),
        size(base));
    checkLimit(config, machine, base, log);
    supervision.opened(server);
    try {
      if (server.load()) {
        log.info("Ready to accept connections");
        supervision.ready(server);
      }
      server.awaitClosed();
      supervision.stopping();
    } catch (StartException e) {
      exitCode.set(1);
      if (!config.get(LogOptions.LOGFILE).isEmpty()) {
        log.error("{}", e.getMessage());
      }
      throw e;
    } catch (InterruptedException e) {
      server.close();
      Thread.currentThread().interrupt();
    } finally {
      removePidFile(pidFile, log);
      log.info("Stopped");
      finished.countDown();
    }
    return !server.hasFailed();
  }

  private static String ports(LarderServer server) {
    String plain = server.port() > 0 || server.tlsPort() == 0 ? "port " + server.port() : "";
    String tls = server.tlsPort() > 0 ? "TLS port " + server.tlsPort() : "";
    return plain + (plain.isEmpty() || tls.isEmpty() ? "" : ", ") + tls;
  }

  /** Where a container has a limit and the configuration has none, data get what is left. */
  private static void limitInContainer(Config config, MachineMemory machine, Logger log) {
    long limit = MemoryBudget.defaultLimit(machine);
    if (limit == 0 || config.isGiven(Options.MAXMEMORY)) {
      return;
    }
    config.set(Options.MAXMEMORY, limit);
    log.info(
        "maxmemory is {}, since none is configured and the container's limit is {}; policy {}",
        size(limit),
        size(machine.limitBytes()),
        config.get(Options.MAXMEMORY_POLICY));
    if (MemoryBudget.isTight(machine)) {
      log.warn(
          "The container's limit of {} is hardly enough for a server without data",
          size(machine.limitBytes()));
    }
  }

  private static void checkLimit(Config config, MachineMemory machine, long base, Logger log) {
    long limit = config.get(Options.MAXMEMORY);
    if (limit > 0 && limit < MIB) {
      log.warn("maxmemory of {} leaves no room for data", size(limit));
    }
    if (limit > machine.mostBytes() - Math.max(0, base)) {
      log.warn(
          "maxmemory of {} and the JVM's {} are more than the {} that this process may have: what"
              + " does not fit counts as used",
          size(limit),
          size(base),
          size(machine.mostBytes()));
    }
  }

  private static String memoryLimit(Config config) {
    long bytes = config.get(Options.MAXMEMORY);
    return bytes == 0 ? "none" : size(bytes);
  }

  private static String size(long bytes) {
    if (bytes < 0) {
      return "unknown";
    }
    return bytes < 10 * MIB && bytes % MIB != 0 ? bytes + " bytes" : bytes / MIB + " MiB";
  }

  /** Writes the pid file, null when none is wanted; without it the server does not stay. */
  private static @Nullable Path pidFile(Config config, LarderServer server) {
    String name = config.get(Options.PIDFILE);
    if (name.isEmpty()) {
      return null;
    }
    Path file = Path.of(name);
    try {
      Files.writeString(file, ProcessHandle.current().pid() + "\n");
      return file;
    } catch (IOException e) {
      server.close();
      throw new StartException(
          "cannot write pidfile " + name + ": use a path in a folder that this user may write to");
    }
  }

  /** Ends the process with 0 after a signal: the JVM's own way would be the signal's number. */
  private static void stopOnSignal(
      LarderServer server, CountDownLatch finished, AtomicInteger exitCode) {
    if (!server.prepareToStop(null).join()) {
      LoggerFactory.getLogger(ServerProcess.class)
          .error("The data could not be saved at the end: the last changes are lost");
      exitCode.set(1);
    }
    server.close();
    if (server.hasFailed()) {
      exitCode.set(1);
    }
    try {
      finished.await(FINISH_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(exitCode.get());
  }

  private static void removePidFile(@Nullable Path file, Logger log) {
    if (file != null) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        log.warn("Cannot remove pidfile {}: {}", file, e.getMessage());
      }
    }
  }
}
