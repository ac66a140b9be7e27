package dev.larder.storage.journal;

import dev.larder.storage.memory.Memory;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Puts the blocks of all appenders in the order of their sequences, into one buffer.
 *
 * <p>Sequences are dense: the next block is the one whose sequence is one more than that of the
 * last, and it is the first in its appender. As long as its unit has not published it, nothing that
 * came later is taken either. A block longer than the buffer goes through it in parts. Used by the
 * writer's thread.
 */
final class Merger {
  /** What {@link #fill} found. */
  enum Outcome {
    /** There is no next block yet. */
    EMPTY,
    /** The buffer has to be written before more fits. */
    FULL,
    /** The block that was to be the last of its file is merged. */
    AT_SWITCH
  }

  static final int BUFFER_BYTES = 256 * 1024;

  private final BlockJournal journal;
  private final BlockPrefix prefix;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final long address = Memory.addressOf(buffer);

  /** The sequence of the last block that is wholly merged. */
  private long merged;

  /** The appender of the block that is partly in the buffer. */
  private @Nullable Tail current;

  /** Where the last block came from: most come in runs. */
  private @Nullable Tail last;

  private long context = BlockPrefix.FRESH;
  private boolean discards;

  Merger(BlockJournal journal, BlockPrefix prefix, long start) {
    this.journal = journal;
    this.prefix = prefix;
    this.merged = start;
    buffer.limit(0);
  }

  /** The sequence of the last block whose bytes are all in the buffer, or were. */
  long merged() {
    return merged;
  }

  /** What is to be written: between position and limit. */
  ByteBuffer buffer() {
    return buffer;
  }

  /** From here on blocks are dropped, or they go to a new file. */
  void restart(boolean discard) {
    assert current == null;
    discards = discard;
    context = BlockPrefix.FRESH;
  }

  /** Adds blocks to the buffer, which has been written wholly. */
  Outcome fill() {
    assert !buffer.hasRemaining();
    buffer.clear();
    int filled = 0;
    Outcome outcome = null;
    while (outcome == null) {
      Tail tail = current;
      if (tail == null) {
        tail = merged == journal.switchAt() ? null : next();
        if (tail == null) {
          outcome = merged == journal.switchAt() ? Outcome.AT_SWITCH : Outcome.EMPTY;
          break;
        }
        if (BUFFER_BYTES - filled < BlockPrefix.MAX_BYTES) {
          outcome = Outcome.FULL;
          break;
        }
        filled += begin(tail, address + filled);
      }
      filled += discards ? 0 : tail.copy(address + filled, BUFFER_BYTES - filled);
      if (discards) {
        tail.skip();
      }
      if (tail.remaining() > 0) {
        current = tail;
        outcome = Outcome.FULL;
      } else {
        current = null;
        context = tail.isEmpty() ? context : tail.left();
        tail.finish();
        merged++;
      }
    }
    buffer.limit(filled);
    return outcome;
  }

  private int begin(Tail tail, long target) {
    if (discards || tail.isEmpty() || tail.expected() == context) {
      return 0;
    }
    int bytes = prefix.write(context, tail.expected(), target);
    assert bytes >= 0 && bytes <= BlockPrefix.MAX_BYTES;
    return bytes;
  }

  private @Nullable Tail next() {
    long wanted = merged + 1;
    if (last != null && last.head() == wanted) {
      return last;
    }
    for (Tail tail : journal.tails()) {
      long head = tail.head();
      if (head == wanted) {
        last = tail;
        return tail;
      }
      if (head != 0 && head < wanted) {
        throw new IllegalStateException("block " + head + " comes after " + merged);
      }
    }
    return null;
  }
}
