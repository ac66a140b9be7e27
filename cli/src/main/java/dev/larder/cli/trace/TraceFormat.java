package dev.larder.cli.trace;

import java.util.Locale;

/** The form of a trace. */
public enum TraceFormat {
  /** {@link #U32} if the file is named so, else found out from its first line. */
  AUTO,
  /** A key a line, and perhaps the size of its value in bytes. */
  KEYS,
  /** What {@code redis-cli MONITOR} prints. */
  MONITOR,
  /** Numbers of objects, in 32 bits, little-endian. */
  U32;

  /** The form of what this name says. */
  TraceFormat of(String fileName) {
    if (this != AUTO) {
      return this;
    }
    String name = fileName.toLowerCase(Locale.ROOT);
    return name.endsWith(".u32") || name.endsWith(".u32.gz") ? U32 : AUTO;
  }
}
