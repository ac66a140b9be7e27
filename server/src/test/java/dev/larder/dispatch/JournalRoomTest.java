package dev.larder.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.GatedDisk;
import dev.larder.metrics.AofProgress;
import dev.larder.storage.Journal;
import dev.larder.storage.Keyspace;
import dev.larder.storage.StorageOptions;
import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.journal.Appender;
import dev.larder.storage.journal.BlockJournal;
import dev.larder.storage.journal.BlockPrefix;
import dev.larder.storage.journal.JournalFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who waits for room does so no longer than needed. */
final class JournalRoomTest {
  /** So large that what the writer takes at once is well within the eighth below it. */
  private static final long BOUND_BYTES = 4 << 20;

  private static final int BLOCK_BYTES = 10_000;

  @TempDir Path folder;

  private final Keyspace keyspace = Keyspace.open(new StorageOptions(1, 1, 1L << 24), Journal.NONE);
  private final GatedDisk disk = new GatedDisk();
  private final BlockJournal journal =
      new BlockJournal(0, BOUND_BYTES, BlockPrefix.NONE, new NoFailure());
  private final AofProgress aof = new AofProgress();
  private final AtomicBoolean isResumed = new AtomicBoolean();

  @BeforeEach
  void fill() throws IOException {
    DiskFile file = disk.folder(folder).create("1.incr.aof");
    journal.switchAfter(0, file, 0);
    Appender appender = journal.newAppender();
    while (journal.hasRoom()) {
      long sequence = appender.open(0);
      assertThat(sequence).isPositive();
      for (int written = 0; written < BLOCK_BYTES; written += 100) {
        long address = appender.claim(100);
        assertThat(address).isNotZero();
        appender.advance(100);
      }
      appender.publish(0, 0, false);
    }
  }

  @AfterEach
  void close() {
    disk.open();
    journal.close();
    keyspace.close();
  }

  private JournalRoom waited(long patienceNanos) {
    aof.journal(journal, patienceNanos);
    JournalRoom room = new JournalRoom(keyspace, aof);
    room.hold().park(() -> isResumed.set(true));
    return room;
  }

  @Test
  void whoWaitsGoesOnWhenThereIsRoom() {
    waited(Long.MAX_VALUE);
    assertThat(isResumed).isFalse();
    journal.start();
    while (!isResumed.get()) {
      Thread.onSpinWait();
    }
    assertThat(journal.hasRoom()).isTrue();
  }

  @Test
  void whoWaitsIsResumedToBeRefusedByAStuckDisk() {
    JournalRoom room = waited(Long.MAX_VALUE);
    room.look();
    assertThat(isResumed).isFalse();
    aof.journal(journal, 0);
    room.look();
    assertThat(isResumed).isTrue();
  }

  /** The journal tells only of ample room, which there will not be. */
  @Test
  void someRoomIsUsedAlthoughTheDiskGetsStuck() {
    disk.stick();
    JournalRoom room = waited(Long.MAX_VALUE);
    journal.start();
    while (!journal.hasRoom()) {
      Thread.onSpinWait();
    }
    assertThat(isResumed).isFalse();
    room.look();
    assertThat(isResumed).isTrue();
  }

  private static final class NoFailure implements JournalFailure {
    @Override
    public void stopped(String file, Throwable cause) {
      throw new AssertionError(file, cause);
    }

    @Override
    public void forceFailed(String file, IOException cause) {
      throw new AssertionError(file, cause);
    }
  }
}
