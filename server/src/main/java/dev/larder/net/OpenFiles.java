package dev.larder.net;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The system's limit of files that the process may have open, of which a connection is one. */
final class OpenFiles {
  private static final Logger log = LoggerFactory.getLogger(OpenFiles.class);

  /** For whatever else the process opens, and for telling a client that there are too many. */
  private static final long SPARE = 32;

  private OpenFiles() {}

  /** How many files the process has open now; 0 if that is not known. */
  static long count() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os
        ? os.getOpenFileDescriptorCount()
        : 0;
  }

  /**
   * How many connections there is room for, if nobody else in the process opens much.
   *
   * @param wanted what is configured; fewer is worth a warning
   * @throws StartException when there is no room for any
   */
  static int roomForClients(int wanted) {
    if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os)) {
      return Integer.MAX_VALUE;
    }
    long limit = os.getMaxFileDescriptorCount();
    long room = limit - os.getOpenFileDescriptorCount() - SPARE;
    if (room < 1) {
      throw new StartException(
          "the limit of " + limit + " open files leaves no room for clients: raise it (ulimit -n)");
    }
    if (room < wanted) {
      log.warn(
          "The limit of {} open files leaves room for {} clients, not for {} as maxclients says:"
              + " raise it (ulimit -n)",
          limit,
          room,
          wanted);
    }
    return (int) Math.min(room, Integer.MAX_VALUE);
  }
}
