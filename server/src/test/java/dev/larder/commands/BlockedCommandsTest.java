package dev.larder.commands;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.command.BlockingSample;
import dev.larder.command.Declarations;
import dev.larder.storage.Bytes;
import dev.larder.storage.Entry;
import dev.larder.storage.Journal;
import dev.larder.storage.Lease;
import dev.larder.storage.Removal;
import dev.larder.storage.Shard;
import dev.larder.storage.Unit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Blocked commands and who serves them, on one thread. */
final class BlockedCommandsTest {
  private final List<String> effects = new ArrayList<>();
  private final CommandHarness first =
      new CommandHarness(BlockedCommandsTest::declare, new Recorder());

  private final CommandHarness second = new CommandHarness(first);
  private final CommandHarness third = new CommandHarness(first);

  /** Writes down what happens, and where a unit ends. */
  private final class Recorder implements Journal {
    @Override
    public void stored(long sequence, Shard shard, int database, long entry) {
      effects.add("stored " + key(entry));
    }

    @Override
    public void removed(long sequence, Shard shard, int database, long entry, Removal reason) {
      effects.add("removed " + key(entry));
    }

    @Override
    public void end(Unit unit, long sequence) {
      effects.add("end");
    }

    private static String key(long entry) {
      return new String(Bytes.toArray(Entry.keyAddress(entry), Entry.keyLength(entry)), ISO_8859_1);
    }
  }

  private static void declare(Declarations c) {
    BlockingSample.declare(c);
    KeyCommands.declare(c);
    DatabaseCommands.declare(c, Saving.NONE);
    StringCommands.declare(c, () -> 512 << 20);
    ExpireCommands.declare(c);
    SelectSample.declare(c);
  }

  @AfterEach
  void close() {
    first.close();
  }

  @Test
  void veryManyKeysAreNotWaitedFor() {
    String[] take = new String[16_386];
    take[0] = "TAKE";
    for (int i = 1; i <= 16_384; i++) {
      take[i] = "key " + i;
    }
    take[16_385] = "0";
    assertThat(second.send(take)).isEmpty();
    assertThat(first.send("PUSH", "key 16384", "a")).isEqualTo(":1\r\n");
    assertThat(second.awaited()).isEqualTo(taken("key 16384", "a"));
    String[] more = Arrays.copyOf(take, take.length + 1);
    more[16_385] = "key 16385";
    more[16_386] = "0";
    assertThat(third.send(more))
        .isEqualTo("-ERR too many keys: at most 16384 can be waited for\r\n");
    first.send("PUSH", "key 16385", "b");
    assertThat(third.send(more)).isEqualTo(taken("key 16385", "b"));
  }

  @Test
  void whatIsThereIsTakenAtOnce() {
    assertThat(first.send("PUSH", "k", "a", "b")).isEqualTo(":2\r\n");
    assertThat(second.send("TAKE", "k", "0")).isEqualTo(taken("k", "a"));
    assertThat(second.send("SHIFT", "k", "l", "0")).isEqualTo("$1\r\nb\r\n");
    assertThat(second.send("PEEK", "l")).isEqualTo("$2\r\nb,\r\n");
  }

  @Test
  void blockedClientsAreServedInTheOrderInWhichTheyCame() {
    assertThat(second.send("TAKE", "k", "0")).isEmpty();
    assertThat(third.send("TAKE", "other", "k", "0")).isEmpty();
    assertThat(first.send("PUSH", "k", "a", "b", "c")).isEqualTo(":3\r\n");
    assertThat(second.awaited()).isEqualTo(taken("k", "a"));
    assertThat(third.awaited()).isEqualTo(taken("k", "b"));
    assertThat(first.send("PEEK", "k")).isEqualTo("$2\r\nc,\r\n");
    assertThat(first.send("PUSH", "other", "d")).isEqualTo(":1\r\n");
    assertThat(third.isBlocked()).isFalse();
    assertThat(first.send("PEEK", "other")).isEqualTo("$2\r\nd,\r\n");
  }

  @Test
  void whoFindsNothingKeepsItsPlace() {
    assertThat(second.send("TAKE", "k", "0")).isEmpty();
    assertThat(third.send("TAKE", "k", "0")).isEmpty();
    assertThat(first.send("PUSH", "k", "a")).isEqualTo(":1\r\n");
    assertThat(second.awaited()).isEqualTo(taken("k", "a"));
    assertThat(third.isBlocked()).isTrue();
    assertThat(second.send("TAKE", "k", "0")).isEmpty();
    assertThat(first.send("PUSH", "k", "b")).isEqualTo(":1\r\n");
    assertThat(second.isBlocked()).isTrue();
    assertThat(third.awaited()).isEqualTo(taken("k", "b"));
    second.leave();
  }

  @Test
  void everyWayOfComingIntoBeingWakes() {
    wakes("SET", "k", "e,");
    wakes("APPEND", "k", "e,");
    wakes("SETRANGE", "k", "0", "e,");
    wakes("MSET", "other", "x", "k", "e,");
    first.send("SET", "source", "e,");
    wakes("COPY", "source", "k");
    wakes("RENAME", "source", "k");
    first.send("SELECT", "1");
    first.send("SET", "k", "e,");
    wakes("MOVE", "k", "0");
    first.send("SET", "k", "e,");
    wakes("SWAPDB", "0", "1");
  }

  /** A command that gives the key {@code k} of database 0 an element. */
  private void wakes(String... command) {
    assertThat(second.send("TAKE", "k", "0")).isEmpty();
    assertThat(first.send(command)).doesNotStartWith("-");
    assertThat(second.awaited()).as(String.join(" ", command)).isEqualTo(taken("k", "e"));
  }

  @Test
  void anotherDatabaseIsAnother() {
    assertThat(second.send("TAKE", "k", "0")).isEmpty();
    first.send("SELECT", "1");
    assertThat(first.send("PUSH", "k", "e")).isEqualTo(":1\r\n");
    assertThat(second.isBlocked()).isTrue();
    assertThat(third.send("SELECT", "1")).isEqualTo("+OK\r\n");
    assertThat(third.send("TAKE", "k", "0")).isEqualTo(taken("k", "e"));
    second.leave();
  }

  @Test
  void flushingWakesNobodyWhoWaitsForMore() {
    assertThat(second.send("TAKE", "k", "0")).isEmpty();
    assertThat(first.send("FLUSHALL")).isEqualTo("+OK\r\n");
    assertThat(first.send("SWAPDB", "0", "1")).isEqualTo("+OK\r\n");
    assertThat(second.isBlocked()).isTrue();
    assertThat(first.send("PUSH", "k", "e")).isEqualTo(":1\r\n");
    assertThat(second.awaited()).isEqualTo(taken("k", "e"));
  }

  @Test
  void whoAsksForItIsWokenByRemoval() {
    wokenByRemoval("DEL", "k");
    wokenByRemoval("RENAME", "k", "other");
    wokenByRemoval("MOVE", "k", "1");
    wokenByRemoval("FLUSHDB");
    wokenByRemoval("SWAPDB", "0", "1");
    first.send("SWAPDB", "0", "1");
    wokenByRemoval("PEXPIREAT", "k", "1");
    wokenByRemoval("TAKE", "k", "0");
  }

  private void wokenByRemoval(String... command) {
    first.send("PUSH", "k", "e");
    assertThat(second.send("LONGER", "k", "0")).isEmpty();
    assertThat(first.send(command)).doesNotStartWith("-");
    assertThat(second.awaited())
        .as(String.join(" ", command))
        .isEqualTo("-GONE there is no such list\r\n");
    first.send("FLUSHALL");
  }

  @Test
  void expiryIsARemovalToo() {
    first.send("SET", "k", "e,", "PX", "100000000");
    assertThat(second.send("LONGER", "k", "0")).isEmpty();
    first.housekeep(Long.MAX_VALUE / 2);
    runTasks();
    assertThat(second.awaited()).isEqualTo("-GONE there is no such list\r\n");
  }

  @Test
  void aCommandRemembersWhatItSawWhenItBlocked() {
    first.send("PUSH", "k", "a");
    assertThat(second.send("LONGER", "k", "0")).isEmpty();
    assertThat(third.send("LONGER", "k", "0")).isEmpty();
    // Changed, but not longer: both look, and keep their places.
    first.send("SET", "k", "b,");
    assertThat(second.isBlocked()).isTrue();
    assertThat(third.isBlocked()).isTrue();
    first.send("PUSH", "k", "c");
    assertThat(second.awaited()).isEqualTo("*2\r\n$2\r\nb,\r\n$2\r\nc,\r\n");
    assertThat(third.awaited()).isEqualTo("*2\r\n$2\r\nb,\r\n$2\r\nc,\r\n");
  }

  @Test
  void whatServingChangesFollowsInTheUnitOfWhoeverServes() {
    assertThat(second.send("SHIFT", "k", "l", "0")).isEmpty();
    assertThat(third.send("TAKE", "l", "0")).isEmpty();
    assertThat(effects).isEmpty();
    first.send("PUSH", "k", "e");
    assertThat(effects).containsExactly("stored k", "removed k", "stored l", "removed l", "end");
    assertThat(second.awaited()).isEqualTo("$1\r\ne\r\n");
    assertThat(third.awaited()).isEqualTo(taken("l", "e"));
  }

  @Test
  void timeouts() {
    assertThat(second.send("TAKE", "k", "1500")).isEmpty();
    assertThat(second.timeoutNanos()).isEqualTo(1_500_000_000);
    assertThat(second.timeOut()).isEqualTo("*-1\r\n");
    assertThat(second.send("SHIFT", "k", "l", "0")).isEmpty();
    assertThat(second.timeoutNanos()).isZero();
    assertThat(second.timeOut()).isEqualTo("$-1\r\n");
    second.protocol(3);
    assertThat(second.send("TAKE", "k", "" + Long.MAX_VALUE)).isEmpty();
    assertThat(second.timeoutNanos()).as("a century is for ever").isZero();
    assertThat(second.timeOut()).isEqualTo("_\r\n");
    assertThat(first.keyspace.awaitedKeys()).isZero();
  }

  @Test
  void whoHasLeftIsPassedOver() {
    assertThat(second.send("TAKE", "k", "l", "0")).isEmpty();
    assertThat(third.send("TAKE", "k", "0")).isEmpty();
    second.leave();
    assertThat(first.send("PUSH", "k", "e")).isEqualTo(":1\r\n");
    assertThat(third.awaited()).isEqualTo(taken("k", "e"));
    assertThat(first.keyspace.awaitedKeys()).isZero();
  }

  @Test
  void aKeyNamedTwiceIsServedOnce() {
    assertThat(second.send("TAKE", "k", "k", "0")).isEmpty();
    assertThat(first.send("PUSH", "k", "a", "b")).isEqualTo(":2\r\n");
    assertThat(second.awaited()).isEqualTo(taken("k", "a"));
    assertThat(first.send("PEEK", "k")).isEqualTo("$2\r\nb,\r\n");
    assertThat(first.keyspace.awaitedKeys()).isZero();
  }

  @Test
  void aKeyWithoutItsFurtherShardIsServedBeforeAnyNewerCommand() {
    String target = keyOfAnotherShard("k");
    Unit owner = first.keyspace.newUnit();
    assertThat(second.send("SHIFT", "k", target, "0")).isEmpty();
    owner.begin(0);
    while (!owner.acquire(first.shardOf(target))) {
      Thread.onSpinWait(); // The thread that gives memory back has it for a moment.
    }
    assertThat(first.send("PUSH", "k", "e")).isEqualTo(":1\r\n");
    assertThat(second.isBlocked()).isTrue();
    // It has to wait for the owner as well, although it does not need that shard.
    third.betweenSteps(owner::releaseAll);
    assertThat(third.send("PEEK", "k")).isEqualTo("$0\r\n\r\n");
    assertThat(third.steps()).isEqualTo(1);
    assertThat(second.awaited()).isEqualTo("$1\r\ne\r\n");
    assertThat(first.send("PEEK", target)).isEqualTo("$2\r\ne,\r\n");
  }

  @Test
  void aKeyWithoutItsFurtherShardIsServedWithoutAnyCommand() {
    String target = keyOfAnotherShard("k");
    Unit owner = first.keyspace.newUnit();
    assertThat(second.send("SHIFT", "k", target, "0")).isEmpty();
    owner.begin(0);
    while (!owner.acquire(first.shardOf(target))) {
      Thread.onSpinWait(); // The thread that gives memory back has it for a moment.
    }
    assertThat(first.send("PUSH", "k", "e")).isEqualTo(":1\r\n");
    runTasks();
    assertThat(second.isBlocked()).isTrue();
    owner.releaseAll();
    runTasks();
    assertThat(second.awaited()).isEqualTo("$1\r\ne\r\n");
  }

  @Test
  void aKeyThatIsLeasedIsWaitedFor() {
    assertThat(second.send("SHIFT", "k", "t", "0")).isEmpty();
    Lease lease = first.lease("t");
    assertThat(first.send("PUSH", "k", "e")).isEqualTo(":1\r\n");
    assertThat(second.isBlocked()).isTrue();
    assertThat(third.send("PEEK", "k")).isEqualTo("$2\r\ne,\r\n");
    lease.end();
    runTasks();
    assertThat(second.awaited()).isEqualTo("$1\r\ne\r\n");
  }

  @Test
  void ofTheKeysWaitedForOnlyTheReadyOneMatters() {
    assertThat(second.send("TAKE", "t", "k", "0")).isEmpty();
    Lease lease = first.lease("t");
    assertThat(first.send("PUSH", "k", "e")).isEqualTo(":1\r\n");
    assertThat(second.awaited()).isEqualTo(taken("k", "e"));
    lease.end();
  }

  @Test
  void whoLeavesWhileItsShardIsTakenIsForgottenLater() {
    assertThat(second.send("TAKE", "k", "0")).isEmpty();
    Unit owner = first.keyspace.newUnit();
    owner.begin(0);
    while (!owner.acquire(first.shardOf("k"))) {
      Thread.onSpinWait(); // The thread that gives memory back has it for a moment.
    }
    assertThat(second.timeOut()).isEqualTo("*-1\r\n");
    assertThat(first.keyspace.awaitedKeys()).isOne();
    owner.releaseAll();
    runTasks();
    assertThat(first.keyspace.awaitedKeys()).isZero();
  }

  @Test
  void whoCannotBeServedHarmsNobodyElse() {
    assertThat(second.send("TAKE", "k", "0")).isEmpty();
    assertThat(third.send("TAKE", "k", "0")).isEmpty();
    second.failBuffers();
    assertThat(first.send("PUSH", "k", "e")).isEqualTo(":1\r\n");
    assertThat(third.awaited()).isEqualTo(taken("k", "e"));
    assertThatThrownBy(second::awaited).as("is disconnected").hasMessageContaining("bug");
    assertThat(first.keyspace.awaitedKeys()).isZero();
  }

  private String keyOfAnotherShard(String key) {
    int i = 0;
    while (first.shardOf("t" + i) == first.shardOf(key)) {
      i++;
    }
    return "t" + i;
  }

  private void runTasks() {
    for (int i = 0; i < 3; i++) {
      for (CommandHarness client : new CommandHarness[] {first, second, third}) {
        client.runTasks();
      }
    }
  }

  private static String taken(String key, String element) {
    return "*2\r\n$"
        + key.length()
        + "\r\n"
        + key
        + "\r\n$"
        + element.length()
        + "\r\n"
        + element
        + "\r\n";
  }
}
