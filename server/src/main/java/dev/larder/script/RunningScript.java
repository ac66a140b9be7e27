package dev.larder.script;

/** A script that is taking long. Any thread. */
public interface RunningScript {
  /** Whether it has changed something, so that it may not be ended. */
  boolean hasWritten();

  /** Ends it soon. */
  void kill();
}
