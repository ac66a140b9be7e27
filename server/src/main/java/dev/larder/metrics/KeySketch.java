package dev.larder.metrics;

import dev.larder.storage.Bytes;
import java.util.Arrays;

/*
 * Problem. Which of very many keys have most of something (time, bytes), told from a stream of
 * samples, with a little memory and a few nanoseconds each.
 *
 * Idea. Space-Saving: a fixed number of entries with the sums so far. A key that has an entry adds
 * to it. A key that has none may take the place of the entry with the least; it does so by chance,
 * as likely as its weight is large beside that entry's. So the many keys that come once mostly
 * change nothing, while one that keeps coming gets in soon.
 *
 *   heads   hash -> entry, open addressing, twice as many as entries
 *   entries hash | database | key | weight
 *
 * Cost. A key that has an entry: one probe. Another one: a random number, and if it is admitted, a
 * look at all weights and a copy of the key.
 *
 * Concurrency. Its loop adds, reports read: under the monitor, which nobody else wants but once in
 * a while, and only for what is sampled.
 */

/** Keys with their sums, the largest of which are likely to be there. */
public final class KeySketch {
  private static final int ENTRIES = 256;
  private static final int HEADS = 2 * ENTRIES;

  /** Of a longer key only the beginning is kept. */
  private static final int MAX_KEY_BYTES = 512;

  private final short[] heads = new short[HEADS];
  private final long[] hashes = new long[ENTRIES];
  private final int[] databases = new int[ENTRIES];
  private final byte[][] keys = new byte[ENTRIES][];
  private final long[] weights = new long[ENTRIES];
  private int count;

  /** The entry with the least weight when that was looked for; its weight may have grown since. */
  private int least;

  private long random = 0x9E3779B97F4A7C15L;

  /** Receives keys. */
  @FunctionalInterface
  public interface Visitor {
    void visit(int database, byte[] key, long weight);
  }

  /**
   * Adds to a key's sum.
   *
   * @param hash of the key
   * @param weight 0 or more
   */
  public synchronized void add(long hash, int database, long key, int keyBytes, long weight) {
    long mixed = hash + database * 0x9E3779B97F4A7C15L;
    int at = head(mixed);
    if (heads[at] != 0) {
      weights[heads[at] - 1] += weight;
    } else if (count < ENTRIES) {
      put(count++, at, mixed, database, Bytes.toArray(key, Math.min(keyBytes, MAX_KEY_BYTES)));
      weights[count - 1] = weight;
    } else if (isAdmitted(weight)) {
      least = lightest();
      weights[least] += weight;
      remove(least);
      byte[] copy = Bytes.toArray(key, Math.min(keyBytes, MAX_KEY_BYTES));
      put(least, head(mixed), mixed, database, copy);
    }
  }

  /** By chance: as likely as the weight is a part of what the entry would have then. */
  private boolean isAdmitted(long weight) {
    random ^= random << 13;
    random ^= random >>> 7;
    random ^= random << 17;
    return (random >>> 1) % (weights[least] + weight + 1) <= weight;
  }

  private int lightest() {
    int found = 0;
    for (int i = 1; i < ENTRIES; i++) {
      found = weights[i] < weights[found] ? i : found;
    }
    return found;
  }

  /** Where a hash is, or would be. */
  private int head(long hash) {
    int at = (int) (hash >>> 40) & HEADS - 1;
    while (heads[at] != 0 && hashes[heads[at] - 1] != hash) {
      at = at + 1 & HEADS - 1;
    }
    return at;
  }

  private void put(int entry, int at, long hash, int database, byte[] key) {
    heads[at] = (short) (entry + 1);
    hashes[entry] = hash;
    databases[entry] = database;
    keys[entry] = key;
  }

  /** Takes an entry's head out and moves those behind it up, so that no probe ends too soon. */
  private void remove(int entry) {
    int hole = head(hashes[entry]);
    heads[hole] = 0;
    for (int at = hole + 1 & HEADS - 1; heads[at] != 0; at = at + 1 & HEADS - 1) {
      int home = (int) (hashes[heads[at] - 1] >>> 40) & HEADS - 1;
      if ((at - home & HEADS - 1) >= (at - hole & HEADS - 1)) {
        heads[hole] = heads[at];
        heads[at] = 0;
        hole = at;
      }
    }
  }

  /** Halves all sums: what was long ago counts less. */
  public synchronized void age() {
    for (int i = 0; i < count; i++) {
      weights[i] >>>= 1;
    }
  }

  public synchronized void clear() {
    Arrays.fill(heads, (short) 0);
    Arrays.fill(keys, null);
    count = 0;
    least = 0;
  }

  /** Shows all keys that there are, in no order. */
  public synchronized void forEach(Visitor visitor) {
    for (int i = 0; i < count; i++) {
      visitor.visit(databases[i], keys[i], weights[i]);
    }
  }
}
