package dev.larder.storage.rdb;

/**
 * Why a value or a file cannot be read: what is wrong with its bytes, or that memory is exhausted.
 * Carries no stack trace: it reports bad input, and is caught where the input came in.
 */
public final class RdbException extends Exception {
  private static final long serialVersionUID = 1L;

  private enum Kind {
    MALFORMED,
    TRUNCATED,
    EMPTY,
    MEMORY_EXHAUSTED
  }

  private final Kind kind;

  private RdbException(String diagnosis, Kind kind) {
    super(diagnosis, null, false, false);
    this.kind = kind;
  }

  /** The bytes are no value. */
  public static RdbException malformed(String diagnosis) {
    return new RdbException(diagnosis, Kind.MALFORMED);
  }

  /** The file ends before what it has begun. */
  public static RdbException truncated() {
    return new RdbException("the file ends too early", Kind.TRUNCATED);
  }

  /** A collection without elements: no key holds one. */
  static RdbException empty() {
    return new RdbException("a collection without elements", Kind.EMPTY);
  }

  /** The bytes may be fine, there is no memory for them. */
  public static RdbException memoryExhausted() {
    return new RdbException("memory is exhausted", Kind.MEMORY_EXHAUSTED);
  }

  public boolean isOutOfMemory() {
    return kind == Kind.MEMORY_EXHAUSTED;
  }

  public boolean isTruncated() {
    return kind == Kind.TRUNCATED;
  }

  /** Whether it is a collection without elements, as old servers have written it by mistake. */
  public boolean isEmpty() {
    return kind == Kind.EMPTY;
  }
}
