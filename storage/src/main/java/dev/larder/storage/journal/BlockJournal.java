package dev.larder.storage.journal;

import static java.util.Objects.requireNonNull;

import dev.larder.storage.disk.DiskFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Problem. Units on many threads change data at once; a file that reproduces it needs their effects
 * in one order, in which each shard's effects are in the order of that shard, and no unit may wait
 * for a lock or the disk.
 *
 * Idea.
 *
 *   unit ─ Appender ─┐ draws 7   publishes 7
 *   unit ─ Appender ─┼─ Tail ─ Merger: 6, 7, 8 ... ─ JournalWriter ─ DiskFile
 *   unit ─ Appender ─┘ draws 8                          └ Forcer
 *
 *   ORDER: a unit draws its sequence while it owns all shards that it changes, and publishes before
 *   it gives them up. So two units that share a shard have sequences in the order of their effects.
 *   DENSE: every number drawn is published, even without bytes. So the writer knows what is next,
 *   and what is in the file is always everything up to some sequence, and nothing behind it.
 *
 *   drawn ≥ published ≥ merged ≥ written ≥ forced: marks that only grow.
 *
 * Concurrency. Any thread draws; an appender belongs to one thread at a time; one thread merges and
 * writes, another forces. Waiters are woken by the thread that moves the mark.
 */

/**
 * One total order of blocks of bytes, merged from many appenders into a file.
 *
 * <p>Without a file (at the beginning, and whenever {@link #switchAfter} says so) blocks are
 * dropped. A write that fails is repeated until it works; under {@link FsyncPolicy#ALWAYS} it ends
 * the journal, as does a failed force. Under the other policies a failed force makes {@link
 * #acceptsWrites} false until the data is saved elsewhere.
 *
 * <p>Thread-safe, except where a method says who may call it.
 */
public final class BlockJournal implements AutoCloseable {
  /** A file, and where its next byte goes. */
  record Switch(@Nullable DiskFile file, long position) {}

  private static final Logger LOG = LoggerFactory.getLogger(BlockJournal.class);
  private static final long NO_SWITCH = -1;
  private static final long MIN_BOUND_BYTES = 1 << 20;

  private final SegmentPool pool = new SegmentPool();
  private final AtomicLong drawn;
  private final long boundBytes;
  private final JournalFailure failure;
  private final ForcedMark mark;
  private final Merger merger;
  private final Forcer forcer = new Forcer(this::force);
  private final JournalWriter writer;
  private final Sleeper sleeper = new Sleeper();
  private final BooleanSupplier hasControlNow = () -> this.hasControl;
  private final BooleanSupplier hasWorkNow = this::hasWork;

  // Copied when they grow, under the monitor of the journal.
  private volatile Tail[] tails = {};
  private volatile JournalWaiter[][] waiters = new JournalWaiter[JournalMark.values().length][0];

  private volatile FsyncPolicy policy = FsyncPolicy.EVERYSEC;
  private volatile boolean forcesSuspended;
  private volatile boolean isStopped;

  /** The thread that told of the failure, and that may be ending the process now. */
  private volatile @Nullable Thread stoppedOn;

  /** Something but a block wants the writer's attention. */
  private volatile boolean hasControl;

  private volatile long drainTo;

  /** The sequence behind which the file changes; NO_SWITCH if none is planned. */
  private volatile long switchAt = NO_SWITCH;

  private @Nullable Switch nextSwitch;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition forcedMoved = lock.newCondition();
  private @Nullable Thread writerThread;
  private @Nullable Thread forcerThread;

  /**
   * Makes a journal without a file.
   *
   * @param start the sequence before the first one
   * @param boundBytes how much memory blocks may take before {@link #hasRoom} is false; at least 1
   *     MiB, and well above the 64 KiB that each appender keeps
   */
  public BlockJournal(long start, long boundBytes, BlockPrefix prefix, JournalFailure failure) {
    this(start, boundBytes, prefix, failure, JournalClock.SYSTEM);
  }

  BlockJournal(
      long start, long boundBytes, BlockPrefix prefix, JournalFailure failure, JournalClock clock) {
    if (boundBytes < MIN_BOUND_BYTES) {
      throw new IllegalArgumentException("a bound of " + boundBytes + " bytes is too low");
    }
    this.drawn = new AtomicLong(start);
    this.boundBytes = boundBytes;
    this.failure = failure;
    this.mark = new ForcedMark(start);
    this.merger = new Merger(this, prefix, start);
    this.writer = new JournalWriter(this, merger, forcer, mark, clock);
  }

  /** Starts the threads. */
  public synchronized void start() {
    forcer.setThreaded();
    writerThread = Thread.ofPlatform().daemon().name("larder-journal").start(writer);
    forcerThread = Thread.ofPlatform().daemon().name("larder-force").start(forcer);
  }

  /** A new appender, for a unit; it lives as long as the journal. */
  public synchronized Appender newAppender() {
    Appender appender = new Appender(this, pool);
    Tail[] more = Arrays.copyOf(tails, tails.length + 1);
    more[tails.length] = new Tail(appender, pool);
    tails = more;
    return appender;
  }

  /**
   * A new waiter, for an event loop; it lives as long as the journal.
   *
   * @param wake run when the awaited mark has been reached, on a thread of the journal's; short
   */
  public synchronized JournalWaiter newWaiter(JournalMark what, Runnable wake) {
    JournalWaiter waiter = new JournalWaiter(() -> reached(what), wake);
    JournalWaiter[][] all = waiters.clone();
    JournalWaiter[] old = all[what.ordinal()];
    JournalWaiter[] more = Arrays.copyOf(old, old.length + 1);
    more[old.length] = waiter;
    all[what.ordinal()] = more;
    waiters = all;
    return waiter;
  }

  /** Sets when files are forced; effective at once, also for what was written before. */
  public void setPolicy(FsyncPolicy policy) {
    this.policy = policy;
    control();
    notifyWaiters(JournalMark.DURABLE);
  }

  public FsyncPolicy policy() {
    return policy;
  }

  /**
   * Suspends forces, as if the policy were {@link FsyncPolicy#NO}: while a snapshot keeps the disk
   * busy, if the operator wishes that.
   */
  public void suspendForces(boolean yes) {
    forcesSuspended = yes;
    control();
    notifyWaiters(JournalMark.DURABLE);
  }

  FsyncPolicy effectivePolicy() {
    return forcesSuspended ? FsyncPolicy.NO : policy;
  }

  /** Whether effects may be shown only when they are {@link #durable}. */
  public boolean holdsReplies() {
    return policy == FsyncPolicy.ALWAYS && !forcesSuspended;
  }

  /**
   * The sequence up to which effects may be shown: under {@link FsyncPolicy#ALWAYS}, and when the
   * journal has stopped, that up to which they are forced, else there is no limit. After a force
   * that failed under another policy there is none either, as long as nobody knows what is on the
   * disk: nobody writes then, and nobody is to wait for a rewrite, which may fail, too.
   */
  public long durable() {
    boolean isLimited = isStopped || (holdsReplies() && !mark.hasHole());
    return isLimited ? mark.get() : Long.MAX_VALUE;
  }

  /** The sequence up to which the disk holds everything, whatever the policy. */
  public long forced() {
    return mark.get();
  }

  /** The last sequence drawn. */
  public long drawn() {
    return drawn.get();
  }

  /** Whether a unit that writes may begin. */
  public boolean hasRoom() {
    return pool.takenBytes() <= boundBytes;
  }

  /**
   * How long the file has taken no byte, in nanoseconds. While there is no room, this tells a disk
   * that is slow, for which clients can wait, from one that is stuck.
   */
  public long nanosSinceProgress() {
    return writer.nanosSinceProgress();
  }

  /**
   * Whether the file takes what is written: false while writes fail, and after a force that failed.
   * Writes by clients are to be refused then.
   */
  public boolean acceptsWrites() {
    return writer.error() == null && !mark.hasHole() && !isStopped;
  }

  /** Why writes fail, null if they do not. */
  public @Nullable IOException writeError() {
    return writer.error();
  }

  /** Whether a force has failed and its data was not yet saved elsewhere. */
  public boolean hasFailedForce() {
    return mark.hasHole();
  }

  /**
   * Lets all blocks up to this one go to the file in use, which is then forced and closed, and all
   * later ones to another file.
   *
   * <p>To be called by a unit that owns all shards, between {@link Appender#open} of this sequence
   * and its publication; not before an earlier switch has happened. Or before the first block of
   * all, with the sequence that the journal started with.
   *
   * @param file where the names of files already tell it to be; null to drop what comes
   * @param position where its next byte goes
   */
  public void switchAfter(long sequence, @Nullable DiskFile file, long position) {
    assert switchAt == NO_SWITCH : "the switch before has not happened yet";
    nextSwitch = new Switch(file, position);
    switchAt = sequence;
    control();
  }

  /** Whether a switch is planned that has not happened yet. */
  public boolean isSwitching() {
    return switchAt != NO_SWITCH;
  }

  /**
   * Everything up to this sequence is on the disk in other files, by which it will be found: a new
   * base. A hole that a failed force may have left before it does not matter any more.
   */
  public void coveredUpTo(long sequence) {
    mark.covered(sequence);
    forcedChanged();
  }

  /**
   * Waits until everything that has been published is written and forced.
   *
   * @return false if it is not, after that time or because the journal has stopped
   */
  public boolean drain(long timeoutNanos) throws InterruptedException {
    long target = drawn.get();
    long left = timeoutNanos;
    lock.lock();
    try {
      drainTo = Math.max(drainTo, target);
      control();
      while (mark.get() < target && left > 0 && !isStopped) {
        left = forcedMoved.awaitNanos(left);
      }
      return mark.get() >= target;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends the threads and closes the file, without writing what is still to be written: {@link
   * #drain} before. Nobody may use an appender any more.
   */
  @Override
  public void close() {
    isStopped = true;
    writer.stop();
    sleeper.wakeFully();
    join(writerThread);
    forcer.stop();
    join(forcerThread);
    writer.close();
    pool.close();
  }

  private void join(@Nullable Thread thread) {
    boolean interrupted = false;
    while (thread != null && thread.isAlive() && thread != stoppedOn) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Bytes that appenders hold and the writer has not taken over, headers included. */
  public long pendingBytes() {
    long bytes = 0;
    for (Tail tail : tails) {
      bytes += tail.pendingBytes();
    }
    return bytes;
  }

  /** Memory in the segments of all appenders. */
  public long memoryBytes() {
    return pool.takenBytes();
  }

  /** Bytes written since the journal began. */
  public long writtenBytes() {
    return writer.writtenBytes();
  }

  /** The length of the file in use. */
  public long fileBytes() {
    return writer.fileBytes();
  }

  /** Forces that were due while the one before had not ended. */
  public long delayedForces() {
    return writer.delayedForces();
  }

  /** Whether a file is being forced in the background. */
  public boolean isForcing() {
    return forcer.isBusy();
  }

  // What follows is for the parts of the journal.

  long draw() {
    return drawn.incrementAndGet();
  }

  void announce() {
    if (holdsReplies()) {
      sleeper.wakeFully();
    } else {
      sleeper.wakeFromSleep();
    }
  }

  /** Much has been appended since the writer may have begun to nap. */
  void hurry() {
    sleeper.wakeFully();
  }

  private void control() {
    hasControl = true;
    sleeper.wakeFully();
  }

  /** A round begins, which looks at all that others may have set. */
  void controlSeen() {
    hasControl = false;
  }

  private boolean hasWork() {
    if (hasControl) {
      return true;
    }
    for (Tail tail : tails) {
      if (tail.hasNew()) {
        return true;
      }
    }
    return false;
  }

  Tail[] tails() {
    return tails;
  }

  JournalWriter writer() {
    return writer;
  }

  Forcer forcer() {
    return forcer;
  }

  long switchAt() {
    return switchAt;
  }

  Switch takeSwitch() {
    Switch taken = requireNonNull(nextSwitch);
    nextSwitch = null;
    switchAt = NO_SWITCH;
    return taken;
  }

  long drainsTo() {
    return drainTo;
  }

  long reached(JournalMark what) {
    return switch (what) {
      case DURABLE -> durable();
      case FORCED -> forced();
      case ROOM -> hasAmpleRoom() ? Long.MAX_VALUE : Long.MIN_VALUE;
    };
  }

  /** An eighth below the bound, so that those who wait are not woken for each segment. */
  private boolean hasAmpleRoom() {
    return pool.takenBytes() <= boundBytes - boundBytes / 8;
  }

  void roomChanged() {
    notifyWaiters(JournalMark.ROOM);
  }

  void forcedChanged() {
    notifyWaiters(JournalMark.DURABLE);
    notifyWaiters(JournalMark.FORCED);
    lock.lock();
    try {
      forcedMoved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void notifyWaiters(JournalMark what) {
    for (JournalWaiter waiter : waiters[what.ordinal()]) {
      waiter.check();
    }
  }

  /** Forces a file that, with those before it, holds everything up to the sequence. */
  void force(DiskFile file, long sequence) {
    if (mark.isBroken(file)) {
      return;
    }
    try {
      file.force();
      mark.forced(file, sequence);
      forcedChanged();
    } catch (IOException e) {
      if (holdsReplies()) {
        stoppedBy(file.name(), e);
      } else {
        mark.failed(file);
        LOG.error(
            "Cannot force {}: what it should hold may be lost by a power cut", file.name(), e);
        failure.forceFailed(file.name(), e);
      }
    } catch (RuntimeException | Error e) {
      stoppedBy(file.name(), e);
    }
  }

  /** Nothing is believed any more; the process has to end. */
  void stoppedBy(String file, Throwable cause) {
    LOG.error("The journal has stopped at {}", file, cause);
    stoppedOn = Thread.currentThread();
    isStopped = true;
    writer.stop();
    lock.lock();
    try {
      forcedMoved.signalAll();
    } finally {
      lock.unlock();
    }
    failure.stopped(file, cause);
  }

  void nap(long nanos) {
    sleeper.nap(nanos, hasControlNow);
  }

  void sleep(long nanos) {
    sleeper.sleep(nanos, hasWorkNow);
  }
}
