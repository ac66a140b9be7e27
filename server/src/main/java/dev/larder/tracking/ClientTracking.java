package dev.larder.tracking;

import dev.larder.push.ByUnit;
import dev.larder.push.Outbox;
import dev.larder.session.Session;
import dev.larder.session.Sessions;
import dev.larder.session.Tracking;
import dev.larder.storage.Keyspace;
import dev.larder.storage.TrackedKeys;
import dev.larder.storage.Unit;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Client-side caching of one server. Any thread. */
public final class ClientTracking {
  private final Sessions sessions;
  private final LongSupplier maxKeys;
  private final ShardTracking[] shards;

  /** What each of {@link #shards} keeps. */
  private final TrackedKeys[] keys;

  private final Keyspace keyspace;
  private final Readers readers = new Readers();
  private final Prefixes prefixes;
  private final AtomicLong keyCount = new AtomicLong();

  /** Clients that are being told. */
  private final AtomicInteger active = new AtomicInteger();

  /** Clients that have ever asked to be told, and are there. */
  private final AtomicInteger clients = new AtomicInteger();

  private final AtomicBoolean missed = new AtomicBoolean();

  /** How often another number of keys was allowed: each loop looks at once whether it has more. */
  private final AtomicInteger limitChanges = new AtomicInteger();

  private final ByUnit<LoopTracking> loops = new ByUnit<>();

  /**
   * @param loopCount how many event loops there are
   * @param maxKeys the most keys that are remembered, 0 for no limit
   */
  public ClientTracking(Keyspace keyspace, Sessions sessions, int loopCount, LongSupplier maxKeys) {
    this.keyspace = keyspace;
    this.sessions = sessions;
    this.maxKeys = maxKeys;
    this.prefixes = new Prefixes(loopCount);
    this.keys = new TrackedKeys[keyspace.shardCount()];
    Arrays.setAll(keys, i -> new TrackedKeys(keyspace.shard(i)));
    this.shards = ShardTracking.ofAll(this, keyspace, keys);
  }

  /** The part of an event loop, by its number, which works with this unit. */
  public LoopTracking loop(int index, Unit unit, Outbox outbox) {
    LoopTracking loop = new LoopTracking(this, index, outbox);
    loops.put(unit.index(), loop);
    return loop;
  }

  /** An event loop works with another unit as well. */
  public void share(LoopTracking loop, Unit unit) {
    loops.put(unit.index(), loop);
  }

  /** The part of the event loop that works with a unit, null if none does. */
  @Nullable LoopTracking loopOf(Unit unit) {
    return loops.of(unit.index());
  }

  Keyspace keyspace() {
    return keyspace;
  }

  Sessions sessions() {
    return sessions;
  }

  Readers readers() {
    return readers;
  }

  Prefixes prefixes() {
    return prefixes;
  }

  /** What is remembered in each shard. */
  TrackedKeys[] keys() {
    return keys;
  }

  ShardTracking shard(int index) {
    return shards[index];
  }

  // ---- clients ---------------------------------------------------------------------------------

  /** Begins to tell a client, or goes on with other options; on its loop. */
  void on(Session session, int options, @Nullable Session redirected, List<byte[]> added) {
    Tracking tracking = session.tracking();
    if (tracking == null) {
      tracking = new Tracking(session, this::leave);
      session.tracking(tracking);
      clients.incrementAndGet();
      for (ShardTracking shard : shards) {
        shard.attach();
      }
    }
    if (!tracking.isOn()) {
      active.incrementAndGet();
    }
    tracking.on(options, redirected);
    if (tracking.has(Tracking.BROADCAST)) {
      prefixes.add(tracking, added);
    }
  }

  /** Stops to tell a client; on its loop. */
  void off(Tracking tracking) {
    if (tracking.isOn()) {
      active.decrementAndGet();
      prefixes.remove(tracking);
      tracking.off();
    }
  }

  /** A client has gone, or begins anew; on its loop. */
  private void leave(Tracking tracking) {
    off(tracking);
    int reader = tracking.takeReader();
    if (reader >= 0) {
      readers.remove(reader);
    }
    clients.decrementAndGet();
  }

  boolean hasClients() {
    return clients.get() > 0;
  }

  /** Another number of keys may be remembered from now on; any thread. */
  public void limitChanged() {
    limitChanges.incrementAndGet();
  }

  int limitChanges() {
    return limitChanges.get();
  }

  /** All keys may be others by the doing of a unit that is no loop's: the next loop tells. */
  void miss() {
    missed.set(true);
  }

  /** Whether there was a {@link #miss} since the last call. */
  boolean takeMissed() {
    return missed.get() && missed.getAndSet(false);
  }

  // ---- the table -------------------------------------------------------------------------------

  void countKeys(long change) {
    if (change != 0) {
      keyCount.addAndGet(change);
    }
  }

  /** Whether more keys are remembered than there may be. */
  boolean isFull() {
    long max = maxKeys.getAsLong();
    return max > 0 && keyCount.get() > max;
  }

  // ---- reports; racy ---------------------------------------------------------------------------

  /** Clients that are being told. */
  public int clientCount() {
    return active.get();
  }

  /** Keys that are remembered. */
  public long keyCount() {
    return keyCount.get();
  }

  /** Pairs of a key and a client that has read it. */
  public long itemCount() {
    long sum = 0;
    for (ShardTracking shard : shards) {
      sum += shard.keys().readingCount();
    }
    return sum;
  }

  /** Prefixes of clients in broadcast mode. */
  public int prefixCount() {
    return prefixes.count();
  }
}
