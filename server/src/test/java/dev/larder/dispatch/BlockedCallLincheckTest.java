package dev.larder.dispatch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.command.Block;
import dev.larder.command.CommandSpec;
import dev.larder.dispatch.BlockedCall.End;
import dev.larder.dispatch.BlockedCall.Place;
import dev.larder.resp.Batch;
import dev.larder.session.Blocked.Unblocking;
import dev.larder.storage.Journal;
import dev.larder.storage.Keyspace;
import dev.larder.storage.StorageOptions;
import dev.larder.storage.ValueType;
import io.netty.buffer.Unpooled;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Interleavings of those who serve a blocked call, unblock it, and end it on its loop: one of them
 * wins, the client hears of it once, and no end that was asked for is forgotten.
 */
@Tag("slow")
final class BlockedCallLincheckTest {
  private static final int WAITING_KEYS = 2;

  private static Keyspace keyspace;
  private static CommandSpec spec;

  @BeforeAll
  static void open() {
    keyspace = Keyspace.open(new StorageOptions(2, 1, 1L << 24), Journal.NONE);
    spec = BlockedCallTest.spec();
  }

  @AfterAll
  static void close() {
    keyspace.close();
  }

  /** A call that waits for two keys, and what became of it. */
  public static class ContestedCall {
    private final WaitingClient client = new WaitingClient();
    private final BlockedCall call =
        new BlockedCall(
            client, spec, new Batch(), 0, Block.on(ValueType.LIST, 1, 2, 0), new int[0]);

    /** The element that whoever claims the call may give it. */
    final AtomicInteger elements = new AtomicInteger(1);

    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger unblocked = new AtomicInteger();
    private final AtomicInteger endedByLoop = new AtomicInteger();
    private final AtomicInteger askedByLoop = new AtomicInteger();

    public ContestedCall() {
      for (int i = 0; i < WAITING_KEYS; i++) {
        call.places[i] = new Place(call, keyspace.shard(i), i + 1);
      }
    }

    boolean claims(Place place) {
      return call.claim(place.shard());
    }

    private void serve(Place place) {
      if (claims(place)) {
        if (elements.get() > 0) {
          elements.decrementAndGet();
          served.incrementAndGet();
          call.served(Unpooled.EMPTY_BUFFER, place, 0, false);
        } else {
          call.putBack();
        }
      }
    }

    @Operation
    public void serveFirst() {
      serve(call.places[0]);
    }

    @Operation
    public void serveSecond() {
      serve(call.places[1]);
    }

    /** The key holds nothing for it after all. */
    @Operation
    public void lookInVain() {
      if (claims(call.places[1])) {
        call.putBack();
      }
    }

    @Operation
    public void unblock() {
      if (call.unblock(true) == Unblocking.DONE) {
        unblocked.incrementAndGet();
      }
    }

    @Operation(nonParallelGroup = "loop")
    public void timeOut() {
      end(End.TIMEOUT);
    }

    @Operation(nonParallelGroup = "loop")
    public void leave() {
      end(End.CLIENT_GONE);
    }

    private void end(End reason) {
      askedByLoop.incrementAndGet();
      if (call.endOrNote(reason)) {
        endedByLoop.incrementAndGet();
      }
    }

    @Validate
    public void oneEndedItAndTheClientWasToldOnce() {
      int ends = served.get() + unblocked.get() + endedByLoop.get();
      boolean isOver = !call.isWaiting();
      check(ends <= 1, "ended more than once");
      check(isOver || ends == 0 && askedByLoop.get() == 0, "an end is forgotten");
      check(call.claimedShard() < 0, "still claimed");
      check(client.resumed.get() == (isOver ? 1 - endedByLoop.get() : 0), "told wrongly");
      check(elements.get() + served.get() == 1, "an element is lost");
      if (isOver) {
        check((call.end() == End.SERVED) == (served.get() == 1), "served");
        check((call.end() == End.UNBLOCKED_BY_ERROR) == (unblocked.get() == 1), "unblocked");
      }
    }

    private static void check(boolean holds, String problem) {
      if (!holds) {
        throw new IllegalStateException(problem);
      }
    }
  }

  /** The call that is served also by whoever was not the first to claim it. */
  public static final class CarelessCall extends ContestedCall {
    @Override
    boolean claims(Place place) {
      super.claims(place);
      return true;
    }
  }

  private static ModelCheckingOptions options() {
    return new ModelCheckingOptions()
        .threads(3)
        .actorsPerThread(2)
        .actorsBefore(0)
        .actorsAfter(0)
        .iterations(10)
        .invocationsPerIteration(100);
  }

  @Test
  void exactlyOneEndsAWait() {
    options().check(ContestedCall.class);
  }

  @Test
  void servingWithoutAClaimIsFound() {
    assertThatThrownBy(() -> options().check(CarelessCall.class))
        .isInstanceOf(LincheckAssertionError.class);
  }
}
