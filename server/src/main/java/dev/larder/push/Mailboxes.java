package dev.larder.push;

import org.jspecify.annotations.Nullable;

/**
 * The mailboxes of all event loops of a server. Any thread.
 *
 * <p>ONE ORDER: what several loops are sent at once gets into all their mailboxes before anything
 * else that several are sent. So all receivers of a channel get its messages in the same order.
 */
public final class Mailboxes {
  private final Mailbox[] all;
  private final Monitors monitors = new Monitors();
  private final Backlog backlog = new Backlog();

  private final ByUnit<Outbox> outboxes = new ByUnit<>();

  /** Mailboxes for so many loops. */
  public Mailboxes(int loops) {
    all = new Mailbox[loops];
    for (int i = 0; i < loops; i++) {
      all[i] = new Mailbox(backlog);
    }
  }

  public int count() {
    return all.length;
  }

  /** What is on its way. */
  public Backlog backlog() {
    return backlog;
  }

  /**
   * Posts one parcel for each loop that there is one for.
   *
   * @param parcels by the numbers of loops
   * @param count how many there are
   */
  void post(@Nullable Parcel[] parcels, int count) {
    if (count > 1) {
      synchronized (this) {
        addAll(parcels);
      }
    } else {
      addAll(parcels);
    }
    for (int loop = 0; loop < parcels.length; loop++) {
      if (parcels[loop] != null) {
        all[loop].wake();
      }
    }
  }

  private void addAll(@Nullable Parcel[] parcels) {
    for (int loop = 0; loop < parcels.length; loop++) {
      Parcel parcel = parcels[loop];
      if (parcel != null) {
        all[loop].add(parcel);
      }
    }
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

  /** The outbox of an event loop, by its number and that of the unit that it works with. */
  public Outbox newOutbox(int loop, int unit) {
    Outbox outbox = new Outbox(this, all[loop]);
    outboxes.put(unit, outbox);
    return outbox;
  }

  /** The event loop of an outbox works with another unit as well. */
  public void share(Outbox outbox, int unit) {
    outboxes.put(unit, outbox);
  }

  /** The outbox of the event loop that works with a unit, by its number; null if none does. */
  public @Nullable Outbox outboxOf(int unit) {
    return outboxes.of(unit);
  }
}
