package dev.larder.storage;

import dev.larder.storage.memory.Memory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The leases of a shard, few at any time; everything is for its owner. */
public final class Leases {
  private final Shard shard;
  private final List<Lease> all = new ArrayList<>(0);

  /** Whether a snapshot is being taken, which may take leases. */
  private boolean hasSnapshot;

  Leases(Shard shard) {
    this.shard = shard;
  }

  /** Sets whether a snapshot is being taken. */
  void snapshot(boolean isThere) {
    hasSnapshot = isThere;
  }

  /** Whether there is neither a lease nor a snapshot: all there is to ask in most cases. */
  boolean areOfNoConcern() {
    return !hasSnapshot && isEmpty();
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    if (all.isEmpty()) {
      return true;
    }
    all.removeIf(Lease::isOver);
    return all.isEmpty();
  }

  /**
   * Has a key kept as it is until the lease ends.
   *
   * @param entry the key's entry, 0 if there is none
   * @param isExclusive whether others must not even read it
   * @param onWanted told, on any thread, when somebody begins to wait for the end
   */
  public Lease take(
      int database,
      long hash,
      long key,
      int keyLength,
      long entry,
      boolean isExclusive,
      Runnable onWanted) {
    assert against(hash, key, keyLength, isExclusive) == null;
    byte[] name = new byte[keyLength];
    Memory.copyToArray(key, name, 0, keyLength);
    int reference = entry == 0 ? 0 : shard.arena.reference(entry);
    return add(new Lease(shard, database, hash, name, reference, isExclusive, onWanted));
  }

  /** Adds a lease of this shard, which keeps nobody's key from him who has it. */
  Lease add(Lease lease) {
    all.add(lease);
    return lease;
  }

  /**
   * The lease that keeps somebody from reading or writing a key, null if he may. A key of this name
   * in another database counts as well: some commands reach there.
   */
  public @Nullable Lease against(long hash, long key, int keyLength, boolean writes) {
    for (int i = 0; i < all.size(); i++) {
      Lease lease = all.get(i);
      if ((writes || lease.isExclusive()) && lease.isOf(hash, key, keyLength) && !lease.isOver()) {
        return lease;
      }
    }
    return null;
  }

  /**
   * A lease of a key for whose end somebody waits, null if there is none. Who wants to share the
   * key with it lets him go first: otherwise leases that overlap would keep him waiting for ever.
   */
  public @Nullable Lease wanted(long hash, long key, int keyLength) {
    for (int i = 0; i < all.size(); i++) {
      Lease lease = all.get(i);
      if (lease.isWanted() && lease.isOf(hash, key, keyLength) && !lease.isOver()) {
        return lease;
      }
    }
    return null;
  }

  /**
   * A lease of the same key as one of these that is none of these; null if there is none. Shared
   * ones can be taken while there are others.
   *
   * @param own those of one holder, of which {@code lease} is one
   */
  public @Nullable Lease beside(Lease lease, List<Lease> own) {
    for (int i = 0; i < all.size(); i++) {
      Lease other = all.get(i);
      if (other.isOfSameKey(lease) && !own.contains(other) && !other.isOver()) {
        return other;
      }
    }
    return null;
  }

  /** Any lease: it keeps everybody from what concerns the shard as a whole. */
  public @Nullable Lease any() {
    return isEmpty() ? null : all.getFirst();
  }

  /** One whose holder may be changing its key; null if there is none. */
  @Nullable Lease exclusive() {
    for (int i = 0; i < all.size(); i++) {
      Lease lease = all.get(i);
      if (lease.isExclusive() && !lease.isOver()) {
        return lease;
      }
    }
    return null;
  }

  /** Whether a record is kept where it is, in whatever database. */
  boolean hold(int reference) {
    for (int i = 0; i < all.size(); i++) {
      Lease lease = all.get(i);
      if (lease.isOf(reference) && !lease.isOver()) {
        return true;
      }
    }
    return false;
  }

  /** Whether a record is leased, so that it cannot go although it has expired. */
  boolean isLeased(int database, int reference) {
    for (int i = 0; i < all.size(); i++) {
      Lease lease = all.get(i);
      if (lease.isOf(database, reference) && !lease.isOver()) {
        return true;
      }
    }
    return false;
  }
}
