package dev.larder.storage.journal;

import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.disk.SimulatedDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A journal on a simulated disk whose threads are steps of the test's, and whose time stands. */
final class TestJournal implements JournalFailure, AutoCloseable {
  static final long BOUND_BYTES = 1 << 20;

  final SimulatedDisk disk;
  final BlockJournal journal;
  long nowNanos = 1;
  @Nullable Throwable stopCause;
  final List<String> failedForces = new ArrayList<>();

  TestJournal(SimulatedDisk disk, FsyncPolicy policy) throws IOException {
    this(disk, policy, BlockPrefix.NONE);
  }

  TestJournal(SimulatedDisk disk, FsyncPolicy policy, BlockPrefix prefix) throws IOException {
    this.disk = disk;
    journal = new BlockJournal(0, BOUND_BYTES, prefix, this, () -> nowNanos);
    journal.setPolicy(policy);
    journal.switchAfter(0, newFile("incr.1"), 0);
    round();
  }

  DiskFile newFile(String name) throws IOException {
    DiskFile file = disk.root().create(name);
    disk.root().force();
    return file;
  }

  byte[] content(String name) throws IOException {
    try (DiskFile file = disk.root().openToRead(name)) {
      return TestBlocks.content(file);
    }
  }

  /** One round of the writer; how long until the next one, 0 if the journal has stopped. */
  long round() {
    if (stopCause != null) {
      return 0;
    }
    try {
      return journal.writer().round();
    } catch (JournalStoppedException e) {
      journal.stoppedBy("", e);
      return 0;
    }
  }

  /** What the forcer would do. */
  void force() {
    journal.forcer().runQueued();
  }

  /** Lets time pass. */
  void pass(long nanos) {
    nowNanos += nanos;
  }

  @Override
  public void stopped(String file, Throwable cause) {
    stopCause = cause;
  }

  @Override
  public void forceFailed(String file, IOException cause) {
    failedForces.add(file);
  }

  @Override
  public void close() {
    journal.close();
  }
}
