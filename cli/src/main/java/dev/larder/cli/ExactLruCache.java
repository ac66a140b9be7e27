package dev.larder.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.larder.cli.trace.Request;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A yardstick, which no server has: of all keys always the least recently used goes. Knows no
 * deadlines. On the heap, about 150 bytes a key.
 */
final class ExactLruCache extends SimulatedCache {
  /** As a policy. */
  static final String NAME = "exact-lru";

  private final LinkedHashMap<String, Boolean> keys = new LinkedHashMap<>(16, 0.75f, true);
  private final long most;
  private long evicted;

  /**
   * @param most how many keys
   */
  ExactLruCache(CacheSize size, long most) {
    super(size.text(), NAME);
    this.most = most;
  }

  @Override
  void advance(long nowMillis) {}

  @Override
  boolean get(byte[] key) {
    return keys.get(name(key)) != null;
  }

  @Override
  void put(byte[] key, Request.Value value) {
    keys.put(name(key), true);
    if (keys.size() > most) {
      Map.Entry<String, Boolean> eldest = keys.firstEntry();
      keys.remove(eldest.getKey());
      evicted++;
    }
  }

  @Override
  void remove(byte[] key) {
    keys.remove(name(key));
  }

  private static String name(byte[] key) {
    return new String(key, ISO_8859_1);
  }

  @Override
  long keys() {
    return keys.size();
  }

  @Override
  long evictedKeys() {
    return evicted;
  }

  @Override
  long refused() {
    return 0;
  }

  @Override
  public void close() {}
}
