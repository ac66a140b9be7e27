package dev.larder.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.command.Block;
import dev.larder.command.CommandGroup;
import dev.larder.command.CommandSpec;
import dev.larder.command.Declarations;
import dev.larder.dispatch.BlockedCall.End;
import dev.larder.dispatch.BlockedCall.Place;
import dev.larder.resp.Batch;
import dev.larder.session.Blocked.Unblocking;
import dev.larder.storage.Journal;
import dev.larder.storage.Keyspace;
import dev.larder.storage.StorageOptions;
import dev.larder.storage.ValueType;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The one word that decides what ends a wait. */
final class BlockedCallTest {
  private static final int ROUNDS = 3_000;
  private static final int PATIENCE_SECONDS = 60;

  private final Keyspace keyspace = Keyspace.open(new StorageOptions(4, 1, 1L << 24), Journal.NONE);
  private final CommandSpec spec = spec();

  static CommandSpec spec() {
    Declarations declarations = new Declarations();
    declarations
        .command("WAIT")
        .summary("For this test.")
        .since("1.0.0")
        .group(CommandGroup.LIST)
        .arity(1)
        .handler(call -> call.reply().ok());
    return declarations.build().all().iterator().next();
  }

  @AfterEach
  void close() {
    keyspace.close();
  }

  private BlockedCall call(WaitingClient client) {
    Block block = Block.on(ValueType.LIST, 1, 2, 0);
    BlockedCall call = new BlockedCall(client, spec, new Batch(), 0, block, new int[0]);
    call.places[0] = new Place(call, keyspace.shard(2), 1);
    call.places[1] = new Place(call, keyspace.shard(3), 2);
    return call;
  }

  @Test
  void isServedByOneAtATime() {
    WaitingClient client = new WaitingClient();
    BlockedCall call = call(client);
    assertThat(call.claimedShard()).isNegative();
    assertThat(call.claim(keyspace.shard(3))).isTrue();
    assertThat(call.claim(keyspace.shard(2))).isFalse();
    assertThat(call.claimedShard()).isEqualTo(3);
    assertThat(call.isWaiting()).isTrue();
    assertThat(call.unblock(false)).isEqualTo(Unblocking.UNDECIDED);
    assertThat(call.putBack()).isTrue();
    assertThat(call.claim(keyspace.shard(2))).isTrue();
    call.served(Unpooled.EMPTY_BUFFER, call.places[0], 0, false);
    assertThat(call.isWaiting()).isFalse();
    assertThat(call.claimedShard()).isNegative();
    assertThat(call.end()).isEqualTo(End.SERVED);
    assertThat(call.servedPlace()).isSameAs(call.places[0]);
    assertThat(call.unblock(false)).isEqualTo(Unblocking.TOO_LATE);
    assertThat(call.endOrNote(End.TIMEOUT)).isFalse();
    assertThat(client.resumed).hasValue(1);
  }

  @Test
  void anEndThatIsNotedTakesPlaceWhenTheCallIsPutBack() {
    WaitingClient client = new WaitingClient();
    BlockedCall call = call(client);
    assertThat(call.claim(keyspace.shard(3))).isTrue();
    assertThat(call.endOrNote(End.TIMEOUT)).isFalse();
    assertThat(call.endOrNote(End.CLIENT_GONE)).as("the first one counts").isFalse();
    assertThat(call.claimedShard()).isEqualTo(3);
    assertThat(client.resumed).hasValue(0);
    assertThat(call.putBack()).isFalse();
    assertThat(call.end()).isEqualTo(End.TIMEOUT);
    assertThat(client.resumed).hasValue(1);
  }

  @Test
  void anEndThatIsNotedIsForgottenWhenTheCallIsServed() {
    WaitingClient client = new WaitingClient();
    BlockedCall call = call(client);
    assertThat(call.claim(keyspace.shard(0))).isTrue();
    assertThat(call.endOrNote(End.TIMEOUT)).isFalse();
    call.served(Unpooled.EMPTY_BUFFER, call.places[1], 0, false);
    assertThat(call.end()).isEqualTo(End.SERVED);
    assertThat(client.resumed).hasValue(1);
  }

  /** Two who serve, the client's loop and another client, all at once. */
  private final class Race {
    final WaitingClient client = new WaitingClient();
    final BlockedCall call = call(client);
    final AtomicInteger served = new AtomicInteger();
    final AtomicInteger endedByOther = new AtomicInteger();
    final AtomicInteger endedByLoop = new AtomicInteger();

    void serve(Place place, int turns, boolean serves) {
      for (int i = 0; i < turns; i++) {
        if (call.claim(place.shard())) {
          if (serves && i == turns - 1) {
            served.incrementAndGet();
            call.served(Unpooled.EMPTY_BUFFER, place, 0, false);
          } else {
            call.putBack();
          }
        }
      }
    }

    void check() {
      int ends = served.get() + endedByOther.get() + endedByLoop.get();
      if (call.isWaiting()) {
        assertThat(ends).isZero();
        assertThat(client.resumed).hasValue(0);
        assertThat(call.claimedShard()).isNegative();
        return;
      }
      End expected =
          served.get() == 1
              ? End.SERVED
              : endedByOther.get() == 1 ? End.UNBLOCKED_BY_ERROR : End.TIMEOUT;
      assertThat(ends).isLessThanOrEqualTo(1);
      assertThat(call.end()).isEqualTo(expected);
      // The loop is told of every end but its own.
      assertThat(client.resumed).hasValue(1 - endedByLoop.get());
    }
  }

  @Test
  void exactlyOneThingEndsAWait() throws Exception {
    long seed = Long.getLong("seed", System.identityHashCode(this));
    Race[] races = new Race[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      races[i] = new Race();
    }
    CyclicBarrier barrier = new CyclicBarrier(4);
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int role = t;
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < ROUNDS; i++) {
                  await(barrier);
                  play(races[i], role, seed + i);
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    for (Race race : races) {
      race.check();
    }
  }

  private static void play(Race race, int role, long seed) {
    Random random = new Random(seed * 4 + role);
    int turns = 1 + random.nextInt(3);
    boolean acts = random.nextInt(4) > 0;
    if (role < 2) {
      race.serve(race.call.places[role], turns, acts);
    } else if (role == 2 && acts) {
      race.endedByLoop.addAndGet(race.call.endOrNote(End.TIMEOUT) ? 1 : 0);
    } else if (acts) {
      race.endedByOther.addAndGet(race.call.unblock(true) == Unblocking.DONE ? 1 : 0);
    }
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
