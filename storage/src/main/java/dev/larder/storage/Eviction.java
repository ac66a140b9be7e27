package dev.larder.storage;

import dev.larder.storage.evict.EvictionBits;
import dev.larder.storage.evict.HandleRing;
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

  private final Keyspace keyspace;
  private final AtomicLong keys = new AtomicLong();
  private final AtomicLong smalls = new AtomicLong();
  private final List<Evictor> evictors = new CopyOnWriteArrayList<>();
  private final List<HandleBuffer> buffers = new CopyOnWriteArrayList<>();
  private volatile EvictionPolicy policy = EvictionPolicy.NOEVICTION;
  private volatile BooleanSupplier isLoading = () -> false;

  /** Null until an S3 policy is chosen for the first time. */
  private volatile @Nullable S3Queues queues;

  /** Whether the policy is an S3 one, which has {@link #queues}. */
  private volatile boolean isS3;

  private int keyStep = 1;
  private int byteStep = 1;
  private int handleStep = 1;

  Eviction(Keyspace keyspace) {
    this.keyspace = keyspace;
  }

  void close() {
    S3Queues q = queues;
    if (q != null) {
      q.close();
    }
  }

  public EvictionPolicy policy() {
    return policy;
  }

  /** Goes by another policy from now on; any thread. */
  public synchronized void policy(EvictionPolicy newPolicy) {
    boolean becomesS3 = newPolicy.kind() == EvictionPolicy.Kind.S3;
    S3Queues q = queues;
    if (becomesS3 && q == null) {
      queues = new S3Queues();
    }
    policy = newPolicy;
    if (isS3 && !becomesS3 && q != null) {
      isS3 = false;
      q.clear();
    }
    isS3 = becomesS3;
  }

  /** Keys that come into being while this says so are no new ones. */
  public void loadingWhile(BooleanSupplier loading) {
    isLoading = loading;
  }

  /** Gives memory back to the system, and makes that of ghosts fit; by a thread of its own. */
  void returnMemory() {
    S3Queues q = queues;
    if (q != null && isS3) {
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
    if (isS3 && unit.uses(hash)) {
      EvictionBits.count(record);
    }
  }

  /** A key has come into being, in a shard that a unit owns; whether its record is small. */
  boolean admit(long record, long hash, Unit unit) {
    unit.uses(hash);
    if (!isS3) {
      return false;
    }
    S3Queues q = queues;
    if (q == null
        || !q.admit(
            hash, unit.handles(), keys.get(), smalls.get(), handleStep, isLoading.getAsBoolean())) {
      return false;
    }
    EvictionBits.setSmall(record);
    return true;
  }
}
