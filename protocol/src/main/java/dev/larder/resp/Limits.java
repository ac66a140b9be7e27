package dev.larder.resp;

/**
 * Bounds of what a client may send. One instance is shared by all connections of a server and may
 * be changed while they run, from any thread; a decoder obeys a change from its next argument on.
 */
public final class Limits {
  /** An argument longer than this, in bytes, is streamed into {@link LargeArguments}. */
  public static final int LARGE_ARGUMENT_BYTES = 64 * 1024;

  /** The longest line without its terminator, in bytes: inline commands and length headers. */
  public static final int MAX_LINE_BYTES = 64 * 1024;

  /**
   * The most arguments of a command, as in Redis up to 6.2. Where they are is kept until the last
   * one is there, and may take more memory than they do.
   */
  public static final int MAX_ARGUMENTS = 1024 * 1024;

  /** The most arguments that a client may send in one command before it has authenticated. */
  public static final int UNAUTHENTICATED_MAX_ARGUMENTS = 10;

  /** The longest argument, in bytes, that a client may send before it has authenticated. */
  public static final int UNAUTHENTICATED_MAX_BULK_BYTES = 16 * 1024;

  /** The least value of {@code proto-max-bulk-len}, in bytes. */
  public static final long MIN_MAX_BULK_BYTES = 1024 * 1024;

  /** The default of {@code proto-max-bulk-len}, in bytes. */
  public static final long DEFAULT_MAX_BULK_BYTES = 512L * 1024 * 1024;

  private volatile int maxBulkBytes = (int) DEFAULT_MAX_BULK_BYTES;

  /** The longest argument accepted, in bytes. */
  public int maxBulkBytes() {
    return maxBulkBytes;
  }

  /**
   * Sets {@code proto-max-bulk-len}. An argument's length is an {@code int} here, so a greater
   * limit acts as 2^31 - 1.
   *
   * @param bytes at least {@link #MIN_MAX_BULK_BYTES}
   * @throws IllegalArgumentException when {@code bytes} is less
   */
  public void setMaxBulkBytes(long bytes) {
    if (bytes < MIN_MAX_BULK_BYTES) {
      throw new IllegalArgumentException(
          "maximum bulk length " + bytes + " is less than " + MIN_MAX_BULK_BYTES);
    }
    maxBulkBytes = (int) Math.min(bytes, Integer.MAX_VALUE);
  }
}
