package dev.larder.storage;

/** How many keys each database had at the cut. Written once, before others see it. */
public final class SnapshotSizes {
  private final long[] keys;
  private final long[] volatileKeys;

  SnapshotSizes(int databases) {
    keys = new long[databases];
    volatileKeys = new long[databases];
  }

  void add(int database, long count, long volatileCount) {
    keys[database] += count;
    volatileKeys[database] += volatileCount;
  }

  /** Keys in a database, expired ones that were not reclaimed yet included. */
  public long keys(int database) {
    return keys[database];
  }

  /** Those of them that have a deadline. */
  public long volatileKeys(int database) {
    return volatileKeys[database];
  }

  /** Keys in all databases. */
  public long keys() {
    long sum = 0;
    for (long count : keys) {
      sum += count;
    }
    return sum;
  }
}
