package dev.larder.storage.journal;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.storage.memory.Memory;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The protocols between the journal's threads: no wake-up is lost, no segment is given out twice.
 * What lies off the heap is not seen by Lincheck, but everything is ordered by words that are.
 */
@Tag("slow")
final class JournalLincheckTest {
  private static ModelCheckingOptions options() {
    return new ModelCheckingOptions()
        .iterations(10)
        .invocationsPerIteration(200)
        .threads(2)
        .actorsPerThread(3)
        .actorsBefore(1)
        .actorsAfter(0);
  }

  /** A party asks, the mark moves. */
  public static final class Waiting {
    private final AtomicLong mark = new AtomicLong();
    private final JournalWaiter waiter = new JournalWaiter(mark::get, () -> {});

    @Operation(nonParallelGroup = "party")
    public void awaitNext() {
      waiter.await(mark.get() + 1);
    }

    @Operation(nonParallelGroup = "party")
    public void awaitLater() {
      waiter.await(2);
    }

    @Operation
    public void advance() {
      mark.incrementAndGet();
      waiter.check();
    }

    @Validate
    public void nobodyIsForgotten() {
      if (waiter.isOverdue()) {
        throw new IllegalStateException("a wake-up was lost");
      }
    }
  }

  @Test
  void waitersAreWoken() {
    options().check(Waiting.class);
  }

  /** The writer rests, others publish. A park is noted in place of being one. */
  public static final class Resting {
    private final AtomicLong work = new AtomicLong();
    private final AtomicLong permits = new AtomicLong();
    private final AtomicLong parked = new AtomicLong();

    private static final class Parked extends RuntimeException {
      Parked() {
        super(null, null, false, false);
      }
    }

    private final Sleeper sleeper =
        new Sleeper() {
          @Override
          void park(long nanos) {
            parked.set(1);
            throw new Parked();
          }

          @Override
          void unpark() {
            permits.set(1);
          }
        };

    @Operation(nonParallelGroup = "writer")
    public void rest() {
      if (parked.get() == 1 && permits.get() == 0) {
        return;
      }
      parked.set(0);
      permits.set(0);
      work.set(0);
      try {
        sleeper.sleep(Sleeper.FOREVER, () -> work.get() > 0);
      } catch (Parked e) {
        // It stays asleep.
      }
    }

    @Operation
    public void publish() {
      work.set(1);
      sleeper.wakeFromSleep();
    }

    @Operation
    public void control() {
      work.set(1);
      sleeper.wakeFully();
    }

    @Validate
    public void nothingIsOverslept() {
      if (parked.get() == 1 && permits.get() == 0 && work.get() > 0) {
        throw new IllegalStateException("the writer sleeps over its work");
      }
    }
  }

  @Test
  void theWriterIsWoken() {
    options().check(Resting.class);
  }

  /** Segments are taken and come back. */
  public static final class Segments {
    private static final int COUNT = 3;

    private final ByteBuffer links = ByteBuffer.allocateDirect(COUNT * Integer.BYTES);
    private final IndexStack stack = new IndexStack(Memory.addressOf(links));
    private final AtomicIntegerArray owners = new AtomicIntegerArray(COUNT);

    public Segments() {
      for (int i = 0; i < COUNT; i++) {
        stack.push(i);
      }
    }

    @Operation
    public void takeAndGiveBack() {
      int first = take();
      int second = take();
      giveBack(first);
      giveBack(second);
    }

    @Operation
    public void takeAndGiveBackOne() {
      giveBack(take());
    }

    private int take() {
      int index = stack.pop();
      if (index >= 0 && !owners.compareAndSet(index, 0, 1)) {
        throw new IllegalStateException("given out twice");
      }
      return index;
    }

    private void giveBack(int index) {
      if (index >= 0) {
        owners.set(index, 0);
        stack.push(index);
      }
    }

    @Validate
    public void allAreBack() {
      int count = 0;
      while (stack.pop() >= 0) {
        count++;
      }
      if (count != COUNT) {
        throw new IllegalStateException(count + " are left");
      }
    }
  }

  @Test
  void segmentsHaveOneOwner() {
    options().check(Segments.class);
  }

  /** Looks at the mark only once: the wish may come between the move and the check. */
  public static final class Forgetful {
    private final AtomicLong mark = new AtomicLong();
    private final AtomicLong awaited = new AtomicLong(Long.MAX_VALUE);

    @Operation(nonParallelGroup = "party")
    public void await() {
      long wish = mark.get() + 1;
      awaited.set(wish);
    }

    @Operation
    public void advance() {
      if (awaited.get() <= mark.incrementAndGet()) {
        awaited.set(Long.MAX_VALUE);
      }
    }

    @Validate
    public void nobodyIsForgotten() {
      if (awaited.get() <= mark.get()) {
        throw new IllegalStateException("a wake-up was lost");
      }
    }
  }

  @Test
  void forgetfulWaiterIsRejected() {
    assertThatThrownBy(() -> options().check(Forgetful.class))
        .isInstanceOf(LincheckAssertionError.class);
  }
}
