package dev.larder.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Facts of the machine that a reader of the figures needs, and pinning. */
final class Machine {
  /** Niceness of servers and load that go before other processes. */
  static final String PRIORITY = "-15";

  private Machine() {}

  /** First line that a command prints, or "absent" when it cannot be run. */
  static String firstLineOf(List<String> command) {
    return outputOf(command).lines().findFirst().orElse("");
  }

  /** All that a command prints, or "absent" when it cannot be run. */
  static String outputOf(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      byte[] output = process.getInputStream().readAllBytes();
      process.waitFor(10, TimeUnit.SECONDS);
      return new String(output, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "absent";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "absent";
    }
  }

  static boolean canRun(String program) {
    return !firstLineOf(List.of("sh", "-c", "command -v " + program)).isEmpty();
  }

  /** Cores of the machine, whatever this process is pinned to. */
  static int cores() {
    return (int) lines("/proc/cpuinfo").stream().filter(l -> l.startsWith("processor")).count();
  }

  /** All cores in taskset's words, for who is not to be where this process is pinned; or none. */
  static String allCores() {
    return canRun("taskset") ? "0-" + (cores() - 1) : "";
  }

  static String cpuModel() {
    return lines("/proc/cpuinfo").stream()
        .filter(l -> l.startsWith("model name"))
        .map(l -> l.substring(l.indexOf(':') + 1).trim())
        .findFirst()
        .orElse("unknown CPU");
  }

  static long memoryMegabytes() {
    return lines("/proc/meminfo").stream()
        .filter(l -> l.startsWith("MemTotal:"))
        .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElse(0);
  }

  static String kernel() {
    return lines("/proc/sys/kernel/osrelease").stream().findFirst().orElse("unknown kernel");
  }

  /** The file system of a directory, such as {@code ext4 (/dev/sda1)}. */
  static String fileSystem(Path directory) {
    try {
      FileStore store = Files.getFileStore(directory);
      return store.type() + " (" + store.name() + ")";
    } catch (IOException e) {
      return "unknown file system";
    }
  }

  static String loadAverage() {
    return lines("/proc/loadavg").stream().findFirst().orElse("unknown");
  }

  /** Pins every thread of this process, and those it will start, to a core. */
  static void pinSelf(String cores) {
    firstLineOf(List.of("taskset", "-apc", cores, Long.toString(ProcessHandle.current().pid())));
  }

  /**
   * Puts every thread of this process, and those it will start, before other processes; until the
   * process ends, also its session, since the kernel may share cores between sessions first.
   */
  static void prioritizeSelf() {
    firstLineOf(List.of("sh", "-c", "renice -n " + PRIORITY + " -p $(ls /proc/$PPID/task) 2>&1"));
    if (prioritizeSession(PRIORITY)) {
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> prioritizeSession("0"), "restore-priority"));
    }
  }

  private static boolean prioritizeSession(String niceness) {
    try {
      Files.writeString(Path.of("/proc/self/autogroup"), niceness);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static List<String> lines(String file) {
    try {
      return Files.readAllLines(Path.of(file));
    } catch (IOException e) {
      return List.of();
    }
  }
}
