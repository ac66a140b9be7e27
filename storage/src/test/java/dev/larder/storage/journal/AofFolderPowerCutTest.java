package dev.larder.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.disk.PowerCutException;
import dev.larder.storage.disk.SimulatedDisk;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whenever the power goes, what is found is whole, holds what was acknowledged, each effect once.
 */
final class AofFolderPowerCutTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final int STEPS = 60;

  @Test
  void anyCutLeavesAllThatWasAcknowledged() throws IOException {
    cut(1000);
  }

  @Test
  @Tag("deep")
  void anyCutLeavesAllThatWasAcknowledgedLong() throws IOException {
    cut(50_000);
  }

  private static void cut(int runs) throws IOException {
    for (int i = 0; i < runs; i++) {
      long seed = SEED + i;
      Random random = new Random(seed);
      SimulatedDisk disk = new SimulatedDisk(seed);
      AofWorkload workload = new AofWorkload(disk, seed);
      workload.prepare();
      disk.setWritesShort(random.nextInt(4) == 0);
      disk.cutAfter(random.nextInt(random.nextBoolean() ? 20 : 120));
      run(workload, disk);
      check(disk.cut(seed), workload, seed, 1 + random.nextInt(3));
    }
  }

  private static void run(AofWorkload workload, SimulatedDisk disk) throws IOException {
    try {
      workload.start();
      for (int i = 0; i < STEPS; i++) {
        workload.step();
      }
    } catch (PowerCutException e) {
      assertThat(disk.isCut()).isTrue();
    }
  }

  /** Cuts the power again and again while what is found is opened, then loads it. */
  private static void check(SimulatedDisk found, AofWorkload workload, long seed, int cuts)
      throws IOException {
    SimulatedDisk disk = found;
    for (int i = 0; i < cuts; i++) {
      disk.cutAfter(new Random(seed + i).nextInt(12));
      try {
        long unused = AofWorkload.load(disk);
      } catch (PowerCutException e) {
        // Opening it once more must do.
      }
      disk = disk.cut(seed + i);
    }
    String what = "seed " + seed + ": " + AofWorkload.describe(disk);
    long last = AofWorkload.load(disk);
    assertThat(last).as(what).isBetween(workload.acknowledged(), workload.attempted());
  }

  @Test
  void faultsLeaveAWholeStateToo() throws IOException {
    for (int i = 0; i < 500; i++) {
      long seed = SEED + i;
      Random random = new Random(seed);
      SimulatedDisk disk = new SimulatedDisk(seed);
      AofWorkload workload = new AofWorkload(disk, seed);
      workload.prepare();
      for (int restart = 0; restart < 3; restart++) {
        disk.setSpaceLeft(random.nextInt(30_000));
        try {
          workload.start();
          for (int step = 0; step < STEPS; step++) {
            workload.step();
          }
        } catch (IOException e) {
          // As under "always", the process ends.
          assertThat(e).hasMessage("No space left on device");
        }
        disk.setSpaceLeft(Long.MAX_VALUE);
      }
      assertThat(AofWorkload.load(disk.cut(seed)))
          .as("seed %d", seed)
          .isGreaterThanOrEqualTo(workload.acknowledged());
    }
  }
}
