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
  /** So many messages are given to connections while one of them waits to be answered. */
  private static final int MAX_DELIVERIES = 4096;

  private static final long LARGE_WEIGHT = Backlog.MAX_WEIGHT / 16;

  private final Mailboxes mailboxes;

  /** Of the thread's own loop, null if it is none. */
  private final @Nullable Mailbox own;

  private final @Nullable Parcel[] parcels;

  /** How many there are. */
  private int count;

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
    parcel(loop).add(target, message);
  }

  /**
   * Adds a message to all who were in a group.
   *
   * @param loop the number of the group's loop
   * @param snapshot of the group
   */
  public void add(int loop, PushGroup group, long snapshot, PushMessage message) {
    parcel(loop).add(group, snapshot, message);
  }

  private Parcel parcel(int loop) {
    Parcel parcel = parcels[loop];
    if (parcel == null) {
      parcel = new Parcel();
      parcels[loop] = parcel;
      count++;
    }
    return parcel;
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
    return count == 0;
  }

  /** Whether so much waits to be posted that more should not be added. */
  public boolean isLarge() {
    if (count > 0) {
      for (Parcel parcel : parcels) {
        if (parcel != null && parcel.weight() >= LARGE_WEIGHT) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Posts what there is.
   *
   * @param sequence effects up to this one must be durable before anybody sees it; 0 for none
   */
  public void post(long sequence) {
    if (count == 0) {
      return;
    }
    for (Parcel parcel : parcels) {
      if (parcel != null) {
        parcel.seal(sequence);
      }
    }
    mailboxes.post(parcels, count);
    count = 0;
    Arrays.fill(parcels, null);
  }

  /** Releases what there is: its thread has ended. */
  public void discard() {
    for (Parcel parcel : parcels) {
      if (parcel != null) {
        parcel.discard();
      }
    }
    count = 0;
    Arrays.fill(parcels, null);
  }

  /**
   * Delivers what was sent to the clients of this loop, by anybody: what a command does next comes
   * behind it. On the loop; what waits here has to be posted first.
   *
   * @param rest run in a later turn, behind the last delivery, if that is too much for this one
   * @return whether everything was delivered; if not, {@code rest} will be run
   */
  public boolean deliverOwn(Runnable rest) {
    return own == null || own.deliver(MAX_DELIVERIES, rest);
  }
}
