package dev.larder.monitoring;

import org.jspecify.annotations.Nullable;

/** How a server is. Every method: any thread, cheap, and nothing that waits for the server. */
public interface Health {

  /** Why the server should be started again, in a line; null if it need not. */
  @Nullable String illness();

  /** Why no clients should be sent to it now, in a line; null if they may. */
  @Nullable String unreadiness();
}
