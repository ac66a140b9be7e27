package dev.larder.dispatch;

import static java.util.Objects.requireNonNull;

import dev.larder.command.Call;
import dev.larder.command.CommandSpec;
import dev.larder.command.Flag;
import dev.larder.command.KeyAccess;
import dev.larder.command.KeyPositions;
import dev.larder.resp.HotPath;
import dev.larder.storage.Keyspace;
import dev.larder.storage.Lease;
import dev.larder.storage.Shard;
import dev.larder.storage.ShardSet;
import dev.larder.storage.Unit;
import org.jspecify.annotations.Nullable;

/**
 * The shards of one command, taken all or none. They are taken in ascending order, and a shard that
 * cannot be had gives all others back: so no two loops wait for each other.
 */
@HotPath
final class ShardLocks {
  private static final long WRITE = Flag.WRITE.bit();
  private static final int READ_ONLY = KeyAccess.RO.bit();

  private final Keyspace keyspace;
  private final Unit unit;

  /** Those of the command that is taking its shards. */
  private final ShardSet wanted;

  private @Nullable Shard contended;

  ShardLocks(Keyspace keyspace, Unit unit) {
    this.keyspace = keyspace;
    this.unit = unit;
    this.wanted = new ShardSet(keyspace);
  }

  /**
   * Takes the shards of the selected command's keys.
   *
   * @param keys room for the positions of keys
   * @return false if one cannot be had: {@link #takeContended}
   */
  boolean acquire(CommandSpec spec, Call call, KeyPositions keys) {
    if (!spec.hasFixedKeys()) {
      addKeys(spec, call, keys, wanted);
      return acquireWanted();
    }
    int first = spec.firstKey();
    if (first == 0) {
      return !spec.needsAllShards() || acquireAll();
    }
    int last = spec.lastKey(call.argCount());
    if (last == first) {
      return acquireOne(call.hash(first));
    }
    addKeys(spec, call, keys, wanted);
    if (!acquireWanted()) {
      return false;
    }
    for (int key = first; unit.isMarking() && key <= last; key += spec.keyStep()) {
      unit.looksAt(call.shard(key), call.hash(key));
    }
    return true;
  }

  /** Takes the shard of one key. */
  private boolean acquireOne(long hash) {
    Shard shard = keyspace.shardOf(hash);
    if (unit.acquire(shard)) {
      unit.looksAt(shard, hash);
      return true;
    }
    contended = shard;
    return false;
  }

  /** Takes the shards wanted since the last call. */
  private boolean acquireWanted() {
    contended = wanted.acquire(unit);
    wanted.clear();
    return contended == null;
  }

  /**
   * Takes every shard.
   *
   * @return false if one cannot be had: {@link #takeContended}
   */
  boolean acquireAll() {
    wanted.addAll();
    return acquireWanted();
  }

  /**
   * Adds the shards that the selected command needs as a part of a transaction.
   *
   * @param keys room for the positions of keys
   */
  void collect(CommandSpec spec, Call call, KeyPositions keys, ShardSet into) {
    if (spec.needsAllShards() || spec.looksEverywhere() || spec.runsScript()) {
      into.addAll();
    } else {
      addKeys(spec, call, keys, into);
    }
  }

  /** Adds the shards of a command's keys, or all if it has others than those it names. */
  private static void addKeys(CommandSpec spec, Call call, KeyPositions keys, ShardSet into) {
    if (spec.hasFixedKeys()) {
      int last = spec.firstKey() == 0 ? -1 : spec.lastKey(call.argCount());
      for (int key = spec.firstKey(); key <= last; key += spec.keyStep()) {
        into.addKey(call.hash(key));
      }
      return;
    }
    // Without sense in the arguments there is no key; the handler will find the error.
    if (spec.findKeys(call, keys)) {
      if (keys.hasOthers()) {
        into.addAll();
      }
      for (int i = 0; i < keys.count(); i++) {
        into.addKey(call.hash(keys.position(i)));
      }
    }
  }

  /** The shard that could not be had, to park on. */
  Shard takeContended() {
    Shard shard = requireNonNull(contended);
    contended = null;
    return shard;
  }

  /**
   * The lease that keeps a command from one of its keys, or from all of them, or keeps it back
   * until a snapshot can follow; null if there is none. The unit owns the shards of its keys.
   *
   * @param keys room for the positions of keys
   */
  @Nullable Lease leaseAgainst(CommandSpec spec, Call call, KeyPositions keys) {
    boolean mayWrite = (spec.flagBits() & WRITE) != 0;
    return leaseAgainst(mayWrite, spec.needsAllShards(), spec, call, keys);
  }

  /**
   * As {@link #leaseAgainst(CommandSpec, Call, KeyPositions)}, of what is more than it says itself.
   *
   * @param mayWrite whether it may change something
   * @param isAny whether it may come to any key
   */
  @Nullable Lease leaseAgainst(
      boolean mayWrite, boolean isAny, CommandSpec spec, Call call, KeyPositions keys) {
    if (isAny) {
      return leaseAgainstAll(mayWrite);
    }
    Lease hold = mayWrite ? keyspace.hold() : null;
    if (hold != null) {
      return hold;
    }
    boolean hasKeys = spec.findKeys(call, keys);
    if (keys.hasOthers()) {
      return anyLease();
    }
    Lease lease = null;
    if (hasKeys) {
      for (int i = 0; i < keys.count() && lease == null; i++) {
        int key = keys.position(i);
        boolean writes = mayWrite && (keys.flags(i) & READ_ONLY) == 0;
        Shard shard = call.shard(key);
        long hash = call.hash(key);
        long address = call.argAddress(key);
        int length = call.argLength(key);
        if (writes) {
          unit.prepare(shard, call.db(), hash, address, length);
        }
        lease = shard.leases().against(hash, address, length, writes);
      }
    }
    return lease;
  }

  private @Nullable Lease anyLease() {
    Lease any = null;
    for (int i = 0; i < keyspace.shardCount() && any == null; i++) {
      any = keyspace.shard(i).leases().any();
    }
    return any;
  }

  /** What keeps a unit that owns all shards from writing, or from any key; null if nothing does. */
  @Nullable Lease leaseAgainstAll(boolean mayWrite) {
    Lease hold = mayWrite ? keyspace.hold() : null;
    return hold != null ? hold : anyLease();
  }
}
