package dev.larder.storage.journal;

import dev.larder.storage.disk.DiskFile;
import org.jspecify.annotations.Nullable;

/**
 * The sequence up to which the disk surely holds everything.
 *
 * <p>It stops at the first force that fails: behind it there may be a hole, whatever later forces
 * say. It goes on when everything up to the end of the file with the hole has been saved elsewhere.
 */
final class ForcedMark {
  private static final long NONE = Long.MAX_VALUE;

  private volatile long forced;
  private volatile boolean hasHole;

  /** Where blocks go, and the sequence behind which they do. */
  private @Nullable DiskFile current;

  private long switchedAt;

  /** The last file of which a force failed: no force of it is believed. */
  private @Nullable DiskFile broken;

  /** Up to which sequence there may be a hole: NONE as long as it still grows. */
  private long holeEnd;

  /** How far forces came behind the hole. */
  private long beyond;

  ForcedMark(long start) {
    forced = start;
  }

  long get() {
    return forced;
  }

  /** Whether a force failed, and what it should have made durable was not yet saved elsewhere. */
  boolean hasHole() {
    return hasHole;
  }

  /** Blocks behind this sequence go to this file, or to none. */
  synchronized void switched(@Nullable DiskFile file, long sequence) {
    if (hasHole && holeEnd == NONE) {
      holeEnd = sequence;
    }
    current = file;
    switchedAt = sequence;
  }

  /** The file was forced, and with those before it holds everything up to this sequence. */
  synchronized void forced(DiskFile file, long sequence) {
    if (file == broken) {
      return;
    }
    if (hasHole) {
      beyond = Math.max(beyond, sequence);
    } else {
      advance(sequence);
    }
  }

  /** A force of the file failed. */
  synchronized void failed(DiskFile file) {
    if (!hasHole || holeEnd != NONE) {
      hasHole = true;
      broken = file;
      holeEnd = file == current ? NONE : switchedAt;
    }
  }

  /** Whether no force of this file is to be believed. */
  synchronized boolean isBroken(DiskFile file) {
    return file == broken;
  }

  /** Everything up to this sequence is on the disk elsewhere. */
  synchronized void covered(long sequence) {
    if (hasHole) {
      if (sequence < holeEnd) {
        return;
      }
      hasHole = false;
      advance(beyond);
    }
    advance(sequence);
  }

  private void advance(long sequence) {
    if (sequence > forced) {
      forced = sequence;
    }
  }
}
