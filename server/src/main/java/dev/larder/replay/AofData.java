package dev.larder.replay;

import dev.larder.command.CommandTable;
import dev.larder.config.Config;
import dev.larder.config.PersistenceOptions;
import dev.larder.metrics.LoadProgress;
import dev.larder.persistence.AppendOnlyFile;
import dev.larder.persistence.RdbFileLoader;
import dev.larder.persistence.ReloadThread;
import dev.larder.resp.LargeArguments;
import dev.larder.storage.Keyspace;
import dev.larder.storage.LoadException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The append-only file that a server finds when it starts. */
public final class AofData {
  private final Config config;
  private final Keyspace keyspace;
  private final LoadProgress progress;
  private final AofReplay replay;
  private volatile boolean isCancelled;

  /**
   * @param commands makes those of the server, with the marks of transactions
   * @param threads how many of them build the values of the base
   */
  public AofData(
      Config config,
      Keyspace keyspace,
      Supplier<CommandTable> commands,
      LargeArguments large,
      LoadProgress progress,
      int threads) {
    this.config = config;
    this.keyspace = keyspace;
    this.progress = progress;
    this.replay =
        new AofReplay(
            keyspace,
            commands,
            large,
            new RdbFileLoader(keyspace, progress, threads),
            progress,
            config.setting(PersistenceOptions.AOF_LOAD_TRUNCATED)::get);
  }

  /**
   * Loads the file, and goes on with it. If that fails or is cancelled, clients are told to wait
   * for the rest of the server's life: a part of the data must not be served, nor saved.
   *
   * @return whether that is done; if not, it was {@link #cancel}led
   * @throws IOException when it cannot be loaded: the message is one line for people, which says
   *     what to do
   */
  public synchronized boolean load(AppendOnlyFile file) throws IOException {
    keyspace.activeExpiry(false);
    try {
      replay.load(file.folder());
      file.goOn();
      progress.endSeveral();
      return true;
    } catch (LoadException e) {
      if (isCancelled) {
        return false;
      }
      throw new IOException(
          "cannot load the append-only file in "
              + config.get(PersistenceOptions.APPENDDIRNAME)
              + ": "
              + e.getMessage()
              + ". Make a backup of the directory, then try `larder check-aof --fix`",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while loading the append-only file", e);
    } finally {
      keyspace.activeExpiry(true);
    }
  }

  /**
   * Forgets all data and loads the file again, on a thread of its own; clients are told to wait.
   *
   * @return told whether it was loaded
   */
  public CompletableFuture<Boolean> reload(AppendOnlyFile file) {
    progress.announceSeveral();
    return ReloadThread.start("the append-only file", () -> loadAgain(file));
  }

  private synchronized boolean loadAgain(AppendOnlyFile file)
      throws IOException, LoadException, InterruptedException {
    boolean wasActive = keyspace.isExpiryActive();
    keyspace.activeExpiry(false);
    try {
      file.reload(replay::load);
      return true;
    } finally {
      keyspace.activeExpiry(wasActive);
      progress.endSeveral();
    }
  }

  /** Stops loading, and returns when nothing is being loaded any more. */
  public void cancel() {
    isCancelled = true;
    replay.cancel();
    awaitEnd();
  }

  /** Waits for {@link #load}, which holds the lock. */
  private synchronized void awaitEnd() {}
}
