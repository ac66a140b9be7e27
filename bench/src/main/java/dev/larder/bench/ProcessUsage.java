package dev.larder.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * CPU time that the kernel accounts to a process, thread by thread, in nanoseconds. Kernel workers
 * of io_uring are threads of the process and so included.
 *
 * @param threads what each thread ran and waited until now
 */
record ProcessUsage(long pid, Map<String, ThreadUsage> threads) {

  /**
   * One thread.
   *
   * @param ranNanos on a core, in user and kernel mode
   * @param waitedNanos ready to run, but another thread had the core
   */
  record ThreadUsage(long ranNanos, long waitedNanos) {}

  /**
   * What a process used between two readings.
   *
   * @param busiest what the thread that ran most ran and waited
   */
  record Difference(long ranNanos, long waitedNanos, ThreadUsage busiest) {
    /** Share of the CPU time outside of the busiest thread: compiler, collector, helpers. */
    double othersShare() {
      return ranNanos == 0 ? 0 : 1 - (double) busiest.ranNanos / ranNanos;
    }
  }

  static ProcessUsage read(long pid) {
    Map<String, ThreadUsage> threads = new HashMap<>();
    try (DirectoryStream<Path> tasks =
        Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
      for (Path task : tasks) {
        readThread(task, threads);
      }
    } catch (IOException e) {
      throw new BenchException("process " + pid + " has ended", e);
    }
    return new ProcessUsage(pid, threads);
  }

  Difference since(ProcessUsage earlier) {
    long ran = 0;
    long waited = 0;
    ThreadUsage busiest = new ThreadUsage(0, 0);
    for (Map.Entry<String, ThreadUsage> entry : threads.entrySet()) {
      ThreadUsage now = entry.getValue();
      ThreadUsage then = earlier.threads.getOrDefault(entry.getKey(), new ThreadUsage(0, 0));
      ThreadUsage used =
          new ThreadUsage(now.ranNanos - then.ranNanos, now.waitedNanos - then.waitedNanos);
      ran += used.ranNanos;
      waited += used.waitedNanos;
      if (used.ranNanos > busiest.ranNanos) {
        busiest = used;
      }
    }
    return new Difference(ran, waited, busiest);
  }

  /** Resident memory of a process in bytes. */
  static long residentBytes(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
      }
    } catch (IOException e) {
      throw new BenchException("process " + pid + " has ended", e);
    }
    throw new BenchException("the kernel does not tell the memory of process " + pid);
  }

  /** Whether a process has a file open whose name contains {@code part}. */
  static boolean hasOpen(long pid, String part) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
      for (Path file : files) {
        if (target(file).contains(part)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw new BenchException("cannot see the files of process " + pid, e);
    }
  }

  /** What a link leads to; nothing when it has been closed since it was listed. */
  private static String target(Path link) throws IOException {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  private static void readThread(Path task, Map<String, ThreadUsage> into) throws IOException {
    try {
      String[] fields = Files.readString(task.resolve("schedstat")).trim().split(" ");
      into.put(
          task.getFileName().toString(),
          new ThreadUsage(Long.parseLong(fields[0]), Long.parseLong(fields[1])));
    } catch (NoSuchFileException e) {
      // The thread ended while the directory was read; what it used last is lost, some µs.
    }
  }
}
