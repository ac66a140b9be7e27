package dev.larder.cli.trace;

import java.io.IOException;

/** A file is no trace; the message says where. */
public final class TraceException extends IOException {
  private static final long serialVersionUID = 1L;

  TraceException(String message) {
    super(message);
  }

  static TraceException inLine(long line, String message) {
    return new TraceException("line " + line + ": " + message);
  }
}
