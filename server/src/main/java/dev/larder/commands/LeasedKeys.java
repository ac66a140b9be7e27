package dev.larder.commands;

import dev.larder.command.Call;
import dev.larder.command.CommandException;
import dev.larder.storage.CollectionValue;
import dev.larder.storage.Entry;
import dev.larder.storage.Keyspace;
import dev.larder.storage.Lease;
import dev.larder.storage.LeaseGroup;
import dev.larder.storage.Leases;
import dev.larder.storage.Shard;
import dev.larder.storage.Unit;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
  /** More keys than these are leased as a {@link LeaseGroup}. */
  static final int MANY = 1024;

  private final Unit unit;

  /** One for each key, or those of the group, and one for each key behind it. */
  private final List<Lease> leases = new ArrayList<>();

  private final long[] hashes;

  /** The first keys, if they are many. */
  private final @Nullable LeaseGroup group;

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
    group = null;
    int last = keyArgs.length - 1;
    for (int i = 0; i <= last; i++) {
      // What has expired goes before the first address counts.
      find(call, keyArgs[i], i == last ? lastDatabase : call.db());
    }
    hashes = new long[keyArgs.length];
    for (int i = 0; i <= last; i++) {
      hashes[i] = call.hash(keyArgs[i]);
      leases.add(lease(call, keyArgs[i], i == last ? lastDatabase : call.db()));
    }
    shards = shards(call.keyspace());
  }

  /** What was leased as a group, and perhaps a target, as the last one. */
  private LeasedKeys(Call call, LeaseGroup group, int targetArg) {
    unit = call.unit();
    this.group = group;
    leases.addAll(group.leases());
    hashes = new long[targetArg == 0 ? 0 : 1];
    if (targetArg != 0) {
      hashes[0] = call.hash(targetArg);
      leases.add(lease(call, targetArg, call.db()));
    }
    shards = shards(call.keyspace());
  }

  /** What a command requires of each of its keys. */
  @FunctionalInterface
  interface Requirement {
    /**
     * Refuses a key.
     *
     * @param entry the key's, 0 if there is none
     */
    void check(Shard shard, long entry) throws CommandException;
  }

  /** Leases keys that are arguments in a row, and perhaps a target, or 0, as the last one. */
  static LeasedKeys ofRow(Call call, int firstKey, int count, int targetArg) {
    int[] keyArgs = new int[targetArg == 0 ? count : count + 1];
    for (int i = 0; i < count; i++) {
      keyArgs[i] = firstKey + i;
    }
    if (targetArg != 0) {
      keyArgs[count] = targetArg;
    }
    return new LeasedKeys(call, keyArgs);
  }

  /**
   * The same of very many keys, which are looked up here. If too many are leased by others already,
   * the call is to run again.
   *
   * @param targetArg the target's argument, or 0
   * @return null when the handler is to end, leaving nothing
   * @throws CommandException if a key is refused; nothing is leased then
   */
  static @Nullable LeasedKeys ofMany(
      Call call, int firstKey, int count, int targetArg, Requirement requirement)
      throws CommandException {
    LeaseGroup group = new LeaseGroup(call.keyspace(), call.db(), count);
    Lease before = call.keyspace().leaseGroups().admit(group, call.mayBlock());
    if (before != null) {
      call.runAfter(before);
      call.defer((out, budgetNanos) -> true);
      return null;
    }
    try {
      if (targetArg != 0) {
        find(call, targetArg, call.db());
      }
      for (int i = firstKey; i < firstKey + count; i++) {
        call.ahead().key(i, 1);
        long entry = call.find(i);
        requirement.check(call.shard(i), entry);
        giveWay(call, i);
        group.add(call.hash(i), entry);
      }
    } catch (CommandException e) {
      group.end();
      throw e;
    }
    group.take(LeasedKeys::wanted);
    return new LeasedKeys(call, group, targetArg);
  }

  /** See {@link Leases#wanted}. */
  private static void giveWay(Call call, int keyArg) {
    if (call.unit().meetsLeases()) {
      LeasedKey.giveWay(call, keyArg);
    }
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
   * Whether a key with a lease of its own may be given another value in this step, which owns the
   * shards: nobody else has a lease of it, as those may who read it meanwhile. Whoever has one is
   * told that he is waited for.
   */
  boolean mayChange(int index) {
    return mayChange(get(index), hashes[index - grouped()]);
  }

  /** The same of the last key. */
  boolean mayChangeLast() {
    return mayChange(leases.getLast(), hashes[hashes.length - 1]);
  }

  private boolean mayChange(Lease lease, long hash) {
    long entry = lease.entry();
    if (entry != 0) {
      unit.prepare(
          lease.shard(), lease.database(), hash, Entry.keyAddress(entry), Entry.keyLength(entry));
    }
    Lease other = lease.shard().leases().beside(lease, leases);
    if (other != null && !other.isWanted()) {
      other.park(LeasedKeys::wanted);
    }
    return other == null;
  }

  private int grouped() {
    return group == null ? 0 : group.count();
  }

  /** The lease of a key that has one of its own. */
  Lease get(int index) {
    return leases.get(index - grouped() + (leases.size() - hashes.length));
  }

  /** A key's entry, 0 if there was none; its shard is owned. */
  long entry(int index) {
    return group != null && index < group.count() ? group.entry(index) : get(index).entry();
  }

  /** The shard of a key. */
  Shard shard(int index) {
    return group != null && index < group.count() ? group.shard(index) : get(index).shard();
  }

  /** Points a view at a key, to read it; its entry is of the view's type if there is one. */
  void point(CollectionValue view, int index) {
    long entry = entry(index);
    long key = entry == 0 ? 0 : Entry.keyAddress(entry);
    int keyLength = entry == 0 ? 0 : Entry.keyLength(entry);
    if (group != null && index < group.count()) {
      view.point(group.shard(index), group.database(), group.hash(index), key, keyLength, entry);
    } else {
      Lease lease = get(index);
      view.point(lease.shard(), lease.database(), hashes[index - grouped()], key, keyLength, entry);
    }
  }

  /** Ends the leases; on the job's thread, whether or not the shards are owned. */
  void end() {
    for (Lease lease : leases) {
      lease.end();
    }
    if (group != null) {
      group.end();
    }
  }
}
