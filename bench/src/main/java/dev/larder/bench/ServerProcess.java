package dev.larder.bench;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server that runs, mostly in a directory of its own that goes with it. */
final class ServerProcess implements AutoCloseable {
  /** Enough for a server that first loads millions of keys. */
  private static final long START_NANOS = 120 * Clock.SECOND;

  private static final long SETTLE_NANOS = 40 * Clock.SECOND;

  /** A JVM gives back every five seconds what its compilers needed. */
  private static final long STILL_NANOS = 11 * Clock.SECOND;

  private static final Set<ServerProcess> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("end-children")
                .unstarted(() -> Set.copyOf(RUNNING).forEach(ServerProcess::close)));
  }

  private final ServerSpec spec;
  private final int port;
  private final Process process;
  private final Path directory;
  private final boolean isDirectoryOwn;

  private ServerProcess(
      ServerSpec spec, int port, Process process, Path directory, boolean isDirectoryOwn) {
    this.spec = spec;
    this.port = port;
    this.process = process;
    this.directory = directory;
    this.isDirectoryOwn = isDirectoryOwn;
  }

  /** Starts the server on a free port and waits until it answers. */
  static ServerProcess start(ServerSpec spec) {
    return start(spec, newDirectory(), true);
  }

  /** Like {@link #start(ServerSpec)}, in a directory that stays: the server loads what is there. */
  static ServerProcess startIn(Path directory, ServerSpec spec) {
    return start(spec, directory, false);
  }

  /** A new empty directory, on the disk that servers write to. */
  static Path newDirectory() {
    try {
      return Files.createTempDirectory("larder-bench-");
    } catch (IOException e) {
      throw new BenchException("cannot make a directory", e);
    }
  }

  private static ServerProcess start(ServerSpec spec, Path directory, boolean isDirectoryOwn) {
    try {
      int port = freePort();
      Process process =
          new ProcessBuilder(spec.commandLine(port))
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("output.txt").toFile())
              .start();
      ServerProcess server = new ServerProcess(spec, port, process, directory, isDirectoryOwn);
      RUNNING.add(server);
      server.awaitAnswer();
      return server;
    } catch (IOException e) {
      throw new BenchException("cannot start " + spec.name() + ": " + e.getMessage(), e);
    }
  }

  String name() {
    return spec.name();
  }

  Protocol protocol() {
    return spec.protocol();
  }

  int port() {
    return port;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  ProcessUsage usage() {
    return ProcessUsage.read(process.pid());
  }

  long residentBytes() {
    return ProcessUsage.residentBytes(process.pid());
  }

  /** Resident bytes once they stand still: growth and reclamation end in the background. */
  long settledResidentBytes() {
    long end = Clock.nanos() + SETTLE_NANOS;
    long before = residentBytes();
    long since = Clock.nanos();
    while (Clock.nanos() - since < STILL_NANOS && Clock.nanos() < end) {
      Clock.pause(Clock.SECOND);
      long now = residentBytes();
      if (Math.abs(now - before) >= 1 << 20) {
        before = now;
        since = Clock.nanos();
      }
    }
    return residentBytes();
  }

  /** Whether the server waits for its sockets by io_uring. */
  boolean hasIoUring() {
    return ProcessUsage.hasOpen(process.pid(), "[io_uring]");
  }

  ControlClient control() {
    return ControlClient.to(port);
  }

  /** Stops the server and removes its directory, unless that is to stay. */
  @Override
  public void close() {
    // The owner and the hook may both come here when the benchmark is interrupted.
    if (!RUNNING.remove(this)) {
      return;
    }
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    if (isDirectoryOwn) {
      remove(directory);
    }
  }

  static void remove(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new BenchException("cannot remove " + directory, e);
    }
  }

  private void awaitAnswer() throws IOException {
    long end = Clock.nanos() + START_NANOS;
    while (!answers()) {
      if (!process.isAlive() || Clock.nanos() > end) {
        List<String> output = Files.readAllLines(directory.resolve("output.txt"));
        close();
        throw new BenchException(
            "%s does not start (%s): %s"
                .formatted(
                    spec.name(),
                    String.join(" ", spec.commandLine(port)),
                    String.join(
                        "\n", output.subList(Math.max(0, output.size() - 20), output.size()))));
      }
      Clock.pause(20 * Clock.MILLI);
    }
  }

  private boolean answers() {
    return switch (spec.protocol()) {
      case RESP -> {
        try (ControlClient client = new ControlClient(port)) {
          yield client.tryCall("PING").equals("PONG");
        } catch (IOException | BenchException e) {
          yield false;
        }
      }
      case MEMCACHED -> {
        try (var socket = new java.net.Socket("127.0.0.1", port)) {
          socket.getOutputStream().write("version\r\n".getBytes(StandardCharsets.US_ASCII));
          yield socket.getInputStream().read() == 'V';
        } catch (IOException e) {
          yield false;
        }
      }
    };
  }

  /** A port that nobody listens on, at this moment. */
  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new BenchException("no port is free", e);
    }
  }
}
