package dev.larder.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.Journal;
import dev.larder.storage.Keyspace;
import dev.larder.storage.Lease;
import dev.larder.storage.StorageOptions;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class ScriptFloorTest {
  private final Keyspace keyspace = Keyspace.open(new StorageOptions(4, 1, 1L << 24), Journal.NONE);
  private final ScriptFloor floor = new ScriptFloor();
  private final ScriptFloor.Place first = new ScriptFloor.Place(keyspace);
  private final ScriptFloor.Place second = new ScriptFloor.Place(keyspace);
  private final ScriptFloor.Place third = new ScriptFloor.Place(keyspace);
  private final AtomicInteger woken = new AtomicInteger();

  @AfterEach
  void close() {
    keyspace.close();
  }

  private boolean enters(ScriptFloor.Place place, long nanos) {
    Lease wait = floor.enter(place, nanos);
    if (wait != null) {
      wait.park(woken::incrementAndGet);
    }
    return wait == null;
  }

  @Test
  void aLoopKeepsTheFloorForItsTurn() {
    assertThat(enters(first, 0)).isTrue();
    assertThat(floor.isWith(first)).isTrue();
    assertThat(enters(second, 0)).isFalse();
    assertThat(floor.isWith(first)).isFalse();
    assertThat(enters(first, ScriptFloor.KEPT_NANOS - 1)).isTrue();
    assertThat(woken).hasValue(0);
    floor.leave(first, 1);
    assertThat(woken).hasValue(1);
    assertThat(enters(first, 2)).isFalse();
    assertThat(enters(second, 2)).isTrue();
  }

  @Test
  void whoWaitsLongestIsNext() {
    enters(first, 0);
    enters(second, 0);
    enters(third, 0);
    enters(second, 0);
    floor.leave(first, 1);
    assertThat(woken).hasValue(2);
    assertThat(enters(third, 1)).isFalse();
    assertThat(enters(second, 1)).isTrue();
    floor.leave(second, 2);
    assertThat(woken).hasValue(4);
    assertThat(enters(third, 2)).isTrue();
    floor.leave(third, 3);
    assertThat(enters(first, 3)).isTrue();
  }

  @Test
  void aLongTurnIsInterrupted() {
    enters(first, 0);
    enters(second, 0);
    assertThat(enters(first, ScriptFloor.KEPT_NANOS)).isFalse();
    assertThat(woken).hasValue(1);
    assertThat(enters(second, ScriptFloor.KEPT_NANOS)).isTrue();
    floor.leave(second, ScriptFloor.KEPT_NANOS);
    assertThat(woken).hasValue(2);
  }

  @Test
  void whoDoesNotComeLosesIt() {
    enters(first, 0);
    enters(second, 0);
    floor.leave(first, 1);
    assertThat(enters(first, ScriptFloor.PROMISED_NANOS)).isFalse();
    assertThat(enters(first, ScriptFloor.PROMISED_NANOS + 1)).isTrue();
    // Who asked in vain in between is told.
    assertThat(woken).hasValue(2);
    assertThat(enters(second, ScriptFloor.PROMISED_NANOS + 1)).isFalse();
  }

  @Test
  void whoDoesNotLeaveLosesIt() {
    enters(first, 0);
    assertThat(enters(second, ScriptFloor.LOST_NANOS - 1)).isFalse();
    assertThat(enters(second, ScriptFloor.LOST_NANOS)).isTrue();
    floor.leave(first, ScriptFloor.LOST_NANOS);
    assertThat(floor.isWith(second)).isTrue();
  }

  @Test
  void whoeverHasGoneLeavesNothing() {
    enters(first, 0);
    enters(second, 0);
    floor.leave(first, 1);
    floor.leave(second, 2);
    assertThat(enters(third, 3)).isTrue();
  }

  /** As long as nobody loses it, one loop at a time has it, and each gets it in the end. */
  @Test
  @Timeout(60)
  void loopsGetItInTurn() throws Exception {
    int loops = 3;
    int turns = 20_000;
    AtomicInteger inside = new AtomicInteger();
    try (ExecutorService threads = Executors.newFixedThreadPool(loops)) {
      Future<?>[] ends =
          IntStream.range(0, loops)
              .mapToObj(i -> threads.submit(() -> takeTurns(turns, inside)))
              .toArray(Future<?>[]::new);
      for (Future<?> end : ends) {
        end.get(50, TimeUnit.SECONDS);
      }
    }
    assertThat(inside).hasValue(0);
  }

  private Void takeTurns(int turns, AtomicInteger inside) throws InterruptedException {
    ScriptFloor.Place place = new ScriptFloor.Place(keyspace);
    for (int turn = 0; turn < turns; turn++) {
      for (Lease wait = floor.enter(place, 0); wait != null; wait = floor.enter(place, 0)) {
        CountDownLatch over = new CountDownLatch(1);
        wait.park(over::countDown);
        over.await();
      }
      assertThat(inside.incrementAndGet()).isOne();
      assertThat(inside.decrementAndGet()).isZero();
      floor.leave(place, 0);
    }
    return null;
  }
}
