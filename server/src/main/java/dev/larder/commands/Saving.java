package dev.larder.commands;

import dev.larder.metrics.AofProgress;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What commands ask of whatever writes snapshots to a file. Any thread may use it. */
public interface Saving {
  /** For a table of commands without a server. */
  Saving NONE =
      new Saving() {
        @Override
        public boolean isInBackground() {
          return false;
        }

        @Override
        public boolean saveInBackground() {
          return false;
        }

        @Override
        public void schedule() {}

        @Override
        public @Nullable CompletableFuture<Boolean> saveAlone() {
          return null;
        }

        @Override
        public long lastSaveSeconds() {
          return 0;
        }

        @Override
        public Rewriting rewriteInBackground() {
          return Rewriting.UNDER_WAY;
        }

        @Override
        public AofProgress appendOnlyFile() {
          return new AofProgress();
        }

        @Override
        public void flushed() {}

        @Override
        public CompletableFuture<Boolean> reload(boolean saves, boolean flushes) {
          return CompletableFuture.completedFuture(false);
        }

        @Override
        public CompletableFuture<Boolean> reloadAppendOnlyFile() {
          return CompletableFuture.completedFuture(false);
        }
      };

  /** What came of the wish to have the append-only file rewritten. */
  enum Rewriting {
    STARTED,
    SCHEDULED,
    UNDER_WAY
  }

  /** Begins to rewrite the append-only file, or as soon as a snapshot has been written. */
  Rewriting rewriteInBackground();

  /** Whether a snapshot is being written, and wanted, while clients go on. */
  boolean isInBackground();

  /** Begins one; false if one is under way. */
  boolean saveInBackground();

  /** Begins one as soon as none is under way. */
  void schedule();

  /**
   * Begins one that keeps all clients from all keys.
   *
   * @return told whether there is a file; null if another one is under way
   */
  @Nullable CompletableFuture<Boolean> saveAlone();

  /** When a file was last written, or the server started, in seconds since 1970. */
  long lastSaveSeconds();

  /** How the append-only file is. */
  AofProgress appendOnlyFile();

  /** All databases were emptied. */
  void flushed();

  /**
   * Saves all data, forgets them, and loads the file; clients are told to wait meanwhile.
   *
   * @param saves whether the file is written first
   * @param flushes whether the data are forgotten before it is loaded
   * @return told whether the file was loaded
   */
  CompletableFuture<Boolean> reload(boolean saves, boolean flushes);

  /**
   * Forgets all data and loads the append-only file; clients are told to wait meanwhile.
   *
   * @return told whether it was loaded
   */
  CompletableFuture<Boolean> reloadAppendOnlyFile();
}
