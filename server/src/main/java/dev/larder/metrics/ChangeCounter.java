package dev.larder.metrics;

import dev.larder.storage.Journal;
import dev.larder.storage.Removal;
import dev.larder.storage.Shard;
import dev.larder.storage.Unit;

/**
 * Counts the changes of a keyspace; what expires is not a change, nor is the end of a collection
 * whose last element went. Each shard has its own count, written by its owner only; {@link #total}
 * is a racy sum for any thread.
 */
public final class ChangeCounter implements Journal {
  /** Counts of two shards are never on one cache line. */
  private static final int STRIDE = 64 / Long.BYTES;

  private final long[] counts;
  private volatile long forgotten;

  /**
   * @param shards how many shards the keyspace has
   */
  public ChangeCounter(int shards) {
    counts = new long[shards * STRIDE];
  }

  /** Forgets the changes so far. */
  public synchronized void startOver() {
    forgotten = sum();
  }

  /** Forgets so many of {@link #total}: they were saved. */
  public synchronized void forget(long saved) {
    forgotten += saved;
  }

  /** Changes since the start, or since they were forgotten. */
  public long total() {
    return sum() - forgotten;
  }

  private long sum() {
    long sum = 0;
    for (int i = 0; i < counts.length; i += STRIDE) {
      sum += counts[i];
    }
    return sum;
  }

  private void count(int shard) {
    counts[shard * STRIDE]++;
  }

  @Override
  public void ranksRemoved(
      long sequence, Shard shard, int database, long entry, long rank, long count) {
    counts[shard.index() * STRIDE] += count;
  }

  @Override
  public void changed(Shard shard) {
    count(shard.index());
  }

  @Override
  public void stored(long sequence, Shard shard, int database, long entry) {
    count(shard.index());
  }

  @Override
  public void written(
      long sequence, Shard shard, int database, long entry, long offset, long bytes) {
    count(shard.index());
  }

  @Override
  public void removed(long sequence, Shard shard, int database, long entry, Removal reason) {
    if (reason != Removal.EXPIRED && reason != Removal.EMPTIED) {
      count(shard.index());
    }
  }

  @Override
  public void fieldRemoved(
      long sequence,
      Shard shard,
      int database,
      long entry,
      long field,
      int fieldLength,
      Removal reason) {
    if (reason != Removal.EXPIRED) {
      count(shard.index());
    }
  }

  @Override
  public void expiryChanged(
      long sequence, Shard shard, int database, long entry, long deadlineMillis) {
    count(shard.index());
  }

  @Override
  public void flushed(long sequence, Unit unit, int database) {
    count(0);
  }

  @Override
  public void libraryStored(long sequence, Unit unit, byte[] source) {
    count(0);
  }

  @Override
  public void libraryRemoved(long sequence, Unit unit, byte[] name) {
    count(0);
  }

  @Override
  public void librariesFlushed(long sequence, Unit unit) {
    count(0);
  }

  @Override
  public void swapped(long sequence, Unit unit, int first, int second) {
    count(0);
  }
}
