package dev.larder.storage;

import dev.larder.storage.memory.Memory;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A key kept as it is while it is worked on in slices, between which its shard is free for other
 * keys. A shared lease lets others read the key; an exclusive one keeps them from it altogether.
 *
 * <p>KEPT: while there is a lease, nobody but the holder of an exclusive one changes the key, gives
 * it another deadline, or removes it, not even because it has expired; whoever wants to parks on
 * the lease, and commands that need every shard to change it wait likewise. Taken by an owner of
 * the shard; its holder works on the entry whenever its unit owns the shard, and may end the lease
 * at any time.
 */
public class Lease {
  private final Shard shard;
  private final int database;
  private final long hash;
  private final byte[] key;
  private final boolean isExclusive;

  /** The key's record, 0 if there is none; changed by an owner of the shard. */
  private int reference;

  private final ConcurrentLinkedQueue<Runnable> parked = new ConcurrentLinkedQueue<>();
  private final Runnable onWanted;
  private volatile boolean isOver;

  Lease(
      Shard shard,
      int database,
      long hash,
      byte[] key,
      int reference,
      boolean isExclusive,
      Runnable onWanted) {
    this.shard = shard;
    this.database = database;
    this.hash = hash;
    this.key = key;
    this.reference = reference;
    this.isExclusive = isExclusive;
    this.onWanted = onWanted;
  }

  /** A lease of nothing: only to be waited for. */
  public static Lease ofNothing(Keyspace keyspace) {
    return new Lease(keyspace.shard(0), 0, 0, new byte[0], 0, false, () -> {});
  }

  public Shard shard() {
    return shard;
  }

  public int database() {
    return database;
  }

  long hash() {
    return hash;
  }

  /** The key's entry, 0 if there was none; the unit owns the shard. */
  public long entry() {
    assert !isOver;
    return reference == 0 ? 0 : shard.arena.address(reference);
  }

  /** The holder of an exclusive lease has changed the key, whose entry is this now, or 0. */
  public void follow(long entry) {
    assert isExclusive && !isOver;
    reference = entry == 0 ? 0 : shard.arena.reference(entry);
  }

  /** Tells the holder that its end is waited for, by somebody who looks again by himself. */
  void want() {
    if (!isWanted()) {
      park(() -> {});
    }
  }

  /** Whether somebody waits for the lease to end; any thread. */
  public boolean isWanted() {
    return !parked.isEmpty();
  }

  /** Whether it keeps nobody from anything any more. */
  boolean isOver() {
    return isOver;
  }

  boolean isExclusive() {
    return isExclusive;
  }

  boolean isOf(int otherDatabase, int otherReference) {
    return database == otherDatabase && isOf(otherReference);
  }

  boolean isOf(int otherReference) {
    return reference == otherReference;
  }

  boolean isOf(long otherHash, long address, int length) {
    return hash == otherHash
        && key.length == length
        && Arrays.equals(key, toArray(address, length));
  }

  boolean isOfSameKey(Lease other) {
    return database == other.database && hash == other.hash && Arrays.equals(key, other.key);
  }

  private static byte[] toArray(long address, int length) {
    byte[] bytes = new byte[length];
    Memory.copyToArray(address, bytes, 0, length);
    return bytes;
  }

  /**
   * Leaves a resumption to be run when the lease is over, perhaps at once. It runs on the thread of
   * whoever ends the lease, so it only posts itself to its loop. Tells the holder that he is waited
   * for.
   */
  public void park(Runnable resume) {
    parked.add(resume);
    if (isOver) {
      resumeAll();
    } else {
      onWanted.run();
    }
  }

  /**
   * Ends the lease; any thread, also without owning the shard, whose owners forget it in time. A
   * second call does nothing.
   */
  public void end() {
    isOver = true;
    resumeAll();
  }

  private void resumeAll() {
    for (Runnable resume = parked.poll(); resume != null; resume = parked.poll()) {
      resume.run();
    }
  }
}
