package dev.larder.storage;

import static java.util.Objects.requireNonNull;

import dev.larder.storage.memory.HotPath;
import org.jspecify.annotations.Nullable;

/**
 * A unit of work: what owns shards. A command, a transaction, a slice of a long job.
 *
 * <p>One object serves an event loop or a background role for its life, one unit at a time, on that
 * role's thread. Between {@link #begin} and {@link #releaseAll} the clock stands still. Whoever
 * needs several shards acquires them in ascending order; a shard that cannot be had means giving
 * back all and parking, never waiting with shards in hand.
 */
@HotPath
public final class Unit {
  /** Of two microseconds, see {@link Ownership#takeSoon}: about a hundred. */
  private static final int PATIENCE = 50;

  /** So many keys or members are loaded at once. */
  public static final int TOUCH_BATCH = 256;

  private final Keyspace keyspace;
  private final int index;
  private final boolean isBackground;
  private Shard[] held = new Shard[8];
  private int heldCount;
  private long nowMillis;
  private long sequence;
  private long seen;
  private long done;
  private boolean hasReady;
  private boolean meetsLeases;
  private boolean isWriting;

  /** Whether it has been at work for so long that others are told so. */
  private volatile boolean isBusy;

  /** Whether effects are marked by key. */
  private boolean isMarking;

  /** Whether there was an effect that was not. */
  private boolean hasUnmarked;

  /** Whether nothing was looked at in the shards but keys of {@link #looksAt}. */
  private boolean isNarrow;

  private long looked;

  /** The hash of the key that was used last, since one use is counted once; 0 for none. */
  private long used;

  /** The hash of the key that the hit curve was told of last; 0 for none. */
  private long told;

  /** Whether what it finds counts as used. */
  private boolean isTouching = true;

  /** A row of numbers as if by chance. */
  private long random;

  private final HandleBuffer handles = new HandleBuffer();
  private final Views views;
  private final ValueCodecs codecs;
  private final KeyEvents events;
  private final Prefetch prefetch;

  /**
   * @param isBackground as of {@link #isBackground}
   */
  Unit(Keyspace keyspace, int index, boolean isBackground) {
    this.keyspace = keyspace;
    this.index = index;
    this.isBackground = isBackground;
    this.random = Long.MAX_VALUE / (index + 3L);
    this.views = new Views(keyspace, this);
    this.codecs = new ValueCodecs(keyspace, this);
    this.events = new KeyEvents(keyspace.events(), this);
    this.prefetch = new Prefetch(keyspace);
    keyspace.eviction().add(handles);
  }

  /** Which unit of its keyspace this is, from 0. */
  public int index() {
    return index;
  }

  /** Views of the collections in shards that this unit owns. */
  public Views views() {
    return views;
  }

  /** The unit's maker of payloads. */
  public Dump dump() {
    return codecs.dump();
  }

  /** The unit's reader of payloads, for short ones. */
  public Restore restore() {
    return codecs.restore();
  }

  /** What the unit has to tell of keys. */
  public KeyEvents events() {
    return events;
  }

  ValueCodecs codecs() {
    return codecs;
  }

  /** Starts a unit at this time, in milliseconds since the epoch. */
  public void begin(long nowMillis) {
    assert heldCount == 0 : "the unit before still owns shards";
    this.nowMillis = nowMillis;
    this.isWriting = true;
    this.isTouching = true;
    this.isMarking = keyspace.marksEffects();
    this.isNarrow = false;
    this.looked = 0;
    this.used = 0;
    this.told = 0;
  }

  /** Says that the unit finds entries only to read them, which costs less during a snapshot. */
  public void reading() {
    isWriting = false;
  }

  /** Says that the unit may change what it finds, as it may after {@link #begin}. */
  public void writing() {
    isWriting = true;
  }

  boolean isWriting() {
    return isWriting;
  }

  /** Says whether keys that the unit finds count as used, as they do after {@link #begin}. */
  public void touches(boolean yes) {
    isTouching = yes;
  }

  boolean isTouching() {
    return isTouching;
  }

  /** Bits as if by chance. */
  int random() {
    random ^= random << 13;
    random ^= random >>> 7;
    random ^= random << 17;
    return (int) (random >>> 32);
  }

  /** The unit uses a key; whether it has not done so before. */
  boolean uses(long hash) {
    boolean isFirst = hash != used;
    used = hash;
    return isFirst;
  }

  /** The unit tells the hit curve of a use; whether it has not done so before. */
  boolean tells(long hash) {
    boolean isFirst = hash != told;
    told = hash;
    return isFirst;
  }

  /** Handles of keys that have come into being in this unit's hands. */
  HandleBuffer handles() {
    return handles;
  }

  /** The unit's time in milliseconds since the epoch. */
  public long nowMillis() {
    return nowMillis;
  }

  /** Whether this unit owns a shard. */
  public boolean owns(Shard shard) {
    return shard.isOwnedBy(this);
  }

  /** The unit has been at work for long: who waits for a shard of it is woken, to be told. */
  public void setBusy() {
    isBusy = true;
    for (int i = 0; i < heldCount; i++) {
      held[i].wakeAll();
    }
  }

  boolean isBusy() {
    return isBusy;
  }

  /** What another unit has seen and done, which has ended, counts for this one as well. */
  public void follows(Unit other) {
    seen = Math.max(seen, other.seen);
    done = Math.max(done, other.done);
  }

  /** Whether this unit owns no shard. */
  public boolean isIdle() {
    return heldCount == 0;
  }

  /**
   * Takes a shard, spinning briefly if another unit has it.
   *
   * @return false when it is still taken; a shard that this unit owns already is true
   */
  public boolean acquire(Shard shard) {
    if (!shard.tryOwn(this)) {
      if (shard.isOwnedBy(this)) {
        return true;
      }
      if (!shard.ownership.takeSoon(this)) {
        return false;
      }
    }
    if (heldCount == held.length) {
      held = java.util.Arrays.copyOf(held, 2 * heldCount);
    }
    held[heldCount++] = shard;
    isNarrow = false;
    if (shard.waiters().hasReady()) {
      hasReady = true;
    }
    if (!shard.leases().areOfNoConcern()) {
      meetsLeases = true;
    }
    return true;
  }

  /**
   * Takes a shard for a step of a job, which leaves it to those who were woken for it.
   *
   * @return false when it is taken or promised: to be tried again in a later step
   */
  public boolean acquireForStep(Shard shard) {
    return shard.isOwnedBy(this) || (!shard.isPromised() && acquire(shard));
  }

  /**
   * Takes a shard to change one of its keys, in a step of a job.
   *
   * @return false when it is taken, or the key is leased: to be tried again in a later step
   */
  public boolean acquireToWrite(Shard shard, long hash, long key, int keyLength) {
    if (!acquire(shard)) {
      return false;
    }
    if (!meetsLeases || shard.leases().against(hash, key, keyLength, true) == null) {
      return true;
    }
    releaseAll();
    return false;
  }

  /** As {@link #acquire}, and waits longer, with shards in hand: there may be one who does so. */
  boolean acquirePatiently(Shard shard) {
    for (int i = 0; i < PATIENCE; i++) {
      if (acquire(shard)) {
        return true;
      }
    }
    return false;
  }

  /** Whether it works in short slices, on a thread that others wait for. */
  boolean isBackground() {
    return isBackground;
  }

  /**
   * A command is going to change a key of a shard of this unit: lets a snapshot lease it first, if
   * it would take long to see it.
   */
  public void prepare(Shard shard, int database, long hash, long key, int keyLength) {
    ShardSnapshot.prepare(shard, database, hash, key, keyLength);
  }

  /**
   * Says that the unit looks at this key of a shard that it owns, and otherwise only at others that
   * it says so of: it need not have seen what was done to their neighbours. Ends when it takes
   * another shard.
   */
  public void looksAt(Shard shard, long hash) {
    if (isMarking) {
      isNarrow = true;
      looked = Math.max(looked, shard.ownership.lastEffect(hash));
    }
  }

  /** Whether {@link #looksAt} makes a difference. */
  public boolean isMarking() {
    return isMarking;
  }

  /** Whether a shard of this unit has leases or a snapshot, which may keep it from its keys. */
  public boolean meetsLeases() {
    return meetsLeases;
  }

  /** Whether clients wait for a key, in a shard of this unit, that may be ready. */
  public boolean hasReady() {
    return hasReady;
  }

  /** A key of a shard of this unit became ready. */
  void setReady() {
    hasReady = true;
  }

  /**
   * Whose turn it is to be served in the shards of this unit, or null when no key is ready there:
   * first those who wait for the key that became ready first.
   */
  public @Nullable KeyWait nextReady() {
    KeyWait earliest = null;
    long order = Long.MAX_VALUE;
    for (int i = 0; i < heldCount && hasReady; i++) {
      KeyWait next = held[i].waiters().nextReady();
      if (next != null && requireNonNull(next.queue).readyOrder < order) {
        earliest = next;
        order = requireNonNull(next.queue).readyOrder;
      }
    }
    hasReady = earliest != null;
    return earliest;
  }

  /**
   * Ends the unit: all its effects are one block, its shards are free. Keys left ready are served
   * by others ({@link Keyspace#addServer}).
   */
  public void releaseAll() {
    try {
      if (events.areThere()) {
        events.publish();
      }
    } finally {
      end();
    }
  }

  private void end() {
    if (hasReady) {
      hasReady = false;
      for (int i = 0; i < heldCount; i++) {
        keyspace.planService(held[i]);
      }
    }
    long effects = sequence;
    if (effects != 0) {
      keyspace.journal().end(this, effects);
      sequence = 0;
      done = effects;
    }
    boolean areMarked = isMarking && !hasUnmarked;
    long last = isNarrow ? Math.max(looked, effects) : 0;
    for (int i = 0; i < heldCount; i++) {
      long own = held[i].ownership.ending(effects, areMarked);
      last = isNarrow ? last : Math.max(last, own);
      held[i].disown();
    }
    seen = Math.max(seen, last);
    hasUnmarked = false;
    if (isBusy) {
      // A volatile write waits for all that was written before: not at the end of each unit.
      isBusy = false;
    }
    heldCount = 0;
    meetsLeases = false;
  }

  /** Says that effects up to this sequence may have been seen without owning their shards. */
  public void hasSeen(long sequence) {
    seen = Math.max(seen, sequence);
  }

  /** Forgets what the units so far have seen and done. */
  public void startOver() {
    seen = 0;
    done = 0;
  }

  /**
   * The last effects that the units since {@link #startOver} can have seen, or had themselves: the
   * highest sequence among the shards that they owned, or the keys that they looked at; 0 if there
   * is none.
   */
  public long seen() {
    return seen;
  }

  /** The last sequence of the units since {@link #startOver}, 0 if they had no effects. */
  public long done() {
    return done;
  }

  /** The last effects that this unit can have seen, or had, although it has not ended. */
  public long seenSoFar() {
    long last = sequence;
    for (int i = 0; i < heldCount; i++) {
      last = Math.max(last, held[i].ownership.lastEffect());
    }
    return last;
  }

  /** The unit's place in the journal, drawn at its first effect; for an effect on a key. */
  long sequence(Shard shard, long hash) {
    long drawn = draw();
    if (isMarking) {
      shard.ownership.mark(hash, drawn);
    }
    return drawn;
  }

  /** The same, by the key's entry. */
  long sequenceFor(Shard shard, long entry) {
    return isMarking
        ? sequence(shard, keyspace.hash(Entry.keyAddress(entry), Entry.keyLength(entry)))
        : draw();
  }

  /** The same, for an effect on many keys. */
  long sequenceOfMany() {
    hasUnmarked = true;
    return draw();
  }

  private long draw() {
    if (sequence == 0) {
      sequence = keyspace.journal().begin(this);
    }
    return sequence;
  }

  /**
   * Loads what the commands on these keys are about to read, so that their cache misses overlap:
   * first all buckets, then all record heads. Needs no shard; changes nothing.
   *
   * @param hashes of keys in this database
   */
  public void touch(int database, long[] hashes, int count) {
    prefetch.touch(database, hashes, count);
  }

  /**
   * Begins to load the bucket of a single key: the core waits for it no sooner than somebody looks
   * into it, or a few hundred instructions later.
   */
  public void touchBucket(int database, long hash) {
    prefetch.touchBucket(database, hash);
  }

  /**
   * The same for what commands on members of a large collection are about to read; of a packed one
   * there is nothing to load.
   *
   * @param hashes of members
   * @param count up to {@link #TOUCH_BATCH}
   */
  public void touchMembers(CollectionValue view, long[] hashes, int count) {
    prefetch.touchMembers(view, hashes, count);
  }

  /**
   * The same for what is known of readers of these keys.
   *
   * @param tracked by the numbers of their shards
   */
  public void touch(TrackedKeys[] tracked, long[] hashes, int count) {
    prefetch.touch(tracked, hashes, count);
  }
}
