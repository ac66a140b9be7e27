package dev.larder.info;

import dev.larder.command.CommandTable;
import java.util.function.LongSupplier;

/** What of the data is on disk: nothing, and nothing is under way. */
final class PersistenceSection implements InfoSection {
  private final LongSupplier changes;

  PersistenceSection(LongSupplier changes) {
    this.changes = changes;
  }

  @Override
  public void write(InfoText out, CommandTable commands) {
    out.section("Persistence");
    out.field("loading", 0);
    out.field("async_loading", 0);
    out.field("rdb_changes_since_last_save", changes.getAsLong());
    out.field("rdb_bgsave_in_progress", 0);
    out.field("rdb_saves", 0);
    out.field("aof_enabled", 0);
    out.field("aof_rewrite_in_progress", 0);
    out.field("aof_rewrite_scheduled", 0);
    out.field("aof_rewrites", 0);
  }
}
