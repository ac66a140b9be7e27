package dev.larder.storage;

/** The unit in which work on a value is cut into slices: an element, and one more each 64 bytes. */
final class Pieces {
  private static final int BYTES = 64;

  private Pieces() {}

  /** What an element or a block of so many bytes counts. */
  static long of(long bytes) {
    return 1 + bytes / BYTES;
  }
}
