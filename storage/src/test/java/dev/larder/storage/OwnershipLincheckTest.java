package dev.larder.storage;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Interleavings of few who want one shard or two: one owner at a time, and no wake-up is lost,
 * which would be a thread that is parked for ever. What {@code Unit} adds is spinning, before all
 * of this.
 */
@Tag("slow")
final class OwnershipLincheckTest {
  private static final int THREADS = 3;

  private static Keyspace keyspace;

  /** One a thread, to tell owners apart; nothing else of them is used. */
  private static final Unit[] UNITS = new Unit[THREADS + 2];

  @BeforeAll
  static void open() {
    keyspace = Keyspace.open(new StorageOptions(2, 1, 1L << 24), Journal.NONE);
    for (int i = 0; i < UNITS.length; i++) {
      UNITS[i] = keyspace.newUnit();
    }
  }

  @AfterAll
  static void close() {
    keyspace.close();
  }

  /** What decides who may count. */
  interface Turns {
    boolean take(Unit unit);

    void giveUp();

    void park(Runnable resume);

    void passTurn();
  }

  /** Counts without any order but that of the turns, of which there are those of two shards. */
  abstract static class Counters {
    private final Turns[] turns;
    private final int[] counts = new int[2];

    Counters(Turns first, Turns second) {
      turns = new Turns[] {first, second};
    }

    @Operation
    public int first(@Param(gen = ThreadIdGen.class) int thread) {
      return count(UNITS[thread], 0, 0);
    }

    @Operation
    public int both(@Param(gen = ThreadIdGen.class) int thread) {
      return count(UNITS[thread], 0, 1);
    }

    /** As the dispatcher takes shards: in ascending order, giving all back before it parks. */
    private int count(Unit unit, int from, int to) {
      int parkedOn = -1;
      int missing = take(unit, from, to);
      while (missing <= to) {
        if (parkedOn >= 0 && parkedOn != missing) {
          turns[parkedOn].passTurn();
        }
        parkedOn = missing;
        WakeUp wakeUp = new WakeUp();
        turns[missing].park(wakeUp);
        wakeUp.await();
        missing = take(unit, from, to);
      }
      int sum = 0;
      for (int i = from; i <= to; i++) {
        sum += ++counts[i];
        turns[i].giveUp();
      }
      return sum;
    }

    /** Takes all or none; the one that is missing, behind the last if none is. */
    private int take(Unit unit, int from, int to) {
      int taken = from;
      while (taken <= to && turns[taken].take(unit)) {
        taken++;
      }
      for (int i = from; taken <= to && i < taken; i++) {
        turns[i].giveUp();
      }
      return taken;
    }

    /** A client that waits for its turn and is gone when it comes. */
    @Operation
    public void leave(@Param(gen = ThreadIdGen.class) int thread) {
      if (turns[1].take(UNITS[thread])) {
        turns[1].giveUp();
      } else {
        turns[1].park(turns[1]::passTurn);
      }
    }
  }

  /** Parks a thread until it is run. */
  static final class WakeUp implements Runnable {
    private final Thread parked = Thread.currentThread();
    private volatile boolean isRun;

    @Override
    public void run() {
      isRun = true;
      LockSupport.unpark(parked);
    }

    void await() {
      while (!isRun) {
        LockSupport.park(this);
      }
    }
  }

  /** The counters behind the ownership of shards. */
  public static final class OwnedCounters extends Counters {
    public OwnedCounters() {
      super(new OwnershipTurns(new Ownership()), new OwnershipTurns(new Ownership()));
    }
  }

  private record OwnershipTurns(Ownership ownership) implements Turns {
    @Override
    public boolean take(Unit unit) {
      return ownership.take(unit);
    }

    @Override
    public void giveUp() {
      ownership.giveUp();
    }

    @Override
    public void park(Runnable resume) {
      ownership.park(resume);
    }

    @Override
    public void passTurn() {
      ownership.passTurn();
    }
  }

  /** The counters behind turns of which some are lost. */
  public static final class ForgetfulCounters extends Counters {
    public ForgetfulCounters() {
      super(new ForgetfulTurns(), new ForgetfulTurns());
    }
  }

  /** Who parks does not look again: a release before that has woken nobody. */
  private static final class ForgetfulTurns implements Turns {
    private final AtomicReference<@Nullable Unit> owner = new AtomicReference<>();
    private final ConcurrentLinkedQueue<Runnable> parked = new ConcurrentLinkedQueue<>();

    @Override
    public boolean take(Unit unit) {
      return owner.compareAndSet(null, unit);
    }

    @Override
    public void giveUp() {
      owner.set(null);
      passTurn();
    }

    @Override
    public void park(Runnable resume) {
      parked.add(resume);
    }

    @Override
    public void passTurn() {
      Runnable resume = parked.poll();
      if (resume != null) {
        resume.run();
      }
    }
  }

  private static ModelCheckingOptions options() {
    return new ModelCheckingOptions()
        .threads(THREADS)
        .actorsPerThread(1)
        .actorsBefore(0)
        .actorsAfter(0)
        .iterations(12)
        .invocationsPerIteration(150);
  }

  @Test
  void everybodyHasTheShardForHimselfInHisTurn() {
    options().check(OwnedCounters.class);
  }

  @Test
  void aLostWakeUpIsFound() {
    assertThatThrownBy(() -> options().check(ForgetfulCounters.class))
        .isInstanceOf(LincheckAssertionError.class);
  }
}
