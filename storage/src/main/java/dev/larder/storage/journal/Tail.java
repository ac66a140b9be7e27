package dev.larder.storage.journal;

import dev.larder.storage.memory.Memory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The writer's place in an appender: reads blocks and gives back the segments behind it.
 *
 * <p>A segment's used end may be changing while it is read, but never to a value at or below a
 * position of a published block: the tail is at the used end only if the segment was left there.
 */
final class Tail {
  private static final VarHandle CONSUMED;

  static {
    try {
      CONSUMED = MethodHandles.lookup().findVarHandle(Tail.class, "consumed", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Appender appender;
  private final SegmentPool pool;
  private long segment;
  private int offset;
  private long passed;

  /** The published position, as last looked up. */
  private long known;

  /** The next block's sequence, 0 if not looked up or none. */
  private long sequence;

  private boolean empty;
  private long expected;
  private long left;

  /** Bytes of the block that were not yet read. */
  private long remaining;

  /** Where the tail is, for statistics on other threads; through CONSUMED. */
  @SuppressWarnings("unused")
  private long consumed;

  Tail(Appender appender, SegmentPool pool) {
    this.appender = appender;
    this.pool = pool;
  }

  /** The sequence of the next block, or of the one being read; 0 if none is published. */
  long head() {
    return sequence != 0 ? sequence : look();
  }

  private long look() {
    while (true) {
      if (passed + offset == known) {
        known = appender.published();
        if (passed + offset == known) {
          return 0;
        }
      }
      if (segment == 0) {
        segment = appender.first();
      }
      if (offset != usedEnd()) {
        return readHeader();
      }
      leaveSegment();
    }
  }

  private long readHeader() {
    long header = segment + offset;
    long length = Memory.getLong(header + Appender.LENGTH);
    remaining = length & Appender.LENGTH_MASK;
    empty = remaining == 0;
    expected = Memory.getLong(header + Appender.EXPECTED);
    left = Memory.getLong(header + Appender.LEFT);
    offset += Appender.HEADER_BYTES + (int) (length >>> Appender.SKIP_SHIFT);
    sequence = Memory.getLong(header);
    return sequence;
  }

  /** Whether the block has no bytes: then its contexts mean nothing. */
  boolean isEmpty() {
    return empty;
  }

  /** The context that the block expects. */
  long expected() {
    return expected;
  }

  /** The context that the block leaves. */
  long left() {
    return left;
  }

  /** Bytes of the block that were not yet read. */
  long remaining() {
    return remaining;
  }

  /**
   * Copies the next bytes of the block.
   *
   * @param most a limit for the bytes
   * @return how many: all that remain, or the limit
   */
  int copy(long target, int most) {
    int wanted = (int) Math.min(remaining, most);
    int done = 0;
    while (done < wanted) {
      int part = Math.min(wanted - done, part());
      Memory.copy(segment + offset, target + done, part);
      offset += part;
      done += part;
    }
    remaining -= done;
    return done;
  }

  /** Passes over the rest of the block. */
  void skip() {
    while (remaining > 0) {
      int part = (int) Math.min(remaining, part());
      offset += part;
      remaining -= part;
    }
  }

  private int part() {
    while (offset == usedEnd()) {
      leaveSegment();
    }
    return usedEnd() - offset;
  }

  /**
   * Goes on behind a block that has been read. Its last bytes may be the last of a segment that was
   * left for more that did not come: nothing is behind them, wherever they end.
   */
  void finish() {
    assert sequence != 0 && remaining == 0;
    sequence = 0;
    offset = Math.min(offset + 7 & -8, usedEnd());
    CONSUMED.setOpaque(this, passed + offset);
  }

  /** Whether there is a block that was not looked up yet; changes nothing. */
  boolean hasNew() {
    return sequence == 0 && passed + offset != appender.published();
  }

  /** Bytes between the producer and the tail; from any thread. */
  long pendingBytes() {
    long from = (long) CONSUMED.getOpaque(this);
    return Math.max(0, appender.published() - from);
  }

  private int usedEnd() {
    return (int) Memory.getLong(segment + Appender.USED_END);
  }

  private void leaveSegment() {
    long next = Memory.getLong(segment + Appender.NEXT);
    assert next != 0 : "a segment without a next one was left";
    pool.release(segment);
    segment = next;
    offset = 0;
    passed += SegmentPool.SEGMENT_BYTES;
  }
}
