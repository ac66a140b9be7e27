package dev.larder.push;

/** The mailboxes of all event loops of a server. Any thread. */
public final class Mailboxes {
  private final Mailbox[] all;
  private final Monitors monitors = new Monitors();

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

  /** The outbox of an event loop, by its number. */
  public Outbox newOutbox(int loop) {
    return new Outbox(this, all[loop]);
  }
}
