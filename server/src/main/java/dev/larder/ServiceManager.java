package dev.larder;

import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.metrics.Clock;
import dev.larder.net.NotifySocket;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how the server is, in the protocol of sd_notify(3): lines {@code NAME=value} in a
 * datagram. Where nobody is to be told, all of this does nothing. Any thread.
 */
final class ServiceManager implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ServiceManager.class);

  private final @Nullable NotifySocket socket;

  /** Within this time the service manager wants to hear of a healthy server; 0 for never. */
  private final long watchdogNanos;

  private boolean isStuck;
  private String lastStatus = "";

  private ServiceManager(@Nullable NotifySocket socket, long watchdogNanos) {
    this.socket = socket;
    this.watchdogNanos = watchdogNanos;
  }

  /**
   * The one that has started this process, if the option {@code supervised} wants it told.
   *
   * @param environment of the process
   */
  static ServiceManager of(Config config, Map<String, String> environment) {
    String wanted = config.get(Options.SUPERVISED);
    String name = environment.getOrDefault("NOTIFY_SOCKET", "");
    if (wanted.equals("no") || (wanted.equals("auto") && name.isEmpty())) {
      return new ServiceManager(null, 0);
    }
    NotifySocket socket = name.isEmpty() ? null : NotifySocket.to(name);
    if (socket == null) {
      log.warn(
          "supervised is {}, but NOTIFY_SOCKET is {}: nobody is told when the server is ready",
          wanted,
          name.isEmpty() ? "not set" : name + ", which cannot be used");
    }
    return new ServiceManager(socket, watchdogNanos(environment));
  }

  private static long watchdogNanos(Map<String, String> environment) {
    String ownPid = Long.toString(ProcessHandle.current().pid());
    if (!environment.getOrDefault("WATCHDOG_PID", ownPid).equals(ownPid)) {
      return 0;
    }
    String micros = environment.getOrDefault("WATCHDOG_USEC", "");
    return micros.matches("[0-9]{1,15}")
        ? TimeUnit.MICROSECONDS.toNanos(Long.parseLong(micros))
        : 0;
  }

  /** Whether there is somebody to be told. */
  boolean isThere() {
    return socket != null;
  }

  /** How often {@link #alive} is to be called, in milliseconds; 0 for never. */
  long aliveMillis() {
    return socket == null ? 0 : TimeUnit.NANOSECONDS.toMillis(watchdogNanos / 2);
  }

  /**
   * Says that the server is alive, unless it is not: when an event loop has made no turn for half
   * the time that the service manager waits, it hears nothing, and does what it is configured to.
   *
   * @param stuckNanos for how long a loop has made none
   */
  void alive(long stuckNanos) {
    boolean wasStuck = isStuck;
    isStuck = stuckNanos > watchdogNanos / 2;
    if (!isStuck) {
      send("WATCHDOG=1", false);
    } else if (!wasStuck) {
      log.error(
          "An event loop has been stuck for {} ms: the service manager is no longer told that the"
              + " server is alive",
          TimeUnit.NANOSECONDS.toMillis(stuckNanos));
    }
  }

  /** What {@code systemctl status} shows, one line; nothing is sent while it does not change. */
  synchronized void status(String text) {
    if (!text.equals(lastStatus)) {
      lastStatus = text;
      send("STATUS=" + text, false);
    }
  }

  /** The data are loaded, or a new configuration is in effect. */
  void ready() {
    send("READY=1", true);
  }

  /** The configuration is being read again; {@link #ready} follows. */
  void reloading() {
    send("RELOADING=1\nMONOTONIC_USEC=" + TimeUnit.NANOSECONDS.toMicros(Clock.nanos()), true);
  }

  /** The server is about to end. */
  void stopping() {
    send("STOPPING=1\nSTATUS=Stopping", true);
  }

  private void send(String message, boolean waits) {
    if (socket != null && !socket.send(message, waits)) {
      log.debug("The service manager was not told {}", message);
    }
  }

  @Override
  public void close() {
    if (socket != null) {
      socket.close();
    }
  }
}
