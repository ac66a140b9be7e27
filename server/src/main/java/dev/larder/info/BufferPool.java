package dev.larder.info;

import java.util.function.LongSupplier;

/**
 * The pool of network buffers, as far as memory is concerned. It takes memory of the system in
 * chunks, and keeps some that it has not lent at the moment. What event loops need to work at all
 * is of the process's base, as their stacks are, so that a chunk that comes or goes does not push
 * keys out of a small cache; all beyond that counts as used.
 *
 * @param held what it has of the system, lent or not, in bytes
 * @param lent what is in use: requests and replies, and what is received into
 * @param base so much of what it holds is no used memory
 */
public record BufferPool(LongSupplier held, LongSupplier lent, long base) {
  static final BufferPool NONE = new BufferPool(() -> 0, () -> 0, 0);

  /** What counts as used memory. */
  long usedBytes() {
    return Math.max(0, held.getAsLong() - base);
  }

  /** What counts as base. */
  long baseBytes() {
    return Math.min(base, held.getAsLong());
  }
}
