package dev.larder.push;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What has been sent to the connections of one event loop. */
public final class Mailbox {
  private final ConcurrentLinkedQueue<Parcel> parcels = new ConcurrentLinkedQueue<>();

  /** Whether the loop was told and has not looked yet. */
  private final AtomicBoolean isTold = new AtomicBoolean();

  /** Has the loop call {@link #deliver} soon; null before the loop serves anybody. */
  private volatile @Nullable Runnable wake;

  /** The parcel that is being emptied; on the loop. */
  private @Nullable Parcel open;

  /** Whether this is in the middle of delivering; on the loop. */
  private boolean isDelivering;

  Mailbox() {}

  /** Tells how to have the loop call {@link #deliver}; before it serves anybody. */
  public void wakeBy(Runnable newWake) {
    wake = newWake;
  }

  /** Any thread: takes a parcel, and wakes the loop once for all that it has not looked at. */
  void post(Parcel parcel) {
    parcels.add(parcel);
    Runnable told = wake;
    if (told != null && isTold.compareAndSet(false, true)) {
      told.run();
    }
  }

  /** Delivers everything that was posted before; on the loop, between commands. */
  public void deliver() {
    if (isDelivering) {
      return;
    }
    isTold.set(false);
    isDelivering = true;
    try {
      while (openNext()) {
        deliverOpen();
      }
    } finally {
      isDelivering = false;
    }
  }

  private boolean openNext() {
    if (open == null) {
      open = parcels.poll();
    }
    return open != null;
  }

  private void deliverOpen() {
    Parcel current = open;
    while (current != null && current.deliverNext()) {
      // The next one.
    }
    open = null;
  }
}
