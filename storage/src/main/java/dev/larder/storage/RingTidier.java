package dev.larder.storage;

import dev.larder.storage.evict.EvictionBits;
import dev.larder.storage.evict.HandleRing;
import java.util.Arrays;

/**
 * Drops handles of keys that have gone, a page of the ring after the other; on the thread of its
 * unit. A large page takes several steps where its records are in no cache; until it is done nobody
 * else tidies.
 *
 * <p>Of several handles that are alike, as those of a key that comes and goes, it keeps as many as
 * there are records, the latest ones. So no more of them are left in all than once a page.
 */
final class RingTidier {
  private static final int SEEN_SLOTS = 2 * HandleRing.MAX_PAGE;

  /** Handles whose records are loaded together. */
  private static final int GROUP = 32;

  private final Keyspace keyspace;
  private final Unit unit;
  private final int[] handles = new int[HandleRing.MAX_PAGE];
  private final long[] hashes = new long[GROUP];

  /** Handles of the page with how often each was kept: a table of open addressing. */
  private final int[] seen = new int[SEEN_SLOTS];

  private final short[] keptOf = new short[SEEN_SLOTS];

  /** The place of the page in hand, -1 for none. */
  private long place = -1;

  private int count;

  /** Handles before this one are still to be looked at. */
  private int next;

  /** Where those begin that are kept, up to the page's end. */
  private int first;

  RingTidier(Keyspace keyspace, Unit unit) {
    this.keyspace = keyspace;
    this.unit = unit;
  }

  /** Goes on for about so long, with as many handles as a large page has at most. */
  void step(S3Queues queues, long nowMillis, long nanos) {
    long endNanos = Clock.nanos() + nanos;
    int looked = 0;
    do {
      if ((place < 0 && !begin(queues)) || !finishPage(queues, nowMillis, endNanos)) {
        return;
      }
      looked += count;
    } while (looked < HandleRing.MAX_PAGE && Clock.nanos() < endNanos);
  }

  /** Goes on with the page in hand until that time; false if it is not done then. */
  private boolean finishPage(S3Queues queues, long nowMillis, long endNanos) {
    boolean isUnderWay = false;
    try {
      do {
        lookAtGroup(nowMillis);
      } while (next > 0 && Clock.nanos() < endNanos);
      isUnderWay = next > 0;
      if (!isUnderWay) {
        rewrite(queues.ring);
      }
    } finally {
      if (!isUnderWay) {
        place = -1;
        queues.isTidying.set(false);
      }
    }
    return !isUnderWay;
  }

  /** Takes the next page in hand, if there is one and nobody else has one. */
  private boolean begin(S3Queues queues) {
    if (!queues.isTidying.compareAndSet(false, true)) {
      return false;
    }
    HandleRing ring = queues.ring;
    if (ring.tryLock()) {
      place = ring.rewritable(queues.tidyPlace);
      count = place < 0 ? 0 : ring.copy(place, handles);
      ring.unlock();
    }
    queues.tidyPlace = place + 1;
    if (place < 0) {
      queues.isTidying.set(false);
      return false;
    }
    next = count;
    first = count;
    Arrays.fill(keptOf, (short) 0);
    return true;
  }

  private void rewrite(HandleRing ring) {
    System.arraycopy(handles, first, handles, 0, count - first);
    while (!ring.tryLock()) {
      Thread.onSpinWait();
    }
    ring.rewrite(place, handles, count - first);
    ring.unlock();
  }

  /** Looks at some handles, the latest first, and moves those that are kept to the end. */
  private void lookAtGroup(long nowMillis) {
    int until = Math.max(0, next - GROUP);
    for (int i = until; i < next; i++) {
      hashes[i - until] = HandleRing.firstHash(handles[i]) | HandleRing.tag(handles[i]);
    }
    unit.touch(0, hashes, next - until);
    while (next > until) {
      int handle = handles[--next];
      int at = slot(handle);
      if (isNeeded(handle, keptOf[at], nowMillis)) {
        seen[at] = handle;
        keptOf[at]++;
        handles[--first] = handle;
      }
    }
  }

  private int slot(int handle) {
    int at = (handle * 0x9E37_79B1 >>> 16) & SEEN_SLOTS - 1;
    while (keptOf[at] != 0 && seen[at] != handle) {
      at = at + 1 & SEEN_SLOTS - 1;
    }
    return at;
  }

  /** Whether there are more than so many small records that a handle fits, or that is not known. */
  private boolean isNeeded(int handle, int kept, long nowMillis) {
    long hash = HandleRing.firstHash(handle);
    Shard shard = keyspace.shardOf(hash);
    unit.begin(nowMillis);
    if (!unit.acquire(shard)) {
      return true;
    }
    int left = kept;
    try {
      for (int i = 0; i < keyspace.databases(); i++) {
        ShardDatabase d = shard.database(i);
        for (int skipped = 0; d != null && left >= 0; skipped++) {
          int reference =
              d.table.findBegun(
                  hash,
                  HandleRing.hashes(),
                  HandleRing.tag(handle),
                  EvictionBits::isSmall,
                  skipped);
          if (reference == 0) {
            break;
          }
          left--;
        }
      }
    } finally {
      unit.releaseAll();
    }
    return left < 0;
  }
}
