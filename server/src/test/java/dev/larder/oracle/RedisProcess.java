package dev.larder.oracle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The installed redis-server on a free loopback port, in a folder of its own, keeping nothing. */
final class RedisProcess implements AutoCloseable {

  private static final int STARTS = 5;
  private static final int ANSWER_MILLIS = 10_000;
  private static final int CHECK_MILLIS = 20;

  private final Path folder;
  private final Process process;
  private final int port;

  private RedisProcess(Path folder, Process process, int port) {
    this.folder = folder;
    this.process = process;
    this.port = port;
  }

  /**
   * Starts it and waits until it answers.
   *
   * @param options more options, {@code --name value}
   */
  static RedisProcess start(String... options) {
    try {
      for (int i = 1; ; i++) {
        RedisProcess server = launch(options);
        if (server.answers()) {
          return server;
        }
        String log = Files.readString(server.folder.resolve("log"));
        server.close();
        if (i == STARTS) {
          throw new AssertionError("redis-server does not start: " + log);
        }
      }
    } catch (IOException e) {
      throw new AssertionError(
          "redis-server is missing: this test compares Larder with it. Install it (Debian, Ubuntu:"
              + " apt install redis-server).",
          e);
    }
  }

  private static RedisProcess launch(String... options) throws IOException {
    Path folder = Files.createTempDirectory("larder-oracle");
    int port;
    // Another process may take the port in between: then the start is repeated.
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = probe.getLocalPort();
    }
    List<String> command = new ArrayList<>(List.of("redis-server", "--port", port + ""));
    command.addAll(List.of("--bind", "127.0.0.1", "--dir", folder.toString()));
    command.addAll(List.of("--save", "", "--appendonly", "no", "--enable-debug-command", "yes"));
    command.addAll(List.of(options));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    return new RedisProcess(folder, process, port);
  }

  private boolean answers() throws IOException {
    for (int waited = 0; waited < ANSWER_MILLIS && process.isAlive(); waited += CHECK_MILLIS) {
      try (Wire wire = new Wire(port)) {
        String reply = wire.ask("PING").text();
        if (!reply.startsWith("-LOADING")) {
          return reply.startsWith("+PONG") || reply.startsWith("-NOAUTH");
        }
        Pause.millis(CHECK_MILLIS);
      } catch (IOException e) {
        Pause.millis(CHECK_MILLIS);
      }
    }
    return false;
  }

  /** Where its files are. */
  Path folder() {
    return folder;
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException("a folder of the test cannot be deleted", e);
    }
  }
}
