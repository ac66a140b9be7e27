package dev.larder.config;

import static dev.larder.config.Types.bool;
import static dev.larder.config.Types.integer;
import static dev.larder.config.Types.memory;

import java.util.ArrayList;
import java.util.List;

/**
 * Options that are known before what they govern exists: clients and tools set them and read them
 * back. Each moves to {@link Options} with the feature it belongs to.
 */
final class ReservedOptions {
  private static final long INT_MAX = Integer.MAX_VALUE;
  private static final long LONG_MAX = Long.MAX_VALUE;

  private static final List<Option<?>> ALL = new ArrayList<>();

  static {
    declarePersistence();
    declareBackground();
  }

  private ReservedOptions() {}

  static List<Option<?>> all() {
    return List.copyOf(ALL);
  }

  private static <T> void add(
      String name, ValueType<T> type, T value, String doc, String... alias) {
    ALL.add(Option.of(name, type, value, doc).alias(alias).mutable().reserved());
  }

  private static void declarePersistence() {
    ALL.add(
        Option.of(
                "key-load-delay",
                integer(Integer.MIN_VALUE, INT_MAX),
                0L,
                "Microseconds to wait after each loaded key, for tests.")
            .mutable()
            .hidden()
            .reserved());
    ALL.add(
        Option.of(
                "loading-process-events-interval-bytes",
                memory(1024, INT_MAX),
                2L << 20,
                "How often a load looks after clients.")
            .mutable()
            .hidden()
            .reserved());
  }

  private static void declareBackground() {
    String lazy = "Whether memory is given back in the background: in Larder it always is.";
    add("lazyfree-lazy-eviction", bool(), false, lazy);
    add("lazyfree-lazy-expire", bool(), false, lazy);
    add("lazyfree-lazy-server-del", bool(), false, lazy);
    add("lazyfree-lazy-user-del", bool(), false, lazy);
    add("lazyfree-lazy-user-flush", bool(), false, lazy);
    add("hz", integer(1, 500), 10L, "How often background work runs: Larder finds out itself.");
    add("dynamic-hz", bool(), true, "Whether `hz` follows the number of clients.");
    add("activerehashing", bool(), true, "Whether tables grow in the background: they always do.");
    add("active-expire-effort", integer(1, 10), 1L, "Effort of expiry: Larder needs none.");
    ALL.add(
        Option.of("always-show-logo", bool(), false, "Whether the start shows a drawing.")
            .reserved());
    ALL.add(
        Option.of("set-proc-title", bool(), true, "Whether the process changes its title.")
            .reserved());
  }
}
