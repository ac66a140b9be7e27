package dev.larder.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.disk.DiskFolder;
import dev.larder.storage.disk.PowerCutException;
import dev.larder.storage.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Threads that own shards and wait for the disk, as event loops do, with the journal's own. */
@Timeout(120)
final class BlockJournalStressTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final int THREADS = 4;
  private static final int SHARDS = 6;
  private static final int BLOCKS = 4000;
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  private SimulatedDisk disk = new SimulatedDisk(SEED);
  private final List<ReentrantLock> shards = new ArrayList<>();
  private final List<Loop> loops = new CopyOnWriteArrayList<>();

  /** The sequence of each shard's last effect: guarded by the shard. */
  private final long[] lastOfShard = new long[SHARDS];

  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicBoolean isStopped = new AtomicBoolean();
  private volatile @Nullable Throwable failure;
  private BlockJournal journal;
  private int files;

  private void open(FsyncPolicy policy, DiskFolder folder) throws IOException {
    shards.clear();
    Arrays.fill(lastOfShard, 0);
    for (int i = 0; i < SHARDS; i++) {
      shards.add(new ReentrantLock());
    }
    journal = new BlockJournal(0, 1 << 20, BlockPrefix.NONE, new Stopping());
    journal.setPolicy(policy);
    files = 1;
    journal.switchAfter(0, newFile(folder), 0);
    journal.start();
  }

  private DiskFile newFile(DiskFolder folder) throws IOException {
    DiskFile file = folder.create("incr." + files);
    folder.force();
    return file;
  }

  /** As the cut of a rewrite does: while all shards are owned, the next file begins. */
  private void switchFile(Appender appender, DiskFolder folder) throws IOException {
    files++;
    DiskFile next = newFile(folder);
    shards.forEach(ReentrantLock::lock);
    try {
      long sequence = appender.open(0);
      Arrays.fill(lastOfShard, sequence);
      journal.switchAfter(sequence, next, 0);
      TestBlocks.append(appender, TestBlocks.block(sequence, 1));
      appender.publish(0, 0, false);
    } finally {
      shards.forEach(ReentrantLock::unlock);
    }
    appender.announce();
  }

  private final class Stopping implements JournalFailure {
    @Override
    public void stopped(String file, Throwable cause) {
      isStopped.set(true);
      loops.forEach(loop -> LockSupport.unpark(loop.thread));
    }

    @Override
    public void forceFailed(String file, IOException cause) {}
  }

  /** One event loop: units, then at the end of a turn an announcement, then it waits. */
  private final class Loop implements Runnable {
    private final Random random;
    private final Appender appender = journal.newAppender();
    private final JournalWaiter durable;
    private final JournalWaiter room;
    private volatile @Nullable Thread thread;

    Loop(long seed) {
      random = new Random(seed);
      durable = journal.newWaiter(JournalMark.DURABLE, () -> LockSupport.unpark(thread));
      room = journal.newWaiter(JournalMark.ROOM, () -> LockSupport.unpark(thread));
    }

    @Override
    public void run() {
      thread = Thread.currentThread();
      try {
        for (int i = 0; i < BLOCKS && !isStopped.get(); i++) {
          await(room, 0);
          long sequence = unit();
          if (random.nextInt(8) == 0) {
            appender.announce();
            await(durable, sequence);
            if (!isStopped.get()) {
              acknowledged.accumulateAndGet(sequence, Math::max);
            }
          }
        }
        appender.announce();
      } catch (Throwable e) {
        failure = e;
      }
    }

    private void await(JournalWaiter waiter, long sequence) {
      while (!isStopped.get() && !waiter.await(sequence)) {
        appender.announce();
        LockSupport.parkNanos(MINUTE);
      }
    }

    private long unit() {
      int first = random.nextInt(SHARDS);
      int second = first + random.nextInt(SHARDS - first);
      shards.get(first).lock();
      shards.get(second).lock();
      try {
        int bytes = random.nextInt(200) == 0 ? random.nextInt(200_000) : random.nextInt(100);
        long sequence = TestBlocks.append(appender, bytes);
        assertThat(sequence).isGreaterThan(Math.max(lastOfShard[first], lastOfShard[second]));
        lastOfShard[first] = sequence;
        lastOfShard[second] = sequence;
        return sequence;
      } finally {
        shards.get(second).unlock();
        shards.get(first).unlock();
      }
    }
  }

  private List<Thread> startLoops() {
    loops.clear();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Loop loop = new Loop(SEED + i);
      loops.add(loop);
      threads.add(Thread.ofPlatform().name("loop-" + i).start(loop));
    }
    return threads;
  }

  private static void join(List<Thread> threads) throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /** The last of the blocks that all files together hold. */
  private long lastWhole(DiskFolder folder) throws IOException {
    long last = 0;
    for (int i = 1; i <= files && folder.hasFile("incr." + i); i++) {
      try (DiskFile file = folder.openToRead("incr." + i)) {
        last = TestBlocks.lastWhole(TestBlocks.content(file), last);
      }
    }
    return last;
  }

  @Test
  void everyBlockIsWrittenOnceAndInOrder() throws Exception {
    for (FsyncPolicy policy : FsyncPolicy.values()) {
      writeAll(policy, disk.root());
    }
  }

  @Test
  void onARealDiskToo(@TempDir Path directory) throws Exception {
    writeAll(FsyncPolicy.EVERYSEC, DiskFolder.at(directory));
  }

  private void writeAll(FsyncPolicy policy, DiskFolder folder) throws Exception {
    open(policy, folder);
    List<Thread> threads = startLoops();
    Appender appender = journal.newAppender();
    while (threads.stream().anyMatch(Thread::isAlive)) {
      LockSupport.parkNanos(5_000_000);
      journal.setPolicy(FsyncPolicy.values()[files % 3]);
      journal.suspendForces(files % 2 == 0);
      if (files < 50 && !journal.isSwitching()) {
        switchFile(appender, folder);
      }
      journal.setPolicy(policy);
      journal.suspendForces(false);
    }
    join(threads);
    long blocks = THREADS * BLOCKS + files - 1;
    assertThat(failure).as("seed %d", SEED).isNull();
    assertThat(journal.drain(MINUTE)).isTrue();
    assertThat(journal.forced()).isEqualTo(blocks);
    assertThat(journal.pendingBytes()).isZero();
    journal.close();
    assertThat(lastWhole(folder)).as("seed %d %s", SEED, policy).isEqualTo(blocks);
  }

  @Test
  void nothingAcknowledgedIsLostWhenThePowerGoes() throws Exception {
    cutPower(SEED);
  }

  @Test
  @Tag("deep")
  @Timeout(3600)
  void nothingAcknowledgedIsLostWhenThePowerGoesAgainAndAgain() throws Exception {
    for (int i = 0; i < 500; i++) {
      disk = new SimulatedDisk(SEED + i);
      acknowledged.set(0);
      isStopped.set(false);
      cutPower(SEED + i);
    }
  }

  private void cutPower(long seed) throws Exception {
    open(FsyncPolicy.ALWAYS, disk.root());
    disk.cutAfter(20 + new Random(seed).nextInt(300));
    Appender appender = journal.newAppender();
    List<Thread> threads = startLoops();
    try {
      while (threads.stream().anyMatch(Thread::isAlive)) {
        LockSupport.parkNanos(1_000_000);
        if (!journal.isSwitching()) {
          switchFile(appender, disk.root());
        }
      }
    } catch (PowerCutException e) {
      // The loops notice as well.
    }
    join(threads);
    assertThat(failure).as("seed %d", seed).isNull();
    assertThat(disk.isCut()).isTrue();
    long last = lastWhole(disk.cut(seed).root());
    assertThat(last).as("seed %d", seed).isGreaterThanOrEqualTo(acknowledged.get());
    journal.close();
  }
}
