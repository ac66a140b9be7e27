package dev.larder.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Policies, marks, waiters, bounds and faults, one round at a time. */
final class BlockJournalTest {
  private static final long SECOND = 1_000_000_000;

  private final SimulatedDisk disk = new SimulatedDisk(1);
  private final List<String> woken = new ArrayList<>();

  private TestJournal open(FsyncPolicy policy) throws IOException {
    return new TestJournal(disk, policy);
  }

  private long last(TestJournal test, String name, long before) throws IOException {
    return TestBlocks.lastWhole(test.content(name), before);
  }

  @Test
  void alwaysForcesEachGroupOnce() throws IOException {
    try (TestJournal test = open(FsyncPolicy.ALWAYS)) {
      BlockJournal journal = test.journal;
      Appender first = journal.newAppender();
      Appender second = journal.newAppender();
      JournalWaiter waiter = journal.newWaiter(JournalMark.DURABLE, () -> woken.add("durable"));
      assertThat(journal.holdsReplies()).isTrue();
      for (int i = 0; i < 100; i++) {
        TestBlocks.append(i % 3 == 0 ? first : second, i);
      }
      assertThat(journal.durable()).isZero();
      assertThat(waiter.await(100)).isFalse();
      assertThat(test.round()).isEqualTo(Sleeper.FOREVER);
      assertThat(journal.durable()).isEqualTo(100);
      assertThat(woken).containsExactly("durable");
      assertThat(waiter.await(100)).isTrue();
      assertThat(disk.operationCount("force")).isEqualTo(1);
      test.round();
      assertThat(disk.operationCount("force")).isEqualTo(1);
      assertThat(last(test, "incr.1", 0)).isEqualTo(100);
      assertThat(woken).hasSize(1);
    }
  }

  @Test
  void everysecForcesBeforeASecondHasPassed() throws IOException {
    try (TestJournal test = open(FsyncPolicy.EVERYSEC)) {
      Appender appender = test.journal.newAppender();
      assertThat(test.round()).isEqualTo(Sleeper.FOREVER);
      TestBlocks.append(appender, 10);
      assertThat(test.round()).isEqualTo(JournalWriter.PERIOD_NANOS);
      assertThat(test.journal.durable()).as("nobody waits").isEqualTo(Long.MAX_VALUE);
      test.pass(SECOND / 2);
      TestBlocks.append(appender, 10);
      assertThat(test.round()).isEqualTo(JournalWriter.PERIOD_NANOS - SECOND / 2);
      test.pass(JournalWriter.PERIOD_NANOS - SECOND / 2);
      assertThat(test.round()).isEqualTo(Sleeper.FOREVER);
      assertThat(test.journal.isForcing()).isTrue();
      assertThat(test.journal.forced()).isZero();
      test.force();
      assertThat(test.journal.forced()).isEqualTo(2);
      assertThat(test.journal.delayedForces()).isZero();
      test.pass(10 * SECOND);
      assertThat(test.round()).as("nothing to force").isEqualTo(Sleeper.FOREVER);
      assertThat(disk.operationCount("force")).isEqualTo(1);
    }
  }

  @Test
  void aSlowForceDelaysTheNextOneAndNoWrite() throws IOException {
    try (TestJournal test = open(FsyncPolicy.EVERYSEC)) {
      Appender appender = test.journal.newAppender();
      TestBlocks.append(appender, 10);
      test.round();
      test.pass(SECOND);
      test.round();
      for (int i = 0; i < 5; i++) {
        TestBlocks.append(appender, 10);
        test.round();
        test.pass(SECOND);
      }
      assertThat(last(test, "incr.1", 0)).isEqualTo(6);
      assertThat(test.journal.delayedForces()).isEqualTo(1);
      test.force();
      assertThat(test.journal.forced()).isEqualTo(1);
      test.round();
      test.force();
      assertThat(test.journal.forced()).isEqualTo(6);
    }
  }

  @Test
  void policyChangesAtRunTime() throws IOException {
    try (TestJournal test = open(FsyncPolicy.NO)) {
      BlockJournal journal = test.journal;
      Appender appender = journal.newAppender();
      JournalWaiter waiter = journal.newWaiter(JournalMark.DURABLE, () -> woken.add("durable"));
      JournalWaiter forced = journal.newWaiter(JournalMark.FORCED, () -> woken.add("forced"));
      TestBlocks.append(appender, 10);
      test.round();
      test.pass(100 * SECOND);
      assertThat(test.round()).isEqualTo(Sleeper.FOREVER);
      assertThat(disk.operationCount("force")).isZero();
      assertThat(waiter.await(1)).isTrue();
      assertThat(forced.await(1)).isFalse();
      journal.setPolicy(FsyncPolicy.ALWAYS);
      assertThat(waiter.await(1)).isFalse();
      test.round();
      assertThat(woken).containsExactly("durable", "forced");
      assertThat(waiter.await(2)).isFalse();
      TestBlocks.append(appender, 10);
      journal.suspendForces(true);
      assertThat(woken).containsExactly("durable", "forced", "durable");
      assertThat(journal.holdsReplies()).isFalse();
      test.round();
      assertThat(journal.forced()).isEqualTo(1);
      journal.suspendForces(false);
      test.round();
      assertThat(journal.forced()).isEqualTo(2);
    }
  }

  @Test
  void switchesExactlyBehindItsBlockAndForcesTheOldFileFirst() throws IOException {
    try (TestJournal test = open(FsyncPolicy.NO)) {
      Appender first = test.journal.newAppender();
      Appender second = test.journal.newAppender();
      TestBlocks.append(first, 10);
      long cut = second.open(0);
      test.journal.switchAfter(cut, test.newFile("incr.2"), 0);
      second.publish(0, 0, false);
      TestBlocks.append(first, 10);
      test.round();
      assertThat(last(test, "incr.1", 0)).isEqualTo(1);
      assertThat(last(test, "incr.2", cut)).isEqualTo(3);
      assertThat(test.journal.forced()).isEqualTo(cut);
      List<String> operations =
          disk.operations().stream().map(done -> done.kind() + done.path()).toList();
      assertThat(operations).containsSubsequence("write/incr.1", "force/incr.1", "write/incr.2");
    }
  }

  @Test
  void withoutAFileBlocksAreDropped() throws IOException {
    try (TestJournal test = open(FsyncPolicy.EVERYSEC)) {
      Appender appender = test.journal.newAppender();
      TestBlocks.append(appender, 10);
      test.journal.switchAfter(TestBlocks.append(appender, 10) + 1, null, 0);
      TestBlocks.append(appender, 20);
      TestBlocks.append(appender, 300_000);
      test.round();
      assertThat(last(test, "incr.1", 0)).isEqualTo(3);
      assertThat(test.journal.forced()).isEqualTo(4);
      assertThat(test.journal.pendingBytes()).isZero();
      test.journal.switchAfter(4, test.newFile("incr.2"), 0);
      TestBlocks.append(appender, 20);
      test.round();
      assertThat(last(test, "incr.2", 4)).isEqualTo(5);
    }
  }

  @Test
  void boundIsKept() throws IOException {
    try (TestJournal test = open(FsyncPolicy.EVERYSEC)) {
      Appender appender = test.journal.newAppender();
      JournalWaiter waiter = test.journal.newWaiter(JournalMark.ROOM, () -> woken.add("room"));
      disk.setSpaceLeft(0);
      assertThat(waiter.await(0)).isTrue();
      int blocks = 0;
      while (test.journal.hasRoom()) {
        TestBlocks.append(appender, 50_000);
        test.round();
        blocks++;
      }
      test.pass(5 * SECOND);
      assertThat(test.journal.nanosSinceProgress()).isEqualTo(5 * SECOND);
      assertThat(test.journal.memoryBytes()).isBetween(1L << 20, (1L << 20) + 131_072);
      assertThat(waiter.await(0)).isFalse();
      disk.setSpaceLeft(Long.MAX_VALUE);
      test.round();
      assertThat(woken).containsExactly("room");
      assertThat(test.journal.nanosSinceProgress()).isZero();
      assertThat(test.journal.hasRoom()).isTrue();
      assertThat(last(test, "incr.1", 0)).isEqualTo(blocks);
    }
    assertThatThrownBy(() -> new BlockJournal(0, 1000, BlockPrefix.NONE, new Nobody()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static final class Nobody implements JournalFailure {
    @Override
    public void stopped(String file, Throwable cause) {}

    @Override
    public void forceFailed(String file, IOException cause) {}
  }

  @Test
  void aFullDiskIsTriedAgainAndNothingIsWrittenTwice() throws IOException {
    try (TestJournal test = open(FsyncPolicy.EVERYSEC)) {
      Appender appender = test.journal.newAppender();
      TestBlocks.append(appender, 100);
      disk.setSpaceLeft(200);
      TestBlocks.append(appender, 1000);
      assertThat(test.round()).isEqualTo(JournalWriter.RETRY_NANOS);
      assertThat(test.journal.acceptsWrites()).isFalse();
      assertThat(test.journal.writeError()).hasMessage("No space left on device");
      assertThat(test.journal.fileBytes()).isEqualTo(200);
      test.pass(SECOND);
      test.round();
      test.force();
      assertThat(test.journal.forced()).as("only whole rounds count").isZero();
      disk.failWrites(3);
      disk.setSpaceLeft(Long.MAX_VALUE);
      for (int i = 0; i < 3; i++) {
        assertThat(test.round()).isPositive();
        assertThat(test.journal.writeError()).hasMessage("Input/output error");
      }
      test.round();
      assertThat(test.journal.acceptsWrites()).isTrue();
      assertThat(test.journal.writeError()).isNull();
      assertThat(last(test, "incr.1", 0)).isEqualTo(2);
      assertThat(test.stopCause).isNull();
    }
  }

  @Test
  void underAlwaysAnyFailureStops() throws IOException {
    for (int kind = 0; kind < 3; kind++) {
      SimulatedDisk failing = new SimulatedDisk(kind);
      try (TestJournal test = new TestJournal(failing, FsyncPolicy.ALWAYS)) {
        Appender appender = test.journal.newAppender();
        TestBlocks.append(appender, 100);
        test.round();
        switch (kind) {
          case 0 -> failing.setSpaceLeft(10);
          case 1 -> failing.failWrites(1);
          default -> failing.failForces(1);
        }
        TestBlocks.append(appender, 100);
        test.round();
        assertThat(test.stopCause).isInstanceOf(JournalStoppedException.class);
        assertThat(test.journal.durable()).isEqualTo(1);
        assertThat(test.journal.acceptsWrites()).isFalse();
        test.round();
        assertThat(test.journal.durable()).isEqualTo(1);
      }
    }
  }

  @Test
  void aFailedForceIsNotBelievedUntilAllIsSavedElsewhere() throws IOException {
    try (TestJournal test = open(FsyncPolicy.EVERYSEC)) {
      BlockJournal journal = test.journal;
      Appender appender = journal.newAppender();
      TestBlocks.append(appender, 100);
      forceAll(test);
      assertThat(journal.forced()).isEqualTo(1);
      disk.failForces(1);
      TestBlocks.append(appender, 100);
      forceAll(test);
      assertThat(test.failedForces).containsExactly("incr.1");
      assertThat(journal.hasFailedForce()).isTrue();
      assertThat(journal.acceptsWrites()).isFalse();
      TestBlocks.append(appender, 100);
      forceAll(test);
      assertThat(journal.forced()).isEqualTo(1);
      assertThat(last(test, "incr.1", 0)).as("still seen").isEqualTo(3);
      journal.setPolicy(FsyncPolicy.ALWAYS);
      assertThat(journal.durable()).as("nobody waits").isEqualTo(Long.MAX_VALUE);
      journal.setPolicy(FsyncPolicy.EVERYSEC);
      long cut = appender.open(0);
      journal.switchAfter(cut, test.newFile("incr.2"), 0);
      appender.publish(0, 0, false);
      TestBlocks.append(appender, 100);
      forceAll(test);
      journal.coveredUpTo(cut - 1);
      assertThat(journal.forced()).isEqualTo(1);
      journal.coveredUpTo(cut);
      assertThat(journal.forced()).isEqualTo(cut + 1);
      assertThat(journal.acceptsWrites()).isTrue();
    }
  }

  @Test
  void theOldFileOfASwitchCanFailToo() throws IOException {
    try (TestJournal test = open(FsyncPolicy.EVERYSEC)) {
      Appender appender = test.journal.newAppender();
      TestBlocks.append(appender, 100);
      long cut = appender.open(0);
      test.journal.switchAfter(cut, test.newFile("incr.2"), 0);
      appender.publish(0, 0, false);
      TestBlocks.append(appender, 100);
      disk.failForces(1);
      forceAll(test);
      assertThat(test.failedForces).containsExactly("incr.1");
      assertThat(test.journal.forced()).isZero();
      test.journal.coveredUpTo(cut);
      assertThat(test.journal.forced()).isEqualTo(3);
    }
  }

  private static void forceAll(TestJournal test) {
    test.round();
    test.pass(SECOND);
    test.round();
    test.force();
  }

  @Test
  @Timeout(60)
  void whoHearsOfAFailureMayCloseTheJournal() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    BlockJournal[] journal = new BlockJournal[1];
    JournalFailure closing =
        new JournalFailure() {
          @Override
          public void stopped(String file, Throwable cause) {
            journal[0].close();
            closed.countDown();
          }

          @Override
          public void forceFailed(String file, IOException cause) {}
        };
    journal[0] = new BlockJournal(0, 1 << 20, BlockPrefix.NONE, closing);
    journal[0].setPolicy(FsyncPolicy.ALWAYS);
    journal[0].switchAfter(0, disk.root().create("incr"), 0);
    Appender appender = journal[0].newAppender();
    disk.failForces(1);
    TestBlocks.append(appender, 10);
    journal[0].start();
    closed.await();
    assertThat(journal[0].durable()).isZero();
  }

  @Test
  void aLateBlockKeepsBackWhatFollowsIt() throws IOException {
    try (TestJournal test = open(FsyncPolicy.ALWAYS)) {
      Appender slow = test.journal.newAppender();
      Appender fast = test.journal.newAppender();
      long first = slow.open(0);
      TestBlocks.append(fast, 10);
      TestBlocks.append(fast, 10);
      test.round();
      assertThat(test.journal.durable()).isZero();
      TestBlocks.append(slow, TestBlocks.block(first, 5));
      slow.publish(0, 0, false);
      test.round();
      assertThat(test.journal.durable()).isEqualTo(3);
      assertThat(last(test, "incr.1", 0)).isEqualTo(3);
    }
  }

  @Test
  void appendsBehindWhatIsThere() throws IOException {
    try (TestJournal test = open(FsyncPolicy.EVERYSEC)) {
      DiskFile file = test.newFile("incr.2");
      file.writeFully(ByteBuffer.wrap(TestBlocks.block(1, 7)), 0);
      Appender appender = test.journal.newAppender();
      long cut = appender.open(0);
      test.journal.switchAfter(cut, file, file.length());
      appender.publish(0, 0, false);
      TestBlocks.append(appender, 10);
      test.round();
      assertThat(last(test, "incr.2", 0)).isEqualTo(2);
    }
  }

  /** It went on to another segment, from a place at which no block can begin. */
  @Test
  void aClaimAtTheEndOfABlockNeedNotBeUsed() throws IOException {
    try (TestJournal test = open(FsyncPolicy.EVERYSEC)) {
      Appender appender = test.journal.newAppender();
      long sequence = appender.open(0);
      int bytes = Appender.USABLE_BYTES - Appender.HEADER_BYTES - 13;
      TestBlocks.append(appender, TestBlocks.block(sequence, bytes - TestBlocks.OVERHEAD_BYTES));
      assertThat(appender.claim(100)).isNotZero();
      appender.advance(0);
      appender.publish(0, 0, false);
      TestBlocks.append(appender, 10);
      test.round();
      assertThat(test.journal.pendingBytes()).isZero();
      assertThat(last(test, "incr.1", 0)).isEqualTo(2);
    }
  }
}
