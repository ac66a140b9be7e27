package dev.larder.metrics;

import dev.larder.resp.HotPath;
import dev.larder.storage.Keyspace;
import dev.larder.storage.MemoryLimit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * How much memory is used and how much may be: the one place where {@code used_memory} meets {@code
 * maxmemory}.
 *
 * <p>Data and index are counted as they change, by the keyspace. What else there is (clients'
 * buffers, the journal on its way to the disk …) is asked of those who have it by {@link #refresh},
 * several times a second on one thread, so that the question before each command is a few loads.
 * Any thread may read.
 */
@HotPath
public final class MemoryUse implements MemoryLimit {
  private static final long STALE_NANOS = 1_000_000;

  /** Who is about to evict asks others anew for at most this part of the time. */
  private static final int ASKING_PART = 100;

  /** So little beside the data need not be known exactly. */
  private static final long LITTLE_BYTES = 1 << 20;

  private static final int DEFAULT_TENACITY = 10;
  private static final int UNLIMITED_TENACITY = 100;

  /** Up to the default, tenacity is worth so much a step, and beyond it so much of itself more. */
  private static final long TENACITY_STEP_NANOS = 50_000;

  private static final double TENACITY_GROWTH = 1.15;

  private final Keyspace keyspace;
  private final List<LongSupplier> others = new CopyOnWriteArrayList<>();
  private volatile long otherBytes;
  private volatile long refreshedNanos = Clock.nanos();

  /** How long that took. */
  private volatile long askingNanos;

  private final AtomicBoolean isAsking = new AtomicBoolean();
  private volatile long limitBytes;
  private volatile long peakBytes;
  private volatile long peakMillis;
  private final EvictionClock clock = new EvictionClock();
  private volatile long evictionNanos = TENACITY_STEP_NANOS * DEFAULT_TENACITY;

  public MemoryUse(Keyspace keyspace) {
    this.keyspace = keyspace;
  }

  /** Bytes of data, index and all that is counted beside them, as known last. */
  public long usedBytes() {
    return dataBytes() + otherBytes;
  }

  /** Bytes of data and index, as known last. */
  public long dataBytes() {
    return keyspace.usedBytes() + keyspace.memory().indexCorrection();
  }

  /** Bytes beside the keyspace's, as known last. */
  public long otherBytes() {
    return otherBytes;
  }

  /** The most that may be used, 0 for no limit. */
  public long limitBytes() {
    return limitBytes;
  }

  /** Changes the limit; 0 for none. */
  public void limit(long bytes) {
    limitBytes = bytes;
  }

  /** How much more is used than may be; 0 if it is not more, or there is no limit. */
  public long excessBytes() {
    long limit = limitBytes;
    return limit == 0 ? 0 : Math.max(0, usedBytes() - limit);
  }

  /** How much more may be used; without a limit, all that a number can tell. */
  public long roomBytes() {
    long limit = limitBytes;
    return limit == 0 ? Long.MAX_VALUE : Math.max(0, limit - usedBytes());
  }

  /** Whether more is used than may be. */
  @Override
  public boolean isExceeded() {
    return excessBytes() > 0;
  }

  /** As {@link #isExceeded}, and the time of that is noted. */
  public boolean noteExceeded() {
    boolean is = isExceeded();
    if (is) {
      clock.exceeded();
    } else {
      clock.fits();
    }
    return is;
  }

  /** For how long more was used than may be. */
  public EvictionClock exceededTime() {
    return clock;
  }

  /**
   * Sets how long a command may take to evict keys before it goes on.
   *
   * @param tenacity 0 to 100: 10 is half a millisecond, 100 no limit
   */
  public void evictionTenacity(int tenacity) {
    int steps = Math.min(tenacity, DEFAULT_TENACITY);
    double nanos =
        steps * TENACITY_STEP_NANOS * Math.pow(TENACITY_GROWTH, Math.max(0, tenacity - steps));
    // Half of what a number can tell, as it is added to the clock's.
    evictionNanos = tenacity >= UNLIMITED_TENACITY ? Long.MAX_VALUE / 2 : (long) nanos;
  }

  /** How long a command may take to evict keys. */
  public long evictionNanos() {
    return evictionNanos;
  }

  /** Counts what somebody has beside the keyspace, from the next {@link #refresh} on. */
  public void count(LongSupplier bytes) {
    others.add(bytes);
  }

  /** Asks for all that is counted beside the keyspace, and notes the peak. */
  public synchronized void refresh() {
    long startNanos = Clock.nanos();
    long sum = 0;
    for (LongSupplier other : others) {
      sum += other.getAsLong();
    }
    otherBytes = sum;
    refreshedNanos = Clock.nanos();
    askingNanos = refreshedNanos - startNanos;
    noteExceeded();
    long used = usedBytes();
    if (used > peakBytes) {
      peakBytes = used;
      peakMillis = Clock.wallMillis();
    }
  }

  /**
   * As {@link #refresh}, unless that was hardly a moment ago. For who is about to refuse something.
   *
   * @return whether it was done
   */
  public boolean refreshIfStale() {
    if (Clock.nanos() - refreshedNanos < STALE_NANOS) {
      return false;
    }
    refresh();
    return true;
  }

  /**
   * As {@link #refresh}, if much is used beside the data and asking takes a small part of the time.
   * For who is about to evict keys: perhaps only clients had much, and have gone.
   */
  public void refreshIfCheap() {
    if (otherBytes >= LITTLE_BYTES
        && Clock.nanos() - refreshedNanos >= Math.max(STALE_NANOS, ASKING_PART * askingNanos)
        && isAsking.compareAndSet(false, true)) {
      try {
        refresh();
      } finally {
        isAsking.set(false);
      }
    }
  }

  /** The most that was used at any {@link #refresh}. */
  public long peakBytes() {
    return peakBytes;
  }

  /** When that was, in milliseconds since the epoch; 0 before the first. */
  public long peakMillis() {
    return peakMillis;
  }
}
