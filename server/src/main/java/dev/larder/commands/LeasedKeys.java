package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.storage.CollectionValue;
import dev.larder.storage.Entry;
import dev.larder.storage.Lease;
import dev.larder.storage.Shard;
import dev.larder.storage.Unit;
import java.util.Arrays;
import java.util.Comparator;

/**
 * The keys of a job that works on several of them in slices: each is kept as it is by a shared
 * lease, so that others read it, and whoever wants to change it waits. A job that gives one of them
 * a new value collects this elsewhere ({@link dev.larder.storage.HiddenValue}). In its last step it
 * ends the leases, installs the value, and only then gives the shards up: nobody gets in between.
 *
 * <p>NO DEADLOCK: all leases are taken at once, by a call that owns the shards of all its keys and
 * met no lease of others that would keep it from one of them. Who waits for a lease holds none.
 */
final class LeasedKeys {
  private final Unit unit;
  private final Lease[] leases;
  private final long[] hashes;

  /** Each shard once, in ascending order. */
  private final Shard[] shards;

  /**
   * Leases keys of a call, with their entries or without; the same key may be among them twice.
   *
   * @param keyArgs their arguments; the indexes of other methods are those of this array
   */
  LeasedKeys(Call call, int... keyArgs) {
    unit = call.unit();
    for (int arg : keyArgs) {
      // What has expired goes before the first address counts.
      call.findUncounted(arg);
    }
    leases = new Lease[keyArgs.length];
    hashes = new long[keyArgs.length];
    for (int i = 0; i < keyArgs.length; i++) {
      hashes[i] = call.hash(keyArgs[i]);
      leases[i] = lease(call, keyArgs[i]);
    }
    shards =
        Arrays.stream(leases)
            .map(Lease::shard)
            .distinct()
            .sorted(Comparator.comparingInt(Shard::index))
            .toArray(Shard[]::new);
  }

  private static Lease lease(Call call, int keyArg) {
    return LeasedKey.lease(call, keyArg, call.findUncounted(keyArg), false, LeasedKeys::wanted);
  }

  /** The job goes on as fast as it does anyway, for it does not wait for a peer. */
  private static void wanted() {}

  /** Takes the shards of all keys for a step; false when one cannot be had now. */
  boolean acquire() {
    for (Shard shard : shards) {
      if (!unit.acquire(shard)) {
        unit.releaseAll();
        return false;
      }
    }
    return true;
  }

  /** Points a view at a key, to read it; its entry is of the view's type if there is one. */
  void point(CollectionValue view, int index) {
    Lease lease = leases[index];
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
