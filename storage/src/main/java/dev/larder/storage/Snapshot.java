package dev.larder.storage;

import dev.larder.storage.memory.GrowableMemory;
import dev.larder.storage.memory.Memory;
import dev.larder.storage.rdb.ValueWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/*
 * Problem. Write down what the keyspace is at one moment, while it is changed, without a copy of
 * it and without stopping anybody for long.
 *
 * Cut. A unit takes all shards, and the parity of every table is turned over. From then on a
 * record with the old parity was there at the cut, has not changed since, and is still to be seen;
 * whatever is new, or was seen, has the new one (TableRoot.UNIFORM). No version is kept, and
 * nothing is copied that does not change.
 *
 * Seeing. A thread walks all tables, a short slice at a time, and writes what it has to see.
 * Whoever is about to change or to remove a record that was not seen writes it first, to its
 * shard's spool: a unit that writes does so when it finds the record, and for all that goes
 * ShardDatabase does. What is too long for a slice is a LongEntry.
 *
 * End. When all was seen, all parities are the new one. So it has to be even if nobody wants to
 * have the snapshot any more: an abort only stops the writing.
 *
 * Memory. What waits in spools is bounded: beyond the bound commands that write wait until it has
 * become less.
 */

/**
 * One snapshot, made by {@link Keyspace#newSnapshot}. {@link #run} does it all on a thread of its
 * own; others may ask how far it is, and abort it.
 */
public final class Snapshot {
  static final String MEMORY_EXHAUSTED = "no memory to keep what changes";

  /** How much of the data may wait to be written. */
  private static final int BOUND_PART = 10;

  /** Less than this is no burden. */
  private static final long LEAST_BOUND_BYTES = 16 << 20;

  /** So much of the data may wait even if memory is limited and there is no room left. */
  private static final int LEAST_BOUND_PART = 64;

  /** At this much all spools are emptied, whatever the walk is at. */
  private static final long DRAIN_BYTES = 1 << 20;

  /** Of what others have left, so much is written without a pause. */
  private static final int BYTES_AT_ONCE = 256 * 1024;

  /** Entries of a slice are handed on in pieces of about this size. */
  private static final int PIECE_BYTES = 64 * 1024;

  private final Keyspace keyspace;
  private final SnapshotTarget target;
  private final SnapshotPace pace;
  private final Runnable atCut;
  private final Unit unit;
  private final RecordWriter writer;
  private final GrowableMemory buffer;
  private final ArrayList<ShardSnapshot> shards = new ArrayList<>();
  private final Queue<LongEntry> begun = new ConcurrentLinkedQueue<>();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final SnapshotSizes sizes;
  private volatile @Nullable Lease hold;
  private boolean hasAside;
  private boolean isExclusive;
  private boolean keepsShards;
  private boolean isCompressing = true;
  private volatile long boundBytes = Long.MAX_VALUE;
  private volatile long mostWaitingBytes;
  private volatile int shardsSeen;
  private volatile boolean isAborted;
  private volatile @Nullable IOException failure;

  Snapshot(Keyspace keyspace, Unit unit, SnapshotTarget target, SnapshotPace pace, Runnable atCut) {
    this.keyspace = keyspace;
    this.target = target;
    this.pace = pace;
    this.atCut = atCut;
    this.unit = unit;
    this.writer = unit.codecs().recordWriter();
    this.writer.out.compresses(true);
    this.buffer = new GrowableMemory(keyspace.large());
    this.sizes = new SnapshotSizes(keyspace.databases());
  }

  /** Keeps all shards from the cut to the end: nobody else gets to any key; before {@link #run}. */
  public void exclusive() {
    isExclusive = true;
  }

  /**
   * Has {@link #exclusive} last even beyond the end, if the snapshot has become whole; until {@link
   * #giveUpShards}, or for ever.
   */
  public void keepShards() {
    isExclusive = true;
    keepsShards = true;
  }

  /** Whether strings are compressed that gain by it, as they are unless told; before run. */
  public void compresses(boolean does) {
    isCompressing = does;
    writer.out.compresses(does);
  }

  boolean isCompressing() {
    return isCompressing;
  }

  /** Ends what {@link #keepShards} has begun; on the snapshot's thread. */
  public void giveUpShards() {
    unit.releaseAll();
  }

  /**
   * Takes the cut and writes what there was.
   *
   * @return whether the snapshot is whole; false if it was aborted
   * @throws IOException what the target threw
   */
  public boolean run() throws IOException {
    while (!cut()) {
      pace.await();
    }
    try {
      target.begin(sizes, pace);
    } catch (IOException e) {
      fail(e);
    }
    for (ShardSnapshot shard : shards) {
      for (SnapshotPart part : shard.parts()) {
        walk(part);
      }
      shardsSeen++;
    }
    serve();
    for (ShardSnapshot shard : shards) {
      end(shard);
    }
    assert begun.isEmpty();
    buffer.shrink();
    try {
      return finish();
    } finally {
      if (!keepsShards || isAborted || failure != null) {
        unit.releaseAll();
      }
      keyspace.snapshotEnded();
      endHold();
    }
  }

  private boolean finish() throws IOException {
    try {
      if (!isAborted) {
        target.finish();
        return true;
      }
    } catch (IOException e) {
      failure = e;
    }
    target.abandon();
    IOException reason = failure;
    if (reason != null) {
      throw reason;
    }
    return false;
  }

  // ---- the cut

  /**
   * Takes all shards, turns the parities over, and gives the shards up.
   *
   * @return false when a shard could not be had, or a key is being changed in slices
   */
  private boolean cut() {
    if (isAborted) {
      return true;
    }
    unit.begin(0);
    boolean mayCut = true;
    for (int i = 0; i < keyspace.shardCount() && mayCut; i++) {
      // Who waits with shards in hand would be waited for in turn, if there were two of them: there
      // is one snapshot, and all others give back what they have.
      Shard shard = keyspace.shard(i);
      mayCut = unit.acquirePatiently(shard);
      Lease change = mayCut ? shard.leases().exclusive() : null;
      if (change != null) {
        change.want();
        mayCut = false;
      }
    }
    if (mayCut) {
      boundBytes = bound(keyspace.usedBytes(), keyspace.memory().room());
      keyspace.turnParity();
      for (int i = 0; i < keyspace.shardCount(); i++) {
        ShardSnapshot snapshot = new ShardSnapshot(this, keyspace.shard(i));
        shards.add(snapshot);
        snapshot.begin(sizes);
      }
      target.cut();
      atCut.run();
    }
    if (!mayCut || !isExclusive) {
      unit.releaseAll();
    }
    return mayCut;
  }

  /** A part of the data, as far as there is room for it: who writes waits rather than too much. */
  static long bound(long used, long room) {
    long least = Math.max(LEAST_BOUND_BYTES, used / LEAST_BOUND_PART);
    return Math.max(least, Math.min(used / BOUND_PART, room));
  }

  // ---- seeing all

  private void walk(SnapshotPart part) {
    boolean isDone = false;
    while (!isDone) {
      serve();
      own(part.home.shard);
      isDone = part.walkSome(this);
      release();
      emit(part.database, writer.out);
      pace.pause();
    }
  }

  /** Writes what others have left. */
  private void serve() {
    for (LongEntry next = begun.poll(); next != null; next = begun.poll()) {
      next.write(this);
      takeBack();
    }
    if (waitingBytes.get() >= DRAIN_BYTES) {
      drain(false);
    }
  }

  /** Keeps memory free within an entry that is long, owning nothing. */
  void relieve() {
    if (waitingBytes.get() >= DRAIN_BYTES) {
      drain(true);
    }
  }

  private void drain(boolean isAside) {
    long bytes = 0;
    for (ShardSnapshot shard : shards) {
      if (shard.hasSpooled()) {
        own(shard.shard);
        Spool ready = shard.takeSpool();
        release();
        bytes += ready.remaining();
        emitFrames(ready, isAside);
        if (bytes > BYTES_AT_ONCE) {
          bytes = 0;
          pace.pause();
        }
      }
    }
  }

  private void takeBack() {
    while (hasAside && !isAborted) {
      try {
        hasAside = target.takeBack();
      } catch (IOException e) {
        fail(e);
      }
      pace.pause();
    }
  }

  private void end(ShardSnapshot shard) {
    own(shard.shard);
    Spool ready = shard.takeSpool();
    shard.end();
    release();
    emitFrames(ready, false);
  }

  // ---- for entries in the making

  RecordWriter writer() {
    return writer;
  }

  SnapshotPace pace() {
    return pace;
  }

  /** Takes a shard for a slice. */
  void own(Shard shard) {
    if (!isExclusive) {
      unit.begin(0);
      while (!unit.acquire(shard)) {
        pace.await();
      }
    }
    pace.begin();
  }

  /** Ends a slice. */
  void release() {
    if (!isExclusive) {
      unit.releaseAll();
    }
  }

  /** Leaves an entry to be written by the snapshot's thread; any thread. */
  void begun(LongEntry entry) {
    begun.add(entry);
  }

  /** Counts bytes that wait to be written, or do no more if negative; any thread. */
  void addWaiting(long bytes) {
    long waiting = waitingBytes.addAndGet(bytes);
    if (waiting > mostWaitingBytes) {
      mostWaitingBytes = waiting;
    }
    if (bytes < 0 && hold != null && waiting <= boundBytes / 2) {
      endHold();
    }
  }

  /** Writes entries, or a part of one; the unit owns nothing. */
  void emit(int database, long address, long bytes, int version) {
    emit(database, address, bytes, version, false);
  }

  private void emit(int database, long address, long bytes, int version, boolean isAside) {
    if (isAborted || bytes == 0) {
      return;
    }
    pace.pause();
    try {
      if (isAside) {
        hasAside = true;
        target.setAside(database, address, bytes, version);
      } else {
        target.entries(database, address, bytes, version);
      }
    } catch (IOException e) {
      fail(e);
    }
  }

  /** Writes what a writer has, and clears it. */
  void emit(int database, ValueWriter out) {
    if (out.output().isExhausted()) {
      fail(MEMORY_EXHAUSTED);
    }
    emit(database, out.output().address(), out.output().length(), out.version());
    out.clear();
  }

  /** Writes what a spool has, and closes it. */
  void emit(int database, int version, Spool spool) {
    long bytes = spool.remaining();
    emitSome(database, version, spool, bytes, false);
    spool.close();
    addWaiting(-bytes);
  }

  private void emitSome(int database, int version, Spool spool, long bytes, boolean isAside) {
    for (long left = bytes; left > 0 && !isAborted; ) {
      int part = (int) Math.min(left, PIECE_BYTES);
      if (!buffer.ensure(PIECE_BYTES, 0)) {
        fail(MEMORY_EXHAUSTED);
        break;
      }
      spool.read(buffer.address(), part);
      emit(database, buffer.address(), part, version, isAside);
      left -= part;
    }
  }

  private void emitFrames(Spool spool, boolean isAside) {
    long bytes = spool.remaining();
    while (spool.remaining() > 0 && !isAborted && buffer.ensure(PIECE_BYTES, 0)) {
      spool.read(buffer.address(), ShardSnapshot.FRAME_BYTES);
      int database = Memory.getInt(buffer.address());
      int version = Memory.getInt(buffer.address() + 4);
      long length = Memory.getLong(buffer.address() + 8);
      emitSome(database, version, spool, length, isAside);
    }
    if (spool.remaining() > 0) {
      fail(MEMORY_EXHAUSTED);
    }
    spool.close();
    addWaiting(-bytes);
  }

  // ---- for others; any thread

  /** Nothing more is written, and what was written is of no use. */
  public void abort() {
    isAborted = true;
    endHold();
  }

  /** Whether nothing more is written. */
  public boolean isAborted() {
    return isAborted;
  }

  /** Nothing more is written, for this reason, unless there was another one before. */
  void fail(String reason) {
    fail(new IOException(reason));
  }

  private void fail(IOException reason) {
    if (!isAborted) {
      failure = reason;
      abort();
    }
  }

  /**
   * How much waits to be written, as a part of the most that may: above 1 writers have to wait, and
   * at 1 others, for the end of it.
   */
  public double lag() {
    return isAborted ? 1 : (double) waitingBytes.get() / boundBytes;
  }

  boolean isBehind() {
    return waitingBytes.get() > boundBytes && !isAborted;
  }

  /** What commands that write have to wait for before they go on, null for nothing. */
  @Nullable Lease hold() {
    return isBehind() ? currentHold() : null;
  }

  private synchronized Lease currentHold() {
    Lease current = hold;
    if (current == null) {
      current = Lease.ofNothing(keyspace);
      hold = current;
      if (!isBehind()) {
        // It has caught up meanwhile, perhaps before it could see this hold.
        endHold();
      }
    }
    return current;
  }

  private synchronized void endHold() {
    Lease current = hold;
    if (current != null) {
      hold = null;
      current.end();
    }
  }

  /** Bytes that may yet come to wait: they have to stay free. */
  public long reserveBytes() {
    long bound = boundBytes;
    return isAborted || bound == Long.MAX_VALUE ? 0 : Math.max(0, bound - waitingBytes.get());
  }

  /** Bytes that wait to be written. */
  public long waitingBytes() {
    return waitingBytes.get();
  }

  /** The most bytes that have waited to be written so far. */
  public long mostWaitingBytes() {
    return mostWaitingBytes;
  }

  /** How many keys there were at the cut. */
  public SnapshotSizes sizes() {
    return sizes;
  }

  /** How much of the walk is done, from 0 to 1. */
  public double progress() {
    return (double) shardsSeen / keyspace.shardCount();
  }
}
