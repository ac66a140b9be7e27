package dev.larder.cli.rehearsal;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the JVM's ahead-of-time cache: classes as they are once they are loaded and linked. For
 * that a server runs as it is shipped, in a folder of its own, and stores and loads some data.
 *
 * <p>What the methods did meanwhile is left out. It would let the JIT compilers begin earlier,
 * which is no gain that could be measured, and mislead them in work that is not rehearsed.
 */
public final class Rehearsal {
  private static final Pattern PORT = Pattern.compile("port (\\d+), transport");
  private static final int LAST_LINES = 20;

  private final Path cache;
  private final Path unfinished;
  private final Path folder;
  private final List<String> lastLines = new ArrayList<>();

  private Rehearsal(Path cache, Path folder) {
    this.cache = cache;
    this.unfinished = cache.resolveSibling(cache.getFileName() + ".part");
    this.folder = folder;
  }

  /**
   * Ends with 1 and a message when there is no cache, which nobody needs.
   *
   * @param args the file to make, then the options of the JVM, which have to be those of the
   *     servers that use it; the class path is this JVM's own
   */
  public static void main(String[] args) throws IOException {
    Path cache = Path.of(args[0]).toAbsolutePath();
    Path folder = Files.createTempDirectory("larder-rehearsal-");
    boolean isMade = false;
    try {
      isMade = new Rehearsal(cache, folder).run(List.of(args).subList(1, args.length));
    } finally {
      remove(folder);
      if (!isMade) {
        throw new IOException("no ahead-of-time cache was made");
      }
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private boolean run(List<String> options) throws IOException {
    Files.deleteIfExists(unfinished);
    Process server =
        new ProcessBuilder(command(options))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader log = server.inputReader(StandardCharsets.UTF_8)) {
      int port = readPort(log);
      if (port != 0) {
        try (Script script = new Script(port)) {
          script.run();
        }
      }
      // The JVM makes the cache when it ends.
      readToEnd(log);
    } finally {
      server.destroy();
    }
    if (!Files.exists(unfinished)) {
      lastLines.forEach(System.err::println);
      return false;
    }
    Files.move(unfinished, cache, StandardCopyOption.ATOMIC_MOVE);
    return true;
  }

  private List<String> command(List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTRecordTraining"));
    command.add("-XX:AOTCacheOutput=" + unfinished);
    // Of each class that cannot be cached it would tell.
    command.add("-Xlog:aot=error,cds=error");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("dev.larder.cli.Main", "server", "--port", "0", "--save", ""));
    command.addAll(List.of("--enable-debug-command", "yes", "--appendfsync", "no"));
    return command;
  }

  /** Reads the log up to where clients may come; 0 when the server has ended before. */
  private int readPort(BufferedReader log) throws IOException {
    int port = 0;
    for (String line = readLine(log); line != null; line = readLine(log)) {
      Matcher matcher = PORT.matcher(line);
      if (matcher.find()) {
        port = Integer.parseInt(matcher.group(1));
      }
      if (line.contains("Ready to accept connections")) {
        return port;
      }
    }
    return 0;
  }

  private void readToEnd(BufferedReader log) throws IOException {
    while (readLine(log) != null) {
      // All there is.
    }
  }

  private @Nullable String readLine(BufferedReader log) throws IOException {
    String line = log.readLine();
    if (line != null) {
      if (lastLines.size() == LAST_LINES) {
        lastLines.removeFirst();
      }
      lastLines.add(line);
    }
    return line;
  }
}
