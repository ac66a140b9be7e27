package dev.larder.persistence;

import dev.larder.config.Config;
import dev.larder.config.ConfigException;
import dev.larder.config.Options;
import dev.larder.storage.disk.DiskFolder;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a second server from writing its data to the same directory. Taken by a server that saves
 * by itself, from when it is told to until its end: servers that keep nothing may share one.
 */
public final class FolderLock {
  private static final String NAME = "larder.lock";

  private final Path folder;
  private @Nullable Closeable lock;

  /** Takes the lock if the configuration asks for it, or as soon as it does. */
  public FolderLock(Config config) throws IOException {
    this.folder = Path.of(config.get(Options.DIR)).toAbsolutePath().normalize();
    if (!config.get(Options.SAVE).isEmpty()) {
      take();
    }
    config.onChange(Options.SAVE, points -> takeFor(!points.isEmpty()));
  }

  private void takeFor(boolean isNeeded) throws ConfigException {
    try {
      if (isNeeded) {
        take();
      }
    } catch (IOException e) {
      throw new ConfigException(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Takes the lock, unless it has been taken.
   *
   * @throws IOException when another server has it; the message says what to do
   */
  public synchronized void take() throws IOException {
    if (lock == null) {
      lock = DiskFolder.at(folder).tryLock(NAME);
      if (lock == null) {
        throw new IOException(
            "another server keeps its data in "
                + folder
                + ": stop that one, or give this one a directory of its own by `dir`");
      }
    }
  }

  /** Gives the lock back. */
  public synchronized void release() {
    Closeable taken = lock;
    lock = null;
    if (taken != null) {
      try {
        taken.close();
      } catch (IOException e) {
        // It goes with the process.
      }
    }
  }
}
