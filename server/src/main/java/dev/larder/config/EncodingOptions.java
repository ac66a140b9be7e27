package dev.larder.config;

import static dev.larder.config.Types.integer;
import static dev.larder.config.Types.memory;

import java.util.ArrayList;
import java.util.List;

/** Up to what size collections, and HyperLogLogs, are kept in their compact encodings. */
public final class EncodingOptions {
  private static final long INT_MAX = Integer.MAX_VALUE;
  private static final String ENTRIES = "The most elements of the compact encoding.";
  private static final String VALUE = "The longest element of the compact encoding, in bytes.";

  private static final List<Option<?>> DECLARED = new ArrayList<>();

  public static final Option<Long> HASH_MAX_LISTPACK_ENTRIES =
      entries("hash-max-listpack-entries", 512, "hash-max-ziplist-entries");

  public static final Option<Long> HASH_MAX_LISTPACK_VALUE =
      value("hash-max-listpack-value", "hash-max-ziplist-value");

  public static final Option<Long> LIST_MAX_LISTPACK_SIZE =
      add(
          Option.of(
                  "list-max-listpack-size",
                  integer(Integer.MIN_VALUE, INT_MAX),
                  -2L,
                  "The size of a list's nodes: elements, or from -1 to -5 for 4, 8, 16, 32 or 64"
                      + " KiB.")
              .alias("list-max-ziplist-size")
              .mutable());

  public static final Option<Long> LIST_COMPRESS_DEPTH =
      add(
          Option.of(
                  "list-compress-depth",
                  integer(0, INT_MAX),
                  0L,
                  "How many nodes at each end of a list are not compressed; 0 compresses none, and"
                      + " so does Larder whatever it says.")
              .mutable());

  public static final Option<Long> SET_MAX_INTSET_ENTRIES = entries("set-max-intset-entries", 512);

  public static final Option<Long> SET_MAX_LISTPACK_ENTRIES =
      entries("set-max-listpack-entries", 128);

  public static final Option<Long> SET_MAX_LISTPACK_VALUE = value("set-max-listpack-value");

  public static final Option<Long> ZSET_MAX_LISTPACK_ENTRIES =
      entries("zset-max-listpack-entries", 128, "zset-max-ziplist-entries");

  public static final Option<Long> ZSET_MAX_LISTPACK_VALUE =
      value("zset-max-listpack-value", "zset-max-ziplist-value");

  public static final Option<Long> HLL_SPARSE_MAX_BYTES =
      add(
          Option.of(
                  "hll-sparse-max-bytes",
                  memory(0, Long.MAX_VALUE),
                  3000L,
                  "How long a HyperLogLog may become, its header included, before it is kept"
                      + " dense.")
              .mutable());

  public static final Option<Long> STREAM_NODE_MAX_BYTES =
      add(
          Option.of(
                  "stream-node-max-bytes",
                  memory(0, Long.MAX_VALUE),
                  4096L,
                  "The most bytes of a stream's node; 0 for no limit.")
              .mutable());

  public static final Option<Long> STREAM_NODE_MAX_ENTRIES =
      add(
          Option.of(
                  "stream-node-max-entries",
                  integer(0, Long.MAX_VALUE),
                  100L,
                  "The most entries of a stream's node; 0 for no limit.")
              .mutable());

  public static final Option<Long> STREAM_IDMP_DURATION =
      add(
          Option.of(
                  "stream-idmp-duration",
                  integer(1, 86_400),
                  100L,
                  "How many seconds a stream keeps an idempotent id, unless XCFGSET says"
                      + " otherwise.")
              .mutable());

  public static final Option<Long> STREAM_IDMP_MAXSIZE =
      add(
          Option.of(
                  "stream-idmp-maxsize",
                  integer(1, 10_000),
                  100L,
                  "How many idempotent ids a stream keeps of each producer, unless XCFGSET says"
                      + " otherwise.")
              .mutable());

  private EncodingOptions() {}

  private static Option<Long> entries(String name, long most, String... alias) {
    return add(Option.of(name, integer(0, Long.MAX_VALUE), most, ENTRIES).alias(alias).mutable());
  }

  private static Option<Long> value(String name, String... alias) {
    return add(Option.of(name, memory(0, Long.MAX_VALUE), 64L, VALUE).alias(alias).mutable());
  }

  private static Option<Long> add(Option<Long> option) {
    DECLARED.add(option);
    return option;
  }

  /** In order of declaration. */
  static List<Option<?>> all() {
    return List.copyOf(DECLARED);
  }
}
