package dev.larder.cli;

import dev.larder.cli.trace.Request;
import dev.larder.cli.trace.TraceReader;
import dev.larder.storage.EvictionPolicy;
import dev.larder.storage.LocalCache;
import dev.larder.storage.StorageOptions;

/** The keyspace of a server, without a network. */
final class EngineCache extends SimulatedCache {
  private final LocalCache cache;
  private long nowMillis;
  private long refused;

  /**
   * Opens an empty one.
   *
   * @param most how many keys or bytes
   */
  EngineCache(CacheSize size, EvictionPolicy policy, long most) {
    super(size.text(), policy.text());
    int shards = StorageOptions.forCores(Runtime.getRuntime().availableProcessors()).shards();
    LocalCache.Measure measure =
        size.unit() == CacheSize.Unit.BYTES ? LocalCache.Measure.BYTES : LocalCache.Measure.KEYS;
    cache = new LocalCache(policy, shards, measure, most, TraceReader.MAX_VALUE_BYTES);
  }

  @Override
  void advance(long millis) {
    if (millis != nowMillis) {
      nowMillis = millis;
      cache.time(millis);
    }
  }

  @Override
  boolean get(byte[] key) {
    return cache.get(key);
  }

  @Override
  void put(byte[] key, Request.Value value) {
    long deadline = value.ttlMillis() == Request.Value.NO_TTL ? -1 : nowMillis + value.ttlMillis();
    if (!cache.put(key, value.bytes(), deadline)) {
      refused++;
    }
  }

  @Override
  void remove(byte[] key) {
    cache.remove(key);
  }

  @Override
  long keys() {
    return cache.keys();
  }

  @Override
  long evictedKeys() {
    return cache.evictedKeys();
  }

  @Override
  long refused() {
    return refused;
  }

  @Override
  public void close() {
    cache.close();
  }
}
