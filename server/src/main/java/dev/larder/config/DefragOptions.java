package dev.larder.config;

import static dev.larder.config.Types.bool;
import static dev.larder.config.Types.integer;
import static dev.larder.config.Types.memory;

import dev.larder.storage.Relocation;
import java.util.ArrayList;
import java.util.List;

/** When blocks are moved so that memory goes back to the system, and how much that may cost. */
public final class DefragOptions {
  private static final long INT_MAX = Integer.MAX_VALUE;
  private static final List<Option<?>> DECLARED = new ArrayList<>();

  public static final Option<Boolean> ACTIVEDEFRAG =
      add(
          Option.of(
                  "activedefrag",
                  bool(),
                  true,
                  "Whether data is packed in the background, so that memory falls after deletes. In"
                      + " Redis it is `no` by default.")
              .mutable());

  public static final Option<Long> IGNORE_BYTES =
      add(
          Option.of(
                  "active-defrag-ignore-bytes",
                  memory(1, Long.MAX_VALUE),
                  Relocation.DEFAULT_IGNORE_BYTES,
                  "Less than this is not worth packing. What counts is whole pages that could go,"
                      + " so it is less than Redis's `100mb`.")
              .mutable());

  public static final Option<Long> THRESHOLD_LOWER =
      add(
          Option.of(
                  "active-defrag-threshold-lower",
                  integer(0, 1000),
                  (long) Relocation.DEFAULT_THRESHOLD_LOWER,
                  "From so many per cent of the data on that could go, it is packed.")
              .mutable());

  public static final Option<Long> THRESHOLD_UPPER =
      add(
          Option.of(
                  "active-defrag-threshold-upper",
                  integer(0, 1000),
                  (long) Relocation.DEFAULT_THRESHOLD_UPPER,
                  "From so many per cent on with all the effort allowed.")
              .mutable());

  public static final Option<Long> CYCLE_MIN =
      add(
          Option.of(
                  "active-defrag-cycle-min",
                  integer(1, 99),
                  (long) Relocation.DEFAULT_CYCLE_MIN,
                  "Per cent of one core at the lower threshold.")
              .mutable());

  public static final Option<Long> CYCLE_MAX =
      add(
          Option.of(
                  "active-defrag-cycle-max",
                  integer(1, 99),
                  (long) Relocation.DEFAULT_CYCLE_MAX,
                  "Per cent of one core at the upper threshold; `25` in Redis.")
              .mutable());

  public static final Option<Long> MAX_SCAN_FIELDS =
      add(
          Option.of(
                  "active-defrag-max-scan-fields",
                  integer(1, INT_MAX),
                  1000L,
                  "Has no effect: collections of every size are gone through in steps.")
              .mutable());

  private DefragOptions() {}

  private static <T> Option<T> add(Option<T> option) {
    DECLARED.add(option);
    return option;
  }

  /** In order of declaration. */
  static List<Option<?>> all() {
    return List.copyOf(DECLARED);
  }
}
