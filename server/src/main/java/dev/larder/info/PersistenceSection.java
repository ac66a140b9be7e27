package dev.larder.info;

import dev.larder.command.CommandTable;
import dev.larder.metrics.LoadProgress;
import java.util.function.LongSupplier;

/** What of the data is on disk, and what is under way between it and memory. */
final class PersistenceSection implements InfoSection {
  private final LongSupplier changes;
  private final LoadProgress load;

  PersistenceSection(LongSupplier changes, LoadProgress load) {
    this.changes = changes;
    this.load = load;
  }

  @Override
  public void write(InfoText out, CommandTable commands) {
    out.section("Persistence");
    boolean isLoading = load.isLoading();
    out.field("loading", isLoading ? 1 : 0);
    out.field("async_loading", 0);
    out.field("rdb_changes_since_last_save", changes.getAsLong());
    out.field("rdb_bgsave_in_progress", 0);
    out.field("rdb_saves", 0);
    out.field("rdb_last_load_keys_expired", load.keysExpired());
    out.field("rdb_last_load_keys_loaded", load.keysLoaded());
    out.field("aof_enabled", 0);
    out.field("aof_rewrite_in_progress", 0);
    out.field("aof_rewrite_scheduled", 0);
    out.field("aof_rewrites", 0);
    if (isLoading) {
      writeProgress(out);
    }
  }

  private void writeProgress(InfoText out) {
    out.field("loading_start_time", load.startSeconds());
    out.field("loading_total_bytes", load.totalBytes());
    out.field("loading_rdb_used_mem", load.usedMemory());
    out.field("loading_loaded_bytes", load.loadedBytes());
    out.field("loading_loaded_perc", load.loadedPercent(), 2);
    out.field("loading_eta_seconds", load.secondsLeft());
  }
}
