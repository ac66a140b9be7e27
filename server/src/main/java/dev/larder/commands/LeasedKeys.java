package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.storage.CollectionValue;
import dev.larder.storage.Entry;
import dev.larder.storage.Keyspace;
import dev.larder.storage.Lease;
import dev.larder.storage.Shard;
import dev.larder.storage.Unit;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The keys of a job that works on several of them in slices: each is kept as it is by a shared
 * lease, so that others read it, and whoever wants to change it waits. A job that gives one of them
 * a new value collects this elsewhere ({@link dev.larder.storage.HiddenValue}). In its last step,
 * when it {@link #mayChange} the key, it ends the leases, installs the value, and only then gives
 * the shards up: nobody gets in between.
 *
 * <p>NO DEADLOCK: all leases are taken at once, by a call that owns the shards of all its keys and
 * met no lease of others that would keep it from one of them. Who waits for a lease holds none, but
 * a job that {@link #mayChange} tells to wait: for later ones, which only read what it changes, and
 * could not begin if they were to change what it has leased.
 */
final class LeasedKeys {
  private final Unit unit;
  private final List<Lease> leases;
  private final long[] hashes;

  /** Each shard once, in ascending order. */
  private final Shard[] shards;

  /**
   * Leases keys of a call, with their entries or without; the same key may be among them twice.
   *
   * @param keyArgs their arguments; the indexes of other methods are those of this array
   */
  LeasedKeys(Call call, int... keyArgs) {
    this(call, call.db(), keyArgs);
  }

  /** The same with the last key in another database. */
  private LeasedKeys(Call call, int lastDatabase, int[] keyArgs) {
    unit = call.unit();
    int last = keyArgs.length - 1;
    for (int i = 0; i <= last; i++) {
      // What has expired goes before the first address counts.
      find(call, keyArgs[i], i == last ? lastDatabase : call.db());
    }
    leases = new ArrayList<>(keyArgs.length);
    hashes = new long[keyArgs.length];
    for (int i = 0; i <= last; i++) {
      hashes[i] = call.hash(keyArgs[i]);
      leases.add(lease(call, keyArgs[i], i == last ? lastDatabase : call.db()));
    }
    shards = shards(call.keyspace());
  }

  private Shard[] shards(Keyspace keyspace) {
    BitSet indexes = new BitSet(keyspace.shardCount());
    for (Lease lease : leases) {
      indexes.set(lease.shard().index());
    }
    Shard[] ordered = new Shard[indexes.cardinality()];
    int count = 0;
    for (int i = indexes.nextSetBit(0); i >= 0; i = indexes.nextSetBit(i + 1)) {
      ordered[count++] = keyspace.shard(i);
    }
    return ordered;
  }

  /** Leases the key of argument 1, and then another one, perhaps of another database. */
  static LeasedKeys ofTransfer(Call call, int keyArg, int database) {
    return new LeasedKeys(call, database, new int[] {1, keyArg});
  }

  private static long find(Call call, int keyArg, int database) {
    return call.shard(keyArg)
        .find(
            call.unit(),
            database,
            call.hash(keyArg),
            call.argAddress(keyArg),
            call.argLength(keyArg));
  }

  private static Lease lease(Call call, int keyArg, int database) {
    return LeasedKey.lease(
        call, keyArg, database, find(call, keyArg, database), false, LeasedKeys::wanted);
  }

  /** The job goes on as fast as it does anyway, for it does not wait for a peer. */
  private static void wanted() {}

  /** Takes the shards of all keys for a step; false when one cannot be had now. */
  boolean acquire() {
    for (Shard shard : shards) {
      if (!unit.acquireForStep(shard)) {
        unit.releaseAll();
        return false;
      }
    }
    return true;
  }

  /**
   * Whether a key may be given another value in this step, which owns the shards: nobody else has a
   * lease of it, as those may who read it meanwhile. Whoever has one is told that he is waited for.
   */
  boolean mayChange(int index) {
    Lease lease = leases.get(index);
    long entry = lease.entry();
    if (entry != 0) {
      unit.prepare(
          lease.shard(),
          lease.database(),
          hashes[index],
          Entry.keyAddress(entry),
          Entry.keyLength(entry));
    }
    Lease other = lease.shard().leases().beside(lease, leases);
    if (other != null && !other.isWanted()) {
      other.park(LeasedKeys::wanted);
    }
    return other == null;
  }

  /** The same of the last key. */
  boolean mayChangeLast() {
    return mayChange(leases.size() - 1);
  }

  Lease get(int index) {
    return leases.get(index);
  }

  /** Points a view at a key, to read it; its entry is of the view's type if there is one. */
  void point(CollectionValue view, int index) {
    Lease lease = leases.get(index);
    long entry = lease.entry();
    long key = entry == 0 ? 0 : Entry.keyAddress(entry);
    int keyLength = entry == 0 ? 0 : Entry.keyLength(entry);
    view.point(lease.shard(), lease.database(), hashes[index], key, keyLength, entry);
  }

  /** Ends the leases; on any thread, whether or not the shards are owned. */
  void end() {
    for (Lease lease : leases) {
      lease.end();
    }
  }
}
