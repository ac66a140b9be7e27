package dev.larder.push;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What has been sent to the connections of one event loop. */
public final class Mailbox {
  private final Backlog backlog;
  private final ConcurrentLinkedQueue<Parcel> parcels = new ConcurrentLinkedQueue<>();

  /** Whether the loop was told and has not looked yet. */
  private final AtomicBoolean isTold = new AtomicBoolean();

  /** Has the loop call {@link #deliver} soon; null before the loop serves anybody. */
  private volatile @Nullable Runnable wake;

  /** Whether nobody will look any more. */
  private volatile boolean isClosed;

  /** The parcel that is being emptied; on the loop. */
  private @Nullable Parcel open;

  /** Whether this is in the middle of delivering; on the loop. */
  private boolean isDelivering;

  Mailbox(Backlog backlog) {
    this.backlog = backlog;
  }

  /** Tells how to have the loop call {@link #deliver}; before it serves anybody. */
  public void wakeBy(Runnable newWake) {
    wake = newWake;
  }

  /** Any thread: takes a parcel; {@link #wake} follows. */
  void add(Parcel parcel) {
    backlog.add(parcel.weight());
    parcels.add(parcel);
    if (isClosed) {
      discard();
    }
  }

  /** Any thread: wakes the loop once for all that it has not looked at. */
  void wake() {
    Runnable told = wake;
    if (told != null && isTold.compareAndSet(false, true)) {
      told.run();
    }
  }

  /**
   * Delivers some of what was posted before; on the loop, between commands.
   *
   * @param budget about how many deliveries to make
   * @return whether there is more, and the caller has to see to that this is called again
   */
  public boolean deliver(int budget) {
    if (isDelivering) {
      return false;
    }
    isTold.set(false);
    isDelivering = true;
    try {
      return !deliverAll(budget) && isTold.compareAndSet(false, true);
    } finally {
      isDelivering = false;
    }
  }

  /**
   * Delivers what was posted before, if that is not too much; on the loop, between commands.
   *
   * @param budget about how many deliveries to make
   * @param rest run behind the last of them, in a later turn, if these do not suffice
   * @return whether everything was delivered; if not, {@code rest} will be run
   */
  boolean deliver(int budget, Runnable rest) {
    if (isDelivering) {
      return true;
    }
    isTold.set(false);
    isDelivering = true;
    try {
      if (deliverAll(budget)) {
        return true;
      }
    } finally {
      isDelivering = false;
    }
    parcels.add(new Parcel(rest));
    wake();
    return false;
  }

  private boolean deliverAll(int budget) {
    int left = budget;
    while (left > 0) {
      Parcel current = open == null ? parcels.poll() : open;
      open = current;
      if (current == null) {
        return true;
      }
      left = current.deliver(left);
      if (left > 0) {
        open = null;
        backlog.remove(current.weight());
        current.end();
      }
    }
    return false;
  }

  /** Releases what has been and will be posted: the loop has ended. On its thread. */
  public void close() {
    isClosed = true;
    Parcel current = open;
    open = null;
    if (current != null) {
      current.discard();
      backlog.remove(current.weight());
    }
    discard();
  }

  private void discard() {
    for (Parcel parcel = parcels.poll(); parcel != null; parcel = parcels.poll()) {
      parcel.discard();
      backlog.remove(parcel.weight());
    }
  }
}
