package dev.larder.storage.evict;

import dev.larder.storage.memory.HotPath;
import dev.larder.storage.memory.Memory;

/*
 * An entry, of which there is an array; number 0 is none:
 *
 *   0      8              16      20      24      28
 *   +------+--------------+-------+-------+-------+-------+
 *   |  id  |   deadline   | chain | older | newer | state |
 *   +------+--------------+-------+-------+-------+-------+
 *
 * Behind the array are buckets of four bytes, by the upper bits of ids: each has the number of its
 * first entry, and chains lead to the others, or from one free entry to the next. Older and newer
 * link the order of use under LRU, and the new keys under S3, whose clock hand goes from bucket to
 * bucket, as that of the real cache goes through hash space.
 */

/**
 * A cache that has no values: it knows what a real one of so many keys would hold, by LRU or by
 * S3-FIFO. Made for some thousand keys, in memory that it is given. One thread at a time.
 */
@HotPath
public final class Miniature {
  /** No entry. */
  public static final int NONE = 0;

  private static final int ID = 0;
  private static final int DEADLINE = 8;
  private static final int CHAIN = 16;
  private static final int OLDER = 20;
  private static final int NEWER = 24;
  private static final int STATE = 28;
  private static final int ENTRY_BYTES = 32;

  private static final int COUNTER = 3;
  private static final int IN_ORDER = 4;
  private static final int PRESENT = 8;
  private static final int MISSED = 16;

  /** As of the real one: the most new keys, in hundredths, and where that matters. */
  private static final int MAX_SHARE = 30;

  private static final int FEW_KEYS = 16;

  /** As of the real one: the hand passes so many until it takes the best that it has seen. */
  private static final int PATIENCE = 16;

  private static final int GHOST_BITS = 8;

  /** Ghosts may be off by this part. */
  private static final int TOLERANCE = 8;

  /** So many go at a time when there are too many. */
  private static final int EVICTED_AT_ONCE = 8;

  /** So many are looked at, at a time, whether they have expired. */
  private static final int EXPIRY_STEP = 2;

  private final long entries;
  private final int most;
  private final long buckets;
  private final int bucketBits;
  private final Ghost ghost;
  private boolean isQueued;
  private int capacity;
  private int target;
  private int count;
  private int inOrder;
  private int oldest;
  private int newest;
  private int free;
  private int fresh = 1;
  private int hand;
  private int nextToExpire;
  private boolean hasDeadlines;
  private boolean hasEvicted;

  /**
   * Makes an empty one.
   *
   * @param address of {@link #bytes} zeros
   * @param most how many keys it may ever have
   */
  public Miniature(long address, int most) {
    this.entries = address;
    this.most = most;
    this.capacity = most;
    this.bucketBits = bucketBits(most);
    this.buckets = address + (most + 1L) * ENTRY_BYTES;
    this.ghost = new Ghost(GHOST_BITS, 2L * most);
  }

  private static int bucketBits(int most) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(most - 1);
  }

  /** What one of so many keys takes of memory, ghosts left out. */
  public static long bytes(int most) {
    return (most + 1L) * ENTRY_BYTES + ((long) Integer.BYTES << bucketBits(most));
  }

  /** What it takes beside that. */
  public long ghostBytes() {
    return ghost.bytes();
  }

  /** Gives back what it has reserved itself; nobody may use it any more. */
  public void close() {
    ghost.close();
  }

  /** Begins anew, without a key. */
  public void clear(boolean isS3) {
    isQueued = isS3;
    Memory.fill(buckets, (long) Integer.BYTES << bucketBits, (byte) 0);
    Memory.fill(entries, (long) fresh * ENTRY_BYTES, (byte) 0);
    ghost.drop();
    count = 0;
    inOrder = 0;
    oldest = NONE;
    newest = NONE;
    free = NONE;
    fresh = 1;
    nextToExpire = 1;
    hand = 0;
    hasDeadlines = false;
    hasEvicted = false;
  }

  /**
   * Has it hold so many keys from now on; {@link #trim} makes it so.
   *
   * @param share the part of new ones under S3, in hundredths
   */
  public void capacity(double keys, int share) {
    capacity = (int) Math.clamp(Math.round(keys), 1, most);
    target = Math.max(1, (int) (keys * share / 100));
    int remembered = (int) ghost.capacity();
    if (isQueued && Math.abs(capacity - remembered) > remembered / TOLERANCE + TOLERANCE) {
      ghost.resize(capacity);
    }
  }

  /** How many keys it has. */
  public int count() {
    return count;
  }

  /** Whether any had to go since it began. */
  public boolean hasEvicted() {
    return hasEvicted;
  }

  /** The entry of a key, or {@link #NONE}; one whose deadline has passed is dropped first. */
  public int find(long id, long nowMillis) {
    expireSome(nowMillis);
    int slot = Memory.getInt(bucket(id));
    while (slot != NONE) {
      long entry = entry(slot);
      if (Memory.getLong(entry + ID) == id) {
        if (!hasExpired(entry, nowMillis)) {
          return slot;
        }
        remove(slot);
        return NONE;
      }
      slot = Memory.getInt(entry + CHAIN);
    }
    return NONE;
  }

  private static boolean hasExpired(long entry, long nowMillis) {
    long deadline = Memory.getLong(entry + DEADLINE);
    return deadline >= 0 && deadline < nowMillis;
  }

  private void expireSome(long nowMillis) {
    for (int i = 0; i < EXPIRY_STEP && hasDeadlines; i++) {
      nextToExpire = nextToExpire < fresh - 1 ? nextToExpire + 1 : 1;
      long entry = entry(nextToExpire);
      if (isPresent(entry) && hasExpired(entry, nowMillis)) {
        remove(nextToExpire);
      }
    }
  }

  /** A key is used. */
  public void use(int slot) {
    long entry = entry(slot);
    if (!isQueued) {
      if (slot != newest) {
        unlink(entry);
        link(slot, entry);
      }
      return;
    }
    int state = Memory.getInt(entry + STATE);
    if ((state & COUNTER) != COUNTER) {
      Memory.putInt(entry + STATE, state + 1);
    }
  }

  /** Says that the real cache has missed a key that is here: it may be stored there once more. */
  public void missedElsewhere(int slot) {
    long state = entry(slot) + STATE;
    Memory.putInt(state, Memory.getInt(state) | MISSED);
  }

  /** Whether that was said, which is forgotten. */
  public boolean takeMissedElsewhere(int slot) {
    long at = entry(slot) + STATE;
    int state = Memory.getInt(at);
    Memory.putInt(at, state & ~MISSED);
    return (state & MISSED) != 0;
  }

  /**
   * Gives a key another deadline.
   *
   * @param deadlineMillis negative for none
   */
  public void deadline(int slot, long deadlineMillis) {
    Memory.putLong(entry(slot) + DEADLINE, deadlineMillis);
    hasDeadlines |= deadlineMillis >= 0;
  }

  /** Takes in a key that it does not have; others go for it. */
  public void insert(long id, long deadlineMillis) {
    for (int i = 0; i < EVICTED_AT_ONCE && count >= capacity; i++) {
      evict();
    }
    int slot = free;
    if (slot == NONE) {
      slot = fresh++;
    } else {
      free = Memory.getInt(entry(slot) + CHAIN);
    }
    long entry = entry(slot);
    long bucket = bucket(id);
    Memory.putLong(entry + ID, id);
    Memory.putInt(entry + STATE, PRESENT);
    Memory.putInt(entry + CHAIN, Memory.getInt(bucket));
    Memory.putInt(bucket, slot);
    deadline(slot, deadlineMillis);
    count++;
    if (!isQueued || isNew(id)) {
      link(slot, entry);
    }
  }

  /** Whether a key has to prove that it is needed. */
  private boolean isNew(long id) {
    boolean isFull = capacity >= FEW_KEYS && inOrder > capacity * MAX_SHARE / 100;
    return !ghost.remove(spread(id)) && !isFull;
  }

  /** The lower bits of ids have little in them, but ghosts go by these. */
  private static long spread(long id) {
    return id ^ id >>> Integer.SIZE;
  }

  /** Drops a key. */
  public void remove(int slot) {
    long entry = entry(slot);
    if ((Memory.getInt(entry + STATE) & IN_ORDER) != 0) {
      unlink(entry);
    }
    long from = bucket(Memory.getLong(entry + ID));
    while (Memory.getInt(from) != slot) {
      from = entry(Memory.getInt(from)) + CHAIN;
    }
    Memory.putInt(from, Memory.getInt(entry + CHAIN));
    Memory.putInt(entry + CHAIN, free);
    Memory.putInt(entry + STATE, 0);
    free = slot;
    count--;
  }

  /** Drops the keys whose lower half is not less than this, as a signed number. */
  public void keepBelow(int threshold) {
    for (int slot = 1; slot < fresh; slot++) {
      long entry = entry(slot);
      if (isPresent(entry) && (int) Memory.getLong(entry + ID) >= threshold) {
        remove(slot);
      }
    }
  }

  /** Has up to so many keys go that are too many. */
  public void trim(int atMost) {
    for (int i = 0; i < atMost && count > capacity; i++) {
      evict();
    }
  }

  // ---- what goes

  private void evict() {
    hasEvicted = true;
    if (!isQueued) {
      remove(oldest);
      return;
    }
    int before = count;
    while (count == before) {
      if (inOrder > 0 && (inOrder >= target || inOrder == count)) {
        examine(oldest);
      } else {
        sweep();
      }
    }
  }

  /** The oldest of the new keys becomes another one if it was used, or goes. */
  private void examine(int slot) {
    long entry = entry(slot);
    if ((Memory.getInt(entry + STATE) & COUNTER) != 0) {
      unlink(entry);
      Memory.putInt(entry + STATE, Memory.getInt(entry + STATE) & ~COUNTER);
    } else {
      ghost.add(spread(Memory.getLong(entry + ID)));
      remove(slot);
    }
  }

  /** Moves the hand on until one of the others goes; there are some. */
  private void sweep() {
    int lowest = NONE;
    int lowestCounter = COUNTER + 1;
    int passed = 0;
    while (true) {
      int slot = Memory.getInt(buckets + (long) hand * Integer.BYTES);
      hand = hand + 1 & (1 << bucketBits) - 1;
      while (slot != NONE) {
        long entry = entry(slot);
        int state = Memory.getInt(entry + STATE);
        int next = Memory.getInt(entry + CHAIN);
        if ((state & IN_ORDER) == 0) {
          int counter = state & COUNTER;
          if (counter == 0) {
            remove(slot);
            return;
          }
          Memory.putInt(entry + STATE, state - 1);
          if (counter <= lowestCounter) {
            lowestCounter = counter - 1;
            lowest = slot;
          }
          if (++passed == PATIENCE) {
            remove(lowest);
            return;
          }
        }
        slot = next;
      }
    }
  }

  // ---- the order

  private void link(int slot, long entry) {
    Memory.putInt(entry + OLDER, newest);
    Memory.putInt(entry + NEWER, NONE);
    if (newest == NONE) {
      oldest = slot;
    } else {
      Memory.putInt(entry(newest) + NEWER, slot);
    }
    newest = slot;
    inOrder++;
    Memory.putInt(entry + STATE, Memory.getInt(entry + STATE) | IN_ORDER);
  }

  private void unlink(long entry) {
    int older = Memory.getInt(entry + OLDER);
    int newer = Memory.getInt(entry + NEWER);
    if (older == NONE) {
      oldest = newer;
    } else {
      Memory.putInt(entry(older) + NEWER, newer);
    }
    if (newer == NONE) {
      newest = older;
    } else {
      Memory.putInt(entry(newer) + OLDER, older);
    }
    inOrder--;
    Memory.putInt(entry + STATE, Memory.getInt(entry + STATE) & ~IN_ORDER);
  }

  private long entry(int slot) {
    assert slot > 0 && slot <= most : slot;
    return entries + (long) slot * ENTRY_BYTES;
  }

  private static boolean isPresent(long entry) {
    return (Memory.getInt(entry + STATE) & PRESENT) != 0;
  }

  private long bucket(long id) {
    return buckets + (id >>> Long.SIZE - bucketBits) * Integer.BYTES;
  }

  /** Checks all entries, chains and the order; for tests. */
  public void validate() {
    int chained = 0;
    int linked = 0;
    for (int i = 0; i < 1 << bucketBits; i++) {
      int slot = Memory.getInt(buckets + (long) i * Integer.BYTES);
      while (slot != NONE) {
        long entry = entry(slot);
        check(isPresent(entry) && bucket(Memory.getLong(entry + ID)) == buckets + 4L * i, slot);
        linked += (Memory.getInt(entry + STATE) & IN_ORDER) != 0 ? 1 : 0;
        chained++;
        slot = Memory.getInt(entry + CHAIN);
      }
    }
    int ordered = 0;
    int before = NONE;
    for (int slot = oldest; slot != NONE; slot = Memory.getInt(entry(slot) + NEWER)) {
      check(Memory.getInt(entry(slot) + OLDER) == before, slot);
      before = slot;
      ordered++;
    }
    check(before == newest, newest);
    check(chained == count && linked == inOrder && ordered == inOrder, count);
    check(isQueued || inOrder == count, inOrder);
  }

  private static void check(boolean holds, int slot) {
    if (!holds) {
      throw new IllegalStateException("a miniature cache is broken at " + slot);
    }
  }
}
