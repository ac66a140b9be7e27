package dev.larder.metrics;

import dev.larder.storage.journal.BlockJournal;
import dev.larder.storage.journal.JournalMark;
import dev.larder.storage.journal.JournalWaiter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether there is an append-only file, and what came of its rewrites. Any thread reads it; who
 * keeps the file tells it.
 */
public final class AofProgress {
  private static final long MILLIS_PER_SECOND = 1000;

  private volatile @Nullable BlockJournal journal;
  private volatile long patienceNanos;
  private volatile boolean isOn;
  private volatile boolean isRewriting;
  private volatile boolean isScheduled;
  private volatile boolean hasFailed;
  private volatile long startMillis;
  private volatile long lastSeconds = -1;
  private volatile long rewrites;
  private volatile long baseBytes;
  private volatile long earlierBytes;

  /**
   * The journal exists from now on.
   *
   * @param patience without room, a disk that has taken nothing for so many nanoseconds is stuck
   */
  public void journal(BlockJournal made, long patience) {
    patienceNanos = patience;
    journal = made;
  }

  /** The file is written from now on, or not any more. */
  public void on(boolean is) {
    isOn = is;
  }

  public boolean isOn() {
    return isOn;
  }

  /** A rewrite begins. */
  public void begin() {
    startMillis = Clock.wallMillis();
    isScheduled = false;
    isRewriting = true;
  }

  /** A rewrite has ended. */
  public void end(boolean isWhole) {
    lastSeconds = (Clock.wallMillis() - startMillis) / MILLIS_PER_SECOND;
    hasFailed = !isWhole;
    if (isWhole) {
      rewrites++;
    }
    isRewriting = false;
  }

  /** A rewrite is wanted as soon as nothing is in its way, or is not any more. */
  public void schedule(boolean does) {
    isScheduled = does;
  }

  public boolean isScheduled() {
    return isScheduled;
  }

  public boolean isRewriting() {
    return isRewriting;
  }

  /** Whether the last rewrite has failed. */
  public boolean hasFailed() {
    return hasFailed;
  }

  /** How many rewrites were finished. */
  public long rewrites() {
    return rewrites;
  }

  /** Seconds that the last rewrite took, -1 if there was none. */
  public long lastSeconds() {
    return lastSeconds;
  }

  /** Seconds that the rewrite under way has taken so far, -1 if there is none. */
  public long currentSeconds() {
    return isRewriting ? (Clock.wallMillis() - startMillis) / MILLIS_PER_SECOND : -1;
  }

  /**
   * Tells the sizes of files.
   *
   * @param base of all files after the last rewrite, or at the start
   * @param earlier of all files but the one in use
   */
  public void sizes(long base, long earlier) {
    baseBytes = base;
    earlierBytes = earlier;
  }

  /** The size of all files after the last rewrite, in bytes. */
  public long baseBytes() {
    return baseBytes;
  }

  /** The size of all files, in bytes. */
  public long bytes() {
    BlockJournal written = journal;
    return written == null ? 0 : earlierBytes + written.fileBytes();
  }

  /** Bytes that wait to be written. */
  public long pendingBytes() {
    BlockJournal written = journal;
    return written == null ? 0 : written.pendingBytes();
  }

  /** Memory of what is on its way to the file, in bytes. */
  public long memoryBytes() {
    BlockJournal written = journal;
    return written == null ? 0 : written.memoryBytes();
  }

  /** Whether the file is being forced. */
  public boolean isForcing() {
    BlockJournal written = journal;
    return written != null && written.isForcing();
  }

  public long delayedForces() {
    BlockJournal written = journal;
    return written == null ? 0 : written.delayedForces();
  }

  /** Whether effects may be shown only when they are {@link #durable}. */
  public boolean holdsReplies() {
    BlockJournal written = journal;
    return written != null && written.holdsReplies();
  }

  /** The sequence up to which effects may be shown. */
  public long durable() {
    BlockJournal written = journal;
    return written == null ? Long.MAX_VALUE : written.durable();
  }

  /** The last sequence that any effect has. */
  public long drawn() {
    BlockJournal written = journal;
    return written == null ? 0 : written.drawn();
  }

  /** The sequence up to which the disk holds everything, whatever the policy. */
  public long forced() {
    BlockJournal written = journal;
    return written == null ? 0 : written.forced();
  }

  /** Whether so much waits to be written that commands that write have to wait, too. */
  public boolean isFull() {
    BlockJournal written = journal;
    return written != null && !written.hasRoom();
  }

  /**
   * Whether there is no room and it does not look as if there will be: commands that write are
   * refused then, instead of waiting. Under "always" everybody waits for the disk.
   */
  public boolean isStuck() {
    BlockJournal written = journal;
    return written != null
        && !written.hasRoom()
        && !written.holdsReplies()
        && written.nanosSinceProgress() > patienceNanos;
  }

  /**
   * A new waiter, as {@link BlockJournal#newWaiter} makes it; for who has seen that there is a
   * journal.
   */
  public JournalWaiter newWaiter(JournalMark what, Runnable wake) {
    return Objects.requireNonNull(journal).newWaiter(what, wake);
  }

  /** Why commands that write have to fail: what they do could not be written; null if it can. */
  public @Nullable String refusal() {
    BlockJournal written = journal;
    if (!isOn || written == null || (written.acceptsWrites() && written.hasRoom())) {
      return null;
    }
    return reason(written);
  }

  private @Nullable String reason(BlockJournal written) {
    Exception error = written.writeError();
    String reason = null;
    if (error != null) {
      reason = String.valueOf(error.getMessage());
    } else if (!written.acceptsWrites()) {
      reason = "a force to the disk has failed";
    } else if (isStuck()) {
      reason = "the disk takes nothing";
    }
    return reason == null ? null : "MISCONF Errors writing to the AOF file: " + reason;
  }
}
