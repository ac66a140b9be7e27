package dev.larder.persistence;

import dev.larder.metrics.Clock;
import dev.larder.metrics.LoadProgress;
import dev.larder.storage.Keyspace;
import dev.larder.storage.LoadException;
import dev.larder.storage.RdbLoad;
import dev.larder.storage.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads RDB files into the keyspace, tells {@link LoadProgress} of it, and logs. One thread loads
 * at a time; any thread may {@link #cancel} that.
 */
public final class RdbFileLoader {
  private static final Logger log = LoggerFactory.getLogger(RdbFileLoader.class);

  private static final double NANOS_PER_SECOND = 1e9;

  /** What an RDB file begins with. */
  static final byte[] MAGIC = "REDIS".getBytes(StandardCharsets.ISO_8859_1);

  private final Keyspace keyspace;
  private final LoadProgress progress;
  private final int threads;
  private volatile boolean isCancelled;
  private volatile @Nullable RdbLoad current;

  /**
   * @param threads how many of them build values
   */
  public RdbFileLoader(Keyspace keyspace, LoadProgress progress, int threads) {
    this.keyspace = keyspace;
    this.progress = progress;
    this.threads = threads;
  }

  /**
   * Loads the RDB part of a file.
   *
   * @param dropsExpired whether keys are left out that have expired
   * @return the offset in the file where that part ends
   * @throws LoadException when the file is damaged, or holds what cannot be held here; after any
   *     exception clients are still told to wait, since a part of the data must not be served
   */
  public long load(DiskFile file, boolean dropsExpired)
      throws IOException, LoadException, InterruptedException {
    return run(file, new RdbLoad(keyspace, file, threads, Clock.wallMillis(), dropsExpired));
  }

  /** The same, where keys of the file take the place of those that are there. */
  public long merge(DiskFile file) throws IOException, LoadException, InterruptedException {
    RdbLoad load = new RdbLoad(keyspace, file, threads, Clock.wallMillis(), false);
    load.replaceKeys();
    return run(file, load);
  }

  private long run(DiskFile file, RdbLoad load)
      throws IOException, LoadException, InterruptedException {
    progress.begin(load.totalBytes(), load::loadedBytes);
    progress.usedMemory(load::usedMemory);
    current = load;
    if (isCancelled) {
      load.cancel();
    }
    long started = Clock.nanos();
    try {
      long end = load.run();
      report(file, load, Clock.nanos() - started);
      progress.end(load.keys(), load.expiredKeys());
      return end;
    } finally {
      current = null;
    }
  }

  /** Whether a file begins as an RDB file. */
  public static boolean isRdb(DiskFile file) throws IOException {
    return beginsWith(file, MAGIC);
  }

  static boolean beginsWith(DiskFile file, byte[] start) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(start.length);
    return file.readFully(head, 0) == start.length && Arrays.equals(head.array(), start);
  }

  private static void report(DiskFile file, RdbLoad load, long nanos) {
    for (String part : load.passedOver()) {
      log.warn("{} has {}: passed over, and not in files that are written", file.name(), part);
    }
    if (load.emptyKeys() > 0) {
      log.warn("{} has {} collections without elements: left out", file.name(), load.emptyKeys());
    }
    log.info(
        "Loaded {} keys from {} in {} s, left out {} that had expired; it was written by {}",
        load.keys(),
        file.name(),
        "%.3f".formatted(nanos / NANOS_PER_SECOND),
        load.expiredKeys(),
        load.writtenBy().isEmpty() ? "an unknown server" : "version " + load.writtenBy());
  }

  /** Logs how far it is, if something is being loaded. */
  public void logProgress() {
    if (current != null) {
      log.info(
          "Loading: {} %, about {} s left",
          "%.1f".formatted(progress.loadedPercent()), progress.secondsLeft());
    }
  }

  /** Makes what is being loaded, and what would be, fail soon. */
  public void cancel() {
    isCancelled = true;
    RdbLoad load = current;
    if (load != null) {
      load.cancel();
    }
  }

  public boolean isCancelled() {
    return isCancelled;
  }
}
