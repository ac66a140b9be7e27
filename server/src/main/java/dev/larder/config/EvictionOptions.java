package dev.larder.config;

import static dev.larder.config.Types.bool;
import static dev.larder.config.Types.integer;

import java.util.ArrayList;
import java.util.List;

/** How those policies of eviction choose that Redis has, too, and what is watched of them. */
public final class EvictionOptions {
  private static final long INT_MAX = Integer.MAX_VALUE;
  private static final List<Option<?>> DECLARED = new ArrayList<>();

  public static final Option<Long> SAMPLES =
      add(
          Option.of(
                  "maxmemory-samples",
                  integer(1, 64),
                  5L,
                  "How many keys are compared before one goes, by the policies `lru`, `lfu` and"
                      + " `lrm`; by `volatile-ttl`, how many shards.")
              .mutable());

  public static final Option<Long> LFU_LOG_FACTOR =
      add(
          Option.of(
                  "lfu-log-factor",
                  integer(0, INT_MAX),
                  10L,
                  "By the policies `lfu`, how seldom a use adds one to the counter of a key that"
                      + " is used often.")
              .mutable());

  public static final Option<Long> LFU_DECAY_TIME =
      add(
          Option.of(
                  "lfu-decay-time",
                  integer(0, INT_MAX),
                  1L,
                  "By the policies `lfu`, after how many minutes a counter loses one; 0 for never.")
              .mutable());

  public static final Option<Boolean> MRC =
      add(
          Option.of(
                  "larder-mrc",
                  bool(),
                  false,
                  "Whether the hit ratios of caches of other sizes are estimated, for `MEMORY MRC`"
                      + " and `INFO stats`, as docs/eviction.md tells. It takes a MiB of memory."
                      + " Larder's own.")
              .mutable());

  private EvictionOptions() {}

  static List<Option<?>> all() {
    return List.copyOf(DECLARED);
  }

  private static <T> Option<T> add(Option<T> option) {
    DECLARED.add(option);
    return option;
  }
}
