package dev.larder.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/*
 * Problem. A process in a container sees the machine's memory, and is killed when it takes more
 * than its cgroup may have.
 *
 * Idea. /proc/self/cgroup names the process's cgroups, /proc/self/mountinfo where they are mounted
 * and which of them the mount shows as its root. Every cgroup from the process's up to that root
 * may have a limit; the lowest counts.
 *
 *   version 2   0::/a/b           one hierarchy; memory.max and memory.high, "max" for none
 *   version 1   7:memory:/a/b     memory.limit_in_bytes; a huge number for none
 *
 *   A container mostly sees its own cgroup as the root. Where it does not, and the path is not to
 *   be found below the mount, the mount's root is the best guess.
 *
 *   Beyond memory.high the kernel does not kill, but slows the process down until it is of no use:
 *   a limit all the same.
 */

/** How much memory this process may have; what the system does not tell is no limit. */
public final class MachineMemory {
  /** There is no limit, or none is known. */
  public static final long NONE = Long.MAX_VALUE;

  private static final String VERSION_2 = "cgroup2";

  /** In a line of mountinfo: what is mounted where, then how. */
  private static final String SEPARATOR = " - ";

  private static final int MIN_MOUNT_WORDS = 5;
  private static final long KIB = 1024;

  private final long totalBytes;
  private final long limitBytes;

  private MachineMemory(Path root) {
    this.totalBytes = total(lines(root.resolve("proc/meminfo")));
    this.limitBytes = limit(root);
  }

  /** Looks at this machine. */
  public static MachineMemory here() {
    return new MachineMemory(Path.of("/"));
  }

  /** Looks at a machine whose files are below a folder; for tests. */
  static MachineMemory at(Path root) {
    return new MachineMemory(root);
  }

  /** The machine's memory in bytes, or {@link #NONE}. */
  public long totalBytes() {
    return totalBytes;
  }

  /** The lowest limit of the process's cgroups, or {@link #NONE}. */
  public long limitBytes() {
    return limitBytes;
  }

  /** Whether a cgroup leaves less than the machine has. */
  public boolean isLimited() {
    return limitBytes < totalBytes;
  }

  /** The most that the process may have: of a limit, or of the machine; or {@link #NONE}. */
  public long mostBytes() {
    return Math.min(limitBytes, totalBytes);
  }

  private static long total(List<String> memInfo) {
    for (String line : memInfo) {
      if (line.startsWith("MemTotal:")) {
        long kib = number(line.replaceAll("\\D", ""));
        return kib == NONE ? NONE : kib * KIB;
      }
    }
    return NONE;
  }

  private static long limit(Path root) {
    long lowest = NONE;
    for (String mount : lines(root.resolve("proc/self/mountinfo"))) {
      int separator = mount.indexOf(SEPARATOR);
      String[] place = mount.substring(0, Math.max(0, separator)).split(" ", -1);
      int kind = separator < 0 ? 0 : separator + SEPARATOR.length();
      String[] type = mount.substring(kind).split(" ", -1);
      if (separator < 0 || place.length < MIN_MOUNT_WORDS || type.length < 3) {
        continue;
      }
      boolean isSecond = type[0].equals(VERSION_2);
      boolean isFirst =
          type[0].equals("cgroup") && List.of(type[2].split(",", -1)).contains("memory");
      if (isSecond || isFirst) {
        Path folder = root.resolve(place[4].substring(1));
        lowest = Math.min(lowest, lowest(folder, inside(root, place[3], isSecond), isSecond));
      }
    }
    return lowest;
  }

  /** The process's cgroup as a path below a mount that shows {@code shown} as its root. */
  private static String inside(Path root, String shown, boolean isSecond) {
    for (String line : lines(root.resolve("proc/self/cgroup"))) {
      String[] words = line.split(":", 3);
      boolean isIt =
          words.length == 3
              && (isSecond
                  ? words[0].equals("0") && words[1].isEmpty()
                  : List.of(words[1].split(",", -1)).contains("memory"));
      if (isIt) {
        String path = words[2];
        boolean isBelow = shown.equals("/") || path.equals(shown) || path.startsWith(shown + "/");
        return !isBelow ? "" : shown.equals("/") ? path : path.substring(shown.length());
      }
    }
    return "";
  }

  /** The lowest limit from a cgroup up to the mount's root. */
  private static long lowest(Path mount, String inside, boolean isSecond) {
    long lowest = NONE;
    String relative = inside.startsWith("/") ? inside.substring(1) : inside;
    Path folder = mount.resolve(relative).normalize();
    while (folder.startsWith(mount)) {
      if (isSecond) {
        lowest = Math.min(lowest, read(folder.resolve("memory.max")));
        lowest = Math.min(lowest, read(folder.resolve("memory.high")));
      } else {
        lowest = Math.min(lowest, read(folder.resolve("memory.limit_in_bytes")));
      }
      Path parent = folder.getParent();
      if (parent == null) {
        break;
      }
      folder = parent;
    }
    return lowest;
  }

  private static long read(Path file) {
    List<String> lines = lines(file);
    return lines.isEmpty() ? NONE : number(lines.getFirst().strip());
  }

  private static long number(String text) {
    try {
      long value = Long.parseLong(text);
      return value < 0 ? NONE : value;
    } catch (NumberFormatException e) {
      return NONE;
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return List.of();
    }
  }
}
