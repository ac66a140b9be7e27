package dev.larder.storage.journal;

import dev.larder.storage.memory.Memory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/*
 * Problem. A unit writes its block while it owns its shards, so it must cost little more than a
 * copy: no lock, no allocation, no system call. The writer must find blocks in the order of their
 * sequences, whichever unit wrote them.
 *
 * Idea. Each unit has an appender, a queue of one producer and one consumer: a chain of segments,
 * in which blocks follow one another.
 *
 *   segment   | block | block | blo          .. | used end | next |      64 KiB
 *   block     | header 32 | prefix | body ...   | to 8 bytes
 *   header    | sequence 8 | skip 2, length 6 | expected context 8 | left context 8 |
 *
 *   A block's body may run over many segments; its header and prefix do not. A segment need not be
 *   filled: whoever wants adjacent memory goes on to the next one. "Used end" is where it was left,
 *   and the whole until then. The prefix (room for a MULTI that turns out to be needed, or not)
 *   belongs to the block's bytes only if it is kept; "skip" says how many bytes are passed over.
 *
 *   PUBLISHED: everything before this position is whole and is not touched by the producer again.
 *   It is stored with release after all of a block, and read with acquire before any of it.
 *
 * Concurrency. One thread at a time appends, in the order in which units of one role follow each
 * other; the journal's writer reads, by a Tail.
 */

/** Where a unit appends its blocks; used by one thread at a time. */
public final class Appender {
  /** The most adjacent bytes that {@link #claim} gives. */
  public static final int MAX_CLAIM_BYTES = 32 * 1024;

  /** The most bytes of a block's prefix. */
  public static final int MAX_PREFIX_BYTES = 256;

  /** Every so many segments, 4 MiB, a napping writer is woken. */
  private static final int HURRY_MASK = 63;

  static final int HEADER_BYTES = 32;
  static final int LENGTH = 8;
  static final int EXPECTED = 16;
  static final int LEFT = 24;
  static final int SKIP_SHIFT = 48;
  static final long LENGTH_MASK = (1L << SKIP_SHIFT) - 1;

  static final int NEXT = SegmentPool.SEGMENT_BYTES - 8;
  static final int USED_END = SegmentPool.SEGMENT_BYTES - 16;

  /** Bytes of a segment that hold blocks. */
  static final int USABLE_BYTES = USED_END;

  private static final VarHandle PUBLISHED;

  static {
    try {
      PUBLISHED = MethodHandles.lookup().findVarHandle(Appender.class, "published", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final BlockJournal journal;
  private final SegmentPool pool;

  /** The first segment ever; read by the tail once something was published. */
  private long first;

  private long segment;
  private int offset = USABLE_BYTES;

  /** The position at which the segment begins. */
  private long passed = -SegmentPool.SEGMENT_BYTES;

  /** The open block's header, 0 if none is open. */
  private long header;

  private long sequence;
  private long bodyBytes;
  private int prefixBytes;
  private boolean unannounced;

  @SuppressWarnings("unused") // Through PUBLISHED.
  private volatile long published;

  Appender(BlockJournal journal, SegmentPool pool) {
    this.journal = journal;
    this.pool = pool;
  }

  /**
   * Draws the next sequence and begins its block. The caller owns all shards that the block's
   * effects change, and publishes it before it gives them up.
   *
   * @param prefixBytes room before the body, of which {@link #publish} decides whether it belongs
   *     to the block; at most {@link #MAX_PREFIX_BYTES}
   * @return the sequence, above all drawn before
   */
  public long open(int prefixBytes) {
    assert header == 0 : "the block before was not published";
    assert prefixBytes <= MAX_PREFIX_BYTES;
    if (offset + HEADER_BYTES + prefixBytes > USABLE_BYTES) {
      takeSegment();
    }
    header = segment + offset;
    offset += HEADER_BYTES + prefixBytes;
    this.prefixBytes = prefixBytes;
    bodyBytes = 0;
    sequence = journal.draw();
    return sequence;
  }

  /** Whether a block has been begun and not published. */
  public boolean isOpen() {
    return header != 0;
  }

  /** Bytes of the open block's body so far. */
  public long bodyBytes() {
    return bodyBytes;
  }

  /** Where the open block's prefix is to be written. */
  public long prefixAddress() {
    assert header != 0;
    return header + HEADER_BYTES;
  }

  /**
   * Adjacent memory at the end of the open block, to be written and then added by {@link #advance};
   * valid until the next call. Taking much more than is used wastes the ends of segments.
   *
   * @param bytes at most {@link #MAX_CLAIM_BYTES}
   */
  public long claim(int bytes) {
    assert header != 0 && bytes <= MAX_CLAIM_BYTES;
    if (offset + bytes > USABLE_BYTES) {
      takeSegment();
    }
    return segment + offset;
  }

  /** Adds bytes that were claimed, from the first on. */
  public void advance(int bytes) {
    offset += bytes;
    assert header != 0 && offset <= USABLE_BYTES;
    bodyBytes += bytes;
  }

  /** Copies any number of bytes to the end of the open block. */
  public void append(long address, long bytes) {
    assert header != 0;
    bodyBytes += bytes;
    long from = address;
    long rest = bytes;
    while (rest > 0) {
      if (offset == USABLE_BYTES) {
        takeSegment();
      }
      int part = (int) Math.min(USABLE_BYTES - offset, rest);
      Memory.copy(from, segment + offset, part);
      offset += part;
      from += part;
      rest -= part;
    }
  }

  /**
   * Ends the block and lets the writer have it. A block may be empty. The writer is not woken for
   * it: {@link #announce}.
   *
   * @param expected the context in which the block is to be read; see {@link BlockPrefix}
   * @param left the context that it leaves
   * @param withPrefix whether the bytes at {@link #prefixAddress} belong to the block
   */
  public void publish(long expected, long left, boolean withPrefix) {
    assert header != 0;
    long skip = withPrefix ? 0 : prefixBytes;
    Memory.putLong(header, sequence);
    Memory.putLong(header + LENGTH, bodyBytes + prefixBytes - skip | skip << SKIP_SHIFT);
    Memory.putLong(header + EXPECTED, expected);
    Memory.putLong(header + LEFT, left);
    header = 0;
    unannounced = true;
    offset = offset + 7 & -8;
    PUBLISHED.setRelease(this, passed + offset);
  }

  /**
   * Wakes the writer if it sleeps and something was published since the last call. To be called at
   * the end of a turn that may have published, at the latest before its thread sleeps.
   */
  public void announce() {
    if (unannounced) {
      unannounced = false;
      journal.announce();
    }
  }

  private void takeSegment() {
    long next = pool.take();
    if (segment == 0) {
      first = next;
    } else {
      Memory.putLong(segment + USED_END, offset);
      Memory.putLong(segment + NEXT, next);
    }
    // What the tail finds until the segment is left.
    Memory.putLong(next + USED_END, USABLE_BYTES);
    Memory.putLong(next + NEXT, 0);
    segment = next;
    offset = 0;
    passed += SegmentPool.SEGMENT_BYTES;
    if ((passed / SegmentPool.SEGMENT_BYTES & HURRY_MASK) == HURRY_MASK) {
      journal.hurry();
    }
  }

  // What follows is for the tail.

  /** The position up to which blocks are whole; what is before it may be read after this call. */
  long published() {
    return (long) PUBLISHED.getAcquire(this);
  }

  long first() {
    return first;
  }
}
