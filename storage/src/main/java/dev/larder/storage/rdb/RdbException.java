package dev.larder.storage.rdb;

/**
 * Why a value cannot be read: what is wrong with its bytes, or that memory is exhausted. Carries no
 * stack trace: it reports bad input, and is caught where the input came in.
 */
public final class RdbException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean outOfMemory;

  private RdbException(String diagnosis, boolean outOfMemory) {
    super(diagnosis, null, false, false);
    this.outOfMemory = outOfMemory;
  }

  /** The bytes are no value. */
  public static RdbException malformed(String diagnosis) {
    return new RdbException(diagnosis, false);
  }

  /** The bytes may be fine, there is no memory for them. */
  public static RdbException memoryExhausted() {
    return new RdbException("memory is exhausted", true);
  }

  public boolean isOutOfMemory() {
    return outOfMemory;
  }
}
