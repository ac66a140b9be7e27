package dev.larder.storage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/*
 * Problem. A lease of its own for each key of a command with a million of them would take a few
 * hundred megabytes of the heap.
 *
 * Idea. One lease a shard stands for all keys that the command has there, which it knows by their
 * hashes, in order. Two keys of the same 64 bits of hash are taken for one: then somebody waits who
 * need not, which changes nothing else.
 */

/**
 * Shared leases of very many keys of one command, all in one database. Made by an owner of all
 * their shards, in this order: {@link LeaseGroups#admit}, {@link #add} for each key, {@link #take}.
 */
public final class LeaseGroup {
  private final Keyspace keyspace;
  private final int database;
  private final int count;
  private final Lease end;
  private final List<Lease> leases = new ArrayList<>();

  private long[] hashes = {};
  private int[] references = {};
  private int added;
  private boolean isOver;

  /** One that will have so many keys. */
  public LeaseGroup(Keyspace keyspace, int database, int count) {
    this.keyspace = keyspace;
    this.database = database;
    this.count = count;
    this.end = Lease.ofNothing(keyspace);
  }

  /** It has been admitted, and may take memory. */
  void begin() {
    hashes = new long[count];
    references = new int[count];
  }

  /** Adds a key, with its entry, or 0 if there is none. */
  public void add(long hash, long entry) {
    hashes[added] = hash;
    references[added++] = entry == 0 ? 0 : shardOf(hash).arena.reference(entry);
  }

  /**
   * Keeps the keys as they are until {@link #end}.
   *
   * @param onWanted told, on any thread, when somebody begins to wait for the end
   */
  public void take(Runnable onWanted) {
    assert added == count;
    int[] counts = new int[keyspace.shardCount()];
    for (int i = 0; i < count; i++) {
      counts[keyspace.shardIndex(hashes[i])]++;
    }
    long[][] itsHashes = new long[counts.length][];
    int[][] itsReferences = new int[counts.length][];
    for (int i = 0; i < count; i++) {
      int shard = keyspace.shardIndex(hashes[i]);
      if (itsHashes[shard] == null) {
        itsHashes[shard] = new long[counts[shard]];
        itsReferences[shard] = new int[counts[shard]];
      }
      int left = --counts[shard];
      itsHashes[shard][left] = hashes[i];
      itsReferences[shard][left] = references[i];
    }
    for (int i = 0; i < counts.length; i++) {
      if (itsHashes[i] != null) {
        Shard shard = keyspace.shard(i);
        leases.add(
            shard
                .leases()
                .add(new ManyKeys(shard, database, itsHashes[i], itsReferences[i], onWanted)));
      }
    }
  }

  /** How many keys there are. */
  public int count() {
    return count;
  }

  /** One for each shard that has keys, in the order of the shards. */
  public List<Lease> leases() {
    return leases;
  }

  public int database() {
    return database;
  }

  /** The hash of the key that was added at this place. */
  public long hash(int index) {
    return hashes[index];
  }

  public Shard shard(int index) {
    return shardOf(hashes[index]);
  }

  /** The key's entry, 0 if there was none; the unit owns its shard. */
  public long entry(int index) {
    assert !isOver;
    int reference = references[index];
    return reference == 0 ? 0 : shardOf(hashes[index]).arena.address(reference);
  }

  private Shard shardOf(long hash) {
    return keyspace.shardOf(hash);
  }

  /** What is over with the group: only to be waited for. */
  Lease whole() {
    return end;
  }

  /** Gives all keys free; on the thread of the holder, once or more. */
  public void end() {
    if (!isOver) {
      isOver = true;
      hashes = new long[0];
      references = new int[0];
      keyspace.leaseGroups().dismiss(this);
      leases.forEach(Lease::end);
      end.end();
    }
  }

  /** The lease of the keys that a group has in one shard. */
  private static final class ManyKeys extends Lease {
    /* None when the lease is over, so that who still looks at it keeps no memory. */
    private volatile long[] hashes;
    private volatile int[] references;

    /** Whether they are in order: when somebody has asked, who owns the shard. */
    private boolean isSorted;

    ManyKeys(Shard shard, int database, long[] hashes, int[] references, Runnable onWanted) {
      super(shard, database, 0, new byte[0], 0, false, onWanted);
      this.hashes = hashes;
      this.references = references;
    }

    @Override
    public long entry() {
      throw new IllegalStateException("a lease of many keys");
    }

    @Override
    boolean isOf(int reference) {
      sort();
      return Arrays.binarySearch(references, reference) >= 0;
    }

    @Override
    boolean isOf(long hash, long address, int length) {
      sort();
      return Arrays.binarySearch(hashes, hash) >= 0;
    }

    @Override
    boolean isOfSameKey(Lease other) {
      return database() == other.database() && isOf(other.hash(), 0, 0);
    }

    private void sort() {
      if (!isSorted) {
        isSorted = true;
        Arrays.sort(hashes);
        Arrays.sort(references);
      }
    }

    @Override
    public void end() {
      super.end();
      hashes = new long[0];
      references = new int[0];
    }
  }
}
