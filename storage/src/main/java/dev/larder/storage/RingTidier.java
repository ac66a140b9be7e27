package dev.larder.storage;

import dev.larder.storage.evict.EvictionBits;
import dev.larder.storage.evict.HandleRing;
import java.util.Arrays;

/**
 * Drops handles of keys that have gone, a page of the ring at a time; on the thread of its unit.
 *
 * <p>Of several handles that are alike, as those of a key that comes and goes, it keeps as many as
 * there are records, the latest ones. So no more of them are left in all than once a page.
 */
final class RingTidier {
  private static final int SEEN_SLOTS = 2 * HandleRing.PAGE;

  private final Keyspace keyspace;
  private final Unit unit;
  private final int[] handles = new int[HandleRing.PAGE];

  /** Handles of the page with how often each was kept: a table of open addressing. */
  private final int[] seen = new int[SEEN_SLOTS];

  private final short[] keptOf = new short[SEEN_SLOTS];

  RingTidier(Keyspace keyspace, Unit unit) {
    this.keyspace = keyspace;
    this.unit = unit;
  }

  /** Goes on with the next page; takes some hundred microseconds. */
  void step(S3Queues queues, long nowMillis) {
    if (!queues.isTidying.compareAndSet(false, true)) {
      return;
    }
    try {
      HandleRing ring = queues.ring;
      long place = -1;
      int count = 0;
      if (ring.tryLock()) {
        place = ring.rewritable(queues.tidyPlace);
        count = place < 0 ? 0 : ring.copy(place, handles);
        ring.unlock();
      }
      queues.tidyPlace = place + 1;
      if (place >= 0) {
        int first = keepNeeded(count, nowMillis);
        System.arraycopy(handles, first, handles, 0, count - first);
        while (!ring.tryLock()) {
          Thread.onSpinWait();
        }
        ring.rewrite(place, handles, count - first);
        ring.unlock();
      }
    } finally {
      queues.isTidying.set(false);
    }
  }

  /** Moves what is to be kept to the end of the handles; returns where that begins. */
  private int keepNeeded(int count, long nowMillis) {
    Arrays.fill(keptOf, (short) 0);
    int first = count;
    for (int i = count - 1; i >= 0; i--) {
      int handle = handles[i];
      int at = slot(handle);
      if (isNeeded(handle, keptOf[at], nowMillis)) {
        seen[at] = handle;
        keptOf[at]++;
        handles[--first] = handle;
      }
    }
    return first;
  }

  private int slot(int handle) {
    int at = (handle * 0x9E37_79B1 >>> 16) & SEEN_SLOTS - 1;
    while (keptOf[at] != 0 && seen[at] != handle) {
      at = at + 1 & SEEN_SLOTS - 1;
    }
    return at;
  }

  /** Whether there are more than so many small records that a handle fits, or that is not known. */
  private boolean isNeeded(int handle, int count, long nowMillis) {
    long hash = HandleRing.firstHash(handle);
    Shard shard = keyspace.shardOf(hash);
    unit.begin(nowMillis);
    if (!unit.acquire(shard)) {
      return true;
    }
    int left = count;
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
