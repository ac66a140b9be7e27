package dev.larder.metrics;

import dev.larder.storage.Journal;
import dev.larder.storage.Removal;
import dev.larder.storage.Shard;
import dev.larder.storage.StreamFields;
import dev.larder.storage.StreamGroup;
import dev.larder.storage.StreamId;

/**
 * Counts the changes of a keyspace; what expires is not a change, nor is the end of a collection
 * whose last element went. Each shard has its own count, written by its owner only; {@link #total}
 * is a racy sum for any thread.
 */
public final class ChangeCounter implements Journal {
  /** Counts of two shards are never on one cache line. */
  private static final int STRIDE = 64 / Long.BYTES;

  private final long[] counts;

  /**
   * @param shards how many shards the keyspace has
   */
  public ChangeCounter(int shards) {
    counts = new long[shards * STRIDE];
  }

  /** Changes since the start. */
  public long total() {
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
  public void fieldStored(
      long sequence,
      Shard shard,
      int database,
      long entry,
      long field,
      int fieldLength,
      long value,
      int valueLength) {
    count(shard.index());
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
  public void fieldExpiryChanged(
      long sequence,
      Shard shard,
      int database,
      long entry,
      long field,
      int fieldLength,
      long deadlineMillis) {
    count(shard.index());
  }

  @Override
  public void expiryChanged(
      long sequence, Shard shard, int database, long entry, long deadlineMillis) {
    count(shard.index());
  }

  @Override
  public void flushed(long sequence, int database) {
    count(0);
  }

  @Override
  public void swapped(long sequence, int first, int second) {
    count(0);
  }

  @Override
  public void memberAdded(
      long sequence, Shard shard, int database, long entry, long member, int memberLength) {
    count(shard.index());
  }

  @Override
  public void memberRemoved(
      long sequence, Shard shard, int database, long entry, long member, int memberLength) {
    count(shard.index());
  }

  @Override
  public void memberScored(
      long sequence,
      Shard shard,
      int database,
      long entry,
      long member,
      int memberLength,
      double score) {
    count(shard.index());
  }

  @Override
  public void scoreRemoved(
      long sequence, Shard shard, int database, long entry, long member, int memberLength) {
    count(shard.index());
  }

  @Override
  public void entryAdded(
      long sequence,
      Shard shard,
      int database,
      long entry,
      long idMillis,
      long idSequence,
      StreamFields fields) {
    count(shard.index());
  }

  @Override
  public void entryDeleted(
      long sequence, Shard shard, int database, long entry, long idMillis, long idSequence) {
    count(shard.index());
  }

  @Override
  public void entriesTrimmed(
      long sequence, Shard shard, int database, long entry, long idMillis, long idSequence) {
    count(shard.index());
  }

  @Override
  public void streamStateChanged(
      long sequence,
      Shard shard,
      int database,
      long entry,
      StreamId last,
      long entriesAdded,
      StreamId maxDeleted) {
    count(shard.index());
  }

  @Override
  public void groupStored(
      long sequence,
      Shard shard,
      int database,
      long entry,
      StreamGroup group,
      long idMillis,
      long idSequence,
      long entriesRead) {
    count(shard.index());
  }

  @Override
  public void groupRemoved(
      long sequence, Shard shard, int database, long entry, StreamGroup group) {
    count(shard.index());
  }

  @Override
  public void consumerCreated(
      long sequence, Shard shard, int database, long entry, StreamGroup group, int consumer) {
    count(shard.index());
  }

  @Override
  public void consumerRemoved(
      long sequence, Shard shard, int database, long entry, StreamGroup group, int consumer) {
    count(shard.index());
  }

  @Override
  public void pendingStored(
      long sequence,
      Shard shard,
      int database,
      long entry,
      StreamGroup group,
      int consumer,
      long idMillis,
      long idSequence,
      long deliveryMillis,
      long deliveryCount) {
    count(shard.index());
  }

  @Override
  public void pendingRemoved(
      long sequence,
      Shard shard,
      int database,
      long entry,
      StreamGroup group,
      long idMillis,
      long idSequence) {
    count(shard.index());
  }

  @Override
  public void idempotentIdRecorded(
      long sequence,
      Shard shard,
      int database,
      long entry,
      long producer,
      int producerLength,
      long idempotentId,
      int idempotentIdLength,
      long idMillis,
      long idSequence) {
    count(shard.index());
  }

  @Override
  public void idempotencyConfigured(
      long sequence, Shard shard, int database, long entry, long durationSeconds, long maxIds) {
    count(shard.index());
  }

  @Override
  public void elementPushed(
      long sequence,
      Shard shard,
      int database,
      long entry,
      boolean atHead,
      long element,
      int elementLength) {
    count(shard.index());
  }

  @Override
  public void elementsPopped(
      long sequence, Shard shard, int database, long entry, boolean atHead, long count) {
    count(shard.index());
  }

  @Override
  public void elementInserted(
      long sequence,
      Shard shard,
      int database,
      long entry,
      long index,
      long element,
      int elementLength) {
    count(shard.index());
  }

  @Override
  public void elementReplaced(
      long sequence,
      Shard shard,
      int database,
      long entry,
      long index,
      long element,
      int elementLength) {
    count(shard.index());
  }

  @Override
  public void elementsRemoved(
      long sequence, Shard shard, int database, long entry, long index, long count) {
    count(shard.index());
  }
}
