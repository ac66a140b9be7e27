package dev.larder.storage;

import dev.larder.storage.evict.EvictionBits;
import dev.larder.storage.evict.HandleRing;
import dev.larder.storage.memory.HotPath;
import dev.larder.storage.table.KeyTable;
import dev.larder.storage.table.Record;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Evicts keys, on one thread: it takes their shards one at a time, none while others are in hand,
 * and leaves one alone that somebody else has. What it removes is a unit's effects, so it comes in
 * the journal before what the thread does next.
 *
 * <p>Expired keys that it meets go first, as expired. Leased keys stay, and those of the command
 * that needs the memory.
 */
@HotPath
public final class Evictor {
  /** What came of it. */
  public enum Outcome {
    /** There is room now. */
    ROOM,
    /** The time is over; more can go. */
    PROGRESS,
    /** There is nothing that could go, or nothing that can be had now. */
    NOTHING
  }

  /** Keys that go in one go, where there are many. */
  private static final int MAX_BATCH = 16;

  private static final int BATCH_SHIFT = 12;

  /** The hand passes so many keys until it takes the best it has seen. */
  private static final int PATIENCE = 16;

  /** So often nothing may be found, one time after the other, beside some turns of all shards. */
  private static final int MAX_FAILURES = 256;

  private static final int FAILED_TURNS = 8;

  private static final int NO_COUNTER = 4;

  private final Keyspace keyspace;
  private final Eviction eviction;
  private final Unit unit;
  private final RingTidier tidier;
  private long[] kept = new long[16];
  private int keptCount;
  private long evictedKeys;

  /** Handles that were taken from the ring: those from {@link #nextTaken} on are still to do. */
  private final int[] taken = new int[MAX_BATCH];

  private final long[] takenHashes = new long[MAX_BATCH];
  private int takenCount;
  private int nextTaken;

  /** The piece under the hand: where it began, how far it goes, and where the hand is. */
  private long pieceStart;

  private long pieceEnd;
  private long position;
  private int database;
  private int slot;
  private @Nullable Shard pieceShard;
  private final int[] references = new int[KeyTable.BUCKET_SLOTS];

  /** Keys that the hand has passed since the last one that went. */
  private int passed;

  /** The least used of them in this visit to a shard. */
  private int lowest;

  private int lowestCounter;

  /** Whether something was found out that helps, even if no key has gone. */
  private boolean gotOn;

  private long deadlineNanos;

  Evictor(Keyspace keyspace, Unit unit) {
    this.keyspace = keyspace;
    this.eviction = keyspace.eviction();
    this.unit = unit;
    this.tidier = new RingTidier(keyspace, unit);
    eviction.add(this);
  }

  /** Keys that it has evicted. */
  public long evictedKeys() {
    return evictedKeys;
  }

  /** Keeps no key from going any more. */
  public void keepNone() {
    keptCount = 0;
  }

  /** Keeps the key of this hash from going until {@link #keepNone}. */
  public void keep(long hash) {
    if (keptCount == kept.length) {
      kept = Arrays.copyOf(kept, 2 * keptCount);
    }
    kept[keptCount++] = hash;
  }

  private boolean isKept(long hash) {
    for (int i = 0; i < keptCount; i++) {
      if (kept[i] == hash) {
        return true;
      }
    }
    return false;
  }

  /** Evicts keys until there is room, or for about so long; on its thread. */
  public Outcome evict(MemoryLimit limit, long nowMillis, long budgetNanos) {
    S3Queues queues = eviction.queues();
    if (eviction.policy().kind() != EvictionPolicy.Kind.S3 || queues == null) {
      return Outcome.NOTHING;
    }
    deadlineNanos = Clock.nanos() + budgetNanos;
    int maxFailures = MAX_FAILURES + FAILED_TURNS * keyspace.shardCount();
    for (int failures = 0; failures < maxFailures; failures++) {
      gotOn = evictSome(queues, nowMillis) > 0 | gotOn;
      if (!limit.isExceeded()) {
        return Outcome.ROOM;
      }
      if (Clock.nanos() >= deadlineNanos) {
        return Outcome.PROGRESS;
      }
      if (gotOn) {
        gotOn = false;
        failures = 0;
      }
    }
    return Outcome.NOTHING;
  }

  /** Evicts about one key of 4096; returns how many have gone. */
  private int evictSome(S3Queues queues, long nowMillis) {
    long keys = eviction.keys();
    long smalls = eviction.smalls();
    int batch = (int) Math.clamp(keys >> BATCH_SHIFT, 1, MAX_BATCH);
    queues.fitGhosts(keys, false);
    if (smalls >= queues.target(keys) || queues.hasManyStale(keys, smalls)) {
      int removed = evictSmall(queues, nowMillis, batch);
      return removed >= 0 ? removed : sweep(queues, nowMillis, keys, batch);
    }
    int removed = sweep(queues, nowMillis, keys, batch);
    // Perhaps there are only small ones.
    return removed > 0 || gotOn ? removed : Math.max(0, evictSmall(queues, nowMillis, batch));
  }

  /** Puts what is remembered in order where there is need, for a fraction of a millisecond. */
  public void keepHouse(long nowMillis) {
    S3Queues queues = eviction.queues();
    if (queues != null && queues.shouldTidy(eviction.smalls())) {
      tidier.step(queues, nowMillis);
    }
  }

  // ---- small keys

  /** Looks at the next handles of the ring; returns how many keys have gone, -1 if it is empty. */
  private int evictSmall(S3Queues queues, long nowMillis, int batch) {
    if (nextTaken == takenCount && !take(queues.ring, batch)) {
      return -1;
    }
    int removed = 0;
    while (nextTaken < takenCount) {
      int handle = taken[nextTaken];
      Shard shard = keyspace.shardOf(HandleRing.firstHash(handle));
      unit.begin(nowMillis);
      if (!unit.acquire(shard)) {
        break;
      }
      nextTaken++;
      gotOn = true;
      try {
        removed += examine(queues, shard, handle);
      } finally {
        unit.releaseAll();
      }
    }
    return removed;
  }

  private boolean take(HandleRing ring, int batch) {
    if (ring.count() == 0 || !ring.tryLock()) {
      return false;
    }
    try {
      takenCount = ring.pop(taken, batch);
    } finally {
      ring.unlock();
    }
    nextTaken = 0;
    for (int i = 0; i < takenCount; i++) {
      takenHashes[i] = HandleRing.firstHash(taken[i]) | HandleRing.tag(taken[i]);
    }
    if (takenCount > 1) {
      unit.touch(0, takenHashes, takenCount);
    }
    return takenCount > 0;
  }

  /** Evicts the small key of a handle, or makes a main one of it; 1 if it has gone. */
  private int examine(S3Queues queues, Shard shard, int handle) {
    long first = HandleRing.firstHash(handle);
    int tag = HandleRing.tag(handle);
    for (int i = 0; i < keyspace.databases(); i++) {
      ShardDatabase d = shard.database(i);
      int reference =
          d == null
              ? 0
              : d.table.findBegun(first, HandleRing.hashes(), tag, EvictionBits::isSmall, 0);
      if (d == null || reference == 0) {
        continue;
      }
      long record = shard.arena.address(reference);
      long hash = d.table.hashOf(reference);
      boolean isLeased = shard.leases().isLeased(i, reference);
      if (!isLeased && Shard.isExpired(unit, record)) {
        return remove(shard, i, d, hash, reference, Removal.EXPIRED);
      }
      if (EvictionBits.counter(record) > 0 || !mayGo(record)) {
        d.becomeMain(record);
        EvictionBits.resetCounter(record);
        return 0;
      }
      if (isLeased || isKept(hash)) {
        // Its turn comes again.
        gotOn = false;
        if (!unit.handles().add(queues.ring, handle, 1)) {
          queues.expectOrphans();
        }
        return 0;
      }
      int removed = remove(shard, i, d, hash, reference, Removal.EVICTED);
      queues.evictedSmall(hash);
      return removed;
    }
    return 0;
  }

  // ---- main keys

  /** Moves the hand on; returns how many keys have gone. */
  private int sweep(S3Queues queues, long nowMillis, long keys, int batch) {
    Shard shard = pieceShard;
    if (shard == null) {
      shard = claim(queues, keys);
    }
    unit.begin(nowMillis);
    if (!unit.acquire(shard)) {
      // Somebody else's turn.
      pieceShard = null;
      if (queues.hasOrphans()) {
        queues.expectOrphans();
      }
      return 0;
    }
    lowest = 0;
    lowestCounter = NO_COUNTER;
    int removed = 0;
    try {
      while (removed < batch && pieceShard != null) {
        removed += sweepBucket(queues, shard, batch - removed);
      }
    } finally {
      unit.releaseAll();
    }
    return removed;
  }

  private Shard claim(S3Queues queues, long keys) {
    long places = S3Queues.piecePlaces(keys, keyspace.shardBits());
    long start = queues.claim(places) << 32;
    Shard shard = keyspace.shardOf(start);
    pieceShard = shard;
    pieceStart = start << keyspace.shardBits();
    // 0 behind the last one of the shard.
    pieceEnd = start + (places << 32) << keyspace.shardBits();
    database = 0;
    position = pieceStart;
    slot = 0;
    return shard;
  }

  private int sweepBucket(S3Queues queues, Shard shard, int wanted) {
    ShardDatabase d = shard.database(database);
    if (d == null || d.table.count() == 0) {
      nextDatabase();
      return 0;
    }
    long next = d.table.bucket(position, references);
    int removed = 0;
    while (slot < references.length && removed < wanted) {
      int reference = references[slot++];
      if (reference != 0) {
        removed += pass(queues, shard, d, reference);
      }
    }
    if (slot == references.length) {
      slot = 0;
      position = next;
      if (next == 0 || (pieceEnd != 0 && Long.compareUnsigned(next, pieceEnd) >= 0)) {
        nextDatabase();
      }
    }
    return removed;
  }

  private void nextDatabase() {
    slot = 0;
    position = pieceStart;
    lowest = 0;
    lowestCounter = NO_COUNTER;
    if (++database >= keyspace.databases()) {
      pieceShard = null;
    }
  }

  /** The hand passes a key; returns how many have gone. */
  private int pass(S3Queues queues, Shard shard, ShardDatabase d, int reference) {
    long record = shard.arena.address(reference);
    if (Shard.isExpired(unit, record)) {
      return shard.leases().isLeased(database, reference)
          ? 0
          : remove(shard, database, d, d.table.hashOf(reference), reference, Removal.EXPIRED);
    }
    if (EvictionBits.isSmall(record)) {
      if (queues.hasOrphans()) {
        d.becomeMain(record);
        gotOn = true;
      }
      return 0;
    }
    if (!mayGo(record)) {
      return 0;
    }
    int counter = EvictionBits.counter(record);
    if (counter > 0) {
      gotOn = true;
      EvictionBits.discount(record);
      if (counter <= lowestCounter) {
        lowestCounter = counter - 1;
        lowest = reference;
      }
    } else {
      lowestCounter = 0;
      lowest = reference;
    }
    passed++;
    return (counter == 0 || passed >= PATIENCE) ? evictLowest(queues, shard, d) : 0;
  }

  private int evictLowest(S3Queues queues, Shard shard, ShardDatabase d) {
    int reference = lowest;
    lowest = 0;
    lowestCounter = NO_COUNTER;
    passed = 0;
    long hash = d.table.hashOf(reference);
    if (isKept(hash) || shard.leases().isLeased(database, reference)) {
      return 0;
    }
    int removed = remove(shard, database, d, hash, reference, Removal.EVICTED);
    queues.evictedMain(hash);
    return removed;
  }

  // ---- any

  private boolean mayGo(long record) {
    return !eviction.policy().isVolatile() || Record.hasDeadline(record);
  }

  /** Removes a key of a shard that the unit owns, which is not leased; 1, since it has gone. */
  private int remove(
      Shard shard, int itsDatabase, ShardDatabase d, long hash, int reference, Removal reason) {
    if (reason == Removal.EVICTED) {
      long record = shard.arena.address(reference);
      evictedKeys++;
      long key = Record.keyAddress(record);
      unit.events().raise(KeyEvent.EVICTED, itsDatabase, key, Record.keyLength(record));
    }
    shard.removeSlot(unit, itsDatabase, d, hash, d.table.slotOf(hash, reference), reason, true);
    // What it consisted of counts until it is free.
    while (shard.reclaim() && Clock.nanos() < deadlineNanos) {}
    return 1;
  }

  /** Visits the handles that were taken and are still to do; for tests. */
  void forEachTaken(HandleRing.Visitor visitor) {
    for (int i = nextTaken; i < takenCount; i++) {
      visitor.visit(taken[i]);
    }
  }
}
