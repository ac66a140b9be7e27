package dev.larder.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.disk.SimulatedDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a power cut leaves of the journal: a prefix, and what each policy promises. */
final class JournalPowerCutTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final long SECOND = 1_000_000_000;
  private static final int APPENDERS = 3;
  private static final int RUNS = 1000;
  private static final int DEEP_RUNS = 50_000;

  @Test
  void alwaysLosesNothingAcknowledged() throws IOException {
    cut(FsyncPolicy.ALWAYS, RUNS);
  }

  @Test
  void everysecLosesASecondAtMost() throws IOException {
    cut(FsyncPolicy.EVERYSEC, RUNS);
  }

  @Test
  @Tag("deep")
  void alwaysLosesNothingAcknowledgedLong() throws IOException {
    cut(FsyncPolicy.ALWAYS, DEEP_RUNS);
  }

  @Test
  @Tag("deep")
  void everysecLosesASecondAtMostLong() throws IOException {
    cut(FsyncPolicy.EVERYSEC, DEEP_RUNS);
  }

  /** Full disks, failing writes and failing forces: what is said to be forced is there. */
  @Test
  void faultsMakeNothingFalselyDurable() throws IOException {
    for (int i = 0; i < RUNS; i++) {
      new Run(SEED + i, FsyncPolicy.values()[i % 3], true).run();
    }
  }

  private static void cut(FsyncPolicy policy, int runs) throws IOException {
    for (int i = 0; i < runs; i++) {
      new Run(SEED + i, policy, false).run();
    }
  }

  /** One life of a journal. */
  private static final class Run {
    private final long seed;
    private final Random random;
    private final SimulatedDisk disk;
    private final FsyncPolicy policy;
    private final boolean isFaulty;
    private final List<Appender> appenders = new ArrayList<>();

    /** When each block was published; sequences count from 1. */
    private final List<Long> published = new ArrayList<>();

    private int files = 1;

    /** The last switch: its block, and whether all before it is saved elsewhere. */
    private long lastCut;

    private int coveredFiles;
    private long covered;

    Run(long seed, FsyncPolicy policy, boolean isFaulty) {
      this.seed = seed;
      this.policy = policy;
      this.isFaulty = isFaulty;
      random = new Random(seed);
      disk = new SimulatedDisk(seed);
    }

    void run() throws IOException {
      try (TestJournal test = new TestJournal(disk, policy)) {
        for (int i = 0; i < APPENDERS; i++) {
          appenders.add(test.journal.newAppender());
        }
        disk.setWritesShort(random.nextInt(4) == 0);
        disk.cutAfter(1 + random.nextInt(random.nextBoolean() ? 10 : 60));
        long acknowledged = 0;
        while (!disk.isCut() && test.stopCause == null) {
          step(test);
          acknowledged = Math.max(acknowledged, promised(test));
        }
        long last = load(disk.cut(seed));
        assertThat(last).as("seed %d", seed).isBetween(acknowledged, test.journal.drawn());
        assertThat(test.journal.forced()).as("seed %d", seed).isLessThanOrEqualTo(last);
      }
    }

    /** What must survive a cut at this moment. */
    private long promised(TestJournal test) {
      if (policy == FsyncPolicy.ALWAYS) {
        return test.journal.durable();
      }
      if (isFaulty) {
        return test.journal.forced();
      }
      long sequence = 0;
      while (sequence < published.size()
          && published.get((int) sequence) < test.nowNanos - SECOND) {
        sequence++;
      }
      return sequence;
    }

    private void step(TestJournal test) throws IOException {
      for (int i = random.nextInt(20); i > 0; i--) {
        publish(test);
      }
      if (isFaulty) {
        fail(test);
      }
      if (files < 9 && !test.journal.isSwitching() && random.nextInt(10) == 0) {
        change(test);
      }
      // At the latest, the writer looks after a nap; the force takes a while.
      test.pass(random.nextInt(10) == 0 ? JournalWriter.NAP_NANOS : random.nextInt(1000));
      long next = test.round();
      if (disk.isCut()) {
        return; // Time stands still: what counts is the moment of the cut.
      }
      if (test.journal.isForcing()) {
        test.pass(random.nextInt(80_000_000));
        test.force();
      } else if (policy == FsyncPolicy.EVERYSEC && random.nextInt(4) == 0) {
        test.pass(next == Sleeper.FOREVER ? SECOND : next);
      }
    }

    private void fail(TestJournal test) throws IOException {
      switch (random.nextInt(12)) {
        case 0 -> disk.setSpaceLeft(random.nextInt(5000));
        case 1 -> disk.failWrites(1 + random.nextInt(3));
        case 2 -> disk.failForces(1);
        default -> disk.setSpaceLeft(Long.MAX_VALUE);
      }
      if (test.journal.hasFailedForce() && !test.journal.isSwitching()) {
        if (random.nextBoolean()) {
          change(test);
        } else if (lastCut > covered) {
          // As if a base had been written, and listed with what follows it.
          covered = lastCut;
          coveredFiles = files - 1;
          test.journal.coveredUpTo(covered);
        }
      }
    }

    private void publish(TestJournal test) {
      int bytes = random.nextInt(50) == 0 ? random.nextInt(30_000) : random.nextInt(300);
      long sequence = TestBlocks.append(appenders.get(random.nextInt(APPENDERS)), bytes);
      published.add(test.nowNanos);
      assertThat(sequence).isEqualTo(published.size());
    }

    private void change(TestJournal test) throws IOException {
      DiskFile next;
      try {
        next = test.newFile("incr." + (files + 1));
      } catch (IOException e) {
        assertThat(disk.isCut()).isTrue();
        return;
      }
      files++;
      Appender appender = appenders.get(random.nextInt(APPENDERS));
      long cut = appender.open(0);
      lastCut = cut;
      test.journal.switchAfter(cut, next, 0);
      TestBlocks.append(appender, TestBlocks.block(cut, 3));
      appender.publish(0, 0, false);
      published.add(test.nowNanos);
      test.round();
    }

    /** Replays all files: only the last one with content may be torn. */
    private long load(SimulatedDisk found) throws IOException {
      long last = covered;
      boolean isTorn = false;
      for (int i = coveredFiles + 1; i <= files && found.root().hasFile("incr." + i); i++) {
        try (DiskFile file = found.root().openToRead("incr." + i)) {
          byte[] content = TestBlocks.content(file);
          if (isTorn && content.length > 0) {
            // Only a force that failed may leave a hole.
            assertThat(isFaulty).as("seed %d: torn before %d", seed, i).isTrue();
            return last;
          }
          long before = last;
          last = TestBlocks.lastWhole(content, before);
          isTorn |= content.length != TestBlocks.bytes(content, before, last);
        }
      }
      return last;
    }
  }
}
