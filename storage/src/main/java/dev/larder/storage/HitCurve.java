package dev.larder.storage;

import dev.larder.storage.evict.Miniatures;
import dev.larder.storage.memory.HotPath;
import dev.larder.storage.table.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/*
 * Problem. What would the hit ratio be with half, twice, four times the memory? Simulating that for
 * all keys would take as much memory and time as the cache itself.
 *
 * Idea. Simulate caches as much smaller as there are fewer requests [1, 2]: of a part of all keys,
 * chosen by their hashes, all requests go to four miniatures. Each has room for so many keys as
 * this part would have in a cache of its size.
 *
 *   request --> hash below the threshold? --- no, mostly --> nothing
 *                         | yes
 *                         v
 *   miniatures of 0.5, 1, 2, 4 times: would it be there?
 *
 * Some keys are asked for very often, and are in the sample or not: so the ratios of miniatures are
 * off by points. But these are in all of them. So only differences count: of what was counted of
 * all requests is taken, or to it is added, by how much a miniature has hit less or more often than
 * that of the present size. That also takes out most of what differs between a miniature and the
 * real cache.
 *
 * What commands look for is a request. A key comes into a miniature when it is stored, or when it
 * is asked for and the real cache has it: without it, the client would have stored it. Keys that
 * the real cache has missed, but a miniature has, are about to be stored once more: that is not
 * heeded. Deletions and deadlines count everywhere, evictions of the real cache nowhere.
 *
 * The part of keys adapts: to the number of keys, so that memory is bounded, and to the load, so
 * that time is. It gets smaller by dropping what is above the new threshold. For it to get larger
 * everything begins anew; that happens only if it can be four times as large.
 *
 * Concurrency. A lock, for which nobody waits long: what cannot be told in time is lost. Names of
 * databases are changed by who owns all shards, and read by who owns one.
 *
 * [1] Waldspurger et al., Efficient MRC construction with SHARDS, FAST 2015.
 * [2] Waldspurger et al., Cache modeling and optimization using miniature simulations, ATC 2017.
 */

/**
 * Estimates the hit ratios that caches of other sizes would have under the present load. Under the
 * S3 policies it simulates S3-FIFO, else LRU.
 */
@HotPath
public final class HitCurve implements KeyObserver {
  /**
   * The most of all requests and changes that are sampled. Each takes up to a microsecond, which is
   * also about what the server needs for a short command in a pipeline.
   */
  private static final double MAX_RATE = 1.0 / 128;

  /** It may be more where so many a second are not exceeded: a thousandth of a core. */
  private static final double FREE_EVENTS = 1024;

  /** It is lowered by more than necessary, and raised only if it is worth beginning anew. */
  private static final double LOWERED = 0.9;

  private static final double RAISED = 4;
  private static final long RAISED_AFTER_MILLIS = 1000;

  /** If nothing was evicted for so long, no larger cache would evict anything. */
  private static final long FULL_MILLIS = 60_000;

  private static final long MIN_TICK_MILLIS = 50;
  private static final int PATIENCE = 128;
  private static final double HASHES = 0x1p32;
  private static final int NO_HASH = Integer.MIN_VALUE;

  /**
   * One size.
   *
   * @param factor of the present size
   * @param keys that it has room for
   * @param bytes of data then, as estimated
   * @param hitRatio from 0 to 1
   */
  public record Point(double factor, long keys, long bytes, double hitRatio) {}

  /**
   * What is known.
   *
   * @param sampledPart of all keys
   * @param sampledKeys that the cache has itself, about
   * @param requests that count, older ones in part
   * @param seconds that count, in the same way
   * @param isS3 whether S3-FIFO is simulated, else LRU
   * @param points from the smallest size to the largest
   */
  public record Reading(
      double sampledPart,
      long sampledKeys,
      double requests,
      double seconds,
      boolean isS3,
      List<Point> points) {}

  private final Keyspace keyspace;
  private final Eviction eviction;
  private final AtomicBoolean lock = new AtomicBoolean();

  /** The lower half of the hash of a sampled key, as a signed number, is below this. */
  private volatile int threshold = NO_HASH;

  private boolean isWatching;
  private volatile @Nullable Reading reading;
  private volatile long bytes;

  /** What makes ids of databases' keys different; another number after a flush. */
  private final int[] names;

  private int lastName;

  // Under the lock.

  /** Null until it is on for the first time. */
  private @Nullable Miniatures miniatures;

  private final HitTally tally = new HitTally();
  private double rate;
  private boolean isS3;
  private long startMillis;
  private long lastMillis;
  private long lastHits;
  private long lastMisses;
  private long lastEvicted;
  private long lastEvictionMillis;

  HitCurve(Keyspace keyspace, Eviction eviction) {
    this.keyspace = keyspace;
    this.eviction = eviction;
    this.names = new int[keyspace.databases()];
    for (int i = 0; i < names.length; i++) {
      names[i] = i;
    }
    this.lastName = names.length;
  }

  void close() {
    if (miniatures != null) {
      miniatures.close();
    }
  }

  /** Bytes of memory that it takes. Any thread. */
  public long bytes() {
    return bytes;
  }

  /** What is known, as of the last {@link #tick}; null while it is off. Any thread. */
  public @Nullable Reading reading() {
    return reading;
  }

  // ---- switching

  /**
   * Begins to watch, without knowing anything, or ends that; any thread. Where the system grants no
   * memory there will be no reading.
   */
  public synchronized void watch(boolean on) {
    if (on == isWatching) {
      return;
    }
    isWatching = on;
    for (int i = 0; i < keyspace.shardCount(); i++) {
      KeyObservers observers = keyspace.shard(i).observers();
      if (on) {
        observers.add(this);
      } else {
        observers.remove(this);
      }
    }
    lock();
    try {
      if (on) {
        open();
      } else {
        threshold = NO_HASH;
        reading = null;
        bytes = 0;
        if (miniatures != null) {
          miniatures.drop();
        }
      }
    } finally {
      lock.set(false);
    }
  }

  private void open() {
    Miniatures all = miniatures == null ? Miniatures.allocate() : miniatures;
    miniatures = all;
    if (all != null) {
      lastMillis = 0;
      long keys = Math.max(1, eviction.keys());
      restart(all, Math.min(MAX_RATE, LOWERED * Miniatures.MAX_KEYS / keys), 0);
      publish(all, 0);
    }
  }

  /** Forgets everything; from now on this part of all keys is sampled. */
  private void restart(Miniatures all, double part, long nowMillis) {
    isS3 = goesByS3();
    all.clear(isS3);
    tally.clear();
    startMillis = nowMillis;
    sample(part);
  }

  private boolean goesByS3() {
    return eviction.policy().kind() == EvictionPolicy.Kind.S3;
  }

  private void sample(double part) {
    rate = part;
    threshold = (int) Math.clamp(Math.round(part * HASHES) + NO_HASH, NO_HASH, Integer.MAX_VALUE);
  }

  // ---- what happens; the owner of the key's shard says so

  /** Whether the key of this hash belongs to the sample: then what happens to it is to be told. */
  public boolean samples(long hash) {
    return (int) hash < threshold;
  }

  /**
   * A command has looked for a key of the sample, and that counts as a hit or a miss.
   *
   * @param entry 0 if there was none
   */
  public void requested(Unit unit, int database, long hash, long entry) {
    Miniatures all = tryLock(hash);
    if (all != null) {
      try {
        // Before one goes now.
        boolean isComplete = all.hasEvicted();
        boolean isThere = entry != 0;
        long deadline = isThere ? Record.deadline(entry) : -1;
        boolean isUsed = unit.isTouching() && unit.tells(hash);
        int present = all.request(id(database, hash), isThere, deadline, isUsed, unit.nowMillis());
        // If none has it but the cache, it is perhaps older than what is known.
        if (present != 0 || isComplete) {
          tally.request(present, rate);
        }
      } finally {
        lock.set(false);
      }
    }
  }

  /** A command that is no request has found a key of the sample. */
  public void found(Unit unit, int database, long hash, long entry) {
    Miniatures all = tryLock(hash);
    if (all != null) {
      try {
        boolean isUsed = unit.isTouching() && unit.tells(hash);
        all.use(
            id(database, hash), unit.isWriting(), Record.deadline(entry), isUsed, unit.nowMillis());
      } finally {
        lock.set(false);
      }
    }
  }

  /** A command deletes a key of the sample, whether it is there or not. */
  public void deleted(int database, long hash) {
    Miniatures all = tryLock(hash);
    if (all != null) {
      try {
        all.delete(id(database, hash));
      } finally {
        lock.set(false);
      }
    }
  }

  @Override
  public void changed(Shard shard, int database, long hash, long key, int keyLength) {
    if (samples(hash)) {
      ShardDatabase d = shard.openDatabase(database);
      long slot = d.table.find(hash, key, keyLength);
      if (slot != 0) {
        stored(shard.owner(), database, hash, shard.arena.address(d.table.reference(slot)));
      }
    }
  }

  private void stored(Unit unit, int database, long hash, long entry) {
    Miniatures all = tryLock(hash);
    if (all != null) {
      try {
        boolean isUsed = unit.isTouching() && unit.tells(hash);
        all.store(id(database, hash), Record.deadline(entry), isUsed, unit.nowMillis());
      } finally {
        lock.set(false);
      }
    }
  }

  @Override
  public void removing(
      Shard shard, int database, long hash, long key, int keyLength, Removal reason) {
    if (reason != Removal.EVICTED && reason != Removal.EXPIRED && samples(hash)) {
      deleted(database, hash);
    }
  }

  @Override
  public void flushing(Shard shard, int database) {
    if (shard.index() == 0) {
      names[database] = lastName++;
    }
  }

  @Override
  public void swapping(Shard shard, int first, int second) {
    if (shard.index() == 0) {
      int name = names[first];
      names[first] = names[second];
      names[second] = name;
    }
  }

  /** The lower half stays as it is, since the sample goes by it. */
  private long id(int database, long hash) {
    return hash ^ (long) (names[database] * 0x9E37_79B9) << Integer.SIZE;
  }

  /** The miniatures, locked, if that is possible soon, and the key is one of the sample now. */
  private @Nullable Miniatures tryLock(long hash) {
    for (int i = 0; i < PATIENCE; i++) {
      if (lock.compareAndSet(false, true)) {
        if (samples(hash)) {
          tally.event();
          return miniatures;
        }
        lock.set(false);
        return null;
      }
      Thread.onSpinWait();
    }
    return null;
  }

  private void lock() {
    while (!lock.compareAndSet(false, true)) {
      Thread.onSpinWait();
    }
  }

  // ---- as time goes by

  /**
   * Follows the cache; to be called several times a second, on one thread which is no event loop.
   *
   * @param allHits requests that found a key, since the start or since that was set to 0
   * @param allMisses requests that found none
   */
  public void tick(long allHits, long allMisses, long nowMillis) {
    if (reading == null) {
      return;
    }
    lock();
    try {
      Miniatures all = miniatures;
      // Late ones come fast, one behind the other.
      if (all != null && threshold != NO_HASH && nowMillis - lastMillis >= MIN_TICK_MILLIS) {
        long keys = eviction.keys();
        follow(all, allHits, allMisses, keys, nowMillis);
        fitRate(all, keys, nowMillis);
        S3Queues queues = eviction.queues();
        boolean isFull = nowMillis - lastEvictionMillis < FULL_MILLIS;
        all.fit(keys * rate, isFull, queues == null ? 0 : queues.share());
        publish(all, keys);
      }
    } finally {
      lock.set(false);
    }
  }

  private void follow(Miniatures all, long allHits, long allMisses, long keys, long nowMillis) {
    long evicted = eviction.evictedKeys();
    if (lastMillis == 0) {
      startMillis = nowMillis;
      lastEvictionMillis = evicted == 0 ? nowMillis - FULL_MILLIS : nowMillis;
    } else {
      tally.age(
          nowMillis - lastMillis, more(lastHits, allHits), more(lastMisses, allMisses), keys, rate);
      lastEvictionMillis = evicted == lastEvicted ? lastEvictionMillis : nowMillis;
    }
    lastEvicted = evicted;
    lastHits = allHits;
    lastMisses = allMisses;
    lastMillis = nowMillis;
    if (isS3 != goesByS3()) {
      restart(all, rate, nowMillis);
    }
  }

  /** How much a counter has grown, which may have been set to 0. */
  private static long more(long before, long now) {
    return now < before ? now : now - before;
  }

  private void fitRate(Miniatures all, long keys, long nowMillis) {
    double most = Math.min(1, Miniatures.MAX_KEYS / (double) Math.max(1, keys));
    if (tally.peakLoad() > 0) {
      most = Math.min(most, Math.max(MAX_RATE, FREE_EVENTS / tally.peakLoad()));
    }
    if (rate > most) {
      sample(most * LOWERED);
      all.keepBelow(threshold);
    } else if (rate * RAISED <= most && nowMillis - startMillis >= RAISED_AFTER_MILLIS) {
      restart(all, most * LOWERED, nowMillis);
    }
  }

  private void publish(Miniatures all, long keys) {
    List<Point> points = new ArrayList<>();
    long used = keyspace.usedBytes();
    for (int i = 0; i < Miniatures.count(); i++) {
      double factor = Miniatures.factor(i);
      points.add(
          new Point(factor, Math.round(keys * factor), Math.round(used * factor), tally.ratio(i)));
    }
    bytes = all.bytes();
    reading =
        new Reading(
            rate,
            Math.round(keys * rate),
            tally.requests(),
            tally.seconds(),
            isS3,
            List.copyOf(points));
  }

  /** Checks the miniatures; for tests, while nobody else is at work. */
  void validate() {
    if (miniatures != null) {
      miniatures.validate();
    }
  }
}
