package dev.larder.info;

import java.util.function.LongSupplier;

/**
 * The pool of network buffers, as far as memory is concerned. It takes memory of the system in
 * chunks, and keeps some that it has not lent at the moment.
 *
 * <p>What event loops need to work at all is of the process's base, as their stacks are, so that a
 * chunk that comes or goes does not push keys out of a small cache. Beyond that what is lent counts
 * as used: requests and replies on their way. What the pool keeps besides counts only where that
 * becomes as much again.
 *
 * @param held what it has of the system, lent or not, in bytes
 * @param lent what is in use: requests and replies, and what is received into
 * @param share so much of what is lent is base, and so much of what is not
 */
public record BufferPool(LongSupplier held, LongSupplier lent, long share) {
  static final BufferPool NONE = new BufferPool(() -> 0, () -> 0, 0);

  /** What counts as used memory. */
  long usedBytes() {
    return usedBytes(held.getAsLong());
  }

  private long usedBytes(long all) {
    return Math.max(0, Math.max(lent.getAsLong(), all - share) - share);
  }

  /** What counts as base. */
  long baseBytes() {
    long all = held.getAsLong();
    return Math.max(0, all - usedBytes(all));
  }
}
