package dev.larder.storage.journal;

import dev.larder.storage.memory.OutOfAddressSpaceException;
import dev.larder.storage.memory.Reservation;
import dev.larder.storage.memory.VirtualMemory;
import java.util.concurrent.atomic.AtomicInteger;

/*
 * Problem. Appenders take memory in the middle of units, which cannot fail any more and may not
 * wait; the writer gives it back. How much there is in between varies from nothing to the bound.
 *
 * Idea. One reservation of address space, cut into segments of 64 KiB. Free ones are on two stacks:
 * those whose memory is still there, of which few are kept, and those returned to the system.
 *
 * Concurrency. Any thread takes, any thread releases; no locks.
 */

/** Segments of memory for blocks on their way to the file. */
final class SegmentPool implements AutoCloseable {
  static final int SEGMENT_BYTES = 64 * 1024;

  /** Far beyond any bound: a single unit may append gigabytes. */
  private static final long RESERVED_BYTES = 64L << 30;

  private static final long MIN_RESERVED_BYTES = 1L << 30;

  /** Free segments that keep their memory: 2 MiB. */
  private static final int KEPT = 32;

  private final long base;
  private final int segments;
  private final long links;
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicInteger top = new AtomicInteger();
  private final AtomicInteger warmCount = new AtomicInteger();

  // A segment is in one of them at most, so they share the links.
  private final IndexStack warm;
  private final IndexStack cold;

  SegmentPool() {
    Reservation reservation = new Reservation(RESERVED_BYTES);
    long bytes = reservation.bytes();
    if (bytes < MIN_RESERVED_BYTES) {
      throw new OutOfAddressSpaceException(MIN_RESERVED_BYTES);
    }
    base = reservation.address();
    segments = (int) (bytes / SEGMENT_BYTES);
    links = VirtualMemory.reserve((long) segments * Integer.BYTES);
    if (links == 0) {
      VirtualMemory.release(base, bytes);
      throw new OutOfAddressSpaceException((long) segments * Integer.BYTES);
    }
    warm = new IndexStack(links);
    cold = new IndexStack(links);
  }

  /** The address of a segment; its content is undefined. */
  long take() {
    taken.getAndIncrement();
    int index = warm.pop();
    if (index >= 0) {
      warmCount.getAndDecrement();
    } else {
      index = cold.pop();
    }
    if (index < 0) {
      index = top.getAndIncrement();
      if (index >= segments) {
        throw new IllegalStateException("the journal's address space is exhausted");
      }
    }
    return base + (long) index * SEGMENT_BYTES;
  }

  /** Gives a segment back; nobody may look at it any more. */
  void release(long address) {
    int index = (int) ((address - base) / SEGMENT_BYTES);
    assert base + (long) index * SEGMENT_BYTES == address && index < segments;
    if (warmCount.getAndIncrement() < KEPT) {
      warm.push(index);
    } else {
      warmCount.getAndDecrement();
      VirtualMemory.decommit(address, SEGMENT_BYTES);
      cold.push(index);
    }
    taken.getAndDecrement();
  }

  /** Bytes in segments that were taken and not yet released. */
  long takenBytes() {
    return (long) taken.get() * SEGMENT_BYTES;
  }

  /** Gives the address space back; nobody may hold a segment any more. */
  @Override
  public void close() {
    VirtualMemory.release(base, (long) segments * SEGMENT_BYTES);
    VirtualMemory.release(links, (long) segments * Integer.BYTES);
  }
}
