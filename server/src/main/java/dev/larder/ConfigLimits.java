package dev.larder;

import dev.larder.config.Config;
import dev.larder.config.DefragOptions;
import dev.larder.config.DiagnosisOptions;
import dev.larder.config.EncodingOptions;
import dev.larder.config.EventSelection;
import dev.larder.config.EvictionOptions;
import dev.larder.config.Option;
import dev.larder.config.Options;
import dev.larder.metrics.MemoryUse;
import dev.larder.metrics.ServerStats;
import dev.larder.storage.CollectionLimits;
import dev.larder.storage.Eviction;
import dev.larder.storage.EvictionPolicy;
import dev.larder.storage.KeyEventControl;
import dev.larder.storage.Keyspace;
import dev.larder.storage.Relocation;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the limits of memory and of compact encodings, and which events the storage raises, as the
 * configuration has them.
 */
final class ConfigLimits {
  private static final Logger log = LoggerFactory.getLogger(ConfigLimits.class);

  private final Config config;

  private ConfigLimits(Config config) {
    this.config = config;
  }

  static void apply(Config config, Keyspace keyspace, ServerStats stats) {
    apply(config, stats);
    want(keyspace.events(), config.get(Options.NOTIFY_KEYSPACE_EVENTS));
    config.onChange(Options.NOTIFY_KEYSPACE_EVENTS, events -> want(keyspace.events(), events));
    apply(config, keyspace.limits());
    apply(config, keyspace.relocation());
    apply(config, keyspace.eviction());
  }

  /** What goes when memory is short. */
  private static void apply(Config config, Eviction eviction) {
    follow(config, EvictionOptions.SAMPLES, count -> eviction.samples(bounded(count)));
    follow(
        config, EvictionOptions.LFU_LOG_FACTOR, factor -> eviction.lfuLogFactor(bounded(factor)));
    follow(config, EvictionOptions.LFU_DECAY_TIME, time -> eviction.lfuDecay(bounded(time)));
    follow(config, Options.MAXMEMORY_POLICY, name -> eviction.policy(EvictionPolicy.of(name)));
    follow(config, EvictionOptions.MRC, eviction.hitCurve()::watch);
  }

  /** What counts against the limit of memory, which follows the option. */
  static MemoryUse memoryUse(Config config, Keyspace keyspace, ServerStats stats) {
    MemoryUse use = new MemoryUse(keyspace);
    use.limit(config.get(Options.MAXMEMORY));
    config.onChange(Options.MAXMEMORY, limit -> limit(use, limit));
    follow(
        config,
        Options.MAXMEMORY_EVICTION_TENACITY,
        tenacity -> use.evictionTenacity(Math.toIntExact(tenacity)));
    use.count(keyspace.memory()::fixedBytes);
    use.count(stats.aof()::memoryBytes);
    use.count(keyspace.memory()::snapshotReserveBytes);
    keyspace.memory().room(use::roomBytes);
    return use;
  }

  private static void limit(MemoryUse use, long limit) {
    use.limit(limit);
    if (use.noteExceeded()) {
      log.warn(
          "maxmemory is {} bytes now, less than the {} that are used: keys are evicted, or commands"
              + " that need memory refused, as maxmemory-policy says",
          limit,
          use.usedBytes());
    }
  }

  /** When data is packed, and how much that may cost. */
  private static void apply(Config config, Relocation relocation) {
    follow(config, DefragOptions.ACTIVEDEFRAG, relocation::active);
    follow(config, DefragOptions.IGNORE_BYTES, relocation::ignoreBytes);
    follow(config, DefragOptions.THRESHOLD_LOWER, percent -> relocation.lower(bounded(percent)));
    follow(config, DefragOptions.THRESHOLD_UPPER, percent -> relocation.upper(bounded(percent)));
    follow(config, DefragOptions.CYCLE_MIN, percent -> relocation.cycleMin(bounded(percent)));
    follow(config, DefragOptions.CYCLE_MAX, percent -> relocation.cycleMax(bounded(percent)));
  }

  /** Without a channel nothing is published, whatever the classes. */
  private static void want(KeyEventControl control, EventSelection events) {
    control.want(events.channels() == 0 ? 0 : events.classes(), events.tellsFields());
  }

  private static void apply(Config config, CollectionLimits limits) {
    ConfigLimits c = new ConfigLimits(config);
    c.apply(EncodingOptions.HASH_MAX_LISTPACK_ENTRIES, limits::hashMaxListpackEntries);
    c.apply(EncodingOptions.HASH_MAX_LISTPACK_VALUE, limits::hashMaxListpackValue);
    c.apply(EncodingOptions.LIST_MAX_LISTPACK_SIZE, limits::listMaxListpackSize);
    c.apply(EncodingOptions.SET_MAX_INTSET_ENTRIES, limits::setMaxIntsetEntries);
    c.apply(EncodingOptions.SET_MAX_LISTPACK_ENTRIES, limits::setMaxListpackEntries);
    c.apply(EncodingOptions.SET_MAX_LISTPACK_VALUE, limits::setMaxListpackValue);
    c.apply(EncodingOptions.ZSET_MAX_LISTPACK_ENTRIES, limits::zsetMaxListpackEntries);
    c.apply(EncodingOptions.ZSET_MAX_LISTPACK_VALUE, limits::zsetMaxListpackValue);
    c.apply(EncodingOptions.STREAM_NODE_MAX_BYTES, limits::streamNodeMaxBytes);
    c.apply(EncodingOptions.STREAM_NODE_MAX_ENTRIES, limits::streamNodeMaxEntries);
    c.apply(EncodingOptions.STREAM_IDMP_DURATION, limits::streamIdmpDuration);
    c.apply(EncodingOptions.STREAM_IDMP_MAXSIZE, limits::streamIdmpMaxsize);
  }

  /** The limits from which on commands and events are slow. */
  private static void apply(Config config, ServerStats stats) {
    follow(config, DiagnosisOptions.SLOWLOG_LOG_SLOWER_THAN, stats.slowLog()::slowerThan);
    follow(config, DiagnosisOptions.SLOWLOG_MAX_LEN, stats.slowLog()::maxEntries);
    follow(config, DiagnosisOptions.LATENCY_MONITOR_THRESHOLD, stats.latency()::threshold);
    follow(config, DiagnosisOptions.LATENCY_TRACKING, stats::tracksLatency);
  }

  private static <T> void follow(Config config, Option<T> option, Consumer<T> follower) {
    follower.accept(config.get(option));
    config.onChange(option, follower::accept);
  }

  /** More than an int holds is no limit in practice. */
  private void apply(Option<Long> option, IntConsumer limit) {
    limit.accept(bounded(config.get(option)));
    config.onChange(option, value -> limit.accept(bounded(value)));
  }

  private static int bounded(long value) {
    return (int) Math.max(Integer.MIN_VALUE, Math.min(value, Integer.MAX_VALUE));
  }
}
