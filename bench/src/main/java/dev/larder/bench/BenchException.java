package dev.larder.bench;

/** A benchmark that cannot go on: a server that does not start, or one that answers wrongly. */
final class BenchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BenchException(String message) {
    super(message);
  }

  BenchException(String message, Throwable cause) {
    super(message, cause);
  }
}
