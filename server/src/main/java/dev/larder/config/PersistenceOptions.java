package dev.larder.config;

import static dev.larder.config.Types.bool;
import static dev.larder.config.Types.choice;
import static dev.larder.config.Types.integer;
import static dev.larder.config.Types.memory;
import static dev.larder.config.Types.text;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The append-only file: whether, where, how safe, and when it is rewritten. */
public final class PersistenceOptions {
  private static final long DEFAULT_MIN_BYTES = 64L << 20;

  private static final List<Option<?>> DECLARED = new ArrayList<>();

  public static final Option<Boolean> APPENDONLY =
      add(
          Option.of(
                  "appendonly",
                  bool(),
                  false,
                  "Whether to keep an append-only file: all that changes is written to it.")
              .mutable());

  public static final Option<String> APPENDFSYNC =
      add(
          Option.of(
                  "appendfsync",
                  choice("always", "everysec", "no"),
                  "everysec",
                  "When the append-only file is forced to the disk: before a reply shows what it"
                      + " holds, every second, or when the system likes to.")
              .mutable());

  public static final Option<String> APPENDFILENAME =
      add(
          Option.of(
                  "appendfilename",
                  text(),
                  "appendonly.aof",
                  "What the names of the append-only file's parts begin with.")
              .checkedBy(name -> fileName(name, "appendfilename")));

  public static final Option<String> APPENDDIRNAME =
      add(
          Option.of(
                  "appenddirname",
                  text(),
                  "appendonlydir",
                  "The directory in `dir` that the append-only file's parts are in.")
              .checkedBy(name -> fileName(name, "appenddirname")));

  public static final Option<Boolean> NO_APPENDFSYNC_ON_REWRITE =
      add(
          Option.of(
                  "no-appendfsync-on-rewrite",
                  bool(),
                  false,
                  "Whether the append-only file is not forced to the disk while it is rewritten.")
              .mutable());

  public static final Option<Boolean> AOF_USE_RDB_PREAMBLE =
      add(
          Option.of(
                  "aof-use-rdb-preamble",
                  bool(),
                  true,
                  "Whether the append-only file's base is in the format of snapshots; else it is"
                      + " commands.")
              .mutable());

  public static final Option<Boolean> AOF_LOAD_TRUNCATED =
      add(
          Option.of(
                  "aof-load-truncated",
                  bool(),
                  true,
                  "Whether an append-only file with a torn end is loaded up to there, or not at"
                      + " all.")
              .mutable());

  public static final Option<Boolean> AOF_TIMESTAMP_ENABLED =
      add(
          Option.of(
                  "aof-timestamp-enabled",
                  bool(),
                  false,
                  "Whether the append-only file tells the time, for a recovery up to some moment.")
              .mutable());

  public static final Option<Long> AUTO_AOF_REWRITE_PERCENTAGE =
      add(
          Option.of(
                  "auto-aof-rewrite-percentage",
                  integer(0, Integer.MAX_VALUE),
                  100L,
                  "By how many percent the append-only file may grow before it is rewritten; 0 for"
                      + " never.")
              .mutable());

  public static final Option<Long> AUTO_AOF_REWRITE_MIN_SIZE =
      add(
          Option.of(
                  "auto-aof-rewrite-min-size",
                  memory(0, Long.MAX_VALUE),
                  DEFAULT_MIN_BYTES,
                  "A shorter append-only file is not rewritten by itself.")
              .mutable());

  private PersistenceOptions() {}

  private static @Nullable String fileName(String name, String option) {
    return name.isEmpty() || name.contains("/") ? option + " can't be a path, just a name" : null;
  }

  private static <T> Option<T> add(Option<T> option) {
    DECLARED.add(option);
    return option;
  }

  static List<Option<?>> all() {
    return List.copyOf(DECLARED);
  }
}
