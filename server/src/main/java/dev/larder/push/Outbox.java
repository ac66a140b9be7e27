package dev.larder.push;

import dev.larder.resp.HotPath;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one thread is about to send. Messages gather while a unit of work runs, also while it owns
 * shards, and are posted when it is over: an event loop does that behind every batch of commands,
 * so what a command adds needs nothing more. For one thread.
 */
@HotPath
public final class Outbox {
  private final Mailboxes mailboxes;

  /** Of the thread's own loop, null if it is none. */
  private final @Nullable Mailbox own;

  private final @Nullable Parcel[] parcels;
  private boolean isEmpty = true;

  Outbox(Mailboxes mailboxes, @Nullable Mailbox own) {
    this.mailboxes = mailboxes;
    this.own = own;
    this.parcels = new Parcel[mailboxes.count()];
  }

  /**
   * Adds a message, which is kept until it is delivered; the caller goes on to own it.
   *
   * @param loop the number of the target's loop
   */
  public void add(int loop, PushTarget target, PushMessage message) {
    Parcel parcel = parcels[loop];
    if (parcel == null) {
      parcel = new Parcel();
      parcels[loop] = parcel;
      isEmpty = false;
    }
    parcel.add(target, message);
  }

  /** Who is told every command. */
  public Monitors monitors() {
    return mailboxes.monitors();
  }

  /** Sends a message, which this takes over, to all who are told every command. */
  public void tellMonitors(PushMessage message) {
    mailboxes.monitors().tell(message, this);
  }

  /** Whether nothing waits to be posted. */
  public boolean isEmpty() {
    return isEmpty;
  }

  /**
   * Posts what there is.
   *
   * @param sequence effects up to this one must be durable before anybody sees it; 0 for none
   */
  public void post(long sequence) {
    if (isEmpty) {
      return;
    }
    isEmpty = true;
    for (int loop = 0; loop < parcels.length; loop++) {
      Parcel parcel = parcels[loop];
      if (parcel != null) {
        parcel.seal(sequence);
        mailboxes.of(loop).post(parcel);
      }
    }
    Arrays.fill(parcels, null);
  }

  /**
   * Delivers what was sent to the clients of this loop, by anybody: what a command does next comes
   * behind it. On the loop; what waits here has to be posted first.
   */
  public void deliverOwn() {
    if (own != null) {
      own.deliver();
    }
  }
}
