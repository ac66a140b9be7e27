package dev.larder.storage.journal;

import dev.larder.storage.memory.Memory;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A stack of small numbers, for any thread and without locks.
 *
 * <p>Its head is one word, number and tag: a number that left and came back has another tag, so
 * that a thread which read its link before does not succeed (the ABA problem). The links are four
 * bytes a number, read before the swap that proves them.
 */
final class IndexStack {
  private static final long INDEX = 0xFFFF_FFFFL;

  private final long links;

  /** A tag above, below it the first number plus one, or 0. */
  private final AtomicLong head = new AtomicLong();

  IndexStack(long links) {
    this.links = links;
  }

  /** Takes a number from the top, -1 if there is none. */
  int pop() {
    while (true) {
      long now = head.get();
      int index = (int) now - 1;
      if (index < 0) {
        return -1;
      }
      long next = Memory.peekInt(links + (long) index * Integer.BYTES) & INDEX;
      if (head.compareAndSet(now, nextTag(now) | next)) {
        return index;
      }
    }
  }

  /** Puts a number on top, which is not in the stack. */
  void push(int index) {
    while (true) {
      long now = head.get();
      Memory.putInt(links + (long) index * Integer.BYTES, (int) now);
      if (head.compareAndSet(now, nextTag(now) | index + 1L)) {
        return;
      }
    }
  }

  private static long nextTag(long head) {
    return (head & ~INDEX) + (INDEX + 1);
  }
}
