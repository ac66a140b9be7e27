package dev.larder.dispatch;

import static java.util.Objects.requireNonNull;

import dev.larder.command.Call;
import dev.larder.command.CommandSpec;
import dev.larder.command.CommandTable;
import dev.larder.command.ErrorReply;
import dev.larder.metrics.Clock;
import dev.larder.metrics.LatencyMonitor;
import dev.larder.metrics.LoopStats;
import dev.larder.metrics.MemoryUse;
import dev.larder.metrics.ServerStats;
import dev.larder.push.Mailbox;
import dev.larder.push.Mailboxes;
import dev.larder.push.Outbox;
import dev.larder.resp.AddressOf;
import dev.larder.resp.Batch;
import dev.larder.resp.ReplyWriter;
import dev.larder.script.ScriptRuns;
import dev.larder.storage.Keyspace;
import dev.larder.storage.Unit;
import dev.larder.tracking.ClientTracking;
import dev.larder.tracking.LoopTracking;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one event loop executes with: its unit of work, its batch, its view of a call, its clock.
 * Everything is reused for every command, and used by this loop's thread only.
 *
 * <p>The clock is read for every batch: a turn can serve many connections, and a request that
 * arrives late in it would otherwise be executed at a time before it was sent.
 */
public final class LoopContext {
  private static final Logger log = LoggerFactory.getLogger(LoopContext.class);

  private static final int KEPT_BATCHES = 8;
  private static final long HOUSEKEEPING_NANOS = 250_000;

  /** Of some tens of microseconds. */
  private static final int SWEEP_STEPS = 8;

  private static final long NANOS_PER_MILLI = 1_000_000;

  /** The first moment that is one. */
  private static final long FROZEN_MILLIS = 1;

  private final int index;
  private final int loops;
  private final Mailbox mailbox;
  private final Outbox outbox;
  private final LoopTracking tracking;
  private final Keyspace keyspace;
  private final ServerStats serverStats;
  private final ScriptRuns scripts;
  private final CommandTable commands;
  private final ClientTracking clientTracking;
  private final Mailboxes mailboxes;
  private final AddressOf addressOf;
  private final LoopStats stats;
  private final Unit unit;
  private final ReplyWriter reply;
  private final Call call;
  private final BlockedCalls blockedCalls;
  private final PausedClients pausedClients;
  private final CommandClock clock;
  private final MonitorFeed monitorFeed;
  private final BatchExecutor executor;
  private final JournalRoom room;
  private final MessageRoom messageRoom;
  private final ArrayDeque<Batch> spareBatches = new ArrayDeque<>();

  /** Those that count what they look up, which any thread adds up. */
  private final List<Call> calls = new CopyOnWriteArrayList<>();

  private final Runnable makeRoom = this::makeRoom;

  private @Nullable Executor tasks;
  private Batch batch = new Batch();

  /** When the loop got to work after it had polled its sockets; 0 before that. */
  private long turnStartNanos;

  /** 0 until the clock is read in this turn. */
  private long nowMillis;

  /** Whether it is always {@link #FROZEN_MILLIS}. */
  private boolean isFrozen;

  /** When housekeeping wants to run again; read by the ticker. */
  private volatile long housekeepingDueNanos = Clock.nanos();

  /**
   * @param index this loop's number, from 0
   * @param mailboxes of all loops
   * @param clientTracking that of the server
   * @param scripts those of the server
   * @param memory how much is used and may be
   * @param addressOf where buffers of replies lie
   */
  public LoopContext(
      int index,
      Keyspace keyspace,
      CommandTable commands,
      ServerStats serverStats,
      Mailboxes mailboxes,
      ClientTracking clientTracking,
      ScriptRuns scripts,
      MemoryUse memory,
      AddressOf addressOf) {
    this.index = index;
    this.loops = mailboxes.count();
    this.mailbox = mailboxes.of(index);
    this.keyspace = keyspace;
    this.serverStats = serverStats;
    this.scripts = scripts;
    this.commands = commands;
    this.clientTracking = clientTracking;
    this.mailboxes = mailboxes;
    this.addressOf = addressOf;
    this.stats = serverStats.addLoop();
    this.unit = keyspace.newUnit();
    this.outbox = mailboxes.newOutbox(index, unit.index());
    this.reply = new ReplyWriter(addressOf);
    this.tracking = clientTracking.loop(index, unit, outbox);
    this.call = newCountedCall(unit, reply);
    Call served = newCountedCall(unit, new ReplyWriter(addressOf));
    this.blockedCalls = new BlockedCalls(this, served, addressOf);
    this.monitorFeed = new MonitorFeed(outbox, reply);
    this.clock =
        new CommandClock(
            stats,
            serverStats,
            commands,
            batch,
            new HotKeySampler(serverStats.hotKeys(), keyspace, reply, index));
    this.pausedClients = new PausedClients(serverStats.pause());
    serverStats.pause().onEnd(() -> post(this::endPause));
    keyspace.holdExpiryWhile(serverStats.pause()::isPaused);
    this.room = new JournalRoom(keyspace, serverStats.aof());
    this.messageRoom = new MessageRoom(keyspace, mailboxes.backlog());
    Call queued = newCountedCall(unit, reply);
    this.executor = new BatchExecutor(this, commands, queued, memory);
    stats.keyLookups(
        () -> calls.stream().mapToLong(Call::keyspaceHits).sum(),
        () -> calls.stream().mapToLong(Call::keyspaceMisses).sum());
  }

  /** As {@link #newCall}; what it looks up counts for the loop. */
  Call newCountedCall(Unit itsUnit, ReplyWriter writer) {
    Call added = newCall(itsUnit, writer);
    calls.add(added);
    return added;
  }

  /** Another view of a call, which replies to this writer, in this unit of the loop's. */
  Call newCall(Unit itsUnit, ReplyWriter writer) {
    return new Call(commands, keyspace, itsUnit, writer, batch, outbox, tracking);
  }

  /** Another unit that works for the clients of this loop. */
  Unit newUnit() {
    Unit added = keyspace.newUnit();
    mailboxes.share(outbox, added.index());
    clientTracking.share(tracking, added);
    return added;
  }

  /** Where buffers of replies lie. */
  AddressOf addressOf() {
    return addressOf;
  }

  /** The scripts of the server. */
  ScriptRuns scripts() {
    return scripts;
  }

  /** Tells what runs tasks on this loop's thread; before the loop serves clients. */
  public void tasks(Executor newTasks) {
    tasks = newTasks;
  }

  /** Runs a task on this loop's thread later; any thread. */
  void post(Runnable task) {
    try {
      requireNonNull(tasks).execute(task);
    } catch (RejectedExecutionException e) {
      log.debug("The server is closing; what is left to serve will not be");
    }
  }

  public int index() {
    return index;
  }

  public Keyspace keyspace() {
    return keyspace;
  }

  public ServerStats serverStats() {
    return serverStats;
  }

  public LoopStats stats() {
    return stats;
  }

  /** A command that ran replies an error. */
  void countFailure(CommandSpec spec, ErrorReply error) {
    stats.failed(spec.index());
    serverStats.errorReply(error.code());
  }

  /** What was done for a client failed in a way that nothing may: it is told so or disconnected. */
  public void noteFailure(String what, Throwable cause) {
    if (cause instanceof OutOfMemoryError) {
      // Not of the heap: that ends the process.
      log.warn("There is no memory for {}: {}", what, cause.getMessage());
    } else {
      log.error("A bug ended {}", what, cause);
      serverStats.bug();
    }
  }

  public ReplyWriter reply() {
    return reply;
  }

  public BatchExecutor executor() {
    return executor;
  }

  /** The batch to decode into; empty unless its commands are being executed. */
  public Batch batch() {
    return batch;
  }

  Unit unit() {
    return unit;
  }

  Call call() {
    return call;
  }

  BlockedCalls blockedCalls() {
    return blockedCalls;
  }

  MonitorFeed monitorFeed() {
    return monitorFeed;
  }

  CommandClock clock() {
    return clock;
  }

  PausedClients pausedClients() {
    return pausedClients;
  }

  /** Clients go on, as does time for keys. */
  private void endPause() {
    housekeepingDueNanos = Clock.nanos();
    housekeepIfDue();
    pausedClients.release();
  }

  JournalRoom room() {
    return room;
  }

  MessageRoom messageRoom() {
    return messageRoom;
  }

  /** What was sent to the clients of this loop. */
  public Mailbox mailbox() {
    return mailbox;
  }

  /** What this loop is about to send to clients who have not asked. */
  Outbox outbox() {
    return outbox;
  }

  /** What the clients of this loop have read, and what is told of what its units change. */
  LoopTracking tracking() {
    return tracking;
  }

  /** Posts what units have sent that do not work for a client, and what is said once a turn. */
  void postMessages() {
    long shown = Math.max(unit.seen(), tracking.takeShown());
    if (tracking.hasBroadcasts()) {
      tracking.broadcast();
    }
    outbox.post(serverStats.aof().holdsReplies() ? shown : 0);
  }

  /** Whether clients are to be told, at the end of the turn, of keys that have changed. */
  public boolean hasBroadcasts() {
    return tracking.hasBroadcasts();
  }

  /** The loop has ended: releases what was sent by it and to it. */
  public void end() {
    outbox.discard();
    mailbox.close();
    executor.close();
  }

  /** Gives the current batch away, to a suspended client. */
  Batch handOverBatch() {
    Batch given = batch;
    Batch spare = spareBatches.poll();
    batch = spare != null ? spare : new Batch();
    return given;
  }

  /** Takes a cleared batch back; one of a blocked client is of no use any more. */
  void returnBatch(Batch returned) {
    if (!returned.isDetached() && spareBatches.size() < KEPT_BATCHES) {
      spareBatches.add(returned);
    }
  }

  /** Wall clock in milliseconds, as of the last {@link #refreshClock} of this turn. */
  public long nowMillis() {
    if (nowMillis == 0) {
      refreshClock();
    }
    return nowMillis;
  }

  /** Reads the clock again, for time has passed since the turn began: {@link Clock#nanos}. */
  long refreshClock() {
    long nanos = Clock.nanos();
    if (turnStartNanos == 0) {
      turnStartNanos = nanos;
    }
    nowMillis = isFrozen ? FROZEN_MILLIS : Clock.wallMillis(nanos);
    return nanos;
  }

  /** For commands of the past: it is before any deadline, and stays so. */
  public void freezeClock() {
    isFrozen = true;
  }

  /** The loop has polled its sockets and gets to work, or is at work already. */
  public void beginTurn() {
    if (turnStartNanos == 0) {
      turnStartNanos = Clock.nanos();
    }
  }

  /** The loop is about to poll its sockets, or has just done so. Does housekeeping if it is due. */
  public void endTurn() {
    if (turnStartNanos == 0) {
      return;
    }
    long nanos = Clock.nanos();
    if (nanos - housekeepingDueNanos >= 0 || tracking.isSweepDue()) {
      housekeep();
      nanos = Clock.nanos();
    } else if (executor.lacksRoom()) {
      // What commands bring is more than they have made room for, by a little mostly.
      if (executor.makeRoom(nowMillis())) {
        housekeepingDueNanos = nanos;
      }
      postMessages();
      nanos = Clock.nanos();
    }
    if (tracking.hasBroadcasts()) {
      postMessages();
    }
    keyspace.announce(unit);
    executor.endTurn(nanos);
    stats.turn(nanos - turnStartNanos);
    turnStartNanos = 0;
    nowMillis = 0;
  }

  /** Whether the loop should be woken for housekeeping; any thread. */
  public boolean isHousekeepingDue(long nanos) {
    return nanos - housekeepingDueNanos >= 0;
  }

  /**
   * Reclaims what has expired, and forgets what need not be known of readers, for a bounded time.
   *
   * @return whether there is more to do at once
   */
  private boolean housekeep() {
    room.look();
    long started = Clock.nanos();
    long millis = keyspace.housekeep(unit, index, loops, nowMillis(), HOUSEKEEPING_NANOS);
    long nanos = Clock.nanos();
    serverStats.latency().note(LatencyMonitor.EXPIRE_CYCLE, nanos - started);
    boolean hasTooMany = tracking.sweep(unit, loops, nowMillis(), nanos, SWEEP_STEPS);
    boolean isFull = executor.keepHouse(nowMillis());
    postMessages();
    long pause = hasTooMany || isFull ? 0 : millis;
    housekeepingDueNanos = nanos + pause * NANOS_PER_MILLI;
    return pause == 0;
  }

  /** Commands wait for memory: room is made in slices, between which others are served. */
  void makeRoomSoon() {
    post(makeRoom);
  }

  private void makeRoom() {
    refreshClock();
    if (executor.goOnMakingRoom(nowMillis())) {
      makeRoomSoon();
    }
    postMessages();
    keyspace.announce(unit);
  }

  /** Housekeeping as a task of its own, for a loop without traffic. */
  public boolean housekeepIfDue() {
    refreshClock();
    boolean hasMore = isHousekeepingDue(Clock.nanos()) && housekeep();
    keyspace.announce(unit);
    return hasMore;
  }
}
