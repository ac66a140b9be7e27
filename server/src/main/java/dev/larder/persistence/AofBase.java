package dev.larder.persistence;

import static java.util.Objects.requireNonNull;

import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.config.PersistenceOptions;
import dev.larder.storage.Keyspace;
import dev.larder.storage.RdbSnapshotFile;
import dev.larder.storage.RdbToCommands;
import dev.larder.storage.Snapshot;
import dev.larder.storage.disk.DiskFolder;
import dev.larder.storage.journal.AofFolder;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The base that a rewrite of the append-only file writes: a snapshot, as it is or, if the operator
 * wants that, as commands, which are made of it when it is written. Used once, on one thread.
 */
final class AofBase {
  private static final Logger log = LoggerFactory.getLogger(AofBase.class);

  private static final String SNAPSHOT = AofFolder.TEMPORARY + "base.rdb";
  private static final String COMMANDS = AofFolder.TEMPORARY + "base.aof";

  private final Config config;
  private final Keyspace keyspace;
  private final DiskFolder folder;
  private final SnapshotTurns pace = new SnapshotTurns(this::lag);
  private @Nullable RdbSnapshotFile target;
  private @Nullable Snapshot snapshot;
  private boolean isRdb = true;
  private volatile boolean isAborted;

  AofBase(Config config, Keyspace keyspace, DiskFolder folder) {
    this.config = config;
    this.keyspace = keyspace;
    this.folder = folder;
  }

  private double lag() {
    Snapshot current = snapshot;
    return current == null ? 0 : current.lag();
  }

  /**
   * Makes the snapshot, when no other one is under way any more.
   *
   * @param atCut run at its moment, owning every shard
   */
  void begin(Runnable atCut) throws IOException {
    RdbSnapshotFile made =
        new RdbSnapshotFile(
            keyspace,
            folder,
            SNAPSHOT,
            SNAPSHOT + ".new",
            config.get(Options.RDBCHECKSUM),
            RdbFacts.of(keyspace, true));
    if (!config.get(PersistenceOptions.AOF_USE_RDB_PREAMBLE)) {
      made.readSoon();
    }
    target = made;
    Snapshot begun = keyspace.newSnapshot(made, pace, atCut);
    while (begun == null) {
      pace.await();
      begun = keyspace.newSnapshot(made, pace, atCut);
    }
    begun.compresses(config.get(Options.RDBCOMPRESSION));
    synchronized (this) {
      snapshot = begun;
      if (isAborted) {
        begun.abort();
      }
    }
  }

  /**
   * Writes it to {@link #name}, forced.
   *
   * @return false if it was aborted, or failed, which the log tells
   */
  boolean write() throws IOException {
    if (!requireNonNull(snapshot).run()) {
      return false;
    }
    if (config.get(PersistenceOptions.AOF_USE_RDB_PREAMBLE)) {
      return true;
    }
    if (requireNonNull(target).hasLibraries()) {
      log.warn("The append-only file's base is a snapshot: there are libraries of functions");
      return true;
    }
    isRdb = false;
    RdbToCommands commands = new RdbToCommands(keyspace, folder, pace, () -> isAborted);
    try {
      return commands.write(SNAPSHOT, COMMANDS);
    } finally {
      folder.delete(SNAPSHOT);
    }
  }

  /** The name of the file that was written, a temporary one. */
  String name() {
    return isRdb ? SNAPSHOT : COMMANDS;
  }

  /** Whether that is a snapshot. */
  boolean isRdb() {
    return isRdb;
  }

  /** How many keys it has. */
  long keys() {
    return requireNonNull(snapshot).sizes().keys();
  }

  /** Gives it up; any thread. */
  synchronized void abort() {
    isAborted = true;
    Snapshot current = snapshot;
    if (current != null) {
      current.abort();
    }
  }
}
