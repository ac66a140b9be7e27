package dev.larder.script;

import java.util.List;

/** A script or function that is taking long. Any thread. */
public interface RunningScript {
  /** Whether it has changed something, so that it may not be ended. */
  boolean hasWritten();

  /** Whether it is a function of a library. */
  boolean isFunction();

  /** A script's digest, or a function's name. */
  String name();

  /** The words of the command that runs it. */
  List<byte[]> command();

  /** Since when, in milliseconds until now. */
  long durationMillis();

  /** Ends it soon. */
  void kill();
}
