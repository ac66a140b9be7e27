package dev.larder.storage;

import dev.larder.storage.evict.EvictionBits;
import dev.larder.storage.evict.HandleRing;
import dev.larder.storage.memory.HotPath;
import dev.larder.storage.table.KeyTable;
import org.jspecify.annotations.Nullable;

/**
 * Keys that go by {@link S3Queues}: new ones from the head of the ring, others under the hand, of
 * which each evictor sweeps a piece.
 *
 * <p>Where only keys with a deadline may go and these are few among all, ring and hand would pass
 * very many others until they meet one: then it is chosen among samples, and a sample that was used
 * is spared once for each use, as the hand does.
 */
@HotPath
final class S3Victims implements Victims {
  /** Keys that go in one go, where there are many. */
  private static final int MAX_BATCH = 16;

  private static final int BATCH_SHIFT = 12;

  /** The hand passes so many keys until it takes the best it has seen. */
  private static final int PATIENCE = 16;

  private static final int NO_COUNTER = 4;

  /** Keys with a deadline are few if they are less than this part of all. */
  private static final int FEW_PART = 4;

  private final Keyspace keyspace;
  private final Eviction eviction;
  private final Evictor evictor;
  private final Unit unit;
  private final SampledVictims samples;

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

  /** Whether few keys may go; looked at now and then. */
  private boolean areFew;

  S3Victims(Evictor evictor, SampledVictims samples) {
    this.keyspace = evictor.keyspace;
    this.eviction = keyspace.eviction();
    this.evictor = evictor;
    this.unit = evictor.unit;
    this.samples = samples;
  }

  /** Looks at how many keys may go. */
  void survey() {
    areFew = evictor.isVolatile() && evictor.volatileKeys() < eviction.keys() / FEW_PART;
  }

  /** About one key of 4096 goes, or one of those that are few. */
  @Override
  public int evictSome(long nowMillis) {
    S3Queues queues = eviction.queues();
    if (queues == null) {
      return NONE;
    }
    long keys = eviction.keys();
    queues.fitGhosts(keys, false);
    if (areFew) {
      return samples.evictSome(nowMillis);
    }
    int batch = (int) Math.clamp(keys >> BATCH_SHIFT, 1, MAX_BATCH);
    int removed = evictBatch(queues, nowMillis, keys, batch);
    return removed == 0 && !evictor.hasGotOn() && evictor.isVolatile()
        ? samples.evictSome(nowMillis)
        : removed;
  }

  private int evictBatch(S3Queues queues, long nowMillis, long keys, int batch) {
    long smalls = eviction.smalls();
    if (smalls >= queues.target(keys) || queues.hasManyStale(keys, smalls)) {
      int removed = evictSmall(queues, nowMillis, batch);
      return removed >= 0 ? removed : sweep(queues, nowMillis, keys, batch);
    }
    int removed = sweep(queues, nowMillis, keys, batch);
    // Perhaps there are only small ones.
    return removed > 0 || evictor.hasGotOn()
        ? removed
        : Math.max(0, evictSmall(queues, nowMillis, batch));
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
      evictor.gotOn(true);
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
        return evictor.remove(shard, i, d, hash, reference, Removal.EXPIRED);
      }
      if (EvictionBits.counter(record) > 0 || !evictor.mayGo(record)) {
        d.becomeMain(record);
        EvictionBits.resetCounter(record);
        return 0;
      }
      if (isLeased || evictor.isKept(hash)) {
        // Its turn comes again.
        evictor.gotOn(false);
        if (!unit.handles().add(queues.ring, handle, 1)) {
          queues.expectOrphans();
        }
        return 0;
      }
      int removed = evictor.remove(shard, i, d, hash, reference, Removal.EVICTED);
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
          : evictor.remove(
              shard, database, d, d.table.hashOf(reference), reference, Removal.EXPIRED);
    }
    if (EvictionBits.isSmall(record)) {
      if (queues.hasOrphans()) {
        d.becomeMain(record);
        evictor.gotOn(true);
      }
      return 0;
    }
    if (!evictor.mayGo(record)) {
      return 0;
    }
    int counter = EvictionBits.counter(record);
    if (counter > 0) {
      evictor.gotOn(true);
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
    if (evictor.isKept(hash) || shard.leases().isLeased(database, reference)) {
      return 0;
    }
    int removed = evictor.remove(shard, database, d, hash, reference, Removal.EVICTED);
    queues.evictedMain(hash);
    return removed;
  }

  /** Visits the handles that were taken and are still to do; for tests. */
  void forEachTaken(HandleRing.Visitor visitor) {
    for (int i = nextTaken; i < takenCount; i++) {
      visitor.visit(taken[i]);
    }
  }
}
