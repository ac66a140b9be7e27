package dev.larder.storage.journal;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * One party's wish to be woken when the journal has come to a sequence; an event loop has one for
 * all its clients, and waits for the lowest sequence among them.
 *
 * <p>No wake-up is lost: the party notes what it awaits, then looks at the mark; the journal moves
 * the mark, then looks at what is awaited. A wake-up ends the wish, and may come without need: who
 * is woken looks what has been reached and asks again.
 */
public final class JournalWaiter {
  private static final long NOTHING = Long.MAX_VALUE;

  private final LongSupplier mark;
  private final Runnable wake;
  private final AtomicLong awaited = new AtomicLong(NOTHING);

  JournalWaiter(LongSupplier mark, Runnable wake) {
    this.mark = mark;
    this.wake = wake;
  }

  /**
   * Asks to be woken when the mark is at this sequence, in place of what was asked for before. Used
   * by one thread at a time.
   *
   * @return true if it is there already: nobody will be woken
   */
  public boolean await(long sequence) {
    assert sequence < NOTHING;
    if (mark.getAsLong() >= sequence) {
      awaited.set(NOTHING);
      return true;
    }
    awaited.set(sequence);
    if (mark.getAsLong() >= sequence) {
      awaited.set(NOTHING);
      return true;
    }
    return false;
  }

  /** Whether the mark has come to what is awaited, and nobody was woken for it. */
  boolean isOverdue() {
    long wish = awaited.get();
    return wish != NOTHING && mark.getAsLong() >= wish;
  }

  /** The mark may have moved; from any thread of the journal. */
  void check() {
    long wish = awaited.get();
    while (wish != NOTHING && mark.getAsLong() >= wish) {
      if (awaited.compareAndSet(wish, NOTHING)) {
        wake.run();
        return;
      }
      wish = awaited.get();
    }
  }
}
