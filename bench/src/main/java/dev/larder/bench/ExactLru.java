package dev.larder.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a cache would do that always drops the object not asked for the longest: a yardstick. */
final class ExactLru {
  private ExactLru() {}

  /** The part of the requests that find their object, 0 to 1. */
  static double hitRatio(int[] ids, int entries) {
    LinkedHashMap<Integer, Boolean> cache =
        new LinkedHashMap<>(2 * entries, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Integer, Boolean> eldest) {
            return size() > entries;
          }
        };
    int hits = 0;
    for (int id : ids) {
      if (cache.put(id, true) != null) {
        hits++;
      }
    }
    return (double) hits / ids.length;
  }
}
