package dev.larder.tracking;

import dev.larder.push.Outbox;
import dev.larder.push.PushMessage;
import dev.larder.resp.HotPath;
import dev.larder.session.Session;
import dev.larder.session.Sessions;
import dev.larder.session.Tracking;
import dev.larder.storage.Bytes;
import dev.larder.storage.ReaderList;
import dev.larder.storage.Shard;
import dev.larder.storage.TrackedKeys;
import dev.larder.storage.Unit;
import dev.larder.tracking.Prefix.Change;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's part of client-side caching: notes what its clients read, and sends word of what
 * its units change. For the loop's thread.
 */
@HotPath
public final class LoopTracking {
  /** So many keys at most make room for one that is new. */
  private static final int MAX_EVICTIONS = 16;

  /** Nor are more taken once so many readers have been told. */
  private static final int MAX_TOLD = 256;

  /** So many changes are sent before the turn is over. */
  private static final int MAX_CHANGES = 10_000;

  private static final long SWEEP_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ClientTracking all;
  private final int index;
  private final Outbox outbox;
  private final Sessions sessions;
  private final ReaderList told = new ReaderList();

  /** Whose command is being executed, null for nobody's. */
  private @Nullable Session author;

  /** Whether the author's own command had something to tell the author. */
  private boolean toldAuthor;

  /** What {@link #broadcast} has to tell. */
  private final List<Prefix> pending = new ArrayList<>();

  private int pendingCount;
  private final PrefixNode.Visitor noting = this::note;

  // What noting is about.
  private long changedKey;
  private int changedLength;
  private @Nullable Tracking changer;
  private @Nullable Change change;

  /** What broadcasts show is durable with this sequence; 0 for none. */
  private long shown;

  private long random;
  private long lastSweepNanos;
  private int sweptTo;
  private int trimmedTo;

  /** Of {@link ClientTracking#limitChanges}, those that {@link #sweep} has known of. */
  private int knownLimitChanges;

  LoopTracking(ClientTracking all, int index, Outbox outbox) {
    this.all = all;
    this.index = index;
    this.outbox = outbox;
    this.sessions = all.sessions();
    this.sweptTo = index;
    this.trimmedTo = index;
  }

  /** Says whose commands are executed from now on, null for nobody's; who it was before. */
  public @Nullable Session author(@Nullable Session newAuthor) {
    Session before = author;
    author = newAuthor;
    return before;
  }

  /** Whether there was something to tell the author, but broadcasts, since the last call. */
  public boolean takeToldAuthor() {
    boolean taken = toldAuthor;
    toldAuthor = false;
    return taken;
  }

  // ---- clients ---------------------------------------------------------------------------------

  /**
   * Begins to tell a client of this loop of keys that change, or goes on with other options.
   *
   * @param options of {@link Tracking}, as bits
   * @param redirected the client that is told instead, null for none
   * @param prefixes that it has not asked for yet; none is all keys
   */
  public void on(
      Session session, int options, @Nullable Session redirected, List<byte[]> prefixes) {
    all.on(session, options, redirected, prefixes);
  }

  /** Stops to tell a client of this loop. */
  public void off(Session session) {
    Tracking tracking = session.tracking();
    if (tracking != null) {
      all.off(tracking);
    }
  }

  // ---- reading ---------------------------------------------------------------------------------

  /**
   * Loads what {@link #read} is about to need, so that cache misses overlap.
   *
   * @param unit of this loop
   * @param hashes of keys that a client is about to read
   */
  public void touch(Unit unit, long[] hashes, int count) {
    unit.touch(all.keys(), hashes, count);
  }

  /** A client, perhaps of another loop, reads a key of a shard that the loop's unit owns. */
  public void read(Tracking tracking, Shard shard, long hash, long key, int keyLength) {
    int reader = tracking.reader();
    if (reader < 0) {
      if (tracking.session().connection().eventLoop() != index) {
        // It had a number when it began to wait for this: so it has gone.
        return;
      }
      reader = all.readers().give(tracking);
    }
    TrackedKeys keys = all.keys()[shard.index()];
    long before = keys.keyCount();
    if (!keys.add(hash, key, keyLength, reader)) {
      // It cannot be told later.
      tell(tracking, Bytes.toArray(key, keyLength));
    }
    if (keys.keyCount() != before) {
      all.countKeys(1);
      makeRoom(keys);
    }
  }

  /** Forgets keys, and tells those who have read them, until there are not too many any more. */
  void makeRoom(TrackedKeys keys) {
    int toldCount = 0;
    for (int i = 0; i < MAX_EVICTIONS && toldCount < MAX_TOLD && all.isFull(); i++) {
      random = random * 6364136223846793005L + 1442695040888963407L;
      byte[] key = keys.takeAny(Long.rotateLeft(random, 29), told);
      if (key != null) {
        all.countKeys(-1);
        tell(key, null);
        toldCount += told.count();
      }
    }
  }

  /** Whether {@link #sweep} should not wait for its time. */
  public boolean isSweepDue() {
    return knownLimitChanges != all.limitChanges();
  }

  // ---- changing --------------------------------------------------------------------------------

  /**
   * A unit of this loop changes a key.
   *
   * @param hasAuthor whether that is the command's doing
   */
  void changed(ShardTracking shard, long hash, long key, int keyLength, boolean hasAuthor) {
    TrackedKeys keys = shard.keys();
    if (keys.keyCount() > 0) {
      keys.take(hash, key, keyLength, told);
      if (told.count() > 0) {
        all.countKeys(-1);
        tell(Bytes.toArray(key, keyLength), hasAuthor ? author : null);
      }
    }
    if (all.prefixes().count() > 0) {
      note(key, keyLength, hasAuthor ? author : null);
    }
  }

  /** Tells all who have read a key. */
  private void tell(byte[] key, @Nullable Session by) {
    PushMessage message = null;
    for (int i = 0; i < told.count(); i++) {
      Tracking tracking = all.readers().at(told.at(i));
      if (tracking != null
          && tracking.isOn()
          && !tracking.has(Tracking.BROADCAST)
          && !(tracking.session() == by && tracking.has(Tracking.NO_LOOP))) {
        if (message == null) {
          message = InvalidationMessages.keys(List.of(key));
        }
        send(tracking, message);
      }
    }
    if (message != null) {
      message.release();
    }
  }

  private void tell(Tracking tracking, byte[] key) {
    PushMessage message = InvalidationMessages.keys(List.of(key));
    send(tracking, message);
    message.release();
  }

  private void send(Tracking tracking, PushMessage message) {
    Session session = tracking.session();
    long redirect = tracking.redirect();
    Session told = redirect > 0 ? sessions.find(redirect) : session;
    // One that has quit hears nothing, though its connection may take a moment to end.
    if (told != null && (redirect == 0 || !told.isCloseAfterReply())) {
      toldAuthor |= told == author;
      outbox.add(told.connection().eventLoop(), tracking.target(), message);
      return;
    }
    toldAuthor |= session == author;
    tracking.breaks();
    PushMessage broken = InvalidationMessages.broken(redirect);
    outbox.add(session.connection().eventLoop(), tracking.own(), broken);
    broken.release();
  }

  /** Tells everybody that any key may have changed: where that is so, with all shards owned. */
  public void changedAll() {
    if (all.clientCount() > 0) {
      PushMessage message = InvalidationMessages.all();
      sessions.forEach(session -> {
        Tracking tracking = session.tracking();
        if (tracking != null && tracking.isOn()) {
          send(tracking, message);
        }
      });
      message.release();
    }
  }

  // ---- broadcasts ------------------------------------------------------------------------------

  private void note(long key, int keyLength, @Nullable Session by) {
    changedKey = key;
    changedLength = keyLength;
    changer = by == null ? null : by.tracking();
    change = null;
    all.prefixes().root().visit(key, keyLength, noting);
    if (pendingCount >= MAX_CHANGES) {
      broadcast();
    }
  }

  private void note(Prefix prefix) {
    Change noted = change;
    if (noted == null) {
      noted = new Change(Bytes.toArray(changedKey, changedLength), changer);
      change = noted;
    }
    if (prefix.note(index, noted)) {
      pending.add(prefix);
    }
    pendingCount++;
  }

  /** Whether {@link #broadcast} has something to tell. */
  public boolean hasBroadcasts() {
    return pendingCount > 0;
  }

  /** Says that broadcasts show effects up to this sequence. */
  public void shows(long sequence) {
    shown = Math.max(shown, sequence);
  }

  /** The last sequence of {@link #shows}, 0 if there was none since the last call. */
  public long takeShown() {
    long taken = shown;
    shown = 0;
    return taken;
  }

  /** Tells clients in broadcast mode what has changed since the last call. */
  public void broadcast() {
    pendingCount = 0;
    pending.sort(Comparator.comparing(prefix -> prefix.name, Arrays::compareUnsigned));
    for (Prefix prefix : pending) {
      List<Change> changes = prefix.take(index);
      PushMessage common = InvalidationMessages.keys(keysBut(changes, null));
      for (Tracking tracking : prefix.clients()) {
        if (tracking.has(Tracking.NO_LOOP)) {
          sendOthers(tracking, changes);
        } else {
          send(tracking, common);
        }
      }
      common.release();
    }
    pending.clear();
  }

  private void sendOthers(Tracking tracking, List<Change> changes) {
    List<byte[]> keys = keysBut(changes, tracking);
    if (!keys.isEmpty()) {
      PushMessage message = InvalidationMessages.keys(keys);
      send(tracking, message);
      message.release();
    }
  }

  private static List<byte[]> keysBut(List<Change> changes, @Nullable Tracking author) {
    List<byte[]> keys = new ArrayList<>(changes.size());
    for (Change each : changes) {
      if (author == null || each.author() != author) {
        keys.add(each.key());
      }
    }
    return keys;
  }

  // ---- those who have gone ---------------------------------------------------------------------

  /**
   * Tells what other threads have changed, and forgets in the shards that are this loop's some of
   * what was read by clients that have gone, and some keys if there are too many.
   *
   * @param loops how many loops there are
   * @param budget how many steps of some tens of microseconds to do of either
   * @return whether there are still too many keys
   */
  public boolean sweep(Unit unit, int loops, long nowMillis, long nowNanos, int budget) {
    if (all.takeMissed()) {
      changedAll();
    }
    knownLimitChanges = all.limitChanges();
    forgetGone(unit, loops, nowMillis, nowNanos, budget);
    return all.isFull() && trim(unit, loops, nowMillis, budget);
  }

  private void forgetGone(Unit unit, int loops, long nowMillis, long nowNanos, int budget) {
    int shards = all.keyspace().shardCount();
    if (nowNanos - lastSweepNanos >= SWEEP_PAUSE_NANOS) {
      lastSweepNanos = nowNanos;
      all.readers().beginSweep(shards);
    }
    if (all.readers().swept() == null) {
      return;
    }
    int left = budget;
    for (int i = index; i < shards && left > 0; i += loops) {
      ShardTracking shard = all.shard(sweptTo);
      while (left > 0 && shard.isDue()) {
        left--;
        if (!shard.sweep(unit, nowMillis)) {
          break;
        }
      }
      if (left > 0) {
        sweptTo = sweptTo + loops < shards ? sweptTo + loops : index;
      }
    }
  }

  /** Goes round the loop's shards; whether the budget did not suffice. */
  private boolean trim(Unit unit, int loops, long nowMillis, int budget) {
    int shards = all.keyspace().shardCount();
    int left = budget;
    int idle = 0;
    while (left > 0 && idle < shards && all.isFull()) {
      if (trimmedTo < shards && all.shard(trimmedTo).trim(unit, nowMillis, this)) {
        left--;
        idle = 0;
      } else {
        idle += loops;
      }
      trimmedTo = trimmedTo + loops < shards ? trimmedTo + loops : index;
    }
    return left == 0 && all.isFull();
  }
}
