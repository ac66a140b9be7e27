package dev.larder.bench;

/** Every goal that Larder holds itself to. Ratios are to redis-server in the same run. */
final class Goals {
  private static final String OF_REDIS = " of redis";

  static final Goal NEVER_ABOVE_REDIS = Goal.atMost(1.0, OF_REDIS);

  static final Goal TWO_LOOPS_RANDOM_KEYS = Goal.atMost(1.15, " of one loop");
  static final Goal TWO_LOOPS_HOT_KEY = Goal.atMost(2.0, " of one loop");

  /** How many times its fair share of requests the most starved connection may lack. */
  static final Goal STARVATION = Goal.atMost(2.0, " x fewer than the mean");

  static final Goal EMPTY_RSS = Goal.atMost(100, " MB");
  static final Goal RSS_PER_KEY = Goal.atMost(74, " bytes a key");
  static final Goal RSS_PER_KEY_WITH_TTL = Goal.atMost(90, " bytes a key");
  static final Goal RSS_PER_KEY_1K = Goal.atMost(1110, " bytes a key");

  static final Goal EXPIRY_LAG_P99 = Goal.atMost(100, " ms");
  static final Goal STOP = Goal.atMost(5, " ms");
  static final Goal STOP_KEYS = Goal.atMost(20, " ms");

  static final Goal TYPES_MEDIAN = Goal.atMost(0.55, OF_REDIS);

  /**
   * What the command of any type should reach; that it must reach is {@link #NEVER_ABOVE_REDIS}.
   */
  static final Goal TYPES_TARGET = Goal.atMost(0.7, OF_REDIS);

  static final Goal TRANSACTIONS = Goal.atMost(0.7, OF_REDIS);

  static final Goal SCRIPT_SHORT = Goal.atMost(0.7, OF_REDIS);
  static final Goal SCRIPT_LIMITER = Goal.atMost(0.8, OF_REDIS);
  static final Goal SCRIPT_STEPS = Goal.atMost(1.2, OF_REDIS);
  static final Goal SCRIPT_JSON = NEVER_ABOVE_REDIS;
  static final Goal SCRIPT_TWO_LOOPS = Goal.atMost(1.2, " of one loop");

  static final Goal PUBLISH_TO_MANY = Goal.atMost(0.6, OF_REDIS);
  static final Goal PUBLISH_BESIDE_PATTERNS = Goal.atMost(0.1, OF_REDIS);

  static final Goal TRACKING = Goal.atMost(1.2, " of without tracking");
  static final Goal TRACKED_KEY_RSS = Goal.atMost(0.7, OF_REDIS);

  static final Goal TABLE_RSS = Goal.atMost(0.7, OF_REDIS);
  static final Goal SMALL_HASH_RSS = Goal.atMost(0.9, OF_REDIS);
  static final Goal SEQUENCE_RSS = NEVER_ABOVE_REDIS;

  static final Goal MIDDLE_OF_LIST = Goal.atMost(0.05, OF_REDIS);
  static final Goal RANK_OF_TEN_MILLION = Goal.atMost(0.7, OF_REDIS);

  /** Where a server that forks may need as much again as it has. */
  static final Goal SNAPSHOT_RSS = Goal.atMost(10, " %");

  static final Goal FRAGMENTATION = Goal.atMost(1.3, " of a fresh server");

  static final Goal SNAPSHOT_LATENCY = Goal.atMost(1.5, " of without a snapshot");

  static final Goal AOF_CPU = Goal.atMost(0.55, OF_REDIS);
  static final Goal DURABLE_THROUGHPUT = Goal.atLeast(1.1, OF_REDIS);

  /** Where the disk stops all of redis-server, it stops only those who wait for it. */
  static final Goal GET_BESIDE_DURABLE = Goal.atMost(0.5, OF_REDIS);

  static final Goal LOADING = Goal.atMost(0.6, OF_REDIS);

  static final Goal STOP_COLLECTION = Goal.atMost(10, " ms");

  /** Of what a limit has room for, in objects. */
  static final Goal OFF_ENTRIES = Goal.atMost(1, " %");

  static final Goal OPEN_TRACES = Goal.atLeast(43.9, " %");
  static final Goal OVER_LRU = Goal.atLeast(2.5, " points");
  static final Goal OVER_REDIS = Goal.atLeast(3, " points");
  static final Goal OVER_REDIS_IN_BYTES = Goal.atLeast(5, " points");

  /** Of policies that Redis has, too. */
  static final Goal AS_REDIS_CHOOSES = Goal.atLeast(-0.3, " points");

  static final Goal POLICY_BYTES = Goal.atMost(2.1, " bytes");
  static final Goal MOST_POLICY_BYTES = Goal.atMost(3, " bytes");

  static final Goal EVICTING_CPU = Goal.atMost(0.6, OF_REDIS);
  static final Goal OVER_LIMIT = Goal.atMost(3, " %");
  static final Goal EVICTING_STALL = Goal.atMost(2, " ms");

  static final Goal ACL_CPU = Goal.atMost(3, " %");

  static final Goal TLS_CPU = Goal.atMost(0.8, OF_REDIS);

  /** Of clients that are there already, while others come. */
  static final Goal TLS_STORM = Goal.atMost(10, " ms");

  static final Goal SCRAPE = Goal.atMost(20, " ms");

  static final Goal CONNECTION_RSS = Goal.atMost(10, " KB each");

  /**
   * Not one byte in twenty commands: timers and statistics may allocate now and then, a command may
   * not.
   */
  static final Goal ALLOCATION = new Goal("0 bytes a command", 0, 0.05);

  private Goals() {}

  /** Server CPU per request over redis-server's. */
  static Goal cpu(int valueLength, int pipeline, boolean ioUring) {
    if (valueLength >= 16 << 10) {
      return NEVER_ABOVE_REDIS;
    }
    if (valueLength >= 1 << 10) {
      return Goal.atMost(pipeline >= 16 ? 0.6 : 0.9, OF_REDIS);
    }
    if (pipeline >= 100) {
      return Goal.atMost(0.3, OF_REDIS);
    }
    if (pipeline >= 16) {
      return Goal.atMost(0.5, OF_REDIS);
    }
    return Goal.atMost(ioUring ? 0.85 : 0.97, OF_REDIS);
  }
}
