package dev.larder.storage;

import dev.larder.storage.evict.HandleRing;
import dev.larder.storage.memory.HotPath;
import dev.larder.storage.table.Record;

/**
 * Evicts keys, on one thread: it takes their shards one at a time, none while others are in hand,
 * and leaves one alone that somebody else has. What it removes is a unit's effects, so it comes in
 * the journal before what the thread does next. Which keys these are is up to {@link Victims}.
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
    /** What has gone is still there for a snapshot: no more must go until that has followed. */
    HELD,
    /** There is nothing that could go, or nothing that can be had now. */
    NOTHING
  }

  /** So often nothing may be found, one time after the other, beside some turns of all shards. */
  private static final int MAX_FAILURES = 256;

  private static final int FAILED_TURNS = 8;

  private static final long WALK_NANOS = 100_000;
  private static final long TIDY_NANOS = 250_000;

  final Keyspace keyspace;
  final Unit unit;
  private final Eviction eviction;
  private final RingTidier tidier;
  private final SampledVictims sampled;
  private final RandomVictims chance;
  private final EarliestVictims earliest;
  private final S3Victims queued;
  private EvictionPolicy policy = EvictionPolicy.NOEVICTION;
  private final KeptKeys kept = new KeptKeys();
  private long evictedKeys;

  /** Whether something was found out that helps, even if no key has gone. */
  private boolean gotOn;

  private long deadlineNanos;
  private long spentNanos;

  Evictor(Keyspace keyspace, Unit unit) {
    this.keyspace = keyspace;
    this.eviction = keyspace.eviction();
    this.unit = unit;
    this.tidier = new RingTidier(keyspace, unit);
    KeySampler sampler = new KeySampler(keyspace, unit);
    this.sampled = new SampledVictims(this, sampler);
    this.chance = new RandomVictims(this, sampler);
    this.earliest = new EarliestVictims(this, sampler);
    this.queued = new S3Victims(this, sampled);
    eviction.add(this);
  }

  /** Keys that it has evicted. */
  public long evictedKeys() {
    return evictedKeys;
  }

  /** Keeps no key from going any more. */
  public void keepNone() {
    kept.clear();
  }

  /** Keeps the key of this hash from going until {@link #keepNone}. */
  public void keep(long hash) {
    kept.add(hash);
  }

  boolean isKept(long hash) {
    return kept.contains(hash);
  }

  /** Evicts keys until there is room, or for about so long; on its thread. */
  public Outcome evict(MemoryLimit limit, long nowMillis, long budgetNanos) {
    follow(eviction.policy());
    Victims victims = victims();
    long startNanos = Clock.nanos();
    deadlineNanos = startNanos + budgetNanos;
    spentNanos = 0;
    int maxFailures = MAX_FAILURES + FAILED_TURNS * keyspace.shardCount();
    for (int failures = 0; failures < maxFailures; failures++) {
      if (keyspace.memory().isSnapshotBehind()) {
        return Outcome.HELD;
      }
      int removed = victims.evictSome(nowMillis);
      if (!limit.isExceeded()) {
        return Outcome.ROOM;
      }
      if (removed == Victims.NONE) {
        return Outcome.NOTHING;
      }
      long nanos = Clock.nanos();
      spentNanos = nanos - startNanos;
      if (nanos >= deadlineNanos) {
        return Outcome.PROGRESS;
      }
      if (removed > 0 | gotOn) {
        gotOn = false;
        failures = 0;
      }
    }
    return Outcome.NOTHING;
  }

  /** How long the last {@link #evict} took, without its last step if that made enough room. */
  public long spentNanos() {
    return spentNanos;
  }

  private void follow(EvictionPolicy now) {
    if (policy != now) {
      policy = now;
      sampled.forget();
      queued.survey();
    }
  }

  private Victims victims() {
    return switch (policy.kind()) {
      case NONE -> Victims.NOBODY;
      case LRU, LFU, LRM -> sampled;
      case RANDOM -> chance;
      case TTL -> earliest;
      case S3 -> queued;
    };
  }

  /** Whether only keys with a deadline may go. */
  boolean isVolatile() {
    return policy.isVolatile();
  }

  /** How many there are of these. */
  long volatileKeys() {
    long sum = 0;
    for (int i = 0; i < keyspace.databases(); i++) {
      sum += keyspace.volatileSize(i);
    }
    return sum;
  }

  /** Something was found out that helps, although no key has gone; or that was a mistake. */
  void gotOn(boolean yes) {
    gotOn = yes;
  }

  boolean hasGotOn() {
    return gotOn;
  }

  /** Puts what is remembered in order where there is need, for a fraction of a millisecond. */
  public void keepHouse(long nowMillis) {
    eviction.keepNotes(unit, nowMillis, WALK_NANOS);
    S3Queues queues = eviction.queues();
    if (queues == null || eviction.notes() != EvictionPolicy.Notes.QUEUES) {
      return;
    }
    if (isVolatile()) {
      queued.survey();
    }
    if (queues.shouldTidy(eviction.smalls())) {
      tidier.step(queues, nowMillis, TIDY_NANOS);
    }
  }

  /** Whether the policy lets this record go. */
  boolean mayGo(long record) {
    return !policy.isVolatile() || Record.hasDeadline(record);
  }

  /** Removes a key of a shard that the unit owns, unless it has to stay; returns how many went. */
  int evict(Shard shard, int itsDatabase, int reference) {
    ShardDatabase d = shard.openDatabase(itsDatabase);
    if (shard.leases().isLeased(itsDatabase, reference)) {
      return 0;
    }
    long hash = d.table.hashOf(reference);
    boolean isExpired = Shard.isExpired(unit, shard.arena.address(reference));
    if (!isExpired && isKept(hash)) {
      return 0;
    }
    Removal reason = isExpired ? Removal.EXPIRED : Removal.EVICTED;
    return remove(shard, itsDatabase, d, hash, reference, reason);
  }

  /** Removes a key of a shard that the unit owns, which is not leased; 1, since it has gone. */
  int remove(
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

  /** Visits the handles that are in its hands; for tests. */
  void forEachTaken(HandleRing.Visitor visitor) {
    queued.forEachTaken(visitor);
  }
}
