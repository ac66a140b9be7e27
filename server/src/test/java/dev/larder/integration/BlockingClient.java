package dev.larder.integration;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A connection of some client library that waits for elements. */
interface BlockingClient extends AutoCloseable {

  /** The connection's number at the server. */
  long id();

  /**
   * Sends a command that waits for an element.
   *
   * @param timeoutSeconds how long it waits, 0 for ever
   * @return the element, null when the time was over
   */
  CompletableFuture<@Nullable String> await(Waiting command, String key, double timeoutSeconds);

  /** Ends the connection, whatever is under way. */
  @Override
  void close();
}
