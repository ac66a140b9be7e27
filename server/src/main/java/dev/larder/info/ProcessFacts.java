package dev.larder.info;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the operating system tells of this process. Where a file of {@code /proc} cannot be read or
 * understood, the answer is {@link #UNKNOWN}: then INFO has no such field.
 */
final class ProcessFacts {
  static final long UNKNOWN = -1;

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path STAT = Path.of("/proc/self/stat");

  /** The unit of times in {@code /proc}, fixed by Linux's interface to programs. */
  private static final double TICKS_PER_SECOND = 100;

  /** Where utime is among the words after the program's name in {@code /proc/self/stat}. */
  private static final int UTIME = 11;

  private ProcessFacts() {}

  /**
   * CPU time in seconds, of this process and of its children that have ended.
   *
   * @param user of this process, in user mode; the others likewise
   */
  record Cpu(double user, double system, double childrenUser, double childrenSystem) {}

  /** Bytes of physical memory that the process occupies. */
  static long residentBytes() {
    return residentBytes(lines(STATUS));
  }

  static long residentBytes(List<String> status) {
    for (String line : status) {
      if (line.startsWith("VmRSS:")) {
        try {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        } catch (NumberFormatException e) {
          return UNKNOWN;
        }
      }
    }
    return UNKNOWN;
  }

  /** CPU time used so far; all {@link #UNKNOWN} if the system does not tell. */
  static Cpu cpu() {
    return cpu(lines(STAT));
  }

  static Cpu cpu(List<String> stat) {
    Cpu unknown = new Cpu(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN);
    if (stat.isEmpty()) {
      return unknown;
    }
    // The name stands in parentheses and may itself hold spaces and parentheses.
    String line = stat.getFirst();
    String[] words = line.substring(line.lastIndexOf(')') + 1).strip().split(" ", -1);
    if (words.length < UTIME + 4) {
      return unknown;
    }
    try {
      return new Cpu(
          seconds(words[UTIME]),
          seconds(words[UTIME + 1]),
          seconds(words[UTIME + 2]),
          seconds(words[UTIME + 3]));
    } catch (NumberFormatException e) {
      return unknown;
    }
  }

  private static double seconds(String ticks) {
    return Long.parseLong(ticks) / TICKS_PER_SECOND;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }
}
