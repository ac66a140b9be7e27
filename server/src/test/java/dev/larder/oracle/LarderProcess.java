package dev.larder.oracle;

import dev.larder.ServerProcess;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Larder as a process of its own, with its data in a folder, which can be killed. */
final class LarderProcess implements AutoCloseable {
  private static final int STARTS = 5;
  private static final int ANSWER_MILLIS = 30_000;
  private static final int CHECK_MILLIS = 10;

  private final Process process;
  private final int port;

  private LarderProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** What runs in the process. */
  static final class Entry {
    private Entry() {}

    public static void main(String[] arguments) {
      int code =
          ServerProcess.run(List.of(arguments), System.in, new PrintWriter(System.err, true));
      if (code != 0) {
        throw new IllegalStateException("the server ended with code " + code);
      }
    }
  }

  /**
   * Starts it and waits until it has loaded its data.
   *
   * @param options more options, {@code --name value}
   */
  static LarderProcess start(Path folder, String... options) throws IOException {
    return start(List.of(), folder, options);
  }

  /**
   * Starts it so that no file can become longer.
   *
   * @param blocks how many blocks of 512 or 1024 bytes, as the shell counts them
   */
  static LarderProcess startWithShortFiles(int blocks, Path folder, String... options)
      throws IOException {
    String limited = "ulimit -f " + blocks + "; exec \"$@\"";
    return start(List.of("sh", "-c", limited, "sh"), folder, options);
  }

  /** Starts it so that it can have so much address space, the JVM's included, in KiB. */
  static LarderProcess startWithAddressSpace(long kibibytes, Path folder) throws IOException {
    String limited = "ulimit -v " + kibibytes + "; exec \"$@\"";
    return start(List.of("sh", "-c", limited, "sh"), folder);
  }

  /**
   * Starts it so that its system calls are written to a file; it is to end by SHUTDOWN.
   *
   * @param calls their names, with commas between them
   */
  static LarderProcess startTraced(Path trace, String calls, Path folder, String... options)
      throws IOException {
    List<String> launcher =
        List.of("strace", "-f", "-qq", "-s", "1000000", "-e", "trace=" + calls, "-o", trace + "");
    return start(launcher, folder, options);
  }

  private static LarderProcess start(List<String> launcher, Path folder, String... options)
      throws IOException {
    Path log = folder.resolve("log");
    for (int i = 1; ; i++) {
      // Another process may take the port in between: then the start is repeated.
      int port;
      try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        port = probe.getLocalPort();
      }
      LarderProcess server = new LarderProcess(launch(launcher, folder, log, port, options), port);
      if (server.answers()) {
        return server;
      }
      server.close();
      if (i == STARTS || !Files.readString(log).contains("in use")) {
        throw new AssertionError("the server does not start: " + Files.readString(log));
      }
    }
  }

  private static Process launch(
      List<String> launcher, Path folder, Path log, int port, String... options)
      throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command = new ArrayList<>(launcher);
    command.addAll(List.of(java, "-ea", "-XX:+UseSerialGC", "-XX:-UsePerfData"));
    // The heap that is shipped: values of megabytes have to fit into its old generation.
    command.addAll(List.of("-Xms10m", "-Xmn4m", "-Xmx256m", "-XX:+UseCompactObjectHeaders"));
    command.add("-XX:+ExitOnOutOfMemoryError");
    // Beside it, buffers are bounded by the limits of clients only.
    command.addAll(
        List.of("-XX:MaxDirectMemorySize=1t", "-Dio.netty.maxDirectMemory=1099511627776"));
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.addAll(List.of("-cp", classPath(), Entry.class.getName()));
    command.addAll(List.of("--port", port + "", "--dir", folder.toString()));
    command.addAll(List.of(options));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  /** What this process runs with; launchers of tests often load it themselves. */
  private static String classPath() {
    return LarderProcess.class.getClassLoader() instanceof URLClassLoader loader
        ? Arrays.stream(loader.getURLs())
            .map(url -> Path.of(URI.create(url.toString())).toString())
            .collect(Collectors.joining(File.pathSeparator))
        : System.getProperty("java.class.path");
  }

  private boolean answers() {
    for (int waited = 0; waited < ANSWER_MILLIS && process.isAlive(); waited += CHECK_MILLIS) {
      try (Wire wire = new Wire(port)) {
        if (wire.ask("PING").text().startsWith("+PONG")) {
          return true;
        }
      } catch (IOException e) {
        // Not yet.
      }
      Pause.millis(CHECK_MILLIS);
    }
    return false;
  }

  int port() {
    return port;
  }

  /** Waits until it has ended by itself; its exit code. */
  int awaitEnd() throws InterruptedException {
    if (!process.waitFor(ANSWER_MILLIS, TimeUnit.MILLISECONDS)) {
      throw new AssertionError("the server goes on");
    }
    return process.exitValue();
  }

  /** Ends it at once, by SIGKILL. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        throw new AssertionError("the server cannot be killed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
