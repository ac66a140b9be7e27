package dev.larder.info;

import dev.larder.command.CommandTable;
import dev.larder.metrics.AofProgress;
import dev.larder.metrics.LoadProgress;
import dev.larder.metrics.SaveProgress;
import dev.larder.storage.Snapshot;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What of the data is on disk, and what is under way between it and memory. */
final class PersistenceSection implements InfoSection {
  private final LongSupplier changes;
  private final LoadProgress load;
  private final SaveProgress save;
  private final AofProgress aof;

  PersistenceSection(LongSupplier changes, LoadProgress load, SaveProgress save, AofProgress aof) {
    this.changes = changes;
    this.load = load;
    this.save = save;
    this.aof = aof;
  }

  @Override
  public void write(InfoFields out, CommandTable commands) {
    out.section("Persistence");
    boolean isLoading = load.isLoading();
    out.field("loading", isLoading ? 1 : 0);
    out.field("async_loading", 0);
    Snapshot current = save.current();
    writeCurrent(out, current);
    out.field("rdb_changes_since_last_save", changes.getAsLong());
    out.field("rdb_bgsave_in_progress", save.isInBackground() ? 1 : 0);
    out.field("rdb_last_save_time", save.lastSaveSeconds());
    out.field("rdb_last_bgsave_status", save.hasFailed() ? "err" : "ok");
    out.field("rdb_last_bgsave_time_sec", save.lastBackgroundSeconds());
    out.field("rdb_current_bgsave_time_sec", save.currentSeconds());
    out.field("rdb_saves", save.saves());
    out.field("rdb_last_cow_size", save.lastWaitingBytes());
    out.field("rdb_last_load_keys_expired", load.keysExpired());
    out.field("rdb_last_load_keys_loaded", load.keysLoaded());
    writeAof(out);
    if (isLoading) {
      writeProgress(out);
    }
  }

  private static void writeCurrent(InfoFields out, @Nullable Snapshot current) {
    long total = current == null ? 0 : current.sizes().keys();
    double progress = current == null ? 0 : current.progress();
    out.field("current_cow_peak", current == null ? 0 : current.mostWaitingBytes());
    out.field("current_cow_size", current == null ? 0 : current.waitingBytes());
    out.field("current_cow_size_age", 0);
    out.field("current_fork_perc", 100 * progress, 2);
    out.field("current_save_keys_processed", Math.round(total * progress));
    out.field("current_save_keys_total", total);
  }

  private void writeAof(InfoFields out) {
    out.field("aof_enabled", aof.isOn() ? 1 : 0);
    out.field("aof_rewrite_in_progress", aof.isRewriting() ? 1 : 0);
    out.field("aof_rewrite_scheduled", aof.isScheduled() ? 1 : 0);
    out.field("aof_last_rewrite_time_sec", aof.lastSeconds());
    out.field("aof_current_rewrite_time_sec", aof.currentSeconds());
    out.field("aof_last_bgrewrite_status", aof.hasFailed() ? "err" : "ok");
    out.field("aof_rewrites", aof.rewrites());
    out.field("aof_last_write_status", aof.refusal() == null ? "ok" : "err");
    if (aof.isOn()) {
      out.field("aof_current_size", aof.bytes());
      out.field("aof_base_size", aof.baseBytes());
      out.field("aof_pending_rewrite", 0);
      out.field("aof_buffer_length", aof.pendingBytes());
      out.field("aof_pending_bio_fsync", aof.isForcing() ? 1 : 0);
      out.field("aof_delayed_fsync", aof.delayedForces());
    }
  }

  private void writeProgress(InfoFields out) {
    out.field("loading_start_time", load.startSeconds());
    out.field("loading_total_bytes", load.totalBytes());
    out.field("loading_rdb_used_mem", load.usedMemory());
    out.field("loading_loaded_bytes", load.loadedBytes());
    out.field("loading_loaded_perc", load.loadedPercent(), 2);
    out.field("loading_eta_seconds", load.secondsLeft());
  }
}
