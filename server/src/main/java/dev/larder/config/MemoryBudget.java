package dev.larder.config;

/**
 * What of the memory that a process may have is left for data. The sum of data and all else has to
 * stay below it: the JVM's own memory, which is not counted in {@code maxmemory}, is taken off
 * first.
 */
public final class MemoryBudget {
  /** What the JVM may take for itself: the most that a server promises to need beside the data. */
  public static final long BASE_BYTES = 100L << 20;

  private static final int MARGIN_PART = 20;
  private static final long LEAST_MARGIN_BYTES = 16L << 20;
  private static final int MAX_PERCENT = 100;

  /** Where there is hardly room for the JVM, data get this part of the limit. */
  private static final int LEAST_PART = 8;

  private MemoryBudget() {}

  /**
   * The data's part of a share of the memory.
   *
   * @throws ConfigException if that is nothing
   */
  static long share(long percent, MachineMemory machine) throws ConfigException {
    long most = machine.mostBytes();
    if (most == MachineMemory.NONE) {
      throw new ConfigException("how much memory there is, is not known here: give a number");
    }
    if (percent > MAX_PERCENT) {
      throw new ConfigException("percentage argument must be less or equal to 100");
    }
    long left = most / MAX_PERCENT * percent - BASE_BYTES;
    if (left <= 0) {
      throw new ConfigException(
          percent
              + "% of "
              + (most >> 20)
              + " MB is less than the "
              + (BASE_BYTES >> 20)
              + " MB that the server needs for itself");
    }
    return left;
  }

  /**
   * The limit of data where none is configured: 0 for none, as long as no cgroup has a limit.
   * Otherwise what is left beside the JVM, less a margin for pages that are partly used.
   */
  public static long defaultLimit(MachineMemory machine) {
    if (!machine.isLimited()) {
      return 0;
    }
    long limit = machine.limitBytes();
    long left = limit - BASE_BYTES - Math.max(LEAST_MARGIN_BYTES, limit / MARGIN_PART);
    return Math.max(left, limit / LEAST_PART);
  }

  /** Whether a limit leaves room for the server itself. */
  public static boolean isTight(MachineMemory machine) {
    return machine.isLimited()
        && machine.limitBytes()
            < BASE_BYTES + LEAST_MARGIN_BYTES + machine.limitBytes() / LEAST_PART;
  }
}
