package dev.larder.persistence;

import dev.larder.config.Config;
import dev.larder.config.Options;
import dev.larder.metrics.LoadProgress;
import dev.larder.storage.Keyspace;
import dev.larder.storage.LoadException;
import dev.larder.storage.disk.DiskFile;
import dev.larder.storage.disk.DiskFolder;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The data that a server finds on disk when it starts. Its port is open already, but clients are
 * told to wait until they are loaded.
 */
public final class StartupData {
  /** How often the log tells of the progress, in milliseconds. */
  public static final long LOG_MILLIS = 5_000;

  private final Path folder;
  private final String name;
  private final RdbFileLoader loader;
  private final boolean isThere;

  /**
   * Looks for data. If there are any, clients are told to wait from now on.
   *
   * @param threads how many of them build values
   * @throws IOException when it cannot look; the message is for people
   */
  public StartupData(Config config, Keyspace keyspace, LoadProgress progress, int threads)
      throws IOException {
    this.folder = Path.of(config.get(Options.DIR)).toAbsolutePath().normalize();
    this.name = config.get(Options.DBFILENAME);
    this.loader = new RdbFileLoader(keyspace, progress, threads);
    this.isThere = DiskFolder.at(folder).hasFile(name);
    if (isThere) {
      progress.announce();
    }
  }

  /**
   * Loads the data, if there are any. Called once. If that fails or is cancelled, clients are told
   * to wait for the rest of the server's life, and nothing is saved.
   *
   * @return whether that is done; if not, it was {@link #cancel}led
   * @throws IOException when they cannot be loaded: the message is one line for people, which says
   *     what to do
   */
  public synchronized boolean load() throws IOException {
    if (!isThere) {
      return true;
    }
    if (loader.isCancelled()) {
      return false;
    }
    try (DiskFile file = DiskFolder.at(folder).openToRead(name)) {
      loader.load(file, true);
      return true;
    } catch (LoadException e) {
      if (loader.isCancelled()) {
        return false;
      }
      throw new IOException(
          "cannot load "
              + path()
              + ": "
              + e.getMessage()
              + ". Put a good copy in its place, or move it away to start without data; `larder"
              + " check-rdb` tells more",
          e);
    } catch (IOException e) {
      throw new IOException("cannot read " + path() + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while loading " + path(), e);
    }
  }

  private Path path() {
    return folder.resolve(name);
  }

  /** Logs how far it is, if something is being loaded. */
  public void logProgress() {
    loader.logProgress();
  }

  /** Stops loading, and returns when nothing is being loaded any more. */
  public void cancel() {
    loader.cancel();
    awaitEnd();
  }

  /** Waits for {@link #load}, which holds the lock. */
  private synchronized void awaitEnd() {}
}
