package dev.larder.storage;

import dev.larder.storage.evict.EvictionBits;
import dev.larder.storage.evict.UseCount;
import dev.larder.storage.evict.UseTime;
import dev.larder.storage.memory.HotPath;
import dev.larder.storage.table.SlotCursor;
import java.util.concurrent.atomic.AtomicBoolean;

/*
 * Problem. Sixteen bits of a record tell when, or how often, its key is used. Times and periods
 * come round in so few bits, and after a change of the policy the bits are those of another kind.
 *
 * Idea. Somebody comes by all records again and again, in steps of a fraction of a millisecond, and
 * brings up what would come round soon. A round takes as long as a quarter of the time in which the
 * stamps of the scale do that. The scale is chosen by the number of keys: the more there are, the
 * longer it takes until one is evicted, and the coarser a time may be. So it is about 16,000
 * records a second at most, however many there are.
 *
 *   keys          to 128 Ki    to 1 Mi     to 8 Mi     to 64 Mi    more
 *   unit          8 ms         64 ms       512 ms      4 s         33 s
 *   round         8 s          66 s        9 min       70 min      9 h
 *
 * Where times decide on nothing, as under noeviction, it is half a second or more.
 *
 * EVERY SCALE: a round goes by the finest scale in which something may have been stamped since the
 * round before; what it leaves is in the present scale or a coarser one.
 *
 * After a change of the policy the first round sets all records to what a new key has, without
 * pauses. Until then what they have is no worse than a wrong guess.
 *
 * Concurrency. Event loops take turns; the scale is read by all.
 */

/** Keeps what is noted of the use of keys from coming round. */
@HotPath
final class EvictionWalk implements RecordWalk.Visitor {
  private static final int FEW_KEYS_SHIFT = 17;
  private static final int MAX_SCALE = 4;

  /** The least scale where a time is only told, and while data is loaded. */
  private static final int COARSE_SCALE = 2;

  private final Keyspace keyspace;
  private final Eviction eviction;
  private final RecordWalk records;
  private final AtomicBoolean isTaken = new AtomicBoolean();

  /** In which times are stamped. */
  private volatile int scale = COARSE_SCALE;

  private volatile boolean shouldRestart;
  private boolean shouldReset;

  /** Whether this round sets all records to what new ones have. */
  private boolean isReset;

  /** Shards that are done with in this round; all of them, until the next one begins. */
  private int done;

  private long startMillis;
  private long roundMillis;

  /** Of this step. */
  private long nowMillis;

  EvictionWalk(Keyspace keyspace, Eviction eviction) {
    this.keyspace = keyspace;
    this.eviction = eviction;
    this.records = new RecordWalk(keyspace, this);
  }

  /** In which scale times are stamped. */
  int scale() {
    return scale;
  }

  /** Begins a round, which resets what other kinds of policies have left. Any thread. */
  synchronized void restart(boolean isOtherKind) {
    shouldReset |= isOtherKind;
    shouldRestart = true;
  }

  /** Does a part of a round, if it is time; the unit owns no shard. */
  void step(Unit unit, long now, long nanos) {
    if (eviction.notes() == EvictionPolicy.Notes.QUEUES || !isTaken.compareAndSet(false, true)) {
      return;
    }
    try {
      nowMillis = now;
      if (shouldRestart || done == keyspace.shardCount() && isOver(now) || now < startMillis) {
        begin();
      }
      if (done < keyspace.shardCount() && isDue(now)) {
        go(unit, now, Clock.nanos() + nanos);
      }
    } finally {
      isTaken.set(false);
    }
  }

  private boolean isOver(long now) {
    return now - startMillis >= roundMillis;
  }

  /** Whether the next shard's turn has come. */
  private boolean isDue(long now) {
    return isReset || (now - startMillis) * keyspace.shardCount() >= roundMillis * done;
  }

  private synchronized void takeOrders() {
    shouldRestart = false;
    isReset = shouldReset;
    shouldReset = false;
  }

  private void begin() {
    takeOrders();
    int before = scale;
    scale = scaleFor(eviction.keys());
    startMillis = nowMillis;
    roundMillis =
        eviction.notes() == EvictionPolicy.Notes.FREQUENCY
            ? eviction.rates().keepMillis()
            : UseTime.liftMillis(Math.min(before, scale));
    done = 0;
    records.goTo(0);
  }

  private int scaleFor(long keys) {
    int bits = Long.SIZE - Long.numberOfLeadingZeros(Math.max(0, keys - 1) >> FEW_KEYS_SHIFT);
    int least = eviction.policy().needsTimes() && !eviction.isLoading() ? 0 : COARSE_SCALE;
    return Math.clamp(Math.ceilDiv(bits, 3), least, MAX_SCALE);
  }

  private void go(Unit unit, long now, long endNanos) {
    do {
      unit.begin(now);
      if (!unit.acquireForStep(records.shard())) {
        return;
      }
      boolean isDone;
      try {
        isDone = records.step(endNanos);
      } finally {
        unit.releaseAll();
      }
      if (!isDone) {
        return;
      }
      done++;
      if (done < keyspace.shardCount()) {
        records.goTo(done);
      }
    } while (done < keyspace.shardCount() && isDue(now) && Clock.nanos() < endNanos);
  }

  @Override
  public boolean visit(Shard shard, ShardDatabase content, SlotCursor slots, long endNanos) {
    for (int i = 0; i < slots.count(); i++) {
      long record = shard.arena.address(content.table.reference(slots.slot(i)));
      if (EvictionBits.isSmall(record)) {
        content.becomeMain(record);
      }
      visit(record);
    }
    return true;
  }

  private void visit(long record) {
    switch (eviction.notes()) {
      case TIME_OF_USE, TIME_OF_CHANGE -> {
        if (isReset) {
          UseTime.stamp(record, nowMillis, scale);
        } else {
          UseTime.lift(record, nowMillis, scale);
        }
      }
      case FREQUENCY -> {
        if (isReset) {
          UseCount.set(record, UseCount.FIRST, eviction.rates());
        } else {
          UseCount.keep(record, eviction.rates());
        }
      }
      case QUEUES -> {}
    }
  }
}
