package dev.larder.storage;

import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Interleavings of those who park on a lease and the one who ends it: each is run once. */
@Tag("slow")
final class LeaseLincheckTest {
  /** A lease with its holder, and those who wait. */
  public static final class ContestedLease {
    private final AtomicInteger parked = new AtomicInteger();
    private final AtomicInteger resumed = new AtomicInteger();
    private final AtomicInteger told = new AtomicInteger();
    private final Lease lease = new Lease(null, 0, 0, new byte[0], 0, false, told::incrementAndGet);

    @Operation
    public void park() {
      parked.incrementAndGet();
      lease.park(resumed::incrementAndGet);
    }

    @Operation
    public void end() {
      lease.end();
    }

    /** Resumed, or the lease goes on and its holder knows that somebody waits. */
    @Validate
    public void nobodyIsForgottenOrRunTwice() {
      int expected = lease.isOver() ? parked.get() : 0;
      if (resumed.get() != expected) {
        throw new IllegalStateException(resumed + " of " + parked + " were resumed");
      }
      if (!lease.isOver() && told.get() != parked.get()) {
        throw new IllegalStateException("the holder was told of " + told + " of " + parked);
      }
      if (lease.isWanted() != (!lease.isOver() && parked.get() > 0)) {
        throw new IllegalStateException("wanted: " + lease.isWanted());
      }
    }
  }

  @Test
  void whoParksIsResumedOnce() {
    new ModelCheckingOptions()
        .threads(3)
        .actorsPerThread(1)
        .actorsBefore(0)
        .actorsAfter(0)
        .iterations(8)
        .invocationsPerIteration(150)
        .check(ContestedLease.class);
  }
}
