package dev.larder.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.disk.DiskFolder;
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

  private final SimulatedDisk disk = new SimulatedDisk(SEED);
  private final List<ReentrantLock> shards = new ArrayList<>();
  private final List<Loop> loops = new CopyOnWriteArrayList<>();

  /** The sequence of each shard's last effect: guarded by the shard. */
  private final long[] lastOfShard = new long[SHARDS];

  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicBoolean isStopped = new AtomicBoolean();
  private volatile @Nullable Throwable failure;
  private BlockJournal journal;

  private void open(FsyncPolicy policy, DiskFolder folder) throws IOException {
    for (int i = 0; i < SHARDS; i++) {
      shards.add(new ReentrantLock());
    }
    journal = new BlockJournal(0, 1 << 20, BlockPrefix.NONE, new Stopping());
    journal.setPolicy(policy);
    DiskFile file = folder.create("incr");
    folder.force();
    journal.switchAfter(0, file, 0);
    journal.start();
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

  private byte[] content(DiskFolder folder) throws IOException {
    try (DiskFile file = folder.openToRead("incr")) {
      return TestBlocks.content(file);
    }
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
    shards.clear();
    Arrays.fill(lastOfShard, 0);
    open(policy, folder);
    List<Thread> threads = startLoops();
    journal.setPolicy(FsyncPolicy.EVERYSEC);
    journal.setPolicy(policy);
    join(threads);
    assertThat(failure).as("seed %d", SEED).isNull();
    assertThat(journal.drain(MINUTE)).isTrue();
    assertThat(journal.forced()).isEqualTo(THREADS * BLOCKS);
    assertThat(journal.pendingBytes()).isZero();
    journal.close();
    long last = TestBlocks.lastWhole(content(folder), 0);
    assertThat(last).as("seed %d %s", SEED, policy).isEqualTo(THREADS * BLOCKS);
  }

  @Test
  void nothingAcknowledgedIsLostWhenThePowerGoes() throws Exception {
    open(FsyncPolicy.ALWAYS, disk.root());
    long moment = 20 + new Random(SEED).nextInt(300);
    disk.cutAfter(moment);
    join(startLoops());
    assertThat(failure).as("seed %d", SEED).isNull();
    assertThat(disk.isCut()).isTrue();
    long last = TestBlocks.lastWhole(content(disk.cut(SEED).root()), 0);
    assertThat(last).as("seed %d", SEED).isGreaterThanOrEqualTo(acknowledged.get());
    assertThat(acknowledged.get()).isPositive();
    journal.close();
  }
}
