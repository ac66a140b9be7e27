package dev.larder.push;

import dev.larder.storage.Unit;
import org.jspecify.annotations.Nullable;

/** The mailboxes of all event loops of a server. Any thread. */
public final class Mailboxes {
  private final Mailbox[] all;
  private final Monitors monitors = new Monitors();

  private final ByUnit<Outbox> outboxes = new ByUnit<>();

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

  /** The outbox of an event loop, by its number, which works with this unit. */
  public Outbox newOutbox(int loop, Unit unit) {
    Outbox outbox = new Outbox(this, all[loop]);
    outboxes.put(unit, outbox);
    return outbox;
  }

  /** The outbox of the event loop that works with a unit; null if none does. */
  public @Nullable Outbox outboxOf(Unit unit) {
    return outboxes.of(unit);
  }
}
