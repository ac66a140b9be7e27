package dev.larder.storage;

import dev.larder.storage.evict.Ghost;
import dev.larder.storage.evict.HandleRing;
import dev.larder.storage.memory.HotPath;
import dev.larder.storage.table.KeyTable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/*
 * Problem. Keep the keys that will be asked for again, at about two bytes a key, without lists, and
 * with all shards as one domain: each in a domain of its own would be chosen worse.
 *
 * Idea. S3-FIFO [1] with a clock in place of its main queue, and a share that adapts.
 *
 *   new key --> small: a FIFO ring of handles --- unused ----> gone, a fingerprint to the ghost
 *      |             | used meanwhile
 *      | in ghost    v
 *      +---------> main: a clock hand over hash space --- unused since the last turn ----> gone
 *
 * A use adds one to a counter of two bits in the record, and moves nothing. Most keys are used
 * once; they go soon, and do not push out what is used often. A key that comes back so soon that
 * the ghost knows it becomes a main one.
 *
 * The share of the small keys follows from regrets: two more ghosts, of a twentieth each, know
 * what went last from small and from main. When keys come back from one twice as often as from the
 * other, it gets a hundredth of all keys more.
 *
 * Concurrency. Any thread, under any shard. The sums are racy where that costs a guess only; the
 * ring has a lock; the hand is claimed in pieces, each swept by one event loop under one shard.
 *
 * Cost. Three bits in the record; ring: four bytes times the share; ghosts: 1.2 bytes a key.
 *
 * [1] Yang et al., FIFO queues are all you need for cache eviction, SOSP 2023.
 */

/** What is known of all keys of a keyspace together, while the policy is an S3 one. */
@HotPath
final class S3Queues {
  /** The share of small keys, in hundredths. */
  private static final int FIRST_SHARE = 10;

  private static final int MIN_SHARE = 1;
  private static final int MAX_SHARE = 30;

  /** Handles that may have no key beside those that have. */
  private static final int STALE_PART = 3;

  /** So many pages of them do not matter: those at either end are not rewritten. */
  private static final int FEW_STALE_PAGES = 4;

  /** The share of small keys matters only where there are more keys. */
  private static final int FEW_KEYS = 256;

  private static final int RECENT_PART = 20;
  private static final int REGRETS = 100;

  /** A byte and twice two for each twentieth in ghosts, and handles of the largest share. */
  private static final double MOST_BYTES_PER_KEY =
      1 + 2 * 2.0 / RECENT_PART + HandleRing.BYTES * MAX_SHARE / 100.0;

  private static final long MAX_HANDLES = 1L << 31;
  private static final long MAX_GHOST_BYTES = 1L << 32;
  private static final long MAX_RECENT_BYTES = 1L << 29;

  /** Ghosts may be off by this part. */
  private static final int TOLERANCE = 16;

  /** Ghosts of at most so many keys are resized by whoever finds that they should be. */
  private static final long RESIZED_AT_ONCE = 1 << 18;

  /** Keys of a piece of hash space that one event loop sweeps, at most twice as many. */
  private static final int PIECE_KEYS = 128;

  /** A turn of the hand, in pieces as small as can be. */
  static final long TURN = 1L << 32;

  /** Whether somebody looks through the ring for handles without a key. */
  final AtomicBoolean isTidying = new AtomicBoolean();

  /** The place in the ring where he is. */
  long tidyPlace;

  final HandleRing ring = new HandleRing(MAX_HANDLES);
  private final Ghost ghost = new Ghost(8, MAX_GHOST_BYTES);
  private final Ghost recentSmall = new Ghost(16, MAX_RECENT_BYTES);
  private final Ghost recentMain = new Ghost(16, MAX_RECENT_BYTES);
  private final AtomicBoolean isResizing = new AtomicBoolean();
  private final AtomicLong hand = new AtomicLong();

  /** How far the hand has to come until it has met all small keys that have no handle. */
  private volatile long orphansUntil;

  private int share = FIRST_SHARE;
  private int smallRegrets;
  private int mainRegrets;

  /** Of the thread that returns memory. */
  private final int[] freePages = new int[256];

  void close() {
    ring.close();
    ghost.close();
    recentSmall.close();
    recentMain.close();
  }

  /** Bytes that are, or may soon be, remembered of so many keys. */
  long countedBytes(long keys) {
    long handles = ring.count() * HandleRing.BYTES;
    return Math.max(handles + ghostBytes(), (long) (keys * MOST_BYTES_PER_KEY));
  }

  /** Bytes that it has of the system. */
  long bytes() {
    return ring.bytes() + ghostBytes();
  }

  private long ghostBytes() {
    return ghost.bytes() + recentSmall.bytes() + recentMain.bytes();
  }

  /** The part of keys that should be in small, in hundredths. */
  int share() {
    return share;
  }

  /** How many keys there should be in small. */
  long target(long keys) {
    return Math.max(1, keys * share / 100);
  }

  // ---- new keys

  /**
   * A key has come into being.
   *
   * @param isKnownGood whether it has not to prove that it is needed
   * @return whether it becomes a small one, and has a handle
   */
  boolean admit(
      long hash, HandleBuffer buffer, long keys, long smalls, int step, boolean isKnownGood) {
    if (ghost.capacity() > 0 && hasRegrets(hash)) {
      return false;
    }
    if (isKnownGood || isFull(keys, smalls) || hasManyStale(keys, smalls)) {
      return false;
    }
    if (!buffer.add(ring, HandleRing.handle(hash, KeyTable.tag(hash)), step)) {
      expectOrphans();
    }
    return true;
  }

  /** Whether there are as many small keys, or handles, as there may be at most. */
  private boolean isFull(long keys, long smalls) {
    long most = keys * MAX_SHARE / 100;
    return keys >= FEW_KEYS && (smalls > most || ring.count() - fewStale() > most);
  }

  /** Whether there are so many handles without a key that it would cost too much to add more. */
  boolean hasManyStale(long keys, long smalls) {
    return ring.count() - smalls > keys * MAX_SHARE / 100 / STALE_PART + fewStale();
  }

  /** Whether there are so many of them that it is time to drop them. */
  boolean shouldTidy(long smalls) {
    return ring.count() - smalls > smalls / STALE_PART + fewStale() / 2;
  }

  private int fewStale() {
    return FEW_STALE_PAGES * ring.page();
  }

  /** Whether a key that comes back was missed; notes from where it had gone. */
  private boolean hasRegrets(long hash) {
    boolean fromSmall = recentSmall.contains(hash);
    boolean fromMain = recentMain.contains(hash);
    if (fromSmall | fromMain) {
      smallRegrets += fromSmall ? 1 : 0;
      mainRegrets += fromMain ? 1 : 0;
      if (smallRegrets + mainRegrets >= REGRETS) {
        adapt();
      }
    }
    return ghost.remove(hash);
  }

  private void adapt() {
    if (smallRegrets > 2 * mainRegrets) {
      share = Math.min(share + 1, MAX_SHARE);
    } else if (mainRegrets > 2 * smallRegrets) {
      share = Math.max(share - 1, MIN_SHARE);
    }
    smallRegrets = 0;
    mainRegrets = 0;
  }

  // ---- keys that go

  void evicted(long hash, boolean isSmall) {
    if (isSmall) {
      evictedSmall(hash);
    } else {
      evictedMain(hash);
    }
  }

  void evictedSmall(long hash) {
    ghost.add(hash);
    recentSmall.add(hash);
  }

  void evictedMain(long hash) {
    recentMain.add(hash);
  }

  /**
   * Keys are about to be evicted, of so many that there are: makes the ghosts fit that.
   *
   * @param mayTakeLong whether to do it also if that takes milliseconds
   */
  void fitGhosts(long keys, boolean mayTakeLong) {
    long capacity = ghost.capacity();
    boolean fits = capacity > 0 && Math.abs(keys - capacity) <= capacity / TOLERANCE + TOLERANCE;
    boolean isFast = capacity == 0 || Math.max(keys, capacity) <= RESIZED_AT_ONCE;
    if (!fits && (isFast || mayTakeLong) && isResizing.compareAndSet(false, true)) {
      try {
        ghost.resize(keys);
        recentSmall.resize(keys / RECENT_PART);
        recentMain.resize(keys / RECENT_PART);
      } finally {
        isResizing.set(false);
      }
    }
  }

  /** Gives free memory of the ring back to the system, and has large ghosts fit. */
  void returnMemory(long keys) {
    if (ghost.capacity() > 0) {
      fitGhosts(keys, true);
    }
    returnPages();
  }

  /** Not while the ring is cleared: its pages are numbered anew. */
  private synchronized void returnPages() {
    int taken = 0;
    if (ring.tryLock()) {
      ring.compact();
      taken = ring.takeFree(freePages);
      ring.unlock();
    }
    if (taken > 0) {
      ring.decommit(freePages, taken);
      while (!ring.tryLock()) {
        Thread.onSpinWait();
      }
      ring.putClean(freePages, taken);
      ring.unlock();
    }
  }

  // ---- the hand

  /**
   * The next piece of hash space in turn: where it begins, of {@link #TURN} places. That is a
   * multiple of its size, so none reaches from one shard into the next; where pieces were smaller
   * before, the hand goes back a little.
   *
   * @param places a power of two
   */
  long claim(long places) {
    for (; ; ) {
      long before = hand.get();
      long start = before & -places;
      if (hand.compareAndSet(before, start + places)) {
        return start;
      }
    }
  }

  /** How many places a piece should have, no more than a shard. */
  static long piecePlaces(long keys, int shardBits) {
    int bits = Long.SIZE - Long.numberOfLeadingZeros(keys / PIECE_KEYS);
    return TURN >>> Math.clamp(bits, shardBits, 32);
  }

  /** Small keys without a handle may be met: the hand makes main ones of all small ones. */
  boolean hasOrphans() {
    long until = orphansUntil;
    return until != 0 && hand.get() < until;
  }

  /** There may be small keys without a handle, which only the hand finds. */
  void expectOrphans() {
    orphansUntil = hand.get() + 2 * TURN;
  }

  /** The policy is another one: what is remembered is of no use any more. */
  synchronized void clear() {
    while (!ring.tryLock()) {
      Thread.onSpinWait();
    }
    ring.clear();
    ring.unlock();
    ghost.drop();
    recentSmall.drop();
    recentMain.drop();
    share = FIRST_SHARE;
    expectOrphans();
  }
}
