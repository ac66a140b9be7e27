package dev.larder.persistence;

import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.metrics.ChangeCounter;
import dev.larder.metrics.LoadProgress;
import dev.larder.storage.Keyspace;
import dev.larder.storage.LoadException;
import dev.larder.storage.Shard;
import dev.larder.storage.Unit;
import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.disk.DiskFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Saves all data and loads them again, for tests. Clients are told to wait meanwhile. */
public final class Reload {
  private final Config config;
  private final Keyspace keyspace;
  private final ChangeCounter changes;
  private final LoadProgress progress;
  private final SnapshotSaver saver;
  private final RdbFileLoader loader;

  /**
   * @param threads how many of them build values
   */
  public Reload(
      Config config,
      Keyspace keyspace,
      ChangeCounter changes,
      LoadProgress progress,
      SnapshotSaver saver,
      int threads) {
    this.config = config;
    this.keyspace = keyspace;
    this.changes = changes;
    this.progress = progress;
    this.saver = saver;
    this.loader = new RdbFileLoader(keyspace, progress, threads);
  }

  /**
   * Begins, on a thread of its own.
   *
   * @param saves whether the file is written first
   * @param flushes whether the data are forgotten before it is loaded
   * @return told whether the file was loaded
   */
  public CompletableFuture<Boolean> start(boolean saves, boolean flushes) {
    progress.announce();
    return ReloadThread.start("the snapshot file", () -> run(saves, flushes));
  }

  private boolean run(boolean saves, boolean flushes)
      throws IOException, LoadException, InterruptedException {
    try {
      if (saves && !saver.saveAloneInAnyCase().join()) {
        return false;
      }
      if (flushes) {
        flush(keyspace, () -> {});
      }
      Path folder = Path.of(config.get(Options.DIR)).toAbsolutePath().normalize();
      try (DiskFile file = DiskFolder.at(folder).openToRead(config.get(Options.DBFILENAME))) {
        if (flushes) {
          loader.load(file, false);
        } else {
          loader.merge(file);
        }
      }
      changes.startOver();
      return true;
    } finally {
      if (progress.isLoading()) {
        progress.end(0, 0);
      }
    }
  }

  /**
   * Forgets all data, and all functions.
   *
   * @param before run when every shard is owned, before that
   */
  static void flush(Keyspace keyspace, Runnable before) {
    Unit unit = keyspace.newUnit();
    SnapshotTurns turns = new SnapshotTurns(() -> 0);
    while (!ownAll(keyspace, unit)) {
      unit.releaseAll();
      turns.await();
    }
    before.run();
    for (int database = 0; database < keyspace.databases(); database++) {
      keyspace.flush(unit, database);
    }
    keyspace.functions().replace(List.of());
    unit.releaseAll();
  }

  /** Takes all shards; false, perhaps with some in hand, when that cannot be now. */
  private static boolean ownAll(Keyspace keyspace, Unit unit) {
    unit.begin(0);
    boolean owns = true;
    for (int i = 0; i < keyspace.shardCount() && owns; i++) {
      Shard shard = keyspace.shard(i);
      owns = unit.acquire(shard) && shard.leases().isEmpty();
    }
    return owns;
  }

  /** Makes what is being loaded fail soon. */
  public void cancel() {
    loader.cancel();
  }
}
