package dev.larder.push;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The mailboxes of all event loops of a server. Any thread. */
public final class Mailboxes {
  private final Mailbox[] all;
  private final Monitors monitors = new Monitors();

  /** By the numbers of the units that their loops work with; replaced when it grows. */
  private volatile @Nullable Outbox[] byUnit = {};

  /** Mailboxes for so many loops. */
  public Mailboxes(int loops) {
    all = new Mailbox[loops];
    for (int i = 0; i < loops; i++) {
      all[i] = new Mailbox();
    }
  }

  public int count() {
    return all.length;
  }

  /** Who is told every command. */
  Monitors monitors() {
    return monitors;
  }

  /** The mailbox of a loop, by its number. */
  public Mailbox of(int loop) {
    return all[loop];
  }

  /** An outbox for one more thread that is no event loop. */
  public Outbox newOutbox() {
    return new Outbox(this, null);
  }

  /**
   * The outbox of an event loop, by its number.
   *
   * @param unit the number of the unit of work that the loop has
   */
  public synchronized Outbox newOutbox(int loop, int unit) {
    Outbox outbox = new Outbox(this, all[loop]);
    @Nullable Outbox[] known = byUnit;
    @Nullable Outbox[] grown = Arrays.copyOf(known, Math.max(known.length, unit + 1));
    grown[unit] = outbox;
    byUnit = grown;
    return outbox;
  }

  /** The outbox of the event loop that works with a unit, by its number; null if none does. */
  public @Nullable Outbox outboxOf(int unit) {
    @Nullable Outbox[] known = byUnit;
    return unit < known.length ? known[unit] : null;
  }
}
