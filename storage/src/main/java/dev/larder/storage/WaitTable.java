package dev.larder.storage;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for which key of a shard: a hash table of queues, and a list of those queues whose keys
 * are ready. There is one while somebody waits, so its size is bounded by the clients that wait and
 * their keys. Used by the owner of the shard; its counts may be read racily.
 */
final class WaitTable {
  private static final int INITIAL_BUCKETS = 8;

  /** Orders the keys that become ready, in whichever shard. */
  private static final AtomicLong READY_COUNT = new AtomicLong();

  private @Nullable WaitQueue[] buckets = new WaitQueue[INITIAL_BUCKETS];
  private int queueCount;
  private int removalQueueCount;

  private @Nullable WaitQueue firstReady;
  private @Nullable WaitQueue lastReady;

  boolean isEmpty() {
    return queueCount == 0;
  }

  /** Keys waited for; one that is waited for with several types counts as often. */
  int queueCount() {
    return queueCount;
  }

  /** Those of them that somebody waits for who is woken by removal. */
  int removalQueueCount() {
    return removalQueueCount;
  }

  void add(KeyWait wait, int database, long hash, long key, int keyLength) {
    WaitQueue queue = buckets[bucket(hash)];
    while (queue != null
        && !(queue.type == wait.type && queue.isFor(database, hash, key, keyLength))) {
      queue = queue.nextInBucket;
    }
    if (queue == null) {
      queue = new WaitQueue(database, hash, Bytes.toArray(key, keyLength), wait.type);
      if (++queueCount > buckets.length) {
        enlarge();
      }
      link(queue);
    }
    removalQueueCount -= queue.removalWaits > 0 ? 1 : 0;
    queue.append(wait);
    removalQueueCount += queue.removalWaits > 0 ? 1 : 0;
  }

  private int bucket(long hash) {
    // The leading bits of all hashes of a shard are the same.
    return (int) hash & (buckets.length - 1);
  }

  private void link(WaitQueue queue) {
    int bucket = bucket(queue.hash);
    queue.nextInBucket = buckets[bucket];
    buckets[bucket] = queue;
  }

  private void enlarge() {
    @Nullable WaitQueue[] old = buckets;
    buckets = new WaitQueue[2 * old.length];
    for (WaitQueue head : old) {
      WaitQueue queue = head;
      while (queue != null) {
        WaitQueue next = queue.nextInBucket;
        link(queue);
        queue = next;
      }
    }
  }

  /** Takes a place out of its queue. */
  void remove(KeyWait wait, WaitQueue queue) {
    removalQueueCount -= queue.removalWaits > 0 ? 1 : 0;
    queue.remove(wait);
    removalQueueCount += queue.removalWaits > 0 ? 1 : 0;
    if (queue.first == null) {
      unlink(queue);
      queueCount--;
    }
  }

  private void unlink(WaitQueue queue) {
    int bucket = bucket(queue.hash);
    WaitQueue before = requireNonNull(buckets[bucket]);
    if (before == queue) {
      buckets[bucket] = queue.nextInBucket;
      return;
    }
    while (before.nextInBucket != queue) {
      before = requireNonNull(before.nextInBucket);
    }
    before.nextInBucket = queue.nextInBucket;
  }

  /**
   * A key holds something new, or nothing any more.
   *
   * @param type what it holds now, null for nothing
   */
  void signal(int database, long hash, long key, int keyLength, @Nullable ValueType type) {
    WaitQueue queue = buckets[bucket(hash)];
    for (; queue != null; queue = queue.nextInBucket) {
      if ((queue.type == type || queue.removalWaits > 0)
          && queue.isFor(database, hash, key, keyLength)) {
        makeReady(queue);
      }
    }
  }

  /**
   * All keys of a database may hold something else.
   *
   * @param removalOnly whether they hold nothing any more
   */
  void signalAll(int database, boolean removalOnly) {
    for (WaitQueue head : buckets) {
      for (WaitQueue queue = head; queue != null; queue = queue.nextInBucket) {
        if (queue.database == database && (queue.removalWaits > 0 || !removalOnly)) {
          makeReady(queue);
        }
      }
    }
  }

  /** All in a queue are to have their turn, from the first on. */
  void makeReady(WaitQueue queue) {
    queue.turn = queue.first;
    if (queue.isReady) {
      return;
    }
    queue.isReady = true;
    queue.readyOrder = READY_COUNT.incrementAndGet();
    if (lastReady == null) {
      firstReady = queue;
    } else {
      lastReady.nextReady = queue;
    }
    lastReady = queue;
  }

  /** Whether a key may be ready whose queue has not been served to the end. */
  boolean hasReady() {
    return firstReady != null;
  }

  /** Whose turn it is, or null when no key is ready. */
  @Nullable KeyWait nextReady() {
    while (firstReady != null) {
      WaitQueue queue = firstReady;
      if (queue.turn != null) {
        return queue.turn;
      }
      queue.isReady = false;
      firstReady = queue.nextReady;
      queue.nextReady = null;
      if (firstReady == null) {
        lastReady = null;
      }
    }
    return null;
  }
}
