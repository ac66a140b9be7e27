package dev.larder.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A closed-loop load: every connection sends {@link #pipeline} requests in one write and the next
 * ones when all replies have come.
 */
interface Work {
  String name();

  /** What the slots of a batch do, repeated in turn. */
  List<Exchange> exchanges(Protocol protocol);

  int pipeline();

  int connections();

  /** A new source of the requests' numbers, the same for every server. */
  KeySource numbers();

  /**
   * Requests after which the server must be restored, a multiple of the pipeline; {@link
   * Long#MAX_VALUE} when the work leaves behind what it found.
   */
  default long limit() {
    return Long.MAX_VALUE;
  }

  default boolean isLimited() {
    return limit() != Long.MAX_VALUE;
  }

  /**
   * Connects those who hear what the one connection of this work publishes: it sends the next batch
   * when they have heard all of this one. None for work that nobody hears.
   *
   * @return whom the caller has to close
   */
  default @Nullable Listeners listeners(int port) {
    return null;
  }

  /** Brings a server back into the state that limited work begins with. */
  default void restore(ServerProcess server, boolean polling) {}
}
