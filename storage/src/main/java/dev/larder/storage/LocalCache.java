package dev.larder.storage;

import dev.larder.storage.memory.VirtualMemory;

/**
 * A keyspace as a cache inside this process, with everything that decides on what stays in it, but
 * without a network: for replaying traces. One thread uses it; the time stands where it was put.
 */
public final class LocalCache implements AutoCloseable {
  private static final int MAX_KEY_BYTES = 1 << 16;
  private static final long BUDGET_NANOS = 1_000_000_000;

  private final Keyspace keyspace;
  private final Unit unit;
  private final Evictor evictor;
  private final MemoryLimit limit;
  private final long key = VirtualMemory.reserve(MAX_KEY_BYTES);
  private final int maxValueBytes;
  private final long value;
  private long nowMillis;

  /** What a cache is limited by. */
  public enum Measure {
    KEYS,
    BYTES
  }

  /**
   * Opens an empty one.
   *
   * @param shards a power of two; {@link StorageOptions#forCores} has those of a server
   * @param most how many keys or bytes there may be
   * @param maxValueBytes of a value
   */
  public LocalCache(
      EvictionPolicy policy, int shards, Measure measure, long most, int maxValueBytes) {
    StorageOptions options =
        new StorageOptions(shards, 1, StorageOptions.DEFAULT_SHARD_RESERVE_BYTES);
    this.keyspace = Keyspace.open(options, Journal.NONE);
    keyspace.eviction().policy(policy);
    this.unit = keyspace.newUnit();
    this.evictor = keyspace.newEvictor(keyspace.newUnit());
    this.maxValueBytes = maxValueBytes;
    this.value = VirtualMemory.reserve(maxValueBytes + 1);
    this.limit = () -> (measure == Measure.KEYS ? keysNow() : keyspace.usedBytes()) > most;
  }

  private long keysNow() {
    return keyspace.eviction().keys();
  }

  /** Goes on to a time, in milliseconds since the epoch. */
  public void time(long millis) {
    nowMillis = millis;
    keyspace.housekeep(unit, 0, 1, nowMillis, 1_000_000);
    evictor.keepHouse(nowMillis);
  }

  /** Uses a key; whether it is there. */
  public boolean get(byte[] name) {
    Shard shard = own(name);
    long hash = hash(name);
    long entry = shard.find(unit, 0, hash, key, name.length);
    if (hitCurve().samples(hash)) {
      hitCurve().requested(unit, 0, hash, entry);
    }
    unit.releaseAll();
    return entry != 0;
  }

  /** Stores a key that lives until it has to go: see {@link #put(byte[], int, long)}. */
  public boolean put(byte[] name, int valueBytes) {
    return put(name, valueBytes, -1);
  }

  /**
   * Stores a key with a value of so many bytes, and has others go until there is room.
   *
   * @param deadlineMillis since the epoch, -1 for none
   * @return false if nothing could go, so that there is no such key now
   */
  public boolean put(byte[] name, int valueBytes, long deadlineMillis) {
    if (valueBytes > maxValueBytes) {
      throw new IllegalArgumentException("a value may have " + maxValueBytes + " bytes at most");
    }
    Shard shard = own(name);
    long hash = hash(name);
    long entry = shard.store(unit, 0, hash, key, name.length, value, valueBytes, deadlineMillis);
    unit.releaseAll();
    if (entry == 0) {
      throw new IllegalStateException("no address space is left");
    }
    evictor.keepNone();
    evictor.keep(hash);
    Evictor.Outcome outcome = Evictor.Outcome.PROGRESS;
    while (limit.isExceeded() && outcome == Evictor.Outcome.PROGRESS) {
      outcome = evictor.evict(limit, nowMillis, BUDGET_NANOS);
    }
    if (outcome == Evictor.Outcome.NOTHING) {
      remove(name);
      return false;
    }
    return true;
  }

  /** Removes a key, if it is there. */
  public void remove(byte[] name) {
    Shard shard = own(name);
    long hash = hash(name);
    if (!shard.remove(unit, 0, hash, key, name.length, Removal.DELETED)
        && hitCurve().samples(hash)) {
      hitCurve().deleted(0, hash);
    }
    unit.releaseAll();
  }

  private Shard own(byte[] name) {
    if (name.length > MAX_KEY_BYTES) {
      throw new IllegalArgumentException("a key may have " + MAX_KEY_BYTES + " bytes at most");
    }
    Bytes.fromArray(name, 0, key, name.length);
    Shard shard = keyspace.shardOf(hash(name));
    unit.begin(nowMillis);
    while (!unit.acquire(shard)) {
      Thread.onSpinWait();
    }
    return shard;
  }

  private long hash(byte[] name) {
    return keyspace.hash(key, name.length);
  }

  /** What other sizes would bring, if it is watched; whoever wants that calls its tick, too. */
  public HitCurve hitCurve() {
    return keyspace.eviction().hitCurve();
  }

  /** How many keys there are. */
  public long keys() {
    return keyspace.size(0);
  }

  /** Bytes that they take, with what finds them. */
  public long usedBytes() {
    return keyspace.usedBytes();
  }

  /** Keys that had to go. */
  public long evictedKeys() {
    return keyspace.eviction().evictedKeys();
  }

  @Override
  public void close() {
    keyspace.close();
    VirtualMemory.release(key, MAX_KEY_BYTES);
    VirtualMemory.release(value, maxValueBytes + 1);
  }
}
