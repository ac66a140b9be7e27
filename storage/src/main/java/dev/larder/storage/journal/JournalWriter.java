package dev.larder.storage.journal;

import static java.util.Objects.requireNonNull;

import dev.larder.storage.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Problem. One file, many appenders; under "always" every client waits for the disk, under the
 * other policies nobody does, and the thread that writes must not cost much.
 *
 * Idea. Rounds: merge what there is, write it in large pieces, then force what is due.
 *
 *   always    force at the end of each round, on this thread; what gathers meanwhile is the next
 *             round's group. Then sleep until a publisher announces.
 *   everysec  naps of a few milliseconds while blocks come, so that publishers make no system
 *             calls and writes are large; asleep when none came for a while. The forcer forces,
 *             at the latest PERIOD after the oldest unforced write.
 *   no        the same without forces.
 *
 *   A write that failed is repeated at its position with the same bytes, so the file stays a
 *   prefix; what comes later stays with the appenders. Under "always" it ends the journal.
 */

/** Writes and forces the journal's file; on its own thread. */
final class JournalWriter implements Runnable {
  /** How long blocks gather while nobody waits for them. */
  static final long NAP_NANOS = 4_000_000;

  /** Naps without a block after which the writer sleeps until one is announced. */
  private static final int IDLE_NAPS = 5;

  /**
   * From the beginning of a force to the next one. A tenth below the second that is promised, for
   * the nap before the write and the force itself.
   */
  static final long PERIOD_NANOS = 900_000_000;

  static final long RETRY_NANOS = 100_000_000;

  /** Failing writes are logged this often. */
  private static final long LOG_NANOS = 30_000_000_000L;

  /** Under "always", no group grows beyond this before it is forced. */
  private static final long GROUP_BYTES = 4 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);

  private final BlockJournal journal;
  private final Merger merger;
  private final Forcer forcer;
  private final ForcedMark mark;
  private final JournalClock clock;
  private @Nullable DiskFile file;

  /** Where the next byte goes. */
  private long position;

  /** The last sequence that is wholly in the file. */
  private long written;

  /** The last sequence that a force was asked for, or done. */
  private long forceAsked;

  /** Bytes were written that no force was asked for; and when the first of them was. */
  private long unforcedBytes;

  private long unforcedSince;
  private boolean countedDelay;
  private boolean isFailing;
  private long loggedAt;
  private int idleNaps;
  private boolean foundBlocks;
  private volatile boolean stopped;

  private volatile long writtenBytes;
  private volatile long fileBytes;
  private volatile long delayedForces;
  private volatile long progressAt;
  private volatile @Nullable IOException error;

  JournalWriter(
      BlockJournal journal, Merger merger, Forcer forcer, ForcedMark mark, JournalClock clock) {
    this.journal = journal;
    this.merger = merger;
    this.forcer = forcer;
    this.mark = mark;
    this.clock = clock;
    this.written = merger.merged();
    this.forceAsked = written;
    this.progressAt = clock.nanos();
    merger.restart(true);
  }

  /** Ends the thread at its next round. */
  void stop() {
    stopped = true;
  }

  @Override
  public void run() {
    try {
      while (!stopped) {
        rest(round());
      }
    } catch (Throwable e) {
      // Or a broken invariant: what would be written may not be what happened.
      journal.stoppedBy(fileName(), e);
    }
  }

  private void rest(long nanos) {
    if (nanos <= 0 || stopped) {
      return;
    }
    if (isFailing) {
      journal.nap(Math.min(nanos, RETRY_NANOS));
    } else if (journal.holdsReplies()) {
      journal.sleep(nanos);
    } else {
      idleNaps = foundBlocks ? 0 : idleNaps + 1;
      if (idleNaps < IDLE_NAPS) {
        journal.nap(Math.min(nanos, NAP_NANOS));
      } else {
        journal.sleep(nanos);
      }
    }
  }

  /**
   * Merges, writes and forces what there is.
   *
   * @return how long until there is something to do even if no block comes, in nanoseconds
   */
  long round() throws JournalStoppedException {
    foundBlocks = false;
    journal.controlSeen();
    if (!write()) {
      return Math.min(RETRY_NANOS, forceWhatIsDue());
    }
    while (true) {
      Merger.Outcome outcome = merger.fill();
      foundBlocks |= merger.merged() != written;
      if (!write()) {
        return Math.min(RETRY_NANOS, forceWhatIsDue());
      }
      journal.roomChanged();
      switch (outcome) {
        case AT_SWITCH -> switchFile();
        case EMPTY -> {
          return forceWhatIsDue();
        }
        case FULL -> {
          if (!journal.holdsReplies() || unforcedBytes >= GROUP_BYTES) {
            long unused = forceWhatIsDue();
          }
        }
      }
    }
  }

  /** Writes the merger's buffer; false if it has to be tried again. */
  private boolean write() throws JournalStoppedException {
    ByteBuffer buffer = merger.buffer();
    if (buffer.hasRemaining()) {
      DiskFile target = requireNonNull(file);
      int from = buffer.position();
      try {
        if (unforcedBytes == 0) {
          unforcedSince = clock.nanos();
        }
        target.writeFully(buffer, position);
        writeSucceeded(target);
      } catch (IOException e) {
        writeFailed(target, e);
      } finally {
        int bytes = buffer.position() - from;
        position += bytes;
        unforcedBytes += bytes;
        writtenBytes += bytes;
        fileBytes = position;
        progressAt = bytes > 0 ? clock.nanos() : progressAt;
      }
      if (isFailing) {
        return false;
      }
    }
    if (written != merger.merged()) {
      written = merger.merged();
      if (file == null) {
        // Nobody asks for what is dropped to be kept.
        forceAsked = written;
        mark.covered(written);
        journal.forcedChanged();
      }
    }
    return true;
  }

  private void writeSucceeded(DiskFile target) {
    if (isFailing) {
      isFailing = false;
      error = null;
      LOG.info("Writing to {} works again", target.name());
    }
  }

  private void writeFailed(DiskFile target, IOException e) throws JournalStoppedException {
    if (journal.holdsReplies()) {
      throw new JournalStoppedException(
          "cannot write to " + target.name() + ", and the fsync policy is always", e);
    }
    long now = clock.nanos();
    if (!isFailing || now - loggedAt >= LOG_NANOS) {
      loggedAt = now;
      LOG.error("Cannot write to {}, trying again: {}", target.name(), e.toString());
    }
    isFailing = true;
    error = e;
  }

  private void switchFile() throws JournalStoppedException {
    DiskFile old = file;
    BlockJournal.Switch next = journal.takeSwitch();
    if (old != null) {
      // Whatever the policy: else the new file could survive a power cut with what the old one
      // lost.
      if (journal.holdsReplies()) {
        forceHere(old);
      } else {
        forcer.awaitIdle();
        journal.force(old, written);
      }
      Forcer.close(old);
    }
    forceAsked = written;
    unforcedBytes = 0;
    begin(next.file(), next.position());
  }

  /** Blocks go to this file from now on, or nowhere. */
  void begin(@Nullable DiskFile next, long at) {
    file = next;
    position = at;
    fileBytes = at;
    mark.switched(next, written);
    merger.restart(next == null);
  }

  private long forceWhatIsDue() throws JournalStoppedException {
    DiskFile target = file;
    if (target == null || written == forceAsked || mark.isBroken(target)) {
      return Sleeper.FOREVER;
    }
    if (journal.holdsReplies()) {
      forceHere(target);
      return Sleeper.FOREVER;
    }
    boolean isWanted = journal.drainsTo() > mark.get();
    if (!isWanted && journal.effectivePolicy() != FsyncPolicy.EVERYSEC) {
      return Sleeper.FOREVER;
    }
    long left = unforcedSince + PERIOD_NANOS - clock.nanos();
    if (!isWanted && left > 0) {
      return left;
    }
    if (forcer.isBusy()) {
      if (!countedDelay && !isWanted) {
        countedDelay = true;
        delayedForces++;
      }
      return NAP_NANOS;
    }
    askForce(target);
    return Sleeper.FOREVER;
  }

  private void askForce(DiskFile target) {
    forceAsked = written;
    unforcedBytes = 0;
    countedDelay = false;
    forcer.submit(target, written);
  }

  /** Forces on this thread, after what the forcer still has. */
  private void forceHere(DiskFile target) throws JournalStoppedException {
    forcer.awaitIdle();
    if (written == forceAsked || mark.isBroken(target)) {
      return;
    }
    try {
      target.force();
    } catch (IOException e) {
      throw new JournalStoppedException(
          "cannot force " + target.name() + ", and the fsync policy is always", e);
    }
    forceAsked = written;
    unforcedBytes = 0;
    mark.forced(target, written);
    journal.forcedChanged();
  }

  private String fileName() {
    DiskFile now = file;
    return now == null ? "" : now.name();
  }

  /** Closes the file, after the thread has ended. */
  void close() {
    DiskFile last = file;
    if (last != null) {
      Forcer.close(last);
      file = null;
    }
  }

  long writtenBytes() {
    return writtenBytes;
  }

  long nanosSinceProgress() {
    return clock.nanos() - progressAt;
  }

  long fileBytes() {
    return fileBytes;
  }

  long delayedForces() {
    return delayedForces;
  }

  @Nullable IOException error() {
    return error;
  }
}
