package dev.larder.commands;

/** What commands may do to the server as a whole. */
@FunctionalInterface
public interface ServerControl {

  /** Begins to stop the server and returns at once; called on an event loop. */
  void stop();
}
