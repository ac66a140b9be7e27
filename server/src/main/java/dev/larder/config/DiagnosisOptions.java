package dev.larder.config;

import static dev.larder.config.Types.bool;
import static dev.larder.config.Types.integer;
import static dev.larder.config.Types.percentiles;

import java.util.ArrayList;
import java.util.List;

/** What is noted about commands and events that take long. */
public final class DiagnosisOptions {
  private static final long LONG_MAX = Long.MAX_VALUE;

  private static final List<Option<?>> DECLARED = new ArrayList<>();

  public static final Option<Long> SLOWLOG_LOG_SLOWER_THAN =
      add(
          Option.of(
                  "slowlog-log-slower-than",
                  integer(-1, LONG_MAX),
                  10_000L,
                  "The slow log has commands that take so many microseconds; all with 0, none with"
                      + " -1.")
              .mutable());

  public static final Option<Long> SLOWLOG_MAX_LEN =
      add(
          Option.of(
                  "slowlog-max-len",
                  integer(0, LONG_MAX),
                  128L,
                  "The most entries of the slow log; the oldest ones go.")
              .mutable());

  public static final Option<Long> LATENCY_MONITOR_THRESHOLD =
      add(
          Option.of(
                  "latency-monitor-threshold",
                  integer(0, LONG_MAX),
                  0L,
                  "`LATENCY` tells of events that take so many milliseconds; 0 for none.")
              .mutable());

  public static final Option<Boolean> LATENCY_TRACKING =
      add(
          Option.of(
                  "latency-tracking",
                  bool(),
                  true,
                  "Whether the durations of commands are counted by size, for `LATENCY HISTOGRAM`"
                      + " and `INFO latencystats`.")
              .mutable());

  public static final Option<List<Double>> LATENCY_TRACKING_INFO_PERCENTILES =
      add(
          Option.of(
                  "latency-tracking-info-percentiles",
                  percentiles("latency-tracking-info-percentiles"),
                  List.of(50.0, 99.0, 99.9),
                  "The percentiles that `INFO latencystats` shows.")
              .mutable());

  private DiagnosisOptions() {}

  private static <T> Option<T> add(Option<T> option) {
    DECLARED.add(option);
    return option;
  }

  static List<Option<?>> all() {
    return List.copyOf(DECLARED);
  }
}
