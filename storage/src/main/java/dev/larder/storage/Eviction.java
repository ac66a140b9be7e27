package dev.larder.storage;

import dev.larder.storage.evict.EvictionBits;
import dev.larder.storage.evict.HandleRing;
import dev.larder.storage.evict.UseCount;
import dev.larder.storage.evict.UseRates;
import dev.larder.storage.evict.UseTime;
import dev.larder.storage.memory.HotPath;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of the keys of a keyspace to know which should go first, by the policy; {@link
 * Evictor} has them go. Asked of every use of a key by the owner of its shard; the sums of all
 * shards are exact to about a 65536th.
 */
@HotPath
public final class Eviction {
  private static final int STEP_SHIFT = 16;
  private static final int MAX_KEY_STEP = 32;
  private static final int MAX_BYTE_STEP = 1024;

  /** Of this many keys on, a new one's handle waits for others. */
  private static final int HANDLE_STEP_SHIFT = 14;

  private static final int MAX_HANDLE_STEP = 32;

  private static final int DEFAULT_SAMPLES = 5;

  private final Keyspace keyspace;
  private final AtomicLong keys = new AtomicLong();
  private final AtomicLong smalls = new AtomicLong();
  private final List<Evictor> evictors = new CopyOnWriteArrayList<>();
  private final List<HandleBuffer> buffers = new CopyOnWriteArrayList<>();
  private final UseRates rates = new UseRates();
  private final EvictionWalk walk;
  private final HitCurve hitCurve;
  private volatile EvictionPolicy policy = EvictionPolicy.NOEVICTION;
  private volatile EvictionPolicy.Notes notes = EvictionPolicy.NOEVICTION.notes();
  private volatile int samples = DEFAULT_SAMPLES;

  /** About the time, for who has no clock. */
  private volatile long clockMillis;

  private volatile BooleanSupplier isLoading = () -> false;

  /** Null until an S3 policy is chosen for the first time. */
  private volatile @Nullable S3Queues queues;

  private int keyStep = 1;
  private int byteStep = 1;
  private int handleStep = 1;

  Eviction(Keyspace keyspace) {
    this.keyspace = keyspace;
    this.walk = new EvictionWalk(keyspace, this);
    this.hitCurve = new HitCurve(keyspace, this);
  }

  void close() {
    hitCurve.close();
    S3Queues q = queues;
    if (q != null) {
      q.close();
    }
  }

  public EvictionPolicy policy() {
    return policy;
  }

  /** What other sizes would bring. */
  public HitCurve hitCurve() {
    return hitCurve;
  }

  /** Goes by another policy from now on; any thread. */
  public synchronized void policy(EvictionPolicy newPolicy) {
    EvictionPolicy.Notes before = notes;
    EvictionPolicy.Notes next = newPolicy.notes();
    S3Queues q = queues;
    if (next == EvictionPolicy.Notes.QUEUES && q == null) {
      queues = new S3Queues();
    }
    policy = newPolicy;
    notes = next;
    if (before == EvictionPolicy.Notes.QUEUES && next != before && q != null) {
      q.clear();
    }
    // What is about to be loaded is told its use by the file.
    walk.restart(!next.isAs(before) && keys.get() > 0);
  }

  /** How many keys are compared before one goes, by those policies that go by samples. */
  public void samples(int count) {
    samples = count;
  }

  int samples() {
    return samples;
  }

  /** How seldom a use counts of a key that is used often, as Redis's option of this name. */
  public void lfuLogFactor(int factor) {
    rates.logFactor(factor);
  }

  /** After how many minutes a counter of uses loses one; 0 for never. */
  public void lfuDecay(int minutes) {
    rates.decayMinutes(minutes);
    walk.restart(false);
  }

  UseRates rates() {
    return rates;
  }

  /** What is written into records when their keys are used. */
  public EvictionPolicy.Notes notes() {
    return notes;
  }

  /** Keys that come into being while this says so are no new ones. */
  public void loadingWhile(BooleanSupplier loading) {
    isLoading = loading;
  }

  /** Gives memory back to the system, and makes that of ghosts fit; by a thread of its own. */
  void returnMemory() {
    S3Queues q = queues;
    if (q != null && notes == EvictionPolicy.Notes.QUEUES) {
      q.returnMemory(keys.get());
    }
  }

  /** Bytes of what is remembered beside the records. */
  public long bytes() {
    S3Queues q = queues;
    return q == null ? 0 : q.bytes();
  }

  /**
   * What counts as used of that: as much as may become necessary for the keys there are, before it
   * is. So a limit has room for the same number of keys whether something is remembered already or
   * not, and whatever the share of new ones is.
   */
  long countedBytes() {
    S3Queues q = queues;
    boolean isUsed = policy.kind() == EvictionPolicy.Kind.S3;
    return q == null || !isUsed ? 0 : q.countedBytes(keys.get());
  }

  /** Keys that had to go, since the start. */
  public long evictedKeys() {
    long sum = 0;
    for (Evictor evictor : evictors) {
      sum += evictor.evictedKeys();
    }
    return sum;
  }

  /** A unit has this buffer. */
  void add(HandleBuffer buffer) {
    buffers.add(buffer);
  }

  /** Checks everything against all records; for tests, a unit owns all shards. */
  public void validate() {
    new EvictionValidator(keyspace).validate();
  }

  /** Visits all handles, wherever they are; for tests. */
  void forEachHandle(HandleRing.Visitor visitor) {
    S3Queues q = queues;
    if (q != null) {
      q.ring.forEach(visitor);
    }
    buffers.forEach(buffer -> buffer.forEach(visitor));
    evictors.forEach(evictor -> evictor.forEachTaken(visitor));
  }

  void add(Evictor evictor) {
    evictors.add(evictor);
  }

  @Nullable S3Queues queues() {
    return queues;
  }

  // ---- sums

  /** How many keys there are. */
  long keys() {
    return keys.get();
  }

  /** How many of them are small. */
  long smalls() {
    return smalls.get();
  }

  void addKeys(long moreKeys, long moreSmalls) {
    if (moreKeys != 0) {
      long sum = keys.addAndGet(moreKeys);
      keyStep = (int) Math.clamp(sum >> STEP_SHIFT, 1, MAX_KEY_STEP);
      handleStep = (int) Math.clamp(sum >> HANDLE_STEP_SHIFT, 1, MAX_HANDLE_STEP);
    }
    if (moreSmalls != 0) {
      smalls.addAndGet(moreSmalls);
    }
  }

  /** So large a change of a shard's keys is told. */
  int keyStep() {
    return keyStep;
  }

  /** So large a change of a shard's bytes is told. */
  int byteStep() {
    return byteStep;
  }

  void usedBytes(long bytes) {
    int step = (int) Math.clamp(bytes >> STEP_SHIFT, 1, MAX_BYTE_STEP);
    if (step != byteStep) {
      byteStep = step;
    }
  }

  // ---- keys

  /** A unit uses a key. */
  void used(long record, long hash, Unit unit) {
    if (!unit.isTouching()) {
      return;
    }
    switch (notes) {
      case TIME_OF_USE -> UseTime.stamp(record, timeOf(unit), walk.scale());
      case TIME_OF_CHANGE -> {}
      case FREQUENCY -> {
        if (unit.uses(hash)) {
          UseCount.count(record, unit.random(), rates);
        }
      }
      case QUEUES -> {
        if (unit.uses(hash)) {
          EvictionBits.count(record);
        }
      }
    }
  }

  /** Where commands are replayed, their time is long before this. */
  private long timeOf(Unit unit) {
    return Math.max(unit.nowMillis(), clockMillis);
  }

  /** The owner of a shard has changed a key. */
  void changed(long record, Shard shard) {
    if (notes == EvictionPolicy.Notes.TIME_OF_CHANGE) {
      UseTime.stamp(record, timeOf(shard.owner()), walk.scale());
    }
  }

  /** A key has come into being, in a shard that a unit owns; whether its record is small. */
  boolean admit(long record, long hash, Unit unit) {
    unit.uses(hash);
    switch (notes) {
      case TIME_OF_USE, TIME_OF_CHANGE -> UseTime.stamp(record, timeOf(unit), walk.scale());
      case FREQUENCY -> UseCount.set(record, UseCount.FIRST, rates);
      case QUEUES -> {
        return isSmall(record, hash, unit);
      }
    }
    return false;
  }

  private boolean isSmall(long record, long hash, Unit unit) {
    S3Queues q = queues;
    if (q == null
        || !q.admit(
            hash, unit.handles(), keys.get(), smalls.get(), handleStep, isLoading.getAsBoolean())) {
      return false;
    }
    EvictionBits.setSmall(record);
    return true;
  }

  /** A key has got the value of another one, which is about to go: it is as frequent. */
  void inherit(long from, long record) {
    if (notes == EvictionPolicy.Notes.FREQUENCY) {
      UseCount.set(record, UseCount.counter(from, rates), rates);
    }
  }

  boolean isLoading() {
    return isLoading.getAsBoolean();
  }

  // ---- what is known of a key

  /** For how long a key has not been used, or changed, by the policy, in milliseconds. */
  public long idleMillis(long entry, long nowMillis) {
    return nowMillis - UseTime.lastMillis(entry, nowMillis);
  }

  /** How often a key is used: a logarithm, up to 255. */
  public int frequency(long entry) {
    return UseCount.counter(entry, rates);
  }

  /** Takes what is told of a key that has just come into being, as far as such things are noted. */
  public void tell(long entry, long told, long nowMillis) {
    if (told == ToldUse.NONE) {
      return;
    }
    if (ToldUse.isFrequency(told)) {
      if (notes == EvictionPolicy.Notes.FREQUENCY) {
        UseCount.set(entry, ToldUse.frequencyOf(told), rates);
      }
    } else if (notes.isTime()) {
      UseTime.idle(entry, told, nowMillis, walk.scale());
    }
  }

  /** What files tell of a key's use: only what decides on what goes. */
  long toTell(long record) {
    if (notes == EvictionPolicy.Notes.FREQUENCY) {
      return ToldUse.frequency(UseCount.counter(record, rates));
    }
    return policy.needsTimes() ? idleMillis(record, clockMillis) : ToldUse.NONE;
  }

  /** Of two keys that with the lesser rank goes first. */
  long rank(long record, long nowMillis) {
    return switch (notes) {
      case TIME_OF_USE, TIME_OF_CHANGE -> UseTime.lastMillis(record, nowMillis);
      case FREQUENCY -> UseCount.counter(record, rates);
      case QUEUES -> EvictionBits.rank(record);
    };
  }

  /** Goes on to a time; any thread. */
  public void time(long nowMillis) {
    clockMillis = nowMillis;
    rates.time(nowMillis);
  }

  /**
   * Goes on to a time, and sees to what is noted of keys for about so long; a unit without shards.
   */
  void keepNotes(Unit unit, long nowMillis, long nanos) {
    time(nowMillis);
    walk.step(unit, nowMillis, nanos);
  }
}
