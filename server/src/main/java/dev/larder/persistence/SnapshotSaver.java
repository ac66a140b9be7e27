package dev.larder.persistence;

import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.config.SavePoint;
import dev.larder.config.Setting;
import dev.larder.metrics.ChangeCounter;
import dev.larder.metrics.Clock;
import dev.larder.metrics.FlightEvents;
import dev.larder.metrics.SaveProgress;
import dev.larder.storage.Keyspace;
import dev.larder.storage.RdbSnapshotFile;
import dev.larder.storage.Snapshot;
import dev.larder.storage.disk.DiskFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes snapshots to the RDB file: by command, by save points, at the end. One at a time, each on
 * a thread of its own. Any thread may use it.
 */
public final class SnapshotSaver {
  private static final Logger log = LoggerFactory.getLogger(SnapshotSaver.class);

  private static final long MILLIS_PER_SECOND = 1000;

  /** How long save points wait after a failure. */
  private static final long RETRY_MILLIS = 5_000;

  private final Config config;
  private final Keyspace keyspace;
  private final ChangeCounter changes;
  private final SaveProgress progress;
  private final Setting<List<SavePoint>> points;
  private boolean isScheduled;

  /** What a snapshot comes to that is asked for when there are to be no more; null before. */
  private @Nullable Boolean last;

  public SnapshotSaver(
      Config config, Keyspace keyspace, ChangeCounter changes, SaveProgress progress) {
    this.config = config;
    this.keyspace = keyspace;
    this.changes = changes;
    this.progress = progress;
    this.points = config.setting(Options.SAVE);
    decideOnWrites();
    config.onChange(Options.SAVE, value -> decideOnWrites());
    config.onChange(Options.STOP_WRITES_ON_BGSAVE_ERROR, value -> decideOnWrites());
  }

  private void decideOnWrites() {
    progress.stopWritesOnFailure(config.get(Options.STOP_WRITES_ON_BGSAVE_ERROR) && hasPoints());
  }

  /** Whether a snapshot is being written, and wanted, while clients go on. */
  public boolean isInBackground() {
    Snapshot current = progress.current();
    return progress.isInBackground() && current != null && !current.isAborted();
  }

  /** Whether the server saves by itself. */
  public boolean hasPoints() {
    return !points.get().isEmpty();
  }

  /** What a snapshot does to those who use the keyspace. */
  private enum Way {
    BESIDE_CLIENTS,
    /** Nobody gets to any key until it is written. */
    ALONE,
    /** Nor afterwards. */
    AT_THE_END
  }

  /**
   * Begins a snapshot while clients go on, or as soon as one that was given up has ended.
   *
   * @return false if another one is under way
   */
  public boolean saveInBackground() {
    boolean begins = save(Way.BESIDE_CLIENTS) != null;
    if (!begins && isGivenUp()) {
      schedule();
      return true;
    }
    return begins;
  }

  /** Whether there is a snapshot of which only the end is awaited. */
  private boolean isGivenUp() {
    Snapshot current = progress.current();
    return current != null && current.isAborted();
  }

  /** Begins a snapshot as soon as none is under way. */
  public synchronized void schedule() {
    isScheduled = true;
  }

  /**
   * Begins a snapshot that keeps all clients from all keys.
   *
   * @return told whether there is a file; null if another one is under way
   */
  public @Nullable CompletableFuture<Boolean> saveAlone() {
    return save(Way.ALONE);
  }

  /**
   * Writes the file for the last time: from the cut on nobody gets to any key. A snapshot that is
   * under way is given up.
   *
   * @return told whether there is a file; if not, clients go on
   */
  public CompletableFuture<Boolean> saveAtTheEnd() {
    return saveInAnyCase(Way.AT_THE_END);
  }

  /** As {@link #saveAlone}; a snapshot that is under way is given up. */
  CompletableFuture<Boolean> saveAloneInAnyCase() {
    return saveInAnyCase(Way.ALONE);
  }

  private CompletableFuture<Boolean> saveInAnyCase(Way way) {
    CompletableFuture<Boolean> result = save(way);
    while (result == null) {
      abort();
      new SnapshotTurns(() -> 0).await();
      result = save(way);
    }
    return result;
  }

  private synchronized @Nullable CompletableFuture<Boolean> save(Way way) {
    if (last != null) {
      return CompletableFuture.completedFuture(last);
    }
    Snapshot[] made = new Snapshot[1];
    long[] changesAtCut = new long[1];
    RdbSnapshotFile file;
    try {
      file = newFile();
      if (way != Way.BESIDE_CLIENTS) {
        file.readSoon();
      }
    } catch (IOException e) {
      log.error("Cannot save: {}", e.getMessage());
      progress.failed();
      return CompletableFuture.completedFuture(false);
    }
    SnapshotTurns turns =
        way == Way.BESIDE_CLIENTS
            ? new SnapshotTurns(() -> made[0].lag())
            : SnapshotTurns.unbroken();
    Snapshot snapshot = keyspace.newSnapshot(file, turns, () -> changesAtCut[0] = changes.total());
    if (snapshot == null) {
      return null;
    }
    made[0] = snapshot;
    snapshot.compresses(config.get(Options.RDBCOMPRESSION));
    if (way == Way.ALONE) {
      snapshot.exclusive();
    } else if (way == Way.AT_THE_END) {
      snapshot.keepShards();
    }
    progress.begin(snapshot, way == Way.BESIDE_CLIENTS);
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("larder-snapshot")
        .daemon()
        .start(() -> result.complete(run(snapshot, changesAtCut, way)));
    return result;
  }

  private RdbSnapshotFile newFile() throws IOException {
    return new RdbSnapshotFile(
        keyspace,
        DiskFolder.at(Path.of(config.get(Options.DIR)).toAbsolutePath().normalize()),
        config.get(Options.DBFILENAME),
        "temp-" + ProcessHandle.current().pid() + ".rdb",
        config.get(Options.RDBCHECKSUM),
        RdbFacts.of(keyspace, false));
  }

  private boolean run(Snapshot snapshot, long[] changesAtCut, Way way) {
    boolean isWhole = false;
    boolean isFailure = false;
    long started = Clock.nanos();
    try {
      isWhole = snapshot.run();
      if (isWhole) {
        changes.forget(changesAtCut[0]);
        log.info(
            "Saved {} keys to {} in {} s, at most {} KiB waited to be written",
            snapshot.sizes().keys(),
            config.get(Options.DBFILENAME),
            "%.3f".formatted((Clock.nanos() - started) / 1e9),
            snapshot.mostWaitingBytes() / 1024);
      } else {
        log.info("A snapshot was given up");
      }
    } catch (IOException e) {
      isFailure = true;
      log.error(
          "Cannot write {} in {}: {}. Commands that write are refused while that lasts, if `save`"
              + " and `stop-writes-on-bgsave-error` are set",
          config.get(Options.DBFILENAME),
          config.get(Options.DIR),
          e.toString());
    } catch (RuntimeException | Error e) {
      isFailure = true;
      log.error("A snapshot failed by a bug", e);
    } finally {
      if (isWhole && way == Way.AT_THE_END) {
        // Another one would wait for ever for the shards that this one keeps.
        noMore(true);
      }
      progress.end(snapshot, isWhole, isFailure);
      FlightEvents.snapshot(
          "rdb",
          Clock.nanos() - started,
          snapshot.sizes().keys(),
          isWhole,
          snapshot.mostWaitingBytes());
    }
    return isWhole;
  }

  private synchronized void noMore(boolean areSafe) {
    if (last == null) {
      last = areSafe;
    }
  }

  /** Looks whether it is time for a snapshot; called about ten times a second. */
  public void tick() {
    if (progress.current() != null || keyspace.snapshot() != null) {
      return;
    }
    if (takeScheduled()) {
      saveInBackground();
      return;
    }
    long now = Clock.wallMillis();
    if (progress.hasFailed() && now - progress.lastTryMillis() <= RETRY_MILLIS) {
      return;
    }
    long count = changes.total();
    long seconds = now / MILLIS_PER_SECOND - progress.lastSaveSeconds();
    for (SavePoint point : points.get()) {
      if (count >= point.changes() && seconds > point.seconds()) {
        log.info("{} changes in {} seconds: saving", count, seconds);
        saveInBackground();
        return;
      }
    }
  }

  private synchronized boolean takeScheduled() {
    boolean was = isScheduled;
    isScheduled = false;
    return was;
  }

  /** All databases were emptied: what is being written is of no use, and if wanted saved anew. */
  public void flushed() {
    if (progress.isInBackground()) {
      abort();
    }
    if (hasPoints()) {
      schedule();
    }
  }

  /** Gives up what is being written, if anything is. */
  public void abort() {
    Snapshot current = progress.current();
    if (current != null) {
      current.abort();
    }
  }

  /** Gives up what is being written, begins nothing any more, and waits until nothing is left. */
  public void close() {
    noMore(false);
    while (progress.current() != null) {
      abort();
      new SnapshotTurns(() -> 0).await();
    }
  }
}
