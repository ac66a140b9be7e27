package dev.larder.storage;

import dev.larder.storage.memory.BlockFigures;
import dev.larder.storage.table.KeyTable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** What a keyspace takes of memory, for reports. Any thread; what others change is read racily. */
public final class KeyspaceMemory {
  /** So many bytes may be resident, or counted, more than is known, at any limit. */
  private static final long INDEX_TOLERANCE = 4L << 20;

  private final Keyspace keyspace;
  private final Reclaimer reclaimer;
  private final AtomicLong indexBytes = new AtomicLong();
  private volatile LongSupplier room = () -> Long.MAX_VALUE;

  KeyspaceMemory(Keyspace keyspace, Reclaimer reclaimer) {
    this.keyspace = keyspace;
    this.reclaimer = reclaimer;
  }

  /** Bytes that the system has given for data, whether they hold any now or not. */
  public long committedBytes() {
    long sum = keyspace.large().allocatedBytes() + keyspace.large().dirtyBytes();
    for (int i = 0; i < keyspace.shardCount(); i++) {
      sum += keyspace.shard(i).arena.committedBytes();
    }
    return sum;
  }

  /** Bytes beside these that the storage needs as soon as there is anything, or it is watched. */
  public long fixedBytes() {
    long scratch = (long) keyspace.shardCount() * KeyTable.SCRATCH_BYTES;
    return scratch + keyspace.eviction().hitCurve().bytes();
  }

  /** Those of {@link #committedBytes} that hold nothing and go back to the system soon. */
  public long idleBytes() {
    long sum = keyspace.large().dirtyBytes();
    for (int i = 0; i < keyspace.shardCount(); i++) {
      sum += keyspace.shard(i).arena.idleBytes();
    }
    return sum;
  }

  /** The tables by which keys are found have taken so much more. */
  void addIndexBytes(long more) {
    indexBytes.addAndGet(more);
  }

  /**
   * What is to be added to {@link Keyspace#usedBytes} so that the tables by which keys are found
   * count by the number of keys. They grow by doubling, all at about the same time, and are not
   * halved as soon: in a small cache their real size at one time says nothing about another. Where
   * that is more than {@link #INDEX_TOLERANCE} off, the real size counts but for this.
   */
  public long indexCorrection() {
    long real = indexBytes.get();
    long usual = keyspace.eviction().keys() * KeyTable.BYTES_PER_ENTRY;
    return Math.clamp(usual - real, -Math.min(real, INDEX_TOLERANCE), INDEX_TOLERANCE);
  }

  /** About the bytes of the tables by which a database's keys are found. */
  public long indexBytes(int database) {
    return keyspace.size(database) * KeyTable.BYTES_PER_ENTRY;
  }

  /** Bytes of the trees that order a database's deadlines. */
  public long expiryBytes(int database) {
    long sum = 0;
    for (int i = 0; i < keyspace.shardCount(); i++) {
      ShardDatabase d = keyspace.shard(i).database(database);
      sum += d == null ? 0 : d.expiry.bytes() + d.fieldExpiry.bytes();
    }
    return sum;
  }

  /** Keys that have gone while their values are still to be freed. */
  public long keysToFree() {
    long sum = 0;
    for (int i = 0; i < keyspace.shardCount(); i++) {
      sum += keyspace.shard(i).values.keysToFree();
    }
    return sum;
  }

  /** Keys whose values were freed some time after they had gone. */
  public long keysFreed() {
    long sum = 0;
    for (int i = 0; i < keyspace.shardCount(); i++) {
      sum += keyspace.shard(i).values.keysFreed();
    }
    return sum;
  }

  /** Says how much memory there is beside what is used, for work that can do with less. */
  public void room(LongSupplier bytes) {
    room = bytes;
  }

  long room() {
    return room.getAsLong();
  }

  /** Bytes that a snapshot under way may yet need; 0 without one. */
  public long snapshotReserveBytes() {
    Snapshot current = keyspace.snapshot();
    return current == null ? 0 : current.reserveBytes();
  }

  /**
   * Whether so much of what has gone is still to be written by a snapshot that no memory comes of
   * what goes now; commands that write wait for it as well.
   */
  public boolean isSnapshotBehind() {
    Snapshot current = keyspace.snapshot();
    return current != null && current.isBehind();
  }

  /** Receives how many blocks of one size there are. */
  @FunctionalInterface
  public interface BlockVisitor {
    /**
     * @param blockBytes the size of each
     * @param blocks how many live
     * @param pageBytes what the pages take that they are in
     */
    void visit(long blockBytes, long blocks, long pageBytes);
  }

  /**
   * Shows all sizes of blocks that there are, in ascending order, then chunks of large values: a
   * look at every page, of which there are 16 thousand a gigabyte.
   */
  public void forEachBlockSize(BlockVisitor visitor) {
    BlockFigures figures = new BlockFigures();
    for (int i = 0; i < keyspace.shardCount(); i++) {
      keyspace.shard(i).arena.addTo(figures);
    }
    figures.forEach(visitor::visit);
    long chunk = keyspace.large().chunkBytes();
    long chunks = keyspace.large().allocatedBytes();
    if (chunks > 0) {
      visitor.visit(chunk, chunks / chunk, chunks);
    }
  }

  /**
   * Moves blocks out of sparse pages, and gives all memory that holds nothing back to the system;
   * told when that is done.
   */
  public CompletableFuture<Boolean> purge() {
    return keyspace.relocation().packAll().thenCompose(_ -> reclaimer.purge());
  }
}
